//! Sentences altered by one operator each: the rule that is meant has to fire, and nothing of a higher class.
//!
//! Our own sentences stand in `fixtures/mutation/sentences.txt`; those of the corpus are read in place.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::expect_used,
    reason = "sentences are read in place, what is absent is said aloud, and recall is printed"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pv::domain::{Class, KindName, Risk};
use pv::kinds::shared::prose::{self, UnitKind};

use crate::judged::{self, Judged};

/// The part of the altered sentences that has to be told as meant.
const RECALL: f64 = 0.95;

/// With fewer sentences than this an operator is not scored on the corpus.
const ENOUGH: usize = 20;

/// How many sentences of the corpus an operator is tried on, evenly drawn.
const MOST: usize = 300;

/// One way to alter a sentence.
struct Operator {
    name: &'static str,
    /// The rules of which one has to fire, without their kind.
    meant: &'static [&'static str],
    /// Whether it alters nothing but form, which is never more than low risk.
    is_form: bool,
    /// The texts before and after, where it can be applied to the sentence.
    apply: fn(&str) -> Option<(String, String)>,
}

const OPERATORS: &[Operator] = &[
    Operator {
        name: "insert a negator",
        meant: &["polarity-flipped", "safety-clause-weakened"],
        is_form: false,
        apply: negated,
    },
    Operator {
        name: "remove a negator",
        meant: &["polarity-flipped", "safety-clause-weakened"],
        is_form: false,
        apply: affirmed,
    },
    Operator {
        name: "always and never",
        meant: &["polarity-flipped", "safety-clause-weakened"],
        is_form: false,
        apply: inverted,
    },
    Operator {
        name: "step the modal",
        meant: &["modal-weakened", "modal-strengthened", "safety-clause-weakened"],
        is_form: false,
        apply: stepped,
    },
    Operator {
        name: "scale a limit",
        meant: &["quantity-tightened", "quantity-loosened", "quantity-shifted", "safety-clause-weakened"],
        is_form: false,
        apply: scaled,
    },
    Operator {
        name: "flip a comparator",
        meant: &["comparator-flipped", "safety-clause-weakened"],
        is_form: false,
        apply: flipped,
    },
    Operator {
        name: "drop a directive",
        meant: &["constraint-removed", "prohibition-removed", "safety-clause-removed", "persona-changed"],
        is_form: false,
        apply: dropped,
    },
    Operator {
        name: "add an exception",
        meant: &["exception-added", "safety-clause-weakened"],
        is_form: false,
        apply: excepted,
    },
    Operator { name: "change a digit of a URL", meant: &["reference-changed"], is_form: false, apply: redirected },
    Operator {
        name: "swap two bullets",
        meant: &["instruction-moved"],
        is_form: false,
        apply: |sentence| swapped(sentence, "-"),
    },
    Operator {
        name: "swap two steps",
        meant: &["step-reordered"],
        is_form: false,
        apply: |sentence| swapped(sentence, "1."),
    },
    Operator { name: "wrap anew", meant: &["whitespace-changed"], is_form: true, apply: rewrapped },
    Operator { name: "change the bullet", meant: &["markdown-changed"], is_form: true, apply: bulleted },
    Operator {
        name: "insert a zero-width space",
        meant: &["invisible-characters"],
        is_form: false,
        apply: |sentence| framed(sentence, zero_width(sentence)?),
    },
];

#[test]
fn altered_sentences_of_our_own_are_told_as_meant() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mutation/sentences.txt");
    let text = std::fs::read_to_string(path).expect("our own sentences");
    let sentences: Vec<String> = text.lines().map(str::to_owned).collect();
    let faults: Vec<String> =
        OPERATORS.iter().filter_map(|operator| score(operator, &sentences, 5).fault(operator)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn altered_sentences_of_the_corpus_are_told_as_meant() {
    let sentences = corpus();
    let scored = OPERATORS.iter().map(|operator| (operator, score(operator, &sentences, 0)));
    let faults: Vec<String> = scored
        .filter(|(_, score)| score.tried >= ENOUGH)
        .filter_map(|(operator, score)| score.fault(operator))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What became of an operator's sentences.
struct Score {
    least: usize,
    tried: usize,
    missed: Vec<String>,
    too_high: Vec<String>,
}

fn score(operator: &Operator, sentences: &[String], least: usize) -> Score {
    let texts: Vec<(String, String)> = sentences.iter().filter_map(|sentence| (operator.apply)(sentence)).collect();
    let step = texts.len().div_ceil(MOST).max(1);
    let mut score = Score { least, tried: 0, missed: Vec::new(), too_high: Vec::new() };
    for (old, new) in texts.iter().step_by(step) {
        let (judged, _) = judged::judge(KindName::Prompt, "prompts/a.md", old, new);
        let ids: Vec<&str> = judged.iter().map(|judged| judged.rule.id).collect();
        let case = format!("{:?} -> {:?}: {ids:?}", middle(old), middle(new));
        score.tried += 1;
        if !judged.iter().any(|judged| is_meant(operator, judged)) {
            score.missed.push(case.clone());
        }
        let is_high =
            |judged: &&Judged| judged.class() > Class::Behavioural || operator.is_form && judged.rule.risk > Risk::Low;
        if judged.iter().any(|judged| is_high(&judged)) {
            score.too_high.push(case);
        }
    }
    eprintln!(
        "{:<26} {} of {}, too high {}",
        operator.name,
        score.tried - score.missed.len(),
        score.tried,
        score.too_high.len()
    );
    score.missed.iter().take(6).for_each(|case| eprintln!("    missed {case}"));
    score.too_high.iter().take(3).for_each(|case| eprintln!("    too high {case}"));
    score
}

impl Score {
    fn fault(&self, operator: &Operator) -> Option<String> {
        let found = self.tried - self.missed.len();
        let is_told = self.tried >= self.least && found as f64 >= RECALL * self.tried as f64;
        let is_level = self.too_high.len() as f64 <= (1.0 - RECALL) * self.tried as f64;
        (!is_told || !is_level).then(|| {
            format!("{}: {found} of {} told, {} of too high a class", operator.name, self.tried, self.too_high.len())
        })
    }
}

fn is_meant(operator: &Operator, judged: &Judged) -> bool {
    judged.rule.id.split_once('/').is_some_and(|(_, name)| operator.meant.contains(&name))
}

/// A text without the frame around it.
fn middle(text: &str) -> &str {
    text.trim_start_matches(BEFORE).trim_end_matches(AFTER).trim()
}

/// Sentences of the new sides of the corpus, each once; none, loudly, where it is absent.
fn corpus() -> Vec<String> {
    let folder = std::env::var("PV_CORPUS").map_or_else(|_| PathBuf::from("../shared/corpus"), PathBuf::from);
    let path = folder.join("prompt-edits.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is absent; set PV_CORPUS to the folder that holds it", path.display());
        return Vec::new();
    };
    let mut sentences = BTreeSet::new();
    for row in text.lines() {
        let row: serde_json::Value = serde_json::from_str(row).expect("a row of JSON");
        let new = row["new"].as_str().unwrap_or_default();
        let units = prose::units(new).into_iter().filter(|unit| unit.kind == UnitKind::Sentence);
        sentences.extend(units.map(|unit| bare(&new[unit.range])).filter(|text| is_sentence(text)));
    }
    sentences.into_iter().collect()
}

/// Without its marker, on one line.
fn bare(sentence: &str) -> String {
    let marks =
        |c: char| c.is_whitespace() || c.is_ascii_digit() || matches!(c, '-' | '*' | '•' | '>' | '.' | ')' | '+');
    sentence.trim_start_matches(marks).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Prose in English letters that ends like a sentence.
fn is_sentence(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_ascii_alphabetic() || *c == ' ').count();
    let is_marked_up = text.contains(['{', '<', '|', '[', '`', '#', '*']);
    !is_marked_up
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.ends_with('.')
        && (15..300).contains(&text.len())
        && letters * 100 >= text.len() * 85
}

const BEFORE: &str = "You help the customers of a shop with their orders.\n\n";
const AFTER: &str = "\n\nThe conversation so far follows below.\n";

/// A sentence and what became of it, in a prompt of three paragraphs.
fn framed(old: &str, new: impl AsRef<str>) -> Option<(String, String)> {
    let frame = |text: &str| format!("{BEFORE}{text}{AFTER}");
    (old != new.as_ref()).then(|| (frame(old), frame(new.as_ref())))
}

/// The first of `pairs` whose left side stands in the sentence as whole words, replaced by its right side.
fn replaced(sentence: &str, pairs: &[(&str, &str)]) -> Option<String> {
    pairs.iter().find_map(|(from, to)| {
        let at = sentence.find(from)?;
        let is_word = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-');
        let is_whole =
            is_word(sentence[..at].chars().next_back()) && is_word(sentence[at + from.len()..].chars().next());
        is_whole.then(|| format!("{}{to}{}", &sentence[..at], &sentence[at + from.len()..]))
    })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

/// Verbs that open a directive; a sentence that opens with one asks for something.
const IMPERATIVES: &[&str] = &[
    "Add",
    "Answer",
    "Ask",
    "Check",
    "Compare",
    "Create",
    "Describe",
    "Explain",
    "Extract",
    "Format",
    "Give",
    "Identify",
    "Include",
    "Keep",
    "List",
    "Mark",
    "Output",
    "Provide",
    "Return",
    "Round",
    "Summarise",
    "Summarize",
    "Translate",
    "Use",
    "Write",
];

const NEGATORS: &[&str] = &["not", "never", "no", "don't", "cannot", "without", "nothing", "avoid", "neither", "nor"];

fn has_negator(sentence: &str) -> bool {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'').to_lowercase();
    sentence.split_whitespace().any(|word| NEGATORS.contains(&bare(word).as_str()))
}

fn is_imperative(sentence: &str) -> bool {
    sentence.split_whitespace().next().is_some_and(|first| IMPERATIVES.contains(&first))
}

fn negated(sentence: &str) -> Option<(String, String)> {
    if has_negator(sentence) || sentence.contains("Always") || sentence.contains(" always ") {
        return None;
    }
    if is_imperative(sentence) {
        let lower: String =
            sentence.chars().take(1).flat_map(char::to_lowercase).chain(sentence.chars().skip(1)).collect();
        return framed(sentence, format!("Do not {lower}"));
    }
    framed(sentence, replaced(sentence, &[("must", "must not"), ("should", "should not")])?)
}

fn affirmed(sentence: &str) -> Option<(String, String)> {
    if let Some(rest) = ["Do not ", "Never ", "Don't "].iter().find_map(|negator| sentence.strip_prefix(negator)) {
        return framed(sentence, capitalised(rest));
    }
    framed(sentence, replaced(sentence, &[("must not", "must"), ("should not", "should"), ("do not", "do")])?)
}

fn inverted(sentence: &str) -> Option<(String, String)> {
    framed(
        sentence,
        replaced(sentence, &[("Always", "Never"), ("Never", "Always"), ("always", "never"), ("never", "always")])?,
    )
}

fn stepped(sentence: &str) -> Option<(String, String)> {
    let pairs = [("must", "should"), ("should", "must"), ("may", "must"), ("MUST", "SHOULD"), ("SHOULD", "MAY")];
    framed(sentence, replaced(sentence, &pairs)?).filter(|_| !has_negator(sentence))
}

/// Bounds that stand before a number.
const BOUNDS: &[&str] = &[
    "at most ",
    "up to ",
    "no more than ",
    "maximum of ",
    "at least ",
    "minimum of ",
    "under ",
    "within ",
    "fewer than ",
    "less than ",
    "more than ",
    "exactly ",
];

/// What numbers count.
const UNITS: &[&str] = &[
    "words",
    "sentences",
    "items",
    "bullets",
    "bullet",
    "points",
    "lines",
    "characters",
    "paragraphs",
    "examples",
    "days",
    "hours",
    "minutes",
    "seconds",
    "rows",
    "pages",
    "options",
    "questions",
    "sources",
    "files",
    "photos",
    "decimals",
];

/// The first number that a bound stands before or a unit behind, with its place.
fn limit(sentence: &str) -> Option<(usize, usize, u64)> {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut from = 0;
    loop {
        let at = from + sentence[from..].find(is_digit)?;
        let length = sentence[at..].find(|c| !is_digit(c)).unwrap_or(sentence.len() - at);
        let (before, after) = (&sentence[..at], &sentence[at + length..]);
        let unit = after.strip_prefix([' ', '-']).and_then(|rest| rest.split(|c: char| !c.is_alphabetic()).next());
        let is_bound = BOUNDS.iter().any(|bound| before.to_lowercase().ends_with(bound)) && after.starts_with(' ');
        let is_counted = before.ends_with(' ') && unit.is_some_and(|unit| UNITS.contains(&unit));
        if is_bound || is_counted {
            return Some((at, length, sentence[at..at + length].parse().ok()?));
        }
        from = at + length;
    }
}

fn scaled(sentence: &str) -> Option<(String, String)> {
    let words = [
        ("three sentences", "five sentences"),
        ("two examples", "six examples"),
        ("four bullet", "nine bullet"),
        ("two photos", "four photos"),
    ];
    if let Some(other) = replaced(sentence, &words) {
        return framed(sentence, other);
    }
    let (at, length, number) = limit(sentence)?;
    framed(sentence, format!("{}{}{}", &sentence[..at], number * 2 + 1, &sentence[at + length..]))
}

fn flipped(sentence: &str) -> Option<(String, String)> {
    let number = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit()) || ["two", "three", "four", "five", "ten"].contains(&word)
    };
    let pairs = [
        ("at most", "at least"),
        ("at least", "at most"),
        ("no more than", "no fewer than"),
        ("up to", "at least"),
        ("more than", "fewer than"),
        ("fewer than", "more than"),
        ("less than", "more than"),
        ("maximum of", "minimum of"),
        ("minimum of", "maximum of"),
    ];
    let (from, to) = pairs.iter().find(|(from, _)| {
        sentence.split_once(from).is_some_and(|(_, rest)| rest.split_whitespace().next().is_some_and(number))
    })?;
    framed(sentence, replaced(sentence, &[(from, to)])?)
}

fn dropped(sentence: &str) -> Option<(String, String)> {
    let asks = is_imperative(sentence)
        || ["Always ", "Never ", "Do not ", "Don't "].iter().any(|word| sentence.starts_with(word))
        || [" must ", " should "].iter().any(|word| sentence.contains(word));
    let (old, _) = framed(sentence, "")?;
    asks.then(|| (old, format!("{}{AFTER}", BEFORE.trim_end())))
}

fn excepted(sentence: &str) -> Option<(String, String)> {
    let has_one = ["unless", "except", "if ", "If ", "when ", "When "].iter().any(|word| sentence.contains(word));
    let is_directive = dropped(sentence).is_some() && !has_one;
    framed(sentence, format!("{} unless the user asks for it.", sentence.strip_suffix('.').filter(|_| is_directive)?))
}

fn redirected(sentence: &str) -> Option<(String, String)> {
    let url = sentence.find("http")?;
    let end = url + sentence[url..].find(' ').unwrap_or(sentence.len() - url);
    let at = url + sentence[url..end].find(|c: char| c.is_ascii_digit())?;
    let other = if sentence[at..].starts_with('9') { "8" } else { "9" };
    framed(sentence, format!("{}{other}{}", &sentence[..at], &sentence[at + 1..]))
}

/// The sentence as one of four items, and the same with another order.
fn swapped(sentence: &str, marker: &str) -> Option<(String, String)> {
    let others = ["Read the order of the customer.", "Look up the stock.", "Close with a greeting."];
    let list = |items: [&str; 4]| -> String {
        let mark = |at: usize| if marker == "-" { "-".to_owned() } else { format!("{}.", at + 1) };
        items.iter().enumerate().map(|(at, item)| format!("{} {item}\n", mark(at))).collect()
    };
    framed(&list([others[0], sentence, others[1], others[2]]), list([others[0], others[1], sentence, others[2]]))
}

fn rewrapped(sentence: &str) -> Option<(String, String)> {
    let (mut lines, mut length) = (String::new(), 0);
    for word in sentence.split(' ') {
        let (blank, start) = if length == 0 {
            ("", 0)
        } else if length + word.len() > 60 {
            ("\n", 0)
        } else {
            (" ", length + 1)
        };
        lines.push_str(blank);
        lines.push_str(word);
        length = start + word.len();
    }
    framed(sentence, lines)
}

fn bulleted(sentence: &str) -> Option<(String, String)> {
    framed(&format!("- {sentence}"), format!("* {sentence}"))
}

fn zero_width(sentence: &str) -> Option<String> {
    let at = sentence.find(' ')?.checked_sub(1).filter(|at| sentence.is_char_boundary(*at))?;
    Some(format!("{}\u{200b}{}", &sentence[..at], &sentence[at..]))
}
