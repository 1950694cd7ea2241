//! What the texts of a tool ask of the model.

use std::borrow::Cow;

use crate::domain::{Bump, Confidence, Fact, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::directive;
use crate::kinds::tool::hijack;

pub(super) const DESCRIPTION_DIRECTIVE_ADDED: Rule = Rule {
    id: "tool/description-directive-added",
    risk: Risk::Critical,
    confidence: Confidence::Likely,
    bump: Some(Bump::Major),
    gates: &[Gate::Safety, Gate::Review],
    summary: "a description now commands the model, or hides text from people",
    why: "A description is read with the same trust as the prompt. One that says to call the tool always or first, to keep \
          something from the user, or that hides text, takes over every conversation that merely lists the tool.",
    remedy: "Read the raw text, invisible characters included. Do not ship it unless you know who wrote it and why.",
    applies: |fact| hijacks(fact).is_some(),
    message: |fact| format!("{} now {}", described(fact), hijacks(fact).unwrap_or_default()),
    ..BASE
};

fn hijacks(fact: &Fact) -> Option<String> {
    let is_text = fact.aspect == "description" || fact.aspect == "schema-text" && fact.has("input");
    is_text.then(|| hijack::introduced(fact.old_text(), fact.new_text())).flatten()
}

/// Which description a fact is about.
fn described(fact: &Fact) -> String {
    match fact.aspect {
        "schema-text" if !fact.subject.is_empty() => format!("the description of `{}`", fact.subject),
        _ => "the description".to_owned(),
    }
}

/// What a changed description asks otherwise, meaning first; `otherwise` where pv cannot name it.
pub(super) fn said(fact: &Fact, otherwise: String) -> String {
    let asks = directive::summary(&spoken(fact.old_text()), &spoken(fact.new_text()));
    asks.map_or(otherwise, |asks| format!("{asks} in {}", described(fact)))
}

/// A text as the model reads it; a schema's texts are quoted as they stand in the document.
fn spoken(text: &str) -> Cow<'_, str> {
    serde_json::from_str::<String>(text).map_or(Cow::Borrowed(text), Cow::Owned)
}
