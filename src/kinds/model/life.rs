//! What the catalogue of models says about the pins of an artefact: that one floats, that one retires, what a new one costs.

use super::Model;
use crate::domain::{Confidence, Event, Fact, Quote};
use crate::kinds::Basis;
use crate::kinds::shared::catalogue::{Catalogue, ModelId, Standing};
use crate::kinds::shared::part::Part;

/// Keys that pin the model which answers, as against one beside it (`weak_model_name`).
const PINS: [&str; 5] = ["model", "model_id", "modelId", "snapshot", "deployment_model"];

/// What is unfit about a model's pins on the day.
pub(super) fn inspect(model: &Model, basis: &Basis) -> Vec<Fact> {
    let pins = model.parts.iter().filter(|part| part.aspect == "model" && is_pin(&part.key));
    let floating = pins.filter(|part| basis.catalogue.is_floating(&hosted(&part.quote.text, model))).map(floating);
    let named = model.parts.iter().filter(|part| part.aspect == "model" || is_named_fallback(part));
    let leaving = named.filter_map(|part| leaving(part, model, basis));
    floating.chain(leaving).collect()
}

/// Whether a fallback is a model: one without a date may as well be an alias of the file.
fn is_named_fallback(part: &Part) -> bool {
    part.aspect == "fallback" && ModelId::parse(&part.quote.text).is_dated
}

/// The id with the host that the artefact names beside it: each host has its own aliases, dates and prices.
fn hosted(id: &str, model: &Model) -> String {
    let told =
        |aspect: &str| model.parts.iter().find(|part| part.aspect == aspect).map(|part| part.quote.text.as_str());
    let by_address = || told("endpoint").and_then(host_of);
    match told("provider").or_else(by_address) {
        Some(host) if ModelId::parse(id).host.is_none() => format!("{host}/{id}"),
        _ => id.to_owned(),
    }
}

fn is_pin(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or(key);
    PINS.contains(&last.trim_matches('"'))
}

fn floating(part: &Part) -> Fact {
    let mut fact = Fact::new("model", Event::Unfit, part.key.clone()).is(part.quote.clone());
    mark_floating(&mut fact);
    fact
}

/// The mark of a floating pin, whether it came to be one or is one: the change and the state are told once.
pub(super) fn mark_floating(fact: &mut Fact) {
    fact.marks.push("floating");
    fact.confidence = Some(Confidence::External);
}

/// Who serves at an address; `None`: the maker itself.
fn host_of(address: &str) -> Option<&'static str> {
    const MAKERS: [&str; 5] =
        ["api.openai.com", "api.anthropic.com", "generativelanguage.googleapis.com", "api.mistral.ai", "api.cohere"];
    match address {
        own if MAKERS.iter().any(|maker| own.contains(maker)) => None,
        azure if azure.contains("azure") => Some("azure"),
        _ => Some("elsewhere"),
    }
}

/// That a model is about to go, or gone. The subject is the whole sentence: the day is part of it.
fn leaving(part: &Part, model: &Model, basis: &Basis) -> Option<Fact> {
    let id = &part.quote.text;
    let served = hosted(id, model);
    let (mark, sentence) = match basis.catalogue.standing(&served, basis.today?, basis.thresholds.retire_warn_days)? {
        Standing::Retired(day) => ("retired", format!("`{id}` is no longer served: it retired on {day}")),
        Standing::RetiringSoon(day) => ("retiring-soon", format!("`{id}` retires soon: on {day}")),
        Standing::Deprecated(Some(day)) => ("deprecated", format!("`{id}` is deprecated: it retires on {day}")),
        Standing::Deprecated(None) => ("deprecated", format!("`{id}` is deprecated; no day of retirement is known")),
    };
    Some(Fact::new("retirement", Event::Unfit, sentence).is(part.quote.clone()).marked(mark))
}

/// What follows from another model by the catalogue, where the artefact says nothing of it: a price, a limit of output.
pub(super) fn consequences(facts: &[Fact], new: &Model, basis: &Basis) -> Vec<Fact> {
    let is_at_home = |pin: &Fact| ModelId::parse(&hosted(pin.new_text(), new)).is_at_home();
    let declares = |aspect: &str| new.parts.iter().any(|part| part.aspect == aspect);
    let pins = facts.iter().filter(|fact| fact.is_about("model", Event::Changed) && is_pin(&fact.subject));
    let mut followed = Vec::new();
    for pin in pins.filter(|pin| is_at_home(pin)) {
        if !declares("cost") {
            followed.extend(dearer(pin, basis));
        }
        if !declares("max-output") && !declares("output-limit") {
            followed.extend(terser(pin, &basis.catalogue));
        }
    }
    followed
}

fn dearer(pin: &Fact, basis: &Basis) -> Option<Fact> {
    let catalogue = &basis.catalogue;
    catalogue.price_rise(pin.old_text(), pin.new_text()).filter(|rise| *rise >= basis.thresholds.cost_pct)?;
    let price = |quote: Option<&Quote>| {
        let quote = quote?;
        let entry = catalogue.entry(&ModelId::parse(&quote.text))?;
        Some(Quote { text: format!("${} in, ${} out", entry.input_price?, entry.output_price?), ..quote.clone() })
    };
    listed("cost", pin, price(pin.old.as_ref())?, price(pin.new.as_ref())?).map(|fact| fact.marked("dearer"))
}

fn terser(pin: &Fact, catalogue: &Catalogue) -> Option<Fact> {
    let limit = |quote: Option<&Quote>| {
        let limit = catalogue.max_output(&quote?.text)?;
        Some((limit, Quote { text: limit.to_string(), ..quote?.clone() }))
    };
    let ((before, old), (after, new)) = (limit(pin.old.as_ref())?, limit(pin.new.as_ref())?);
    if after < before { listed("max-output", pin, old, new) } else { None }
}

/// A fact that the catalogue tells of a changed pin.
fn listed(aspect: &'static str, pin: &Fact, old: Quote, new: Quote) -> Option<Fact> {
    let fact = Fact::new(aspect, Event::Changed, &pin.subject).was(old).is(new).marked("listed");
    Some(fact.sure(Confidence::External))
}
