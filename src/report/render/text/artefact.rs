//! One artefact: its heading, and its findings with the changed words marked.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::diff::Status;
use crate::domain::{Class, Quote};
use crate::report::render::Layout;
use crate::report::render::paint::Tone;
use crate::report::render::words::{self, Run};
use crate::report::{FindingRow, Row};

/// Findings shown of one artefact before the rest is counted.
const FINDINGS: usize = 10;
/// Lines shown of one quoted text.
const LINES: usize = 6;

/// The class to show: integrity when that is all there is.
pub(super) fn class_shown(row: &Row) -> Option<Class> {
    row.findings.iter().map(|finding| finding.class).max()
}

pub(super) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Added => "added",
        Status::Removed => "removed",
        Status::Modified => "modified",
        Status::Renamed => "renamed",
        Status::Reformatted => "reformatted",
    }
}

/// One line an artefact.
pub(super) fn write_stat(rows: &[Row], layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    let width = ids.iter().map(|id| id.chars().count()).max().unwrap_or(0).min(60);
    for (row, id) in rows.iter().zip(&ids) {
        let class =
            class_shown(row).map_or(String::new(), |class| layout.paint(Tone::Class(class), &format!("{class:<11}")));
        let count: usize = row.findings.iter().map(|finding| finding.count).sum();
        let findings = format!("{count} finding{}", if count == 1 { "" } else { "s" });
        writeln!(out, " {id:<width$} | {class} {:<11} {:<20} {findings}", status_word(row.status), version_step(row))?;
    }
    Ok(())
}

pub(super) fn write(row: &Row, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", heading(row, layout))?;
    writeln!(out, "  {}", layout.paint(Tone::Faint, &subheading(row)))?;
    let shown = if layout.full { usize::MAX } else { FINDINGS };
    for finding in row.findings.iter().take(shown) {
        write_finding(finding, layout, out)?;
    }
    if row.findings.len() > shown {
        let rest = row.findings.get(shown..).unwrap_or_default();
        writeln!(out, "  … and {} more: {} (--full shows all)", rest.len(), by_rule(rest))?;
    }
    Ok(())
}

fn heading(row: &Row, layout: &Layout) -> String {
    let class = class_shown(row).map_or(String::new(), |class| layout.paint(Tone::Class(class), class.as_str()));
    let step = version_step(row);
    let step = if step.is_empty() { step } else { format!("  {step}") };
    format!("{}  {class}{step}", layout.paint(Tone::Strong, &row.id.to_string()))
}

/// `1.0.0 → 2.0.0 (major)`; `needs major` while nothing is released.
fn version_step(row: &Row) -> String {
    match (&row.version.old, &row.version.required) {
        (Some(old), Some(required)) if old != required => format!("{old} → {required} ({})", row.bump),
        (Some(old), Some(_)) => old.to_string(),
        (Some(old), None) => format!("was {old}"),
        (None, Some(_)) if row.status == Status::Added => String::new(),
        (None, _) if row.bump > crate::domain::Bump::None => format!("{} bump", row.bump),
        _ => String::new(),
    }
}

fn subheading(row: &Row) -> String {
    let path = match (&row.path.old, &row.path.new) {
        (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
        (old, new) => new.as_ref().or(old.as_ref()).cloned().unwrap_or_default(),
    };
    let mut pieces = vec![path, status_word(row.status).to_owned()];
    if !row.types.is_empty() {
        pieces.push(format!("{} change", list(&row.types)));
    }
    if !row.gates.is_empty() {
        pieces.push(format!("owes {}", list(&row.gates)));
    }
    pieces.join(" · ")
}

pub(super) fn list<T: ToString>(things: impl IntoIterator<Item = T>) -> String {
    things.into_iter().map(|thing| thing.to_string()).collect::<Vec<_>>().join(", ")
}

fn by_rule(findings: &[FindingRow]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.rule).or_default() += finding.count;
    }
    list(counts.into_iter().map(|(rule, count)| format!("{count} {rule}")))
}

fn write_finding(finding: &FindingRow, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let class = layout.paint(Tone::Class(finding.class), &format!("{:<11}", finding.class));
    let rule = layout.paint(Tone::Faint, &format!("[{}]", finding.rule));
    writeln!(out, "  {class}  {}  {rule}", finding.message)?;
    let body = body(finding, layout);
    let place = finding.new.as_ref().or(finding.old.as_ref()).map_or(String::new(), position);
    let lines: Vec<&str> = body.lines().collect();
    let shown = if layout.full { lines.len() } else { LINES };
    for (at, line) in lines.iter().take(shown).enumerate() {
        let gutter = if at == 0 { place.as_str() } else { "" };
        writeln!(out, "  {} {line}", layout.paint(Tone::Faint, &format!("{gutter:>11} │")))?;
    }
    if lines.len() > shown {
        writeln!(out, "  {:>11} … {} more lines", "", lines.len() - shown)?;
    }
    Ok(())
}

fn position(quote: &Quote) -> String {
    format!("{}:{}", quote.place.line, quote.place.column)
}

/// The quoted texts with the changed words marked; empty where the message says it all.
fn body(finding: &FindingRow, layout: &Layout) -> String {
    let text = |quote: &Option<Quote>| quote.as_ref().map_or(String::new(), |quote| quote.text.trim_end().to_owned());
    let (old, new) = (text(&finding.old), text(&finding.new));
    let runs = match (old.is_empty(), new.is_empty()) {
        _ if old == new => vec![Run::Same(new)],
        (true, _) => vec![Run::Inserted(new)],
        (_, true) => vec![Run::Deleted(old)],
        _ => words::runs(&old, &new, layout.full),
    };
    runs.iter().map(|run| marked(run, layout)).collect()
}

fn marked(run: &Run, layout: &Layout) -> String {
    let (tone, open, close) = match run {
        Run::Same(text) => return text.clone(),
        Run::Deleted(_) => (Tone::Deleted, "[-", "-]"),
        Run::Inserted(_) => (Tone::Inserted, "{+", "+}"),
    };
    if layout.color {
        let lines: Vec<String> = run.text().split('\n').map(|line| layout.paint(tone, line)).collect();
        lines.join("\n")
    } else {
        format!("{open}{}{close}", run.text())
    }
}
