//! What the calendar refuses, in words.

use super::agenda::{Agenda, Frozen};
use super::fit::{HORIZON, Reason, Stuck};
use super::occasion::Occasion;
use super::words::{day, days, length, moment_in, place};
use crate::config::Window;
use crate::domain::Place;
use crate::release::checks::{Check, Judgement, Refused, calendar as checks};

/// How many windows are named.
const MOST_NAMED: usize = 3;

/// What stands in the way of `occasions`, as a judgement with `remedy`.
pub(super) fn judgement(agenda: &Agenda<'_>, occasions: &[Occasion], stuck: &Stuck<'_>, remedy: &str) -> Judgement {
    let step = occasions.get(stuck.at);
    let (check, message, written) = match (&stuck.reason, step) {
        (Reason::Closed(names), _) => closed(agenda, stuck, names),
        (Reason::Frozen(frozen), step) => frozen_now(agenda, frozen, step),
        (Reason::Ahead(frozen, next), Some(step)) => {
            ahead(agenda, stuck, (step, occasions.get(stuck.at + 1)), (frozen, *next))
        }
        (Reason::Uncovered(gap), Some(step)) => {
            let until = day(agenda.day(gap.start.max(stuck.moment)));
            let message = format!(
                "the hold of {} after {} would reach into {until}, and nobody is on call then (on-call = {})",
                length(step.hold),
                named(step),
                on_call(agenda),
            );
            (&checks::HOLD_UNCOVERED, message, agenda.calendar.place.clone())
        }
        (Reason::Short(gap), Some(step)) => {
            let message = format!(
                "cover ends {}, and {} at {} needs {} of it for a rollback (on-call = {})",
                moment_in(gap.start, &agenda.zone),
                named(step),
                moment_in(stuck.moment, &agenda.zone),
                length(step.within),
                on_call(agenda),
            );
            (&checks::COVER_SHORT, message, agenda.calendar.place.clone())
        }
        (_, step) => never(agenda, stuck, step),
    };
    let judgement = Judgement::error(Refused::by(check, message).remedy(remedy));
    written.map_or(judgement.clone(), |place| judgement.at(place))
}

/// A hold that cannot be covered: told, since nothing can be done about it at any moment.
pub(super) fn too_long(agenda: &Agenda<'_>, step: &Occasion) -> Judgement {
    let message = format!(
        "the hold of {} after {} is longer than any stretch of cover that begins in its windows (on-call = {}): only the first {} are asked for",
        length(step.hold),
        named(step),
        on_call(agenda),
        length(step.within),
    );
    let judgement = Judgement::warning(Refused::by(&checks::HOLD_TOO_LONG, message));
    agenda.calendar.place.clone().map_or(judgement.clone(), |place| judgement.at(place))
}

type Told = (&'static Check, String, Option<Place>);

fn closed(agenda: &Agenda<'_>, stuck: &Stuck<'_>, names: &[&str]) -> Told {
    let windows: Vec<&Window> =
        agenda.calendar.windows.iter().filter(|window| names.contains(&window.name.as_str())).collect();
    let zone = agenda.calendar.time_zone.as_deref().unwrap_or("UTC");
    let told = windows.iter().take(MOST_NAMED).map(|window| {
        let zone = window.time_zone.as_deref().unwrap_or(zone);
        format!(
            "\"{}\" ({}): {} {}–{} {zone}",
            window.name,
            place(&window.place),
            days(&window.days),
            window.from,
            window.to
        )
    });
    let more = windows.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let told = told.collect::<Vec<_>>().join("; ");
    let message = format!("{} is outside window {told}{more}", moment_in(stuck.moment, &agenda.zone));
    (&checks::NOT_OPEN, message, windows.first().map(|window| window.place.clone()))
}

fn frozen_now(agenda: &Agenda<'_>, frozen: &Frozen<'_>, step: Option<&Occasion>) -> Told {
    let message = format!(
        "freeze {}{}: {} (owner {})",
        quoted(frozen),
        until(agenda, frozen),
        frozen.freeze.reason,
        frozen.freeze.owner
    );
    let through = step.and_then(|step| required(frozen, step)).unwrap_or_default();
    (&checks::FREEZE_ACTIVE, message + &through, Some(frozen.freeze.place.clone()))
}

fn ahead(
    agenda: &Agenda<'_>,
    stuck: &Stuck<'_>,
    (step, next): (&Occasion, Option<&Occasion>),
    (frozen, moment): (&Frozen<'_>, jiff::Timestamp),
) -> Told {
    let next = next.map_or_else(|| "the next step".to_owned(), named);
    let message = format!(
        "{}, taken {}, would stand in freeze {} from {}: {next} may be taken {} at the earliest",
        named(step),
        moment_in(stuck.moment, &agenda.zone),
        quoted(frozen),
        moment_in(frozen.span.start, &agenda.zone),
        moment_in(moment, &agenda.zone),
    );
    (&checks::FREEZE_AHEAD, message, Some(frozen.freeze.place.clone()))
}

fn never(agenda: &Agenda<'_>, stuck: &Stuck<'_>, step: Option<&Occasion>) -> Told {
    let step = step.map_or_else(|| "the plan".to_owned(), named);
    let moment = moment_in(stuck.moment, &agenda.zone);
    let message = format!("there is no moment for {step} within {HORIZON} days after {moment}");
    let lasting = agenda.calendar.freezes.iter().find(|freeze| freeze.end.is_none());
    let why = lasting.map(|freeze| {
        (format!("; freeze \"{}\" ({}) lasts until it is lifted", freeze.name, place(&freeze.place)), freeze)
    });
    let written = why.as_ref().map(|(_, freeze)| freeze.place.clone()).or_else(|| agenda.calendar.place.clone());
    (&checks::NOT_OPEN, message + &why.map(|(why, _)| why).unwrap_or_default(), written)
}

/// `step 2 (prompt:explain_refund at 5%)`.
fn named(step: &Occasion) -> String {
    format!("step {} ({})", step.n, step.label)
}

fn quoted(frozen: &Frozen<'_>) -> String {
    format!("\"{}\" ({})", frozen.freeze.name, place(&frozen.freeze.place))
}

fn until(agenda: &Agenda<'_>, frozen: &Frozen<'_>) -> String {
    match frozen.freeze.end {
        Some(_) => format!(" until {}", moment_in(frozen.span.end, &agenda.zone)),
        None => " until it is lifted".to_owned(),
    }
}

/// Which required artefact is frozen, where none of the step's own is.
fn required(frozen: &Frozen<'_>, step: &Occasion) -> Option<String> {
    let scope = frozen.freeze.scope.as_ref()?;
    let is_own = step.artefacts.iter().any(|id| scope.names(id));
    let id = step.requires.iter().find(|id| scope.names(id)).filter(|_| !is_own)?;
    Some(format!("; it is for {id}, which {} requires", named(step)))
}

fn on_call(agenda: &Agenda<'_>) -> String {
    agenda.calendar.on_call.as_ref().map_or_else(|| "every day".to_owned(), |on_call| days(on_call))
}
