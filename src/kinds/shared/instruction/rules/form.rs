//! Rules about form: the same words, written otherwise.

use super::INSTRUCTION;
use crate::domain::{Fact, Gate, Risk, Rule};
use crate::kinds::shared::sentence::quoted;

const FORM: Rule = Rule { risk: Risk::Low, gates: &[Gate::Smoke], ..INSTRUCTION };

fn is_form(fact: &Fact, form: &str) -> bool {
    fact.aspect == "form" && fact.has(form)
}

fn form_of(fact: &Fact, what: &str) -> String {
    let others = if fact.count > 1 { format!(" and of {} others", fact.count - 1) } else { String::new() };
    format!("only the {what} of {}{others} changed", quoted(&fact.subject))
}

pub(super) const WHITESPACE_CHANGED: Rule = Rule {
    id: "prompt/whitespace-changed",
    summary: "only blanks and line breaks differ",
    why: "The words are the same, but the bytes that the model reads are not, and blanks are tokens: formatting alone has \
          moved measured accuracy. Mostly it does nothing.",
    remedy: "A smoke run is enough. `form = \"cosmetic\"` under `[classify]` in pv.toml calls such edits cosmetic.",
    applies: |fact| is_form(fact, "whitespace"),
    message: |fact| match fact.count {
        1 => "only blanks or line breaks changed here".to_owned(),
        count => format!("only blanks or line breaks changed here and in {} other places", count - 1),
    },
    ..FORM
};

pub(super) const MARKDOWN_CHANGED: Rule = Rule {
    id: "prompt/markdown-changed",
    summary: "only Markdown marks differ",
    why: "Bullets, emphasis, heading levels and numbering carry structure that models notice, and that they imitate in \
          their answers.",
    remedy: "A smoke run is enough; look at the format of the answers. `form = \"cosmetic\"` in pv.toml lowers it.",
    applies: |fact| is_form(fact, "markdown"),
    message: |fact| form_of(fact, "Markdown"),
    ..FORM
};

pub(super) const CASE_CHANGED: Rule = Rule {
    id: "prompt/case-changed",
    summary: "only upper and lower case differ",
    why: "Capitals are emphasis to a model, and names in code are case-sensitive.",
    remedy: "A smoke run is enough. `form = \"cosmetic\"` in pv.toml lowers it.",
    applies: |fact| is_form(fact, "case"),
    message: |fact| form_of(fact, "case"),
    ..FORM
};

pub(super) const PUNCTUATION_CHANGED: Rule = Rule {
    id: "prompt/punctuation-changed",
    summary: "only punctuation differs",
    why: "The words are the same. A comma can still join what a stop kept apart, and quotes make a word literal.",
    remedy: "A smoke run is enough. `form = \"cosmetic\"` in pv.toml lowers it.",
    applies: |fact| is_form(fact, "punctuation"),
    message: |fact| form_of(fact, "punctuation"),
    ..FORM
};
