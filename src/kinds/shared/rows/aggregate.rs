//! The sets as a whole: how many rows, in which strata, with which labels.

use std::collections::BTreeMap;

use super::compare::Scope;
use super::detail::Details;
use super::fold::Fold;
use super::tally::Counted;
use super::{Row, Rows, Whole};
use crate::domain::{Event, Fact, Quote};
use crate::kinds::Thresholds;

/// Below this many rows a mix is chance.
const ENOUGH: usize = 20;
/// Fewer rows than this that came or went are told well enough one by one.
const MANY: usize = 5;
/// Fewer rows than this are listed even where they share a stratum.
const GROUPED: usize = 3;
/// Of more rows than this nobody looks for a stratum that they share.
const LOOKED_AT: usize = 20_000;
/// How many values of a mix are named.
const NAMED: usize = 4;

type Values = BTreeMap<Box<str>, usize>;

/// Aspects: `set` for the number of rows (marks `shrunk`, `grown`), `stratum` for strata that lost their last row or
/// many (mark `shrunk`), `mix` and `labels` for shares that shifted.
pub(super) fn facts(old: &Rows, new: &Rows, thresholds: &Thresholds) -> Vec<Fact> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    let sets = Sets { old, new, thresholds };
    let mut fold = Fold::default();
    sets.size(&mut fold);
    sets.strata(&mut fold);
    sets.mix((Counted::Label, "labels"), &mut fold);
    fold.finish()
}

/// The number of rows, of sets that are known as a whole only.
pub(super) fn size(old: &Whole, new: &Whole, thresholds: &Thresholds) -> Option<Fact> {
    let mark = moved(old.rows, new.rows, thresholds).filter(|_| old.rows > 0 && new.rows > 0)?;
    let fact = Fact::new("set", Event::Changed, "size").marked(mark);
    Some(Fact { old: old.quote(old.rows.to_string()), new: new.quote(new.rows.to_string()), ..fact })
}

/// `shrunk` or `grown`, where by so much that it is told.
fn moved(was: usize, is: usize, thresholds: &Thresholds) -> Option<&'static str> {
    let moved = was.abs_diff(is);
    let is_told = moved >= MANY && percent(moved, was.max(is)) >= thresholds.shrink_pct;
    is_told.then_some(if is < was { "shrunk" } else { "grown" })
}

struct Sets<'r> {
    old: &'r Rows,
    new: &'r Rows,
    thresholds: &'r Thresholds,
}

impl Sets<'_> {
    fn size(&self, fold: &mut Fold) {
        let (was, is) = (self.old.len(), self.new.len());
        if let Some(mark) = moved(was, is, self.thresholds) {
            self.tell(fold, ("set", Event::Changed, vec![mark]), ("size", was.to_string(), is.to_string()));
        }
    }

    /// Strata that have no row left, or far fewer; and the mix of those that nothing worse is told of.
    fn strata(&self, fold: &mut Fold) {
        for (column, values) in self.old.strata() {
            let Some(left) = self.new.tally.values(column) else { continue };
            let mut told = false;
            for (value, &rows) in values {
                let still = left.get(value).copied().unwrap_or(0);
                let subject = format!("{column} = {value}");
                let (was, is) = (format!("{rows} rows"), format!("{still} rows"));
                if still == 0 {
                    told = true;
                    self.tell(fold, ("stratum", Event::Removed, vec![]), (&subject, was, is));
                } else if self.is_thinned(rows, still) {
                    told = true;
                    self.tell(fold, ("stratum", Event::Changed, vec!["shrunk"]), (&subject, was, is));
                }
            }
            if !told {
                self.shift(column, (values, left), "mix", fold);
            }
        }
    }

    fn is_thinned(&self, was: usize, is: usize) -> bool {
        let lost = was.saturating_sub(is);
        let few = self.thresholds.min_per_stratum;
        lost > 1 && (percent(lost, was) >= self.thresholds.stratum_drop_pct || ((is as f64) < few && was as f64 >= few))
    }

    fn mix(&self, (counted, aspect): (Counted, &'static str), fold: &mut Fold) {
        for (column, values) in self.old.tally.counted(counted) {
            let is_label = values.len() * 4 <= self.old.len();
            if let Some(now) = self.new.tally.values(column).filter(|_| is_label) {
                self.shift(column, (values, now), aspect, fold);
            }
        }
    }

    /// Tells when the shares of the values moved: by total variation distance.
    fn shift(&self, column: &str, (was, is): (&Values, &Values), aspect: &'static str, fold: &mut Fold) {
        let totals: (usize, usize) = (was.values().sum(), is.values().sum());
        if totals.0.min(totals.1) < ENOUGH {
            return;
        }
        let share =
            |values: &Values, value: &str, all: usize| values.get(value).copied().unwrap_or(0) as f64 / all as f64;
        let mut values: Vec<&str> = was.keys().chain(is.keys()).map(|value| &**value).collect();
        values.sort_unstable();
        values.dedup();
        let apart = |value: &&str| (share(was, value, totals.0) - share(is, value, totals.1)).abs();
        if values.iter().map(apart).sum::<f64>() / 2.0 > self.thresholds.mix_shift {
            self.tell(fold, (aspect, Event::Changed, vec![]), (column, shares(was, totals.0), shares(is, totals.1)));
        }
    }

    fn tell(
        &self,
        fold: &mut Fold,
        sort: (&'static str, Event, Vec<&'static str>),
        (subject, was, is): (&str, String, String),
    ) {
        let quote = |rows: &Rows, text| rows.first_place().map(|place| Quote { place, text });
        let is_gone = sort.1 == Event::Removed;
        fold.add(sort, |fact| Fact {
            subject: subject.to_owned(),
            old: quote(self.old, was),
            new: if is_gone { None } else { quote(self.new, is) },
            ..fact
        });
    }
}

impl Rows {
    /// The columns that name strata. Unless declared, a column with hardly two rows a value names none.
    fn strata(&self) -> impl Iterator<Item = (&str, &Values)> {
        let columns = self.tally.counted(Counted::Stratum);
        columns.filter(|(_, values)| self.strata_declared || values.len() * 2 <= self.len())
    }
}

/// `lang = hi`: the stratum that all of `rows` are of, and not all of the set. What the rest of a set is
/// that is not seen as a whole nobody knows.
pub(super) fn shared_stratum(all: &Rows, details: &mut Details<'_>, rows: &[Row], scope: Scope) -> Option<String> {
    if scope == Scope::Some || !(GROUPED..=LOOKED_AT).contains(&rows.len()) {
        return None;
    }
    let columns: Vec<&str> =
        all.strata().filter(|(_, values)| scope != Scope::All || values.len() > 1).map(|(column, _)| column).collect();
    let mut stratum = |row: &Row, column: &str| details.of(row)?.node.get(column)?.scalar();
    columns.into_iter().find_map(|column| {
        let first = stratum(rows.first()?, column)?;
        let shared = rows.iter().all(|row| stratum(row, column).as_ref() == Some(&first));
        shared.then(|| format!("{column} = {first}"))
    })
}

/// `en 60 %, hi 40 %`, the largest first.
fn shares(values: &Values, all: usize) -> String {
    let mut by_rows: Vec<(&str, usize)> = values.iter().map(|(value, rows)| (&**value, *rows)).collect();
    by_rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let more = if by_rows.len() > NAMED { ", …" } else { "" };
    let named = by_rows.into_iter().take(NAMED).map(|(value, rows)| format!("{value} {:.0} %", percent(rows, all)));
    named.collect::<Vec<_>>().join(", ") + more
}

fn percent(part: usize, all: usize) -> f64 {
    part as f64 * 100.0 / all.max(1) as f64
}
