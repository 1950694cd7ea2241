//! What is unfit about a prompt as it is.

use crate::domain::{Confidence, Event, Fact};
use crate::kinds::Basis;

use super::artefact::Prompt;

/// Characters that make a token, about.
const CHARS_PER_TOKEN: usize = 4;

/// Templates that their engine cannot render, and texts that their model cannot read whole.
pub(super) fn unfit(prompt: &Prompt, basis: &Basis) -> Vec<Fact> {
    fault(prompt).into_iter().chain(overflow(prompt, basis)).collect()
}

/// How many tokens the messages take, about, before variables are filled in.
pub(super) fn tokens(prompt: &Prompt) -> usize {
    prompt.messages.iter().map(|message| message.text.content.chars().count()).sum::<usize>() / CHARS_PER_TOKEN
}

fn fault(prompt: &Prompt) -> Option<Fact> {
    let mut faulty = prompt.messages.iter().filter(|_| prompt.engine_is_certain);
    let (message, fault) = faulty.find_map(|message| Some((message, message.scan.faults.first()?)))?;
    Some(Fact::new("template", Event::Unfit, &fault.message).is(message.text.quote(fault.range.clone())))
}

/// The texts alone, without what callers fill in, leave no room for the answer in the window of the pinned model.
fn overflow(prompt: &Prompt, basis: &Basis) -> Option<Fact> {
    let model = prompt.parts.iter().find(|part| part.aspect == "model" && part.key == "model")?;
    let window = basis.catalogue.context_window(&model.value)?;
    let answer = prompt.parts.iter().find(|part| part.aspect == "param" && part.key == "max_tokens");
    let answer: u64 = answer.and_then(|part| part.value.parse().ok()).unwrap_or(0);
    let size = tokens(prompt) as u64;
    let said = format!("about {size} tokens and {answer} for the answer, where {} reads {window}", model.value);
    let fact = Fact::new("overflow", Event::Unfit, said).is(model.quote.clone());
    (size + answer > window).then(|| fact.sure(Confidence::Likely))
}
