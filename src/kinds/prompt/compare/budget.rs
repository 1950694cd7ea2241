//! The size of a prompt, estimated without a tokenizer: four characters are a token.

use crate::domain::{Event, Fact};
use crate::kinds::Basis;
use crate::kinds::prompt::artefact::Prompt;

/// Characters that make a token, about.
const CHARS_PER_TOKEN: usize = 4;

/// Growth by fewer tokens is nobody's cost, whatever share of a short prompt it is.
const MIN_GROWTH: usize = 100;

/// How many tokens the messages take, about, before variables are filled in.
pub(super) fn tokens(prompt: &Prompt) -> usize {
    prompt.messages.iter().map(|message| message.text.content.chars().count()).sum::<usize>() / CHARS_PER_TOKEN
}

/// Whether the prompt grew by more than the basis allows.
pub(super) fn compare(old: &Prompt, new: &Prompt, basis: &Basis) -> Option<Fact> {
    let (was, is) = (tokens(old), tokens(new));
    let percent = is.saturating_sub(was) as f64 * 100.0 / was.max(1) as f64;
    if was == 0 || is < was + MIN_GROWTH || percent < basis.thresholds.token_growth_pct {
        return None;
    }
    let (first, last) = (old.messages.first()?, new.messages.first()?);
    let quote = |message: &crate::kinds::prompt::Message, tokens: usize| {
        let mut quote = message.text.quote(0..0);
        quote.text = format!("about {tokens} tokens");
        quote
    };
    let fact = Fact::new("size", Event::Unfit, format!("{percent:.0} %"));
    Some(fact.was(quote(first, was)).is(quote(last, is)))
}
