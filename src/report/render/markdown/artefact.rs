//! One artefact: its row in the table, and its findings, folded.

use similar::{ChangeTag, TextDiff};

use super::escape::{begun, block, cell, code, literal, prose};
use crate::domain::Quote;
use crate::report::render::phrase;
use crate::report::render::words::{self, Run};
use crate::report::{FindingRow, Row, visible};

/// Findings shown of one artefact before the rest is counted.
const FINDINGS: usize = 20;
/// Bytes that the findings of one artefact may take, and those kept for what closes them.
const ARTEFACT: usize = 8_000;
const CLOSING: usize = 100;
/// Characters shown of an identity or a path, and of a sentence.
const NAME: usize = 200;
const SENTENCE: usize = 400;
/// Lines shown of one finding's texts.
const LINES: usize = 30;
/// Characters shown of such a line.
const LINE: usize = 400;

pub(super) fn table_row(row: &Row) -> String {
    let class = phrase::class(row).map_or("", |class| class.as_str());
    let cells = [
        code(&phrase::clipped(&row.id.to_string(), NAME)),
        class.to_owned(),
        phrase::list(&row.types),
        literal(&phrase::clipped(&phrase::version_step(row), NAME)),
        phrase::list(&row.gates),
    ];
    format!("| {} |\n", cells.map(|markdown| cell(&markdown)).join(" | "))
}

/// The findings of a row, folded, in at most `room` bytes; `None` when not even one of them fits.
pub(super) fn details(row: &Row, room: usize) -> Option<String> {
    let class = phrase::class(row).map_or("", |class| class.as_str());
    let id = visible::line(&phrase::clipped(&row.id.to_string(), NAME));
    let id = id.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut text = format!(
        "\n<details><summary><code>{id}</code> {class}, {}</summary>\n\n{} {}\n",
        phrase::counted(row.findings.len(), "finding"),
        code(&phrase::clipped(&phrase::path(&row.path), NAME)),
        phrase::status(row.status),
    );
    let room = room.min(ARTEFACT).checked_sub(text.len() + CLOSING)?;
    let shown = findings(row, room);
    let more = row.findings.len() - shown.len();
    text.extend(shown);
    if more > 0 {
        text.push_str(&format!("\n… and {}\n", phrase::counted(more, "more finding")));
    }
    (more < row.findings.len() || more == 0).then(|| text + "\n</details>\n")
}

/// The first findings that fit into `room` bytes; those whose texts do not fit come without them.
fn findings(row: &Row, mut room: usize) -> Vec<String> {
    let mut shown = Vec::new();
    for finding in row.findings.iter().take(FINDINGS) {
        let whole = entry(finding, &body(finding));
        let text = if whole.len() > room { entry(finding, "") } else { whole };
        let Some(left) = room.checked_sub(text.len()) else { break };
        room = left;
        shown.push(text);
    }
    shown
}

fn entry(finding: &FindingRow, body: &str) -> String {
    let place = finding.new.as_ref().or(finding.old.as_ref()).map_or_else(String::new, place);
    let body: String = body.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect();
    let said = format!("**{}** {}", finding.class, prose(&phrase::clipped(&phrase::sentence(finding), SENTENCE)));
    let said = if finding.is_waived() { format!("<del>{said}</del>") } else { said };
    let doubt = phrase::doubt(finding).map_or_else(String::new, |doubt| format!(", {doubt}"));
    let notes: String = phrase::notes(finding).iter().map(note).collect();
    format!("\n- {said} ({}{place}{doubt})\n{body}{notes}", code(finding.rule))
}

/// A note on a line of its own. What a machine reads is code; what a person wrote is prose.
fn note((label, text): &(&'static str, String)) -> String {
    match *label {
        "e.g." | phrase::TO_ACK => format!("\n  {label} {}\n", code(text)),
        _ => format!("\n  {label}: {}\n", prose(&phrase::clipped(text, 2 * SENTENCE))),
    }
}

fn place(quote: &Quote) -> String {
    format!(", line {}", quote.place.line)
}

/// The texts: one line with its changed words marked, several lines as a diff.
fn body(finding: &FindingRow) -> String {
    let (old, new) = phrase::texts(finding.old.as_ref(), finding.new.as_ref());
    if old == new || phrase::says_all(finding) {
        return String::new();
    }
    if old.contains('\n') || new.contains('\n') {
        return block("diff", &by_lines(&old, &new));
    }
    let runs = words::runs(&old, &new, false);
    format!("\n> {}\n", begun(&runs.iter().map(marked).collect::<String>()))
}

fn marked(run: &Run) -> String {
    let text = literal(&visible::line(run.text()));
    match run {
        Run::Same(_) => text,
        Run::Deleted(_) => format!("<del>{text}</del>"),
        Run::Inserted(_) => format!("<ins>{text}</ins>"),
    }
}

fn by_lines(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let groups = diff.grouped_ops(2);
    let changes = groups.iter().flatten().flat_map(|op| diff.iter_changes(op));
    let lines: Vec<String> = changes
        .map(|change| {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let text: String = visible::block(change.value()).trim_end_matches('\n').chars().take(LINE).collect();
            format!("{sign} {text}")
        })
        .collect();
    let more = lines.len().saturating_sub(LINES);
    let shown = lines.iter().take(LINES).map(String::as_str).collect::<Vec<_>>().join("\n");
    if more > 0 { format!("{shown}\n… {}", phrase::counted(more, "more line")) } else { shown }
}
