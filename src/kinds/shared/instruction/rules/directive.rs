//! Rules about what an edited sentence asks. Each message is what was said, and what is.

use super::READING;
use crate::domain::{Bump, Class, Event, Fact, Gate, Risk, Rule};

/// A difference that alters what the model is to do.
const ASKED: Rule = Rule { risk: Risk::High, ..READING };

fn is(fact: &Fact, feature: &str) -> bool {
    fact.aspect == "directive" && fact.has(feature)
}

pub(super) const POLARITY_FLIPPED: Rule = Rule {
    id: "prompt/polarity-flipped",
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Eval, Gate::Safety],
    summary: "what was asked for is now forbidden, or the other way round",
    why: "The sentence looks almost the same and means the opposite. A lost `not` is easily overlooked in review.",
    remedy: "Read both sentences aloud. If the turn is meant, add an eval case that fails under the old one.",
    applies: |fact| is(fact, "polarity"),
    ..ASKED
};

pub(super) const COMPARATOR_FLIPPED: Rule = Rule {
    id: "prompt/comparator-flipped",
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    summary: "an upper bound became a lower one, or `before` became `after`",
    why: "What used to be the most is now the least: every answer that was right before can be wrong now.",
    remedy: "Check which bound is meant, and add an eval case on either side of it.",
    applies: |fact| is(fact, "comparator"),
    ..ASKED
};

pub(super) const MODAL_WEAKENED: Rule = Rule {
    id: "prompt/modal-weakened",
    summary: "a demand is made less strongly: must, then should, then may",
    why: "Models skip what they only should do as soon as something else pulls the other way.",
    remedy: "Run the eval cases that check what the sentence demands, several times each.",
    applies: |fact| is(fact, "modal") && fact.has("loosened"),
    ..ASKED
};

pub(super) const MODAL_STRENGTHENED: Rule = Rule {
    id: "prompt/modal-strengthened",
    risk: Risk::Medium,
    summary: "a demand is made more strongly: may, then should, then must",
    why: "A stronger word wins over its neighbours: the model may now follow it where another instruction used to prevail.",
    remedy: "Run the eval set; look at cases where the sentence competes with another one.",
    applies: |fact| is(fact, "modal"),
    ..ASKED
};

pub(super) const QUANTITY_ADDED: Rule = Rule {
    id: "prompt/quantity-added",
    summary: "a sentence sets a limit that it did not set",
    why: "Answers that were long, many or late enough before can now be cut short, or padded out.",
    remedy: "Add an eval case that checks the limit, and look at what answers lose by it.",
    applies: |fact| is(fact, "quantity") && fact.event == Event::Added,
    ..ASKED
};

pub(super) const QUANTITY_REMOVED: Rule = Rule {
    id: "prompt/quantity-removed",
    summary: "a sentence no longer sets a limit",
    why: "Without the number the model falls back on its habits, which differ from model to model.",
    remedy: "Check that nothing behind the model relied on the limit: a screen, a column, a budget.",
    applies: |fact| is(fact, "quantity") && fact.event == Event::Removed,
    ..ASKED
};

pub(super) const QUANTITY_TIGHTENED: Rule = Rule {
    id: "prompt/quantity-tightened",
    summary: "a limit admits less than before",
    why: "Answers that kept the old limit break the new one, examples in the prompt included.",
    remedy: "Bring the examples and the checks of the eval set to the new limit.",
    applies: |fact| is(fact, "quantity") && fact.has("tightened"),
    ..ASKED
};

pub(super) const QUANTITY_LOOSENED: Rule = Rule {
    id: "prompt/quantity-loosened",
    summary: "a limit admits more than before",
    why: "Models go up to what they may: answers grow, cost grows, and what reads them may have counted on the old limit.",
    remedy: "Check what reads the answers, and the cost per answer.",
    applies: |fact| is(fact, "quantity") && fact.has("loosened"),
    ..ASKED
};

pub(super) const QUANTITY_SHIFTED: Rule = Rule {
    id: "prompt/quantity-shifted",
    summary: "a count or a range is another one",
    why: "Models follow counts closely, so answers change in length or number at once.",
    remedy: "Bring examples and checks to the new number, and look for the old one elsewhere in the prompt.",
    applies: |fact| is(fact, "quantity"),
    ..ASKED
};

pub(super) const NUMBER_CHANGED: Rule = Rule {
    id: "prompt/number-changed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a number that limits nothing changed: a step, a version, a year",
    why: "It names something rather than limiting it, so it matters only if it now names the wrong thing.",
    remedy: "Check that what it points to exists under the new number.",
    applies: |fact| is(fact, "number"),
    ..ASKED
};

pub(super) const EXCEPTION_ADDED: Rule = Rule {
    id: "prompt/exception-added",
    summary: "a rule has a new exception: unless, except, only if",
    why: "Models read exceptions generously, and users learn to claim them.",
    remedy: "Add eval cases inside the exception and just outside it.",
    applies: |fact| is(fact, "exception") && (fact.event == Event::Added || is_narrowed(fact)),
    ..ASKED
};

pub(super) const EXCEPTION_REMOVED: Rule = Rule {
    id: "prompt/exception-removed",
    summary: "a rule has lost an exception: unless, except, only if",
    why: "Cases that the exception let through are now treated like all others.",
    remedy: "Find the eval cases that relied on it, and decide what they should do now.",
    applies: |fact| is(fact, "exception"),
    ..ASKED
};

pub(super) const CONDITION_CHANGED: Rule = Rule {
    id: "prompt/condition-changed",
    summary: "a rule holds under another condition: if, when",
    why: "The instruction itself is the same, but other inputs trigger it.",
    remedy: "Add eval cases that meet only the old condition, and cases that meet only the new one.",
    applies: |fact| is(fact, "condition"),
    ..ASKED
};

pub(super) const SCOPE_CHANGED: Rule = Rule {
    id: "prompt/scope-changed",
    summary: "a rule holds of more or of fewer things: all, some, only, the first",
    why: "What the sentence no longer covers is left to the model, and what it newly covers was never tried.",
    remedy: "Add an eval case with several items of which only some are in scope.",
    applies: |fact| is(fact, "scope"),
    ..ASKED
};

pub(super) const TONE_CHANGED: Rule = Rule {
    id: "prompt/audience-or-tone-changed",
    risk: Risk::Medium,
    gates: &[Gate::Eval, Gate::Feedback],
    summary: "the model is asked to speak otherwise, or to others",
    why: "Users notice the tone before the content, and ratings move with it.",
    remedy: "Look at a sample of answers yourself, and watch feedback during the canary.",
    applies: |fact| is(fact, "tone"),
    ..ASKED
};

pub(super) const FORMAT_CHANGED: Rule = Rule {
    id: "prompt/output-format-instruction-changed",
    class: Class::Breaking,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "the text asks for another format of the answer",
    why: "Whatever parses or shows the answer was built for the old format.",
    remedy: "Change the reader first, or accept both; run the integration tests on fresh answers.",
    applies: |fact| is(fact, "format") && fact.event == Event::Changed,
    ..ASKED
};

pub(super) const OUTPUT_LANGUAGE_CHANGED: Rule = Rule {
    id: "prompt/output-language-changed",
    bump: Some(Bump::Major),
    gates: &[Gate::Eval, Gate::Feedback],
    summary: "answers are asked for in another language",
    why: "Readers and anything that matches words in the answers meet a language they did not expect.",
    remedy: "Check everything that reads the answers, and run the eval set with a judge who reads the language.",
    applies: |fact| is(fact, "output-language"),
    ..ASKED
};

pub(super) const LOCALE_CHANGED: Rule = Rule {
    id: "prompt/locale-changed",
    summary: "dates, units, currency or spelling are asked for in another convention",
    why: "03/04 is another day in another country: what reads the answers goes wrong without an error.",
    remedy: "Check the code that parses dates, amounts and units from answers.",
    applies: |fact| is(fact, "locale"),
    ..ASKED
};

pub(super) const REFERENCE_CHANGED: Rule = Rule {
    id: "prompt/reference-changed",
    gates: &[Gate::Eval, Gate::Review],
    summary: "an address, a telephone number, a date or an id in a sentence changed",
    why: "Users are sent there. A wrong digit leads them to nobody, or to somebody else.",
    remedy: "Open the new address or call the new number, and have its owner confirm it.",
    applies: |fact| is(fact, "reference"),
    ..ASKED
};

/// `if` became `only if`.
fn is_narrowed(fact: &Fact) -> bool {
    fact.event == Event::Changed && fact.has("tightened")
}
