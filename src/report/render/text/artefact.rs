//! One artefact: its heading and its findings; or one line of it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{body, columns};
use crate::domain::{Class, Place, Quote};
use crate::report::render::paint::Tone;
use crate::report::render::{Layout, phrase};
use crate::report::{FindingRow, Row, visible};

/// Findings shown of one artefact before the rest is counted.
const FINDINGS: usize = 10;
/// Columns that a name may take in a table.
const NAME: usize = 60;

/// One line an artefact.
pub(super) fn write_stat(rows: &[Row], layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let ids: Vec<String> = rows.iter().map(id).collect();
    let steps: Vec<String> = rows.iter().map(phrase::version_step).collect();
    let width = columns::widest(&ids).min(NAME);
    let step_width = columns::widest(&steps);
    for ((row, id), step) in rows.iter().zip(&ids).zip(&steps) {
        let class = phrase::class(row).map_or_else(
            || columns::padded("", 11),
            |class| layout.paint(Tone::Class(class), &columns::padded(class.as_str(), 11)),
        );
        let (id, step) = (columns::padded(id, width), columns::padded(step, step_width));
        let count: usize = row.findings.iter().map(|finding| finding.count).sum();
        let status = columns::padded(phrase::status(row.status), 11);
        writeln!(out, " {id} │ {class} {status} {step} {}", phrase::counted(count, "finding"))?;
    }
    Ok(())
}

/// The identity, fit to be shown.
pub(super) fn id(row: &Row) -> String {
    visible::line(&row.id.to_string())
}

pub(super) fn write(row: &Row, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", heading(row, layout))?;
    writeln!(out, "  {}", layout.paint(Tone::Faint, &subheading(row)))?;
    let shown = if layout.full { usize::MAX } else { FINDINGS };
    for finding in row.findings.iter().take(shown) {
        writeln!(out, "{}", title(row, finding, layout))?;
        match as_it_stands(finding) {
            Some(quote) => body::write((Some(quote), Some(quote)), layout, out)?,
            None if phrase::says_all(finding) => {}
            None => body::write((finding.old.as_ref(), finding.new.as_ref()), layout, out)?,
        }
        body::write_notes(finding, layout, out)?;
    }
    if let Some(rest) = row.findings.get(shown..).filter(|rest| !rest.is_empty()) {
        writeln!(out, "  … and {} more: {} (--full shows all)", rest.len(), by_rule(rest))?;
    }
    Ok(())
}

/// The text of a finding that tells a state, which no edit of that text brought about.
fn as_it_stands(finding: &FindingRow) -> Option<&Quote> {
    let is_state = finding.class == Class::Integrity && finding.old.is_none();
    finding.new.as_ref().filter(|_| is_state)
}

fn heading(row: &Row, layout: &Layout) -> String {
    let class = phrase::class(row).map(|class| layout.paint(Tone::Class(class), class.as_str()));
    let step = Some(phrase::version_step(row)).filter(|step| !step.is_empty());
    let pieces = [Some(layout.paint(Tone::Strong, &id(row))), class, step];
    pieces.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

fn subheading(row: &Row) -> String {
    let mut pieces = vec![phrase::path(&row.path), phrase::status(row.status).to_owned()];
    if !row.types.is_empty() {
        pieces.push(format!("{} change", phrase::list(&row.types)));
    }
    if !row.gates.is_empty() {
        pieces.push(format!("owes {}", phrase::list(&row.gates)));
    }
    pieces.join(" · ")
}

/// `breaking  the prompt no longer takes …  [prompt/variable-removed]`
fn title(row: &Row, finding: &FindingRow, layout: &Layout) -> String {
    let class = layout.paint(Tone::Class(finding.class), &columns::padded(finding.class.as_str(), 11));
    let place = finding.new.as_ref().or(finding.old.as_ref()).map(|quote| &quote.place);
    let file = place.and_then(|place| file_within(row, place)).map_or_else(String::new, |file| format!(" {file}"));
    let rule = layout.paint(Tone::Faint, &format!("[{}]{file}", name(finding, layout)));
    format!("  {class}  {}  {rule}", visible::line(&phrase::sentence(finding)))
}

/// The rule; the fingerprint of what may have to be acknowledged; a word where the reading is doubtful.
fn name(finding: &FindingRow, layout: &Layout) -> String {
    let is_named = layout.full || finding.class >= Class::Breaking;
    let fingerprint = is_named.then_some(finding.fingerprint.as_str());
    [Some(finding.rule), fingerprint, phrase::doubt(finding)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The file of a directory artefact that a place is in.
fn file_within(row: &Row, place: &Place) -> Option<String> {
    let paths = [&row.path.new, &row.path.old];
    let file = paths.into_iter().flatten().find_map(|path| place.path.strip_prefix(path.as_str()))?;
    file.strip_prefix('/').map(visible::line)
}

fn by_rule(findings: &[FindingRow]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.rule).or_default() += finding.count;
    }
    phrase::list(counts.into_iter().map(|(rule, count)| format!("{count} {rule}")))
}

#[cfg(test)]
mod tests {
    use crate::domain::Class;
    use crate::report::render::sample::{self, PLAIN};

    #[test]
    fn a_state_is_quoted_without_marks() {
        let mut changes = sample::one_line();
        let finding = &mut changes.artefacts[0].findings[0];
        (finding.class, finding.old) = (Class::Integrity, None);
        finding.new.as_mut().unwrap().text = "inputs: [order]".to_owned();
        let text = sample::rendered("text", changes, &PLAIN);
        assert!(text.contains(" │ inputs: [order]\n"), "{text}");
    }
}
