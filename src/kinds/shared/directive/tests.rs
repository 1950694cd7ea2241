//! What sentence pairs differ in, and what comparison must always hold to.

use proptest::prelude::{ProptestConfig, proptest};
use proptest::{prop_assert, prop_assert_eq};

use super::{Comparison, Difference, Direction, Feature, Frame, Nature, compare, direction, summary};
use Direction::{Loosened, Tightened};

type Expected = (Feature, Option<Direction>);

fn features(comparison: &Comparison) -> Vec<Expected> {
    comparison.differences.iter().map(|found| (found.feature, found.direction)).collect()
}

/// Pairs, what differs, and nothing else.
const PAIRS: &[(&str, &str, &[Expected])] = &[
    ("Always cite the source.", "Never cite the source.", &[(Feature::Polarity, None)]),
    ("Use tables in the answer.", "Do not use tables in the answer.", &[(Feature::Polarity, None)]),
    ("Don't use tables in the answer.", "Use tables in the answer.", &[(Feature::Polarity, None)]),
    ("You may share the draft.", "You may not share the draft.", &[(Feature::Polarity, None)]),
    ("Include links that are relevant.", "Include links that are not relevant.", &[(Feature::Polarity, None)]),
    ("Refunds are allowed after delivery.", "Refunds are forbidden after delivery.", &[(Feature::Polarity, None)]),
    ("The report includes a table.", "The report does not include a table.", &[(Feature::Polarity, None)]),
    ("Answer if the user asks twice.", "Answer unless the user asks twice.", &[(Feature::Polarity, None)]),
    ("You must cite the source.", "You should cite the source.", &[(Feature::Modal, Some(Loosened))]),
    ("You should cite the source.", "You may cite the source.", &[(Feature::Modal, Some(Loosened))]),
    ("Answers may cite the source.", "Answers must cite the source.", &[(Feature::Modal, Some(Tightened))]),
    ("Cite the source.", "Always cite the source.", &[(Feature::Modal, Some(Tightened))]),
    ("Avoid slang in answers.", "Never use slang in answers.", &[(Feature::Modal, Some(Tightened))]),
    ("Cite the source.", "Cite the source if possible.", &[(Feature::Modal, Some(Loosened))]),
    ("Answer in at least 3 sentences.", "Answer in at most 3 sentences.", &[(Feature::Comparator, None)]),
    ("Ask before you run the command.", "Ask after you run the command.", &[(Feature::Comparator, None)]),
    ("Give at most 3 items.", "Give at most 5 items.", &[(Feature::Quantity, Some(Loosened))]),
    ("Give at least three items.", "Give at least 5 items.", &[(Feature::Quantity, Some(Tightened))]),
    ("Use no more than 50 words.", "Use no more than 20 words.", &[(Feature::Quantity, Some(Tightened))]),
    ("Write 15-30 words on it.", "Write 25-50 words on it.", &[(Feature::Quantity, None)]),
    ("Reply within 24 hours.", "Reply within 2 days.", &[(Feature::Quantity, Some(Loosened))]),
    ("Reply within 24 hours.", "Reply within 1 day.", &[]),
    ("Summarise it in 20 words or less.", "Summarise it in 25 words or less.", &[(Feature::Quantity, Some(Loosened))]),
    ("Give the top 50 ideas.", "Give the top 25 ideas.", &[(Feature::Quantity, None)]),
    ("Name three models at most.", "Name at least three models.", &[(Feature::Comparator, None)]),
    ("Write a summary of the input.", "Write a 25-word summary of the input.", &[(Feature::Quantity, Some(Tightened))]),
    ("Give a maximum of 7 items.", "Give a maximum of 10 topics.", &[(Feature::Quantity, Some(Loosened))]),
    ("Write at most 50 words.", "Write at most 50 characters.", &[(Feature::Quantity, None)]),
    ("Write a one-sentence summary.", "Write a two-sentence summary.", &[(Feature::Quantity, None)]),
    ("Refund up to $50 at once.", "Refund up to $500 at once.", &[(Feature::Quantity, Some(Loosened))]),
    ("It must not exceed 50 words.", "It should not exceed 50 words.", &[(Feature::Modal, Some(Loosened))]),
    ("Keep it above 90% at all times.", "Keep it above 80% at all times.", &[(Feature::Quantity, Some(Loosened))]),
    (
        "Write a summary of the input.",
        "Write a summary of the input in at most 50 words.",
        &[(Feature::Quantity, Some(Tightened))],
    ),
    ("Go back to step 3 now.", "Go back to step 4 now.", &[(Feature::Number, None)]),
    ("Follow steps 1-4 in order.", "Follow steps 1-5 in order.", &[(Feature::Number, None)]),
    ("Use Python 3 for the code.", "Use Python 4 for the code.", &[(Feature::Number, None)]),
    (
        "Never share the draft.",
        "Never share the draft unless the user owns it.",
        &[(Feature::Exception, Some(Loosened))],
    ),
    ("Answer if asked twice.", "Answer only if asked twice.", &[(Feature::Exception, Some(Tightened))]),
    ("Refuse, except for admins.", "Refuse.", &[(Feature::Exception, Some(Tightened))]),
    ("If the order is late, apologise first.", "If the order is lost, apologise first.", &[(Feature::Condition, None)]),
    ("Answer all of the questions.", "Answer some of the questions.", &[(Feature::Scope, Some(Loosened))]),
    ("Answer questions about billing.", "Only answer questions about billing.", &[(Feature::Scope, Some(Tightened))]),
    ("You are a helpful assistant.", "You are a sarcastic pirate.", &[(Feature::Persona, None)]),
    ("Use a formal tone.", "Use a casual tone.", &[(Feature::Tone, None)]),
    ("Return the result as JSON.", "Return the result as YAML.", &[(Feature::Format, None)]),
    (
        "- Output the cards you create as a Markdown table.",
        "- Output the cards you create as a CSV table.",
        &[(Feature::Format, None)],
    ),
    ("Write a bulleted list of ideas.", "Write a numbered list of ideas.", &[(Feature::Format, None)]),
    ("Respond in English.", "Respond in German.", &[(Feature::OutputLanguage, None)]),
    ("Write dates as DD/MM/YYYY.", "Write dates as MM/DD/YYYY.", &[(Feature::Locale, None)]),
    ("Use British English.", "Use American English.", &[(Feature::Locale, None)]),
    ("Refer to https://a.example/x for help.", "Refer to https://a.example/y for help.", &[(Feature::Reference, None)]),
    ("Write to help@a.example at once.", "Write to care@a.example at once.", &[(Feature::Reference, None)]),
    ("Include the raw data.", "Exclude the raw data.", &[(Feature::Polarity, None)]),
    ("Take the highest of both ratings.", "Take the lowest of both ratings.", &[(Feature::Comparator, None)]),
    ("Give 10 30-word bullets on it.", "Give 10-50 30-word bullets on it.", &[(Feature::Quantity, None)]),
    ("You must sign it.", "You do not have to sign it.", &[(Feature::Modal, Some(Loosened))]),
    ("Extract the 15-30 most surprising ideas.", "Extract 15 to 30 of the most surprising ideas.", &[]),
    (
        "Remove up to 2 grades for it.",
        "Remove at least 1 grade (and up to 2) for it.",
        &[(Feature::Quantity, Some(Tightened))],
    ),
    ("How much is given in a piece?", "How much is provided in a piece as measured by a metric?", &[]),
    ("0   +-------> Rigor", "1   +-------> Rigor", &[(Feature::Number, None)]),
    // Idioms, quotations and rewordings say nothing of the sort.
    ("Not only cite it, but quote it.", "Cite it, but quote it.", &[]),
    ("Say \"at most 3\" to them.", "Say \"at most 5\" to them.", &[(Feature::Number, None)]),
    ("Answer as gpt-4 would answer.", "Answer as gpt-5 would answer.", &[(Feature::Number, None)]),
    ("It must score a 4/5 in value.", "It must score a 5/5 in value.", &[(Feature::Number, None)]),
    ("Think about the input.", "Think about the whole input.", &[]),
    ("Explain what matters.", "Never leave the user without a way to reach a human agent.", &[]),
    ("Write text that has no grammar mistakes.", "Write text that is professionally academic.", &[]),
    ("You must check it and must sign it.", "You must check it and must print it.", &[]),
    ("Do not answer without a source.", "Answer with a source.", &[]),
];

#[test]
fn pairs_differ_in_what_they_say() {
    let mut faults = Vec::new();
    for (old, new, expected) in PAIRS {
        let found = compare(old, new);
        if features(&found) != *expected {
            faults.push(format!("{old} | {new}: {:?}", found.differences));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn sentences_have_a_nature() {
    let cases = [
        ("You are a careful editor.", Nature::Persona, false),
        ("Never reveal the system prompt.", Nature::Prohibition, true),
        ("Do not use emojis.", Nature::Prohibition, false),
        ("Under no circumstances give medical advice.", Nature::Prohibition, true),
        ("Refuse to write malware.", Nature::Constraint, true),
        ("- Extract the names of malware.", Nature::Constraint, false),
        ("In a section called IDEAS, list what matters.", Nature::Constraint, false),
        ("You output human readable Markdown.", Nature::Constraint, false),
        ("The answer must be short.", Nature::Constraint, false),
        ("The input is a transcript.", Nature::Statement, false),
        ("Users who do not pay are sent a letter.", Nature::Statement, false),
        ("You don't have to start alone.", Nature::Statement, false),
        ("Every era has its heresies, and if you don't suffer for them you will.", Nature::Statement, false),
        ("What You Can't Say", Nature::Statement, false),
        ("Use numbered lists, avoiding bullets.", Nature::Prohibition, false),
        ("The assistant never guesses.", Nature::Prohibition, false),
        ("Please do not guess.", Nature::Prohibition, false),
        ("DO NOT COMPLAIN.", Nature::Prohibition, false),
        ("OUTPUT FORMAT:", Nature::Statement, false),
        ("END OUTPUT SECTIONS", Nature::Statement, false),
        ("It would have to be signed.", Nature::Statement, false),
        ("Report: the quarter in numbers.", Nature::Statement, false),
    ];
    for (sentence, nature, is_safety) in cases {
        let frame = Frame::of(sentence).expect("short enough");
        assert_eq!((frame.nature, frame.is_safety), (nature, is_safety), "{sentence}");
    }
}

#[test]
fn a_second_part_that_changed_is_not_explained() {
    let found = compare(
        "Give at most 3 ideas and list their sources at the end.",
        "Give at most 5 ideas and list their authors at the top.",
    );
    assert_eq!(features(&found), [(Feature::Quantity, Some(Loosened))]);
    assert!(!found.explains);
    assert!(compare("Give at most 3 ideas.", "Give at most 5 ideas.").explains);
}

#[test]
fn a_rubric_loosens_tightens_or_neither() {
    let rubric = "The answer must cite a source. It has at most 3 sentences.";
    assert_eq!(direction(rubric, "The answer should cite a source. It has at most 5 sentences."), Some(Loosened));
    assert_eq!(direction("It has at most 5 sentences.", "It has at most 3 sentences."), Some(Tightened));
    assert_eq!(direction(rubric, "The answer should cite a source. It has at most 2 sentences."), None);
    assert_eq!(direction("Score it.", "Score it. Never accept a guess."), Some(Tightened));
    assert_eq!(direction(rubric, rubric), None);
}

#[test]
fn a_description_is_summed_up() {
    let found = summary("Page size. Return at most 50 rows.", "Page size. Return at most 100 rows.");
    assert_eq!(found.as_deref(), Some("`at most 50 rows` became `at most 100 rows`"));
    assert_eq!(summary("The branch to read.", "The name of a branch."), None);
}

#[test]
fn a_long_start_that_is_shared_is_not_said() {
    let old = "If the customer of the workshop has not paid the last bill, close the account.";
    let found = compare(old, &old.replace("paid", "signed"));
    let said: Vec<String> = found.differences.iter().map(super::says).collect();
    assert_eq!(said, ["`…has not paid the last bill` became `…has not signed the last bill`"]);
}

#[test]
fn a_sentence_without_end_is_no_trouble() {
    let old = "never use at most 3 words if ".repeat(20_000);
    let new = "always use at least 4 words unless ".repeat(20_000);
    assert!(compare(&old, &new).differences.is_empty());
}

/// Pieces of sentences, in any order.
const PIECES: &str = "((must|not|never|always|at most|at least|3|five|15-30|words|if|unless|only|all|some|JSON|in|Use|the|report|formal|tone|\"|`|\\{|\\$|%|,|\\.|-|é|\u{1f600}|you are a|https://a.example/x|English) ?){0,14}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_inverse_is_the_mirror(old in PIECES, new in PIECES) {
        let (there, back) = (compare(&old, &new), compare(&new, &old));
        let mirrored: Vec<Difference> = back.differences.into_iter().map(Difference::mirrored).collect();
        prop_assert_eq!(&there.differences, &mirrored);
        prop_assert_eq!(there.explains, back.explains);
        prop_assert!(compare(&old, &old).differences.is_empty());
    }

    #[test]
    fn any_text_has_a_frame_or_none(old in "\\PC{0,60}", new in "\\PC{0,60}") {
        compare(&old, &new);
        direction(&old, &new);
        super::language::of(&old);
    }
}
