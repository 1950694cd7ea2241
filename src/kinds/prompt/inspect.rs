//! What is unfit about a prompt as it is.

use crate::domain::{Event, Fact};

use super::artefact::Prompt;

/// Templates that their engine cannot render.
pub(super) fn unfit(prompt: &Prompt) -> Vec<Fact> {
    if !prompt.engine_is_certain {
        return Vec::new();
    }
    let first = prompt.messages.iter().find_map(|message| Some((message, message.scan.faults.first()?)));
    let fact = first.map(|(message, fault)| {
        Fact::new("template", Event::Unfit, &fault.message).is(message.text.quote(fault.range.clone()))
    });
    fact.into_iter().collect()
}
