//! Many artefacts on one screen: like ones are folded, the worst come whole.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{artefact, columns};
use crate::domain::{Class, KindName};
use crate::report::render::paint::Tone;
use crate::report::render::{Layout, phrase, spans};
use crate::report::{Row, visible};

/// Up to this many artefacts are shown whole.
const WHOLE: usize = 12;
/// As many alike as this are folded into one group.
const ALIKE: usize = 4;
/// Names shown of a group.
const NAMES: usize = 5;

/// What makes artefacts alike.
type Likeness<'a> = (Option<Class>, &'static str, KindName, Vec<&'a str>);

pub(super) fn write_artefacts(rows: &[Row], layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    if layout.full || rows.len() <= WHOLE {
        return rows.iter().try_for_each(|row| artefact::write(row, layout, out));
    }
    let groups = groups(rows);
    let (folded, single): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, rows)| rows.len() >= ALIKE);
    let mut single: Vec<&Row> = single.into_iter().flat_map(|(_, rows)| rows).collect();
    single.sort_by_key(|row| std::cmp::Reverse(phrase::class(row)));
    for row in single.iter().take(WHOLE) {
        artefact::write(row, layout, out)?;
    }
    for (likeness, rows) in folded.iter().rev() {
        write_group(likeness, rows, layout, out)?;
    }
    write_rest(single.get(WHOLE..).unwrap_or_default(), layout, out)?;
    writeln!(
        out,
        "\n{}",
        layout.paint(Tone::Faint, "folded; --full shows everything, `-- PATH…` a part, --stat a line each")
    )
}

fn groups(rows: &[Row]) -> BTreeMap<Likeness<'_>, Vec<&Row>> {
    let mut groups: BTreeMap<Likeness<'_>, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let mut rules: Vec<&str> = row.findings.iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        let likeness = (phrase::class(row), phrase::status(row.status), row.kind, rules);
        groups.entry(likeness).or_default().push(row);
    }
    groups
}

fn write_group(likeness: &Likeness<'_>, rows: &[&Row], layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let (class, status, kind, rules) = likeness;
    let class = class.map_or(String::new(), |class| layout.paint(Tone::Class(class), class.as_str()));
    let title = layout.paint(Tone::Strong, &format!("{} {kind} artefacts {status}", rows.len()));
    writeln!(out, "\n{title}  {class}")?;
    writeln!(out, "  {}", layout.paint(Tone::Faint, &rules.join(", ")))?;
    write_names(rows, out)
}

fn write_names(rows: &[&Row], out: &mut dyn Write) -> io::Result<()> {
    for row in rows.iter().take(NAMES) {
        let message = row.findings.first().map_or_else(String::new, |finding| spans::whole(&finding.message));
        writeln!(out, "  {}  {}", artefact::id(row), visible::line(&message))?;
    }
    if rows.len() > NAMES {
        writeln!(out, "  … and {} more", rows.len() - NAMES)?;
    }
    Ok(())
}

fn write_rest(rows: &[&Row], layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", layout.paint(Tone::Strong, &format!("{} more artefacts", rows.len())))?;
    for row in rows.iter().take(WHOLE * 2) {
        let class = phrase::class(row).map_or("", Class::as_str);
        let (class, status) = (columns::padded(class, 11), columns::padded(phrase::status(row.status), 11));
        writeln!(out, "  {class} {status} {}", artefact::id(row))?;
    }
    if rows.len() > WHOLE * 2 {
        writeln!(out, "  … and {} more", rows.len() - WHOLE * 2)?;
    }
    Ok(())
}
