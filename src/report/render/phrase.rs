//! Phrases about changes that several formats use.

use super::{gates, spans};
use crate::diff::Status;
use crate::domain::{Ack, Bump, Class, Confidence, Quote, Verdict, Version, Witness};
use crate::report::{Both, Changes, FindingRow, Refusal, Row, visible};

/// The class to show: integrity when that is all there is.
pub(super) fn class(row: &Row) -> Option<Class> {
    row.findings.iter().map(|finding| finding.class).max()
}

pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Added => "added",
        Status::Removed => "removed",
        Status::Modified => "modified",
        Status::Renamed => "renamed",
        Status::Reformatted => "reformatted",
    }
}

/// `3 artefacts changed`
pub(super) fn total(changes: &Changes) -> String {
    match changes.artefacts.len() {
        0 => "no artefact changed".to_owned(),
        count => format!("{} changed", counted(count, "artefact")),
    }
}

/// How many artefacts there are of each class, worst first; those that occur.
pub(super) fn classes(changes: &Changes) -> Vec<(Class, usize)> {
    let count = |wanted| changes.artefacts.iter().filter(|row| class(row) == Some(wanted)).count();
    Class::ALL.into_iter().rev().map(|class| (class, count(class))).filter(|(_, count)| *count > 0).collect()
}

/// What there is beside artefacts: `2 code files`, `1 problem`.
pub(super) fn beside(changes: &Changes) -> Vec<String> {
    let counts = [
        (changes.code.len(), "code file"),
        (changes.submodules.len(), "submodule"),
        (changes.problems.len(), "problem"),
    ];
    counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(count, what)).collect()
}

/// How the gates stand, `gates: 1 fail, 2 pass`; where nobody judged them what several artefacts owe: `owes eval, cost`.
pub(super) fn owed(changes: &Changes) -> Option<String> {
    if !changes.gates.is_empty() {
        return Some(format!("gates: {}", gates::counted(&changes.gates)));
    }
    let owed = list(&changes.summary.gates);
    (changes.artefacts.len() > 1 && !owed.is_empty()).then(|| format!("owes {owed}"))
}

/// `check passed`; what was too little to tell is told.
pub(super) fn passed(changes: &Changes) -> String {
    let open = changes.gates.iter().filter(|judged| judged.verdict == Verdict::Inconclusive).count();
    if open == 0 {
        "check passed".to_owned()
    } else {
        format!("check passed, with {} inconclusive", counted(open, "gate"))
    }
}

/// `in all 16 artefacts: 10 prompt, 5 tool, 1 index`; `None` where nobody counted.
pub(super) fn inventory(changes: &Changes) -> Option<String> {
    let inventory = &changes.summary.inventory;
    let kinds = list(inventory.iter().map(|(kind, count)| format!("{count} {kind}")));
    (!inventory.is_empty()).then(|| format!("in all {}: {kinds}", counted(inventory.values().sum(), "artefact")))
}

/// `1 finding`, `2 findings`
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// `HEAD → worktree`; an object id is cut to its first ten digits.
pub(super) fn sides(changes: &Changes) -> String {
    visible::line(&format!("{} → {}", short(&changes.old.spec), short(&changes.new.spec)))
}

/// A revision, with an object id at its beginning cut to the first ten digits.
pub(super) fn short(spec: &str) -> String {
    let id = spec.bytes().take_while(u8::is_ascii_hexdigit).count();
    let (id, rest) = spec.split_at(if matches!(id, 40 | 64) { id } else { 0 });
    format!("{}{rest}", id.get(..10).unwrap_or_default())
}

/// `1.0.0 → 2.0.0 (major)`; `major bump` while nothing is released.
pub(super) fn version_step(row: &Row) -> String {
    match (&row.version.old, &row.version.required) {
        (Some(old), Some(required)) if old == required => visible::line(&old.to_string()),
        (Some(old), Some(required)) if old.bumped(row.bump) == *required || matches!(old, Version::Date(..)) => {
            visible::line(&format!("{old} → {required} ({})", row.bump))
        }
        (Some(old), Some(required)) => visible::line(&format!("{old} → {required} (with earlier edits)")),
        (Some(old), None) => visible::line(&format!("was {old}")),
        (None, Some(_)) if row.status == Status::Added => String::new(),
        (None, _) if row.bump > Bump::None => format!("{} bump", row.bump),
        _ => String::new(),
    }
}

/// `prompts/a.md`, or `prompts/a.md → prompts/b.md`.
pub(super) fn path(path: &Both<String>) -> String {
    let shown = match (&path.old, &path.new) {
        (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
        (old, new) => new.as_ref().or(old.as_ref()).cloned().unwrap_or_default(),
    };
    visible::line(&shown)
}

/// `cost, eval`
pub(super) fn list<T: ToString>(things: impl IntoIterator<Item = T>) -> String {
    things.into_iter().map(|thing| thing.to_string()).collect::<Vec<_>>().join(", ")
}

/// The old and the new text of a finding: without the blanks at their ends unless just those differ, and without the
/// indentation that their lines have from where they stand.
pub(super) fn texts(old: Option<&Quote>, new: Option<&Quote>) -> (String, String) {
    let indent = [old, new].into_iter().flatten().filter_map(indentation).min().unwrap_or(0);
    let (old, new) = (text(old), text(new));
    let (old_end, new_end) = (old.trim_end(), new.trim_end());
    let (old, new) = if old_end == new_end { (old, new) } else { (old_end, new_end) };
    (dedented(old, indent), dedented(new, indent))
}

/// Whether the sentence of a finding about a file as a whole says both texts already.
pub(super) fn says_all(finding: &FindingRow) -> bool {
    let is_said = |quote: &Option<Quote>| {
        quote.as_ref().is_some_and(|quote| {
            (quote.place.line, quote.place.column) == (1, 1) && finding.message.contains(&quote.text)
        })
    };
    is_said(&finding.old) && is_said(&finding.new)
}

/// How many blanks all lines after the first begin with, at most as many as the first one has before it.
fn indentation(quote: &Quote) -> Option<usize> {
    let lines = quote.text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let least = lines.map(|line| line.len() - line.trim_start_matches(' ').len()).min()?;
    Some(least.min(quote.place.column.saturating_sub(1)))
}

fn dedented(text: &str, indent: usize) -> String {
    let blanks = " ".repeat(indent);
    let lines = text.split_inclusive('\n').enumerate();
    lines.map(|(at, line)| if at == 0 { line } else { line.strip_prefix(&blanks).unwrap_or(line) }).collect()
}

/// The label of a command line.
pub(super) const TO_ACK: &str = "to ack";
/// How much of a witness is shown, in characters.
const WITNESS: usize = 300;

/// What there is to say of a finding beside its texts, each under a label: a witness, who answers for it, why it
/// matters, how to acknowledge it.
pub(super) fn notes(finding: &FindingRow) -> Vec<(&'static str, String)> {
    let notes = [
        ("e.g.", finding.witness.as_ref().map(witness)),
        ("acked", finding.ack.as_ref().map(|ack| visible::line(&acked(ack)))),
        ("why", finding.why.map(str::to_owned)),
        (TO_ACK, finding.way_out.as_deref().map(visible::line)),
    ];
    notes.into_iter().filter_map(|(label, text)| Some((label, text?))).collect()
}

/// `callers migrated (by the tool's owner until 2026-12-31, waives level)`
pub(super) fn acked(ack: &Ack) -> String {
    let by = [ack.approved_by.as_deref(), ack.role.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let by = if by.is_empty() { String::new() } else { format!("{by}; ") };
    let until = ack.until.map_or(String::new(), |until| format!(" until {until}"));
    format!("{} ({by}waives {}{until})", ack.reason, list(&ack.waives))
}

/// The sentence of a finding; what its texts show anyway is not quoted at length.
pub(super) fn sentence(finding: &FindingRow) -> String {
    let is_shown = !(text(finding.old.as_ref()).is_empty() && text(finding.new.as_ref()).is_empty());
    if is_shown { spans::shortened(&finding.message) } else { spans::whole(&finding.message) }
}

/// What is said of a finding that may be wrong: `possible`.
pub(super) fn doubt(finding: &FindingRow) -> Option<&'static str> {
    (finding.confidence == Confidence::Possible).then(|| finding.confidence.as_str())
}

/// `prompt:greet (changes/greet.md:3): no intent names it`; what the sentence names anyway does not stand before it.
pub(super) fn refused(refusal: &Refusal) -> String {
    let message = &refusal.refused.message;
    let artefact = refusal.artefact.as_ref().map(ToString::to_string).filter(|artefact| !message.contains(artefact));
    let place = refusal.place.as_ref().map(|place| format!("{}:{}", place.path, place.line));
    match (artefact, place.filter(|place| !message.contains(place))) {
        (Some(artefact), Some(place)) => format!("{artefact} ({place}): {message}"),
        (Some(subject), None) | (None, Some(subject)) => format!("{subject}: {message}"),
        (None, None) => message.clone(),
    }
}

/// `text`, cut after `limit` characters.
pub(super) fn clipped(text: &str, limit: usize) -> String {
    let mut shown: String = text.chars().take(limit).collect();
    if text.chars().nth(limit).is_some() {
        shown.push('…');
    }
    shown
}

fn text(quote: Option<&Quote>) -> &str {
    quote.map_or("", |quote| &quote.text)
}

/// `{"order_id":"x"} was valid and is not`
fn witness(witness: &Witness) -> String {
    format!("{} {}", clipped(&visible::line(&witness.instance), WITNESS), witness.shows())
}

#[cfg(test)]
mod tests {
    use super::{short, texts};
    use crate::domain::{Place, Quote};

    #[test]
    fn lines_lose_the_indentation_of_their_place_and_keep_their_own() {
        let quote = |column, text: &str| {
            let place = Place { path: "a.json".into(), line: 3, column };
            Quote { place, text: text.to_owned() }
        };
        let json = quote(7, "\"note\": {\n        \"type\": 1\n      }");
        assert_eq!(texts(Some(&json), None).0, "\"note\": {\n  \"type\": 1\n}");
        let list = quote(1, "- a\n    - b");
        assert_eq!(texts(None, Some(&list)).1, "- a\n    - b");
    }

    #[test]
    fn an_object_id_is_cut_and_a_name_is_not() {
        assert_eq!(short(&format!("{}^", "ab12".repeat(10))), "ab12ab12ab^");
        assert_eq!(short("decade"), "decade");
        assert_eq!(short("main~2"), "main~2");
    }
}
