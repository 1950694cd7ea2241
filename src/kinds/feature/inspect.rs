//! What is unfit about a feature as it stands in its document.

use jiff::civil::Date;

use super::{Feature, plan};
use crate::domain::{Event, Fact};
use crate::kinds::Basis;
use crate::kinds::shared::part::Part;

pub(super) fn inspect(feature: &Feature, basis: &Basis) -> Vec<Fact> {
    let mut facts = Vec::new();
    facts.extend(reserved(feature));
    facts.extend(cycle(feature));
    facts.extend(incompatible(feature));
    facts.extend(basis.today.and_then(|today| expired(feature, today)));
    facts
}

fn unfit(aspect: &'static str, subject: impl Into<String>, part: Option<&Part>) -> Fact {
    let fact = Fact::new(aspect, Event::Unfit, subject);
    match part {
        Some(part) => fact.is(part.quote.clone()),
        None => fact,
    }
}

fn reserved(feature: &Feature) -> Option<Fact> {
    let flag = feature.flag()?;
    let is_spent = feature.neighbours.reserves(&flag.quote.text);
    is_spent.then(|| unfit("flag-reused", &flag.quote.text, Some(flag)))
}

fn cycle(feature: &Feature) -> Option<Fact> {
    let way = feature.neighbours.cycle(&feature.name)?;
    let first = way.get(1)?;
    Some(unfit("dependency-cycle", way.join(" -> "), dependency(feature, &format!("feature:{first}"))))
}

fn incompatible(feature: &Feature) -> Vec<Fact> {
    let found = feature.neighbours.incompatible(&feature.name).into_iter();
    found
        .map(|(other, id, version)| {
            let subject = format!("{other} needs {}@{version}", id.name);
            unfit("dependency-incompatible", subject, dependency(feature, &format!("{}:{}", id.kind, id.name)))
        })
        .collect()
}

fn dependency<'f>(feature: &'f Feature, key: &str) -> Option<&'f Part> {
    feature.parts.iter().find(|part| part.aspect == "dependency" && part.key == key)
}

/// A flag past its day that everybody has: what it switches is no longer a choice.
fn expired(feature: &Feature, today: Date) -> Option<Fact> {
    let of = |aspect: &str| feature.parts.iter().find(|part| part.aspect == aspect);
    let expiry = of("expiry")?;
    let day: Date = expiry.quote.text.get(..10)?.parse().ok()?;
    let is_full = plan::percent(&of("canary")?.quote.text)? >= 100.0;
    (is_full && day < today).then(|| unfit("flag-expired", &expiry.quote.text, Some(expiry)))
}
