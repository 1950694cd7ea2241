//! The rules of instructions. The first that applies claims a fact, so the particular stand before the general.

mod directive;
mod form;
mod procedure;
mod safety;
mod section;
mod sentence;

use crate::domain::{ChangeType, Confidence, Gate, Rule};
use crate::kinds::shared::base::BASE;

/// Every rule, for any kind that has texts which a model is told.
pub const RULES: &[Rule] = &[
    safety::REMOVED,
    safety::WEAKENED,
    safety::ADDED,
    directive::POLARITY_FLIPPED,
    directive::COMPARATOR_FLIPPED,
    directive::MODAL_WEAKENED,
    directive::MODAL_STRENGTHENED,
    directive::QUANTITY_ADDED,
    directive::QUANTITY_REMOVED,
    directive::QUANTITY_TIGHTENED,
    directive::QUANTITY_LOOSENED,
    directive::QUANTITY_SHIFTED,
    directive::NUMBER_CHANGED,
    directive::EXCEPTION_ADDED,
    directive::EXCEPTION_REMOVED,
    directive::CONDITION_CHANGED,
    directive::SCOPE_CHANGED,
    directive::TONE_CHANGED,
    directive::FORMAT_CHANGED,
    directive::OUTPUT_LANGUAGE_CHANGED,
    directive::LOCALE_CHANGED,
    directive::REFERENCE_CHANGED,
    sentence::LANGUAGE_CHANGED,
    sentence::PERSONA_CHANGED,
    sentence::PROHIBITION_ADDED,
    sentence::PROHIBITION_REMOVED,
    sentence::CONSTRAINT_ADDED,
    sentence::CONSTRAINT_REMOVED,
    procedure::TYPO_FIXED,
    procedure::STEP_ADDED,
    procedure::STEP_REMOVED,
    procedure::STEP_REORDERED,
    section::ADDED,
    section::REMOVED,
    section::RENAMED,
    section::MOVED,
    sentence::ADDED,
    sentence::REMOVED,
    sentence::REWORDED,
    sentence::MOVED,
    form::WHITESPACE_CHANGED,
    form::MARKDOWN_CHANGED,
    form::CASE_CHANGED,
    form::PUNCTUATION_CHANGED,
];

/// What these rules have in common; each says what is its own.
const INSTRUCTION: Rule = Rule { change_type: ChangeType::Prompt, gates: &[Gate::Eval], ..BASE };

/// A reading of words.
const READING: Rule = Rule { confidence: Confidence::Likely, ..INSTRUCTION };
