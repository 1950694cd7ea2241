//! Typos: whether two wordings differ in spelling alone. Silence where that is not sure.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::{Mark, words};

/// Common English words, from the documentation of freely licensed software: every word that several authors use.
static ENGLISH: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("english.txt").lines().skip(1).flat_map(str::split_whitespace).collect());

/// Words that are often written twice in a row by mistake.
const DOUBLED: &[&str] = &[
    "a", "an", "and", "are", "as", "be", "for", "in", "is", "it", "of", "on", "or", "that", "the", "this", "to",
    "with", "you", "your",
];

/// What makes another form of a word out of one: no mistake.
const ENDINGS: &[&str] = &["s", "es", "'s", "’s", "d", "ed", "ing", "ly", "er", "ers", "al", "y"];

/// The spelling of two texts.
pub(super) struct Spelling<'t> {
    texts: (&'t str, &'t str),
    counts: OnceCell<HashMap<String, (usize, usize)>>,
}

/// Which side spells a word wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Old,
    New,
}

impl<'t> Spelling<'t> {
    pub(super) fn new(old: &'t str, new: &'t str) -> Self {
        Self { texts: (old, new), counts: OnceCell::new() }
    }

    /// The mark of two wordings that differ in nothing but typos, all on one side.
    pub(super) fn mark(&self, old: &str, new: &str) -> Option<Mark> {
        let (was, is) = (words::written(old), words::written(new));
        let wrong = if was.len() == is.len() { self.respelt(&was, &is) } else { self.rejoined(&was, &is) };
        wrong.map(|wrong| if wrong == Wrong::Old { Mark::TypoFixed } else { Mark::TypoMade })
    }

    /// Word by word: all that differ are typos of one side.
    fn respelt(&self, was: &[&str], is: &[&str]) -> Option<Wrong> {
        let differing = was.iter().zip(is).enumerate().filter(|(_, (a, b))| a.to_lowercase() != b.to_lowercase());
        let mut wrong = None;
        for (at, (a, b)) in differing {
            let side = self.misspelt(a, b, at == 0)?;
            if wrong.replace(side).is_some_and(|before| before != side) {
                return None;
            }
        }
        wrong
    }

    fn misspelt(&self, old: &str, new: &str, is_first: bool) -> Option<Wrong> {
        if self.is_typo((old, new), is_first, Wrong::Old) {
            Some(Wrong::Old)
        } else if self.is_typo((new, old), is_first, Wrong::New) {
            Some(Wrong::New)
        } else {
            None
        }
    }

    /// Whether `bad`, which stands on the `wrong` side, is no word and `good` is the word that was meant.
    fn is_typo(&self, (bad, good): (&str, &str), is_first: bool, wrong: Wrong) -> bool {
        let may_be_name = !is_first && bad.starts_with(char::is_uppercase) && bad.chars().any(char::is_lowercase);
        let (bad, good) = (bad.to_lowercase(), good.to_lowercase());
        let is_meant = is_english(&good) || !may_be_name && self.stood_before(&good, wrong);
        are_close(&bad, &good) && is_meant && !is_english(&bad) && !self.is_used(&bad, wrong)
    }

    /// Whether the side that spells it right had the word already before (or still has it after).
    fn stood_before(&self, word: &str, wrong: Wrong) -> bool {
        let (old, new) = self.count(word);
        if wrong == Wrong::Old { old > 0 } else { new > 0 }
    }

    /// Whether the right side uses the word that would be wrong: then it is a word of this text.
    fn is_used(&self, word: &str, wrong: Wrong) -> bool {
        let (old, new) = self.count(word);
        if wrong == Wrong::Old { new > 0 } else { old > 0 }
    }

    fn count(&self, word: &str) -> (usize, usize) {
        let counts = self.counts.get_or_init(|| {
            let mut counts: HashMap<String, (usize, usize)> = HashMap::new();
            words::written(self.texts.0)
                .into_iter()
                .for_each(|word| counts.entry(word.to_lowercase()).or_default().0 += 1);
            words::written(self.texts.1)
                .into_iter()
                .for_each(|word| counts.entry(word.to_lowercase()).or_default().1 += 1);
            counts
        });
        counts.get(word).copied().unwrap_or_default()
    }

    /// A word written twice, or two written as one.
    fn rejoined(&self, was: &[&str], is: &[&str]) -> Option<Wrong> {
        let (long, short, wrong_if_doubled) =
            if was.len() == is.len() + 1 { (was, is, Wrong::Old) } else { (is, was, Wrong::New) };
        if long.len() != short.len() + 1 {
            return None;
        }
        let head = long.iter().zip(short).take_while(|(a, b)| a == b).count();
        let tail = long[head..].iter().rev().zip(short[head..].iter().rev()).take_while(|(a, b)| a == b).count();
        match (&long[head..long.len() - tail], &short[head..short.len() - tail]) {
            ([word], []) => {
                let is_doubled = head > 0 && long[head - 1].eq_ignore_ascii_case(word) && DOUBLED.contains(word);
                is_doubled.then_some(wrong_if_doubled)
            }
            ([first, second], [joined]) => {
                let is_run_together = joined.to_lowercase() == format!("{first}{second}").to_lowercase()
                    && !is_english(&joined.to_lowercase())
                    && [first, second].iter().all(|word| is_english(&word.to_lowercase()))
                    && self.count(&joined.to_lowercase())
                        == (usize::from(wrong_if_doubled == Wrong::New), usize::from(wrong_if_doubled == Wrong::Old));
                let wrong = if wrong_if_doubled == Wrong::Old { Wrong::New } else { Wrong::Old };
                is_run_together.then_some(wrong)
            }
            _ => None,
        }
    }
}

/// Whether a word, or one that it is a form of, is in the list.
fn is_english(word: &str) -> bool {
    let is_listed = |word: &str| word.len() <= 2 || ENGLISH.contains(word);
    is_listed(word)
        || ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending)).any(|stem| {
            let undoubled = stem.char_indices().next_back().map_or(stem, |(at, _)| &stem[..at]);
            let is_doubled = undoubled.chars().next_back() == stem.chars().next_back();
            stem.len() > 2
                && (is_listed(stem)
                    || ENGLISH.contains(format!("{stem}e").as_str())
                    || is_doubled && is_listed(undoubled))
        })
}

/// Whether one could be a slip for the other: a letter or two, and no other form of the same word.
fn are_close(bad: &str, good: &str) -> bool {
    let letters = |word: &str| word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’'));
    let (length, other) = (bad.chars().count(), good.chars().count());
    if !letters(bad) || !letters(good) || length.abs_diff(other) > 2 || length.min(other) < 3 {
        return false;
    }
    let is_form = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|ending| ENDINGS.contains(&ending));
    if is_form(bad, good) || is_form(good, bad) {
        return false;
    }
    let least = length.min(other);
    match strsim::osa_distance(bad, good) {
        1 if length == other && sorted(bad) == sorted(good) => true,
        // One letter for another makes many a word out of a word, so it has to stand inside a long one.
        1 if length == other => least >= 7 && share_ends(bad, good),
        1 => least >= 4 && (is_doubled(bad, good) || least >= 5 && share_ends(bad, good)),
        2 => least >= 8 && share_ends(bad, good),
        _ => false,
    }
}

fn sorted(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

fn share_ends(bad: &str, good: &str) -> bool {
    bad.chars().next() == good.chars().next() && bad.chars().next_back() == good.chars().next_back()
}

/// Whether the words are one but for a letter that only one of them has twice.
fn is_doubled(bad: &str, good: &str) -> bool {
    let single = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.dedup();
        letters
    };
    single(bad) == single(good)
}

#[cfg(test)]
mod tests {
    use super::Spelling;
    use crate::kinds::shared::prose::Mark;

    fn mark(old: &str, new: &str) -> Option<Mark> {
        Spelling::new(old, new).mark(old, new)
    }

    #[test]
    fn spelling_mistakes_are_known() {
        for (bad, good) in [
            ("Answer exxactly as asked.", "Answer exactly as asked."),
            ("Give teh result and the summry.", "Give the result and the summary."),
            ("# OUPTUT", "# OUTPUT"),
            ("Neever reveal it.", "Never reveal it."),
            ("Tell the the user.", "Tell the user."),
            ("Write alot of text.", "Write a lot of text."),
            ("You recieve a messsage.", "You receive a message."),
        ] {
            assert_eq!((mark(bad, good), mark(good, bad)), (Some(Mark::TypoFixed), Some(Mark::TypoMade)), "{bad}");
        }
    }

    #[test]
    fn other_words_are_no_mistakes() {
        for (old, new) in [
            ("Always answer.", "Never answer."),
            ("You may not.", "You may now."),
            ("Use the form.", "Use the from."),
            ("Ask for 3 items.", "Ask for 5 items."),
            ("Write to Marc.", "Write to Marcy."),
            ("Use bolt type.", "Use bold type."),
            ("The tenants of the text.", "The tenets of the text."),
            ("Weigh the consistence.", "Weigh the consistency."),
            ("Take the plane.", "Take the plan."),
            ("Call get_itm here.", "Call get_item here."),
            ("Wait for the pods.", "Wait for the pod."),
            ("Very very short.", "Very short."),
            ("Talk to Jonsen now.", "Talk to Johnsen now."),
            ("Do not.", "Do."),
            ("Ask kubelet. The kublet runs.", "Ask kubelet twice. The kublet runs."),
        ] {
            assert_eq!((mark(old, new), mark(new, old)), (None, None), "{old}");
        }
    }

    #[test]
    fn a_word_of_the_text_itself_is_known() {
        let (old, new) = ("Ask the kubelet. The kublet runs it.", "Ask the kubelet. The kubelet runs it.");
        let spelling = Spelling::new(old, new);
        assert_eq!(spelling.mark("The kublet runs it.", "The kubelet runs it."), Some(Mark::TypoFixed));
    }
}
