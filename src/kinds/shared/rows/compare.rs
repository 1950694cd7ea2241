//! What differs between two sets of rows: added, removed, changed by field, renamed, moved.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::detail::{Detail, Details, clipped, readable};
use super::fold::Fold;
use super::matching::{Matched, matched};
use super::record::Record;
use super::{Hash, KeyedBy, Profile, Row, Rows, Whole, aggregate, columns, read, similar};
use crate::domain::{Confidence, Event, Fact, Quote};
use crate::kinds::Thresholds;
use crate::kinds::shared::node::Node;

/// How much of a field is quoted, in characters.
const QUOTED: usize = 400;

/// The mark of a change within the tolerance of its columns.
const WITHIN: &str = "within-tolerance";

/// How two sets of rows are compared.
#[derive(Debug)]
pub struct How<'r> {
    /// What the kind says about its rows.
    pub profile: &'r Profile,
    /// How much is too much.
    pub thresholds: &'r Thresholds,
    /// The keys of rows that are kept elsewhere: those that went there are marked `retired`, and those that came from
    /// there are not told.
    pub elsewhere: HashSet<[u8; 16]>,
}

/// What differs between `old` and `new`. Facts beyond twenty of a sort are folded into one that counts them.
///
/// Aspects: the profile's for rows, `column` for columns, `key` for another way of telling rows apart, and those of
/// `aggregate` for the sets as a whole. A changed row's fact carries the role of the changed columns as its mark; the
/// subject is the row's key.
pub fn compare(old: &Rows, new: &Rows, how: &How<'_>) -> Vec<Fact> {
    if old.rows.iter().map(|row| row.whole).eq(new.rows.iter().map(|row| row.whole)) {
        return Vec::new();
    }
    let (was, is) = (Whole::of(old), Whole::of(new));
    let told_once = columns::told_once(&was, &is, how.profile);
    let mut fold = Fold::default();
    columns::facts(&was, &is, how.profile, &mut fold);
    let mut facts = Comparison::new((old, new), how, &told_once, fold).run().finish();
    facts.extend(aggregate::facts(old, new, how.thresholds));
    facts
}

/// How much of two sets a comparison sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// All rows.
    All,
    /// All rows that differ, in no order.
    Differing,
    /// Some of the rows that differ.
    Some,
}

/// What differs between rows of two sets whose columns are known as a whole, added to what differs between others.
pub(super) fn window(
    sides: (&Rows, &Rows),
    how: &How<'_>,
    told_once: &BTreeSet<String>,
    scope: Scope,
    fold: Fold,
) -> Fold {
    let mut comparison = Comparison::new(sides, how, told_once, fold);
    comparison.scope = scope;
    comparison.run()
}

struct Comparison<'r> {
    how: &'r How<'r>,
    old: &'r Rows,
    new: &'r Rows,
    old_details: Details<'r>,
    new_details: Details<'r>,
    /// Columns that one side lacks and that are no difference of single rows.
    told_once: &'r BTreeSet<String>,
    scope: Scope,
    fold: Fold,
}

/// The rows of both sides, told apart in one way.
struct Sides<'r> {
    old: Cow<'r, [Row]>,
    new: Cow<'r, [Row]>,
    matched: Matched,
    /// Whether they are told apart by what they are called, and not by what they say.
    named: bool,
}

impl<'r> Comparison<'r> {
    fn new((old, new): (&'r Rows, &'r Rows), how: &'r How<'r>, told_once: &'r BTreeSet<String>, fold: Fold) -> Self {
        let (old_details, new_details) = (Details::new(old), Details::new(new));
        Self { how, old, new, old_details, new_details, told_once, scope: Scope::All, fold }
    }

    fn run(mut self) -> Fold {
        let mut sides = self.sides();
        self.renamed(&mut sides);
        let mut edited = self.edited(&mut sides);
        edited.sort_unstable();
        for &(from, to) in &sides.matched.changed {
            self.changed((&sides.old, from), (&sides.new, to), None);
        }
        for (from, to) in edited {
            self.changed((&sides.old, from), (&sides.new, to), Some(Confidence::Likely));
        }
        self.gone(&sides);
        self.came(&sides);
        if self.scope == Scope::All {
            self.moved(sides.matched.moved);
        }
        self.fold
    }

    /// Matches by the key that both sides have; where they have two, by the one that more rows agree in, and where
    /// hardly any does, by content.
    fn sides(&mut self) -> Sides<'r> {
        let (old, new) = (self.old, self.new);
        let by_key = |row: &Row| row.key;
        let plain = |key: fn(&Row) -> Hash| Sides {
            old: Cow::Borrowed(&old.rows),
            new: Cow::Borrowed(&new.rows),
            matched: matched((old, new), (&old.rows, &new.rows), key),
            named: old.keyed_by.is_name() && new.keyed_by.is_name(),
        };
        if old.keyed_by == new.keyed_by || old.is_empty() || new.is_empty() {
            return plain(by_key);
        }
        let rekeyed = |rows: &Rows, keyed_by| Cow::Owned(read::again(rows, self.how.profile, keyed_by));
        let sets = (old, new);
        let by = |keyed_by: &'r KeyedBy, old: Cow<'r, [Row]>, new: Cow<'r, [Row]>| {
            (keyed_by, Sides { matched: matched(sets, (&old, &new), by_key), old, new, named: keyed_by.is_name() })
        };
        let one = by(&old.keyed_by, Cow::Borrowed(&*old.rows), rekeyed(new, &old.keyed_by));
        let other = by(&new.keyed_by, rekeyed(old, &new.keyed_by), Cow::Borrowed(&*new.rows));
        // Of two that match as many rows the same one is taken in both directions.
        let rank = |way: &(&KeyedBy, Sides<'r>)| (way.1.matched.both, way.0.is_name(), way.0.phrase());
        let best = if rank(&one) >= rank(&other) { one.1 } else { other.1 };
        let smaller = old.len().min(new.len());
        self.key_changed(best.matched.both, smaller);
        if best.matched.both * 2 >= smaller { best } else { Sides { named: false, ..plain(by_content) } }
    }

    /// Told where a column told the rows apart and no longer does; that a better way was found is no fault.
    fn key_changed(&mut self, both: usize, smaller: usize) {
        if !self.old.keyed_by.is_name() {
            return;
        }
        let (was, is) = (self.old.keyed_by.phrase(), self.new.keyed_by.phrase());
        let (old, new) = (self.old.first_place(), self.new.first_place());
        let overlap = format!("{was} → {is} (overlap {:.1} %)", both as f64 * 100.0 / smaller.max(1) as f64);
        self.fold.add(("key", Event::Changed, vec![]), |fact| Fact {
            subject: overlap,
            old: old.map(|place| Quote { place, text: was }),
            new: new.map(|place| Quote { place, text: is }),
            ..fact
        });
    }

    /// Rows with the same content under another name are the same rows.
    fn renamed(&mut self, sides: &mut Sides<'r>) {
        if !sides.named || self.old.keyed_by != self.new.keyed_by {
            return;
        }
        let mut gone: HashMap<Hash, Vec<u32>> = HashMap::new();
        for &at in sides.matched.removed.iter().rev() {
            let row = sides.old.get(at as usize).filter(|row| !row.keyless);
            if let Some(content) = row.and_then(|row| self.old_details.content(row)) {
                gone.entry(content).or_default().push(at);
            }
        }
        let mut found: Vec<(u32, u32)> = Vec::new();
        let added = if gone.is_empty() { &[][..] } else { &*sides.matched.added };
        for &at in added {
            let row = sides.new.get(at as usize).filter(|row| !row.keyless);
            let content = row.and_then(|row| self.new_details.content(row));
            found.extend(content.and_then(|content| gone.get_mut(&content)?.pop()).map(|from| (from, at)));
        }
        sides.take(&found);
        for (from, to) in found {
            let (Some(old), Some(new)) = (sides.old.get(from as usize), sides.new.get(to as usize)) else { continue };
            let (old_details, new_details) = (&mut self.old_details, &mut self.new_details);
            let (was, is) = (self.old.place(old), self.new.place(new));
            self.fold.add((self.how.profile.aspect, Event::Renamed, vec![]), |fact| {
                let (old, new) = (old_details.label(old), new_details.label(new));
                let subject = old.clone();
                Fact {
                    subject,
                    old: Some(Quote { place: was, text: old }),
                    new: Some(Quote { place: is, text: new }),
                    ..fact
                }
            });
        }
    }

    /// Rows without a name that went and came are one where they are alike.
    fn edited(&mut self, sides: &mut Sides<'r>) -> Vec<(u32, u32)> {
        let (removed, added) = (&sides.matched.removed, &sides.matched.added);
        let is_few = |rows: &[u32]| (1..=similar::MAX_ROWS).contains(&rows.len());
        if sides.named || !is_few(removed) || !is_few(added) {
            return Vec::new();
        }
        let words = |details: &mut Details<'r>, rows: &[Row], places: &[u32]| -> Vec<similar::Words> {
            let text = |at: &u32| {
                let row = rows.get(*at as usize)?;
                Some(similar::words(&details.of(row)?.node.canonical()))
            };
            places.iter().map(text).map(Option::unwrap_or_default).collect()
        };
        let before = words(&mut self.old_details, &sides.old, removed);
        let after = words(&mut self.new_details, &sides.new, added);
        let pairs = similar::pairs(&before, &after).into_iter();
        let pairs = pairs.filter_map(|(from, to)| Some((*removed.get(from)?, *added.get(to)?))).collect::<Vec<_>>();
        sides.take(&pairs);
        pairs
    }

    /// One fact for each role of the columns that changed; columns that most rows lost or gained are told once.
    fn changed(&mut self, old: (&[Row], u32), new: (&[Row], u32), sure: Option<Confidence>) {
        let (Some(old), Some(new)) = (old.0.get(old.1 as usize), new.0.get(new.1 as usize)) else { return };
        let (Some(was), Some(is)) = (self.old_details.record(old), self.new_details.record(new)) else { return };
        let profile = self.how.profile;
        let mut by_role: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
        for name in was.differing(&is).into_iter().filter(|name| !self.told_once.contains(*name)) {
            let role = if self.is_within_tolerance(name, &was, &is) { WITHIN } else { (profile.role)(name) };
            by_role.entry(role).or_default().push(name);
        }
        for (role, names) in by_role {
            let (old_details, new_details) = (&mut self.old_details, &mut self.new_details);
            self.fold.add((profile.aspect, Event::Changed, vec![role]), |fact| Fact {
                subject: new_details.label(new),
                old: old_details.of(old).map(|detail| quote(&detail, &names)),
                new: new_details.of(new).map(|detail| quote(&detail, &names)),
                confidence: sure,
                ..fact
            });
        }
    }

    fn is_within_tolerance(&self, name: &str, was: &Record, is: &Record) -> bool {
        let Some(tolerance) = self.new.tolerance.get(name) else { return false };
        let values = (was.get(name), is.get(name));
        matches!(values, (Some(was), Some(is)) if tolerance.spans(was.value, is.value))
    }

    fn gone(&mut self, sides: &Sides<'r>) {
        let (kept, rows): (Vec<Row>, Vec<Row>) = picked(&sides.old, &sides.matched.removed)
            .into_iter()
            .partition(|row| self.how.elsewhere.contains(&row.key));
        self.each((Event::Removed, vec!["retired"]), &kept);
        let group = aggregate::shared_stratum(self.old, &mut self.old_details, &rows, self.scope);
        self.each_or_group((Event::Removed, group), &rows);
    }

    fn came(&mut self, sides: &Sides<'r>) {
        let mut rows = picked(&sides.new, &sides.matched.added);
        rows.retain(|row| !self.how.elsewhere.contains(&row.key));
        let group = aggregate::shared_stratum(self.new, &mut self.new_details, &rows, self.scope);
        self.each_or_group((Event::Added, group), &rows);
    }

    /// Rows that came or went: as one fact where they share a stratum, else one by one.
    fn each_or_group(&mut self, (event, group): (Event, Option<String>), rows: &[Row]) {
        let (Some(stratum), Some(first)) = (group, rows.first()) else { return self.each((event, vec![]), rows) };
        let side = self.side(event);
        let labels: Vec<String> = rows.iter().take(5).map(|row| side.1.label(row)).collect();
        let more = if rows.len() > labels.len() { ", …" } else { "" };
        let quote = Quote { place: side.0.place(first), text: format!("{}{more}", labels.join(", ")) };
        self.fold.add((self.how.profile.aspect, event, vec!["stratum"]), |fact| {
            told(event, Fact { subject: stratum, count: rows.len(), ..fact }, quote)
        });
    }

    fn each(&mut self, (event, marks): (Event, Vec<&'static str>), rows: &[Row]) {
        let aspect = self.how.profile.aspect;
        for row in rows {
            let (side, details) = match event {
                Event::Removed => (self.old, &mut self.old_details),
                _ => (self.new, &mut self.new_details),
            };
            self.fold.add((aspect, event, marks.clone()), |fact| {
                let detail = details.of(row);
                let text = detail.as_ref().map(|detail| readable(&detail.node)).unwrap_or_default();
                let quote = Quote { place: side.place(row), text: clipped(&text, QUOTED) };
                let subject = detail.map(|detail| details.label_of(&detail)).unwrap_or_default();
                told(event, Fact { subject, ..fact }, quote)
            });
        }
    }

    /// The side that rows went from or came to.
    fn side(&mut self, event: Event) -> (&'r Rows, &mut Details<'r>) {
        match event {
            Event::Removed => (self.old, &mut self.old_details),
            _ => (self.new, &mut self.new_details),
        }
    }

    fn moved(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        let place = self.new.first_place();
        self.fold.add((self.how.profile.aspect, Event::Moved, vec![]), |fact| Fact {
            subject: "order".to_owned(),
            new: place.map(|place| Quote { place, text: String::new() }),
            count,
            ..fact
        });
    }
}

impl Sides<'_> {
    /// Takes `pairs` out of what came and went.
    fn take(&mut self, pairs: &[(u32, u32)]) {
        let from: BTreeSet<u32> = pairs.iter().map(|(from, _)| *from).collect();
        let to: BTreeSet<u32> = pairs.iter().map(|(_, to)| *to).collect();
        self.matched.removed.retain(|at| !from.contains(at));
        self.matched.added.retain(|at| !to.contains(at));
    }
}

/// What tells a row apart by all that it says.
fn by_content(row: &Row) -> Hash {
    u128::from(row.whole).to_le_bytes()
}

/// The fact with the quote on the side that it is about.
fn told(event: Event, fact: Fact, quote: Quote) -> Fact {
    match event {
        Event::Removed => Fact { old: Some(quote), ..fact },
        _ => Fact { new: Some(quote), ..fact },
    }
}

fn picked(rows: &[Row], places: &[u32]) -> Vec<Row> {
    places.iter().filter_map(|&at| rows.get(at as usize).copied()).collect()
}

/// The named fields of a row, at the first of them that the row has.
fn quote(detail: &Detail, names: &[&str]) -> Quote {
    let field = names.iter().find_map(|name| detail.node.entry(name));
    let at = field.map_or(detail.node.span, |field| field.key_span).start;
    detail.file.quote_as(crate::domain::Span::new(at, at), fields(&detail.node, names))
}

/// The named fields of a row, as a person reads them.
fn fields(row: &Node, names: &[&str]) -> String {
    let field = |name: &&str| row.get(name).map(|node| format!("{name}: {}", clipped(&readable(node), QUOTED)));
    names.iter().filter_map(field).collect::<Vec<_>>().join("\n")
}
