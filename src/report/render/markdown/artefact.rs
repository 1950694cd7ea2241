//! One artefact: its row in the table, and its findings, folded.

use similar::{ChangeTag, TextDiff};

use super::escape::{begun, block, cell, code, literal, prose};
use crate::domain::Quote;
use crate::report::render::phrase;
use crate::report::render::words::{self, Run};
use crate::report::{FindingRow, Row, visible};

/// Findings shown of one artefact before the rest is counted.
const FINDINGS: usize = 20;
/// Lines shown of one finding's texts.
const LINES: usize = 30;
/// Characters shown of such a line.
const LINE: usize = 400;

pub(super) fn table_row(row: &Row) -> String {
    let class = phrase::class(row).map_or("", |class| class.as_str());
    let cells = [
        code(&row.id.to_string()),
        class.to_owned(),
        phrase::list(&row.types),
        literal(&phrase::version_step(row)),
        phrase::list(&row.gates),
    ];
    format!("| {} |\n", cells.map(|markdown| cell(&markdown)).join(" | "))
}

pub(super) fn details(row: &Row) -> String {
    let class = phrase::class(row).map_or("", |class| class.as_str());
    let id = visible::line(&row.id.to_string());
    let id = id.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let findings: String = row.findings.iter().take(FINDINGS).map(finding).collect();
    let more = row.findings.len().saturating_sub(FINDINGS);
    let more = if more > 0 { format!("\n… and {}\n", phrase::counted(more, "more finding")) } else { String::new() };
    format!(
        "\n<details><summary><code>{id}</code> {class}, {}</summary>\n\n{} {}\n{findings}{more}\n</details>\n",
        phrase::counted(row.findings.len(), "finding"),
        code(&phrase::path(&row.path)),
        phrase::status(row.status),
    )
}

fn finding(finding: &FindingRow) -> String {
    let place = finding.new.as_ref().or(finding.old.as_ref()).map_or_else(String::new, place);
    let body: String = body(finding).lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect();
    let said = format!("**{}** {}", finding.class, prose(&finding.message));
    let said = if finding.is_waived() { format!("<del>{said}</del>") } else { said };
    let doubt = phrase::doubt(finding).map_or_else(String::new, |doubt| format!(", {doubt}"));
    let notes: String = phrase::notes(finding).iter().map(note).collect();
    format!("\n- {said} ({}{place}{doubt})\n{body}{notes}", code(finding.rule))
}

/// A note on a line of its own. What a machine reads is code; what a person wrote is prose.
fn note((label, text): &(&'static str, String)) -> String {
    match *label {
        "e.g." | "to ack" => format!("\n  {label} {}\n", code(text)),
        _ => format!("\n  {label}: {}\n", prose(text)),
    }
}

fn place(quote: &Quote) -> String {
    format!(", line {}", quote.place.line)
}

/// The texts: one line with its changed words marked, several lines as a diff.
fn body(finding: &FindingRow) -> String {
    let (old, new) = phrase::texts(finding.old.as_ref(), finding.new.as_ref());
    if old == new {
        return String::new();
    }
    if old.contains('\n') || new.contains('\n') {
        return block("diff", &by_lines(old, new));
    }
    let runs = words::runs(old, new, false);
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
