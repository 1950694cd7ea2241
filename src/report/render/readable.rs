//! Word changes as a person would mark them: no coincidental islands, and edges where words and phrases have theirs.

use super::words::Run;

/// An island of more words than this is no coincidence.
const MAX_ISLAND_WORDS: usize = 3;

/// What went and came at one place, and the text that stayed behind it.
#[derive(Debug, Default)]
struct Change {
    deleted: String,
    inserted: String,
    after: String,
}

/// The same two texts in runs that read better.
pub(super) fn readable(runs: Vec<Run>) -> Vec<Run> {
    let mut changes = without_islands(changes(runs));
    for at in 1..changes.len() {
        let (before, rest) = changes.split_at_mut(at);
        if let (Some(before), Some(change)) = (before.last_mut(), rest.first_mut()) {
            slide(&mut before.after, change);
        }
    }
    changes.into_iter().flat_map(Change::runs).filter(|run| !run.text().is_empty()).collect()
}

/// The runs as changes; the first is empty but for the text before all others.
fn changes(runs: Vec<Run>) -> Vec<Change> {
    let mut changes = vec![Change::default()];
    for run in runs {
        if !matches!(run, Run::Same(_))
            && changes.last().is_some_and(|last| changes.len() == 1 || !last.after.is_empty())
        {
            changes.push(Change::default());
        }
        let Some(last) = changes.last_mut() else { continue };
        match run {
            Run::Same(text) => last.after.push_str(&text),
            Run::Deleted(text) => last.deleted.push_str(&text),
            Run::Inserted(text) => last.inserted.push_str(&text),
        }
    }
    changes
}

/// Changes with nothing but a coincidence between them are one: `[-a b-]{+c d+}` reads better than four pieces.
fn without_islands(changes: Vec<Change>) -> Vec<Change> {
    let mut kept: Vec<Change> = Vec::new();
    for change in changes {
        kept.push(change);
        while let [.., before, last] = kept.as_mut_slice()
            && is_island(before, last)
        {
            let island = std::mem::take(&mut before.after);
            before.deleted.extend([island.as_str(), last.deleted.as_str()]);
            before.inserted.extend([island.as_str(), last.inserted.as_str()]);
            before.after = std::mem::take(&mut last.after);
            kept.pop();
        }
    }
    kept
}

/// Whether what stands between two changes is blanks, a few signs, or words that are shorter than both replacements.
fn is_island(before: &Change, after: &Change) -> bool {
    let (text, size) = (&before.after, before.after.len());
    let is_signs = text.trim().is_empty() || size <= 3 && !text.contains(char::is_alphanumeric);
    let is_short = size <= before.size() && size <= after.size() && text.split_whitespace().count() <= MAX_ISLAND_WORDS;
    before.size() > 0 && (is_signs || is_short && before.replaces() && after.replaces())
}

/// Moves a text that only came or only went along equal text to where it begins and ends at the best edges.
fn slide(before: &mut String, change: &mut Change) {
    let text = match (change.deleted.is_empty(), change.inserted.is_empty()) {
        (true, false) => &mut change.inserted,
        (false, true) => &mut change.deleted,
        _ => return,
    };
    let all = format!("{before}{text}{}", change.after);
    let length = text.len();
    let start = all.len() - length - change.after.len() - shared_end(before, text);
    let mut best = (0, start);
    let mut at = start;
    loop {
        let score = edge(&all, at) + edge(&all, at + length);
        best = if score >= best.0 { (score, at) } else { best };
        let (Some(first), Some(next)) = (all[at..].chars().next(), all[at + length..].chars().next()) else { break };
        if first != next {
            break;
        }
        at += first.len_utf8();
    }
    let (at, end) = (best.1, best.1 + length);
    *text = all[at..end].to_owned();
    change.after = all[end..].to_owned();
    before.replace_range(.., &all[..at]);
}

/// How many bytes both texts end with.
fn shared_end(a: &str, b: &str) -> usize {
    a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

/// How good a place this is for a change to begin or end.
fn edge(text: &str, at: usize) -> usize {
    let (before, after) = (&text[..at], &text[at..]);
    let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else { return 6 };
    let closed_by = |marks: &[char]| last.is_whitespace() && before.trim_end().ends_with(marks);
    match () {
        () if last == '\n' || next == '\n' => 5,
        () if closed_by(&['.', '!', '?', ':', ';']) => 4,
        () if closed_by(&[',']) => 3,
        () if last.is_whitespace() => 2,
        () if !last.is_alphanumeric() || !next.is_alphanumeric() => 1,
        () => 0,
    }
}

impl Change {
    fn size(&self) -> usize {
        self.deleted.len().max(self.inserted.len())
    }

    fn replaces(&self) -> bool {
        !self.deleted.is_empty() && !self.inserted.is_empty()
    }

    fn runs(self) -> [Run; 3] {
        [Run::Deleted(self.deleted), Run::Inserted(self.inserted), Run::Same(self.after)]
    }
}

#[cfg(test)]
mod tests {
    use crate::report::render::words::{Run, runs};

    fn marked(old: &str, new: &str) -> String {
        let mark = |run: Run| match run {
            Run::Same(text) => text,
            Run::Deleted(text) => format!("[-{text}-]"),
            Run::Inserted(text) => format!("{{+{text}+}}"),
        };
        runs(old, new, true).into_iter().map(mark).collect()
    }

    #[test]
    fn coincidental_islands_are_dropped() {
        let found = marked(
            "Answer briefly in the style of a letter to all.",
            "Answer politely, with the warmth of a friend to all.",
        );
        assert_eq!(
            found,
            "Answer [-briefly in the style of a letter-]{+politely, with the warmth of a friend+} to all."
        );
        assert_eq!(
            marked("Keep it at 3 items or 5 lines.", "Keep it at 4 items or 6 lines."),
            "Keep it at [-3-]{+4+} items or [-5-]{+6+} lines."
        );
    }

    #[test]
    fn edges_are_those_of_words_and_phrases() {
        assert_eq!(
            marked("Use tables and lists.", "Use tables and images and lists."),
            "Use tables and {+images and +}lists."
        );
        assert_eq!(marked("Read it. Sum it up.", "Read it. Check it. Sum it up."), "Read it. {+Check it. +}Sum it up.");
        assert_eq!(marked("Name, place, date.", "Name, date."), "Name, [-place, -]date.");
    }
}
