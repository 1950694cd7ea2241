//! The changed words of two texts, in place.

use similar::{Algorithm, ChangeTag, TextDiff};

use super::readable::readable;

/// A run of words that stayed, went or came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Run {
    Same(String),
    Deleted(String),
    Inserted(String),
}

/// Unchanged text shown on each side of a change; the rest becomes `…`.
const CONTEXT: usize = 72;
/// Changed text shown of one run, at its beginning and end; the rest becomes `…`.
const CHANGED: (usize, usize) = (160, 48);
/// Two texts that share less than this of their words are shown one after the other.
const RELATED: f32 = 0.3;
/// Texts longer than this together (in bytes) are compared by lines, and not at all above the second bound: word by
/// word a rewritten one would cost seconds.
const BY_WORDS: usize = 16 << 10;
const BY_LINES: usize = 1 << 20;

/// The runs of words from `old` to `new`; long stretches are cut unless `full`.
pub(super) fn runs(old: &str, new: &str, full: bool) -> Vec<Run> {
    let runs = match (old.is_empty(), new.is_empty()) {
        _ if old == new => vec![Run::Same(new.to_owned())],
        (false, false) => compared(old, new),
        _ => replaced(old, new),
    };
    let runs: Vec<Run> = runs.into_iter().filter(|run| !run.text().is_empty()).collect();
    if full { runs } else { clipped(runs) }
}

fn replaced(old: &str, new: &str) -> Vec<Run> {
    vec![Run::Deleted(old.to_owned()), Run::Inserted(new.to_owned())]
}

fn compared(old: &str, new: &str) -> Vec<Run> {
    let mut config = TextDiff::configure();
    config.algorithm(Algorithm::Patience);
    let diff = match old.len() + new.len() {
        length if length > BY_LINES => return replaced(old, new),
        length if length > BY_WORDS => config.diff_lines(old, new),
        _ => config.diff_unicode_words(old, new),
    };
    if diff.ratio() < RELATED {
        return replaced(old, new);
    }
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        push(&mut runs, change.tag(), change.value());
    }
    readable(runs)
}

impl Run {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Same(text) | Self::Deleted(text) | Self::Inserted(text) => text,
        }
    }
}

fn push(runs: &mut Vec<Run>, tag: ChangeTag, word: &str) {
    match (tag, runs.last_mut()) {
        (ChangeTag::Equal, Some(Run::Same(text)))
        | (ChangeTag::Delete, Some(Run::Deleted(text)))
        | (ChangeTag::Insert, Some(Run::Inserted(text))) => text.push_str(word),
        (ChangeTag::Equal, _) => runs.push(Run::Same(word.to_owned())),
        (ChangeTag::Delete, _) => runs.push(Run::Deleted(word.to_owned())),
        (ChangeTag::Insert, _) => runs.push(Run::Inserted(word.to_owned())),
    }
}

fn clipped(runs: Vec<Run>) -> Vec<Run> {
    let last = runs.len().saturating_sub(1);
    runs.into_iter()
        .enumerate()
        .map(|(at, run)| match run {
            Run::Same(text) if last == 0 => Run::Same(clip(&text, CHANGED.0, 0)),
            Run::Same(text) => Run::Same(clip(&text, shown(at > 0), shown(at < last))),
            Run::Deleted(text) => Run::Deleted(clip(&text, CHANGED.0, CHANGED.1)),
            Run::Inserted(text) => Run::Inserted(clip(&text, CHANGED.0, CHANGED.1)),
        })
        .collect()
}

fn shown(beside_change: bool) -> usize {
    if beside_change { CONTEXT } else { 0 }
}

/// Keeps the first `head` and the last `tail` characters.
fn clip(text: &str, head: usize, tail: usize) -> String {
    let total = text.chars().count();
    if total <= head + tail + 1 {
        return text.to_owned();
    }
    let before: String = text.chars().take(head).collect();
    let after: String = text.chars().skip(total - tail).collect();
    format!("{before}…{after}")
}

#[cfg(test)]
mod tests {
    use super::{Run, runs};

    #[test]
    fn one_word_is_marked_in_place() {
        let runs = runs("Answer in 3 items.", "Answer in 5 items.", true);
        let expected = [
            Run::Same("Answer in ".into()),
            Run::Deleted("3".into()),
            Run::Inserted("5".into()),
            Run::Same(" items.".into()),
        ];
        assert_eq!(runs, expected);
    }

    #[test]
    fn unrelated_texts_stand_one_after_the_other() {
        assert_eq!(runs("red green", "seven of nine", true).len(), 2);
    }

    #[test]
    fn a_long_text_is_cut_around_its_change() {
        let (old, new) = (
            format!("{}old{}", "a ".repeat(500), " b".repeat(500)),
            format!("{}new{}", "a ".repeat(500), " b".repeat(500)),
        );
        let runs = runs(&old, &new, false);
        let [Run::Same(before), Run::Deleted(old), Run::Inserted(new), Run::Same(after)] = runs.as_slice() else {
            panic!("{runs:?}")
        };
        assert_eq!((old.as_str(), new.as_str()), ("old", "new"));
        assert!(before.starts_with("…a") && after.ends_with("b…") && before.len() < 90 && after.len() < 90);
    }

    #[test]
    fn a_text_that_stays_is_cut_at_its_end() {
        let runs = runs(&"x".repeat(900), &"x".repeat(900), false);
        assert_eq!(runs, [Run::Same(format!("{}…", "x".repeat(160)))]);
    }

    #[test]
    fn every_word_of_both_texts_is_kept_when_full() {
        let (old, new) = ("the quick brown fox jumps", "the slow brown dog jumps high");
        let runs = runs(old, new, true);
        let side = |skip: fn(&Run) -> bool| runs.iter().filter(|run| !skip(run)).map(Run::text).collect::<String>();
        assert_eq!(side(|run| matches!(run, Run::Inserted(_))), old);
        assert_eq!(side(|run| matches!(run, Run::Deleted(_))), new);
    }
}
