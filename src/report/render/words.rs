//! The changed words of two texts, in place.

use std::time::Duration;

use similar::{Algorithm, ChangeTag, TextDiff};

/// A run of words that stayed, went or came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Run {
    Same(String),
    Deleted(String),
    Inserted(String),
}

/// Unchanged text shown on each side of a change; the rest becomes `…`.
const CONTEXT: usize = 48;
/// Two texts that share less than this of their words are shown one after the other.
const RELATED: f32 = 0.3;

/// The runs of words from `old` to `new`; unchanged stretches are cut to their context unless `full`.
pub(super) fn runs(old: &str, new: &str, full: bool) -> Vec<Run> {
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .timeout(Duration::from_millis(50))
        .diff_unicode_words(old, new);
    if diff.ratio() < RELATED {
        return [Run::Deleted(old.to_owned()), Run::Inserted(new.to_owned())]
            .into_iter()
            .filter(|run| !run.is_empty())
            .collect();
    }
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        push(&mut runs, change.tag(), change.value());
    }
    let runs = without_islands(runs);
    if full { runs } else { clipped(runs) }
}

impl Run {
    fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

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

/// Blanks that happen to stay between two changes join them: `[-a b-]{+c d+}` reads better than four pieces.
fn without_islands(runs: Vec<Run>) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    let (mut deleted, mut inserted, mut island) = (String::new(), String::new(), String::new());
    for run in runs {
        match run {
            Run::Same(text) if text.trim().is_empty() && !(deleted.is_empty() && inserted.is_empty()) => {
                island.push_str(&text)
            }
            Run::Same(text) => {
                flush(&mut out, &mut deleted, &mut inserted);
                let lead = std::mem::take(&mut island);
                out.push(Run::Same(lead + &text));
            }
            Run::Deleted(text) => {
                bridge(&mut island, &mut deleted, &mut inserted);
                deleted.push_str(&text);
            }
            Run::Inserted(text) => {
                bridge(&mut island, &mut deleted, &mut inserted);
                inserted.push_str(&text);
            }
        }
    }
    flush(&mut out, &mut deleted, &mut inserted);
    out.extend((!island.is_empty()).then_some(Run::Same(island)));
    out
}

fn bridge(island: &mut String, deleted: &mut String, inserted: &mut String) {
    if !island.is_empty() {
        deleted.push_str(island);
        inserted.push_str(island);
        island.clear();
    }
}

fn flush(out: &mut Vec<Run>, deleted: &mut String, inserted: &mut String) {
    out.extend((!deleted.is_empty()).then(|| Run::Deleted(std::mem::take(deleted))));
    out.extend((!inserted.is_empty()).then(|| Run::Inserted(std::mem::take(inserted))));
}

fn clipped(runs: Vec<Run>) -> Vec<Run> {
    let last = runs.len().saturating_sub(1);
    runs.into_iter()
        .enumerate()
        .map(|(at, run)| match run {
            Run::Same(text) => Run::Same(clip(&text, at > 0, at < last)),
            changed => changed,
        })
        .collect()
}

/// Keeps the context after a change (`head`) and before the next one (`tail`).
fn clip(text: &str, head: bool, tail: bool) -> String {
    let total = text.chars().count();
    let kept = CONTEXT * (usize::from(head) + usize::from(tail));
    if total <= kept + 1 {
        return text.to_owned();
    }
    let before: String = if head { text.chars().take(CONTEXT).collect() } else { String::new() };
    let after: String = if tail { text.chars().skip(total - CONTEXT).collect() } else { String::new() };
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
    fn every_word_of_both_texts_is_kept_when_full() {
        let (old, new) = ("the quick brown fox jumps", "the slow brown dog jumps high");
        let runs = runs(old, new, true);
        let side = |skip: fn(&Run) -> bool| runs.iter().filter(|run| !skip(run)).map(Run::text).collect::<String>();
        assert_eq!(side(|run| matches!(run, Run::Inserted(_))), old);
        assert_eq!(side(|run| matches!(run, Run::Deleted(_))), new);
    }
}
