//! The size of a prompt, estimated without a tokenizer: four characters are a token.

use crate::domain::{Event, Fact, Quote};
use crate::kinds::Basis;
use crate::kinds::prompt::artefact::{Message, Prompt};
use crate::kinds::prompt::inspect::tokens;

/// Growth by fewer tokens is nobody's cost, whatever share of a short prompt it is.
const MIN_GROWTH: usize = 100;

/// Whether the prompt grew by more than the basis allows.
pub(super) fn compare(old: &Prompt, new: &Prompt, basis: &Basis) -> Option<Fact> {
    let (was, is) = (tokens(old), tokens(new));
    let percent = is.saturating_sub(was) as f64 * 100.0 / was.max(1) as f64;
    if was == 0 || is < was + MIN_GROWTH || percent < basis.thresholds.token_growth_pct {
        return None;
    }
    let quote = |message: &Message, tokens: usize| Quote {
        place: message.text.place(0),
        text: format!("about {tokens} tokens"),
    };
    let (first, last) = (old.messages.first()?, new.messages.first()?);
    let fact = Fact::new("size", Event::Unfit, format!("{percent:.0} %"));
    Some(fact.was(quote(first, was)).is(quote(last, is)))
}
