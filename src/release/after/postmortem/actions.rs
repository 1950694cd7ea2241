//! Action items: the rows of a table, or a list with boxes.
//!
//! `| what | owner | due | done |`, or `- [ ] what (owner: team-evals, due: 2026-06-01)`.

use super::read::Section;

/// Something that is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What.
    pub what: String,
    /// By whom.
    pub owner: Option<String>,
    /// By when, as written.
    pub due: Option<String>,
    /// Whether it is done.
    pub is_done: bool,
    /// Its line.
    pub line: usize,
}

/// The items of a section.
pub(super) fn of(section: &Section) -> Vec<Action> {
    let is_row = |text: &str| text.trim_start().starts_with('|');
    let rows: Vec<(usize, Vec<&str>)> =
        section.said.iter().filter(|(_, text)| is_row(text)).map(|(line, text)| (*line, cells(text))).collect();
    let listed = section.said.iter().filter(|(_, text)| !is_row(text)).filter_map(|(line, text)| item(*line, text));
    table(&rows).into_iter().chain(listed).collect()
}

fn cells(row: &str) -> Vec<&str> {
    row.trim().trim_start_matches('|').trim_end_matches('|').split('|').map(str::trim).collect()
}

/// The rows below the one that names the columns.
fn table(rows: &[(usize, Vec<&str>)]) -> Vec<Action> {
    let Some(((_, names), rows)) = rows.split_first() else { return Vec::new() };
    let column = |name: &str| names.iter().position(|known| known.eq_ignore_ascii_case(name));
    let (what, owner, due, done) = (column("what"), column("owner"), column("due"), column("done"));
    let is_rule = |cells: &[&str]| cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| "-: ".contains(c)));
    let rows = rows.iter().filter(|(_, cells)| !is_rule(cells) && cells.iter().any(|cell| !cell.is_empty()));
    rows.map(|(line, cells)| {
        let cell = |at: Option<usize>| cells.get(at?).copied().filter(|text| is_said(text)).map(str::to_owned);
        Action {
            what: cell(what.or(Some(0))).unwrap_or_default(),
            owner: cell(owner),
            due: cell(due),
            is_done: cell(done).is_some_and(|done| !done.eq_ignore_ascii_case("no")),
            line: *line,
        }
    })
    .collect()
}

/// An item of a list: `- [x] what (owner: …, due: …)`.
fn item(line: usize, text: &str) -> Option<Action> {
    let item = text.strip_prefix(['-', '*'])?.trim_start();
    let (is_done, item) = match item.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((mark, rest)) => (mark.eq_ignore_ascii_case("x"), rest.trim_start()),
        None => (false, item),
    };
    let what = ["owner:", "due:"].iter().filter_map(|label| item.find(label)).min().map_or(item, |at| &item[..at]);
    let what = what.trim().trim_end_matches(['(', ',', ';', '-', '–', '—']).trim().to_owned();
    Some(Action { what, owner: field(item, "owner:"), due: field(item, "due:"), is_done, line })
}

fn field(item: &str, label: &str) -> Option<String> {
    let (_, rest) = item.split_once(label)?;
    let value = rest.split([',', ';', ')']).next()?.trim();
    is_said(value).then(|| value.to_owned())
}

/// Whether a cell says something: neither nothing, nor a dash, nor a blank to be filled in.
fn is_said(text: &str) -> bool {
    let is_blank = text.starts_with('<') && text.ends_with('>');
    !text.is_empty() && !is_blank && text.chars().any(char::is_alphanumeric)
}
