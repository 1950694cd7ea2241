//! What is odd about a calendar itself.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::agenda::{Agenda, Frozen, Hours, days_from};
use super::bounds::{self, Span};
use super::words;
use crate::config::{Calendar, Window};
use crate::domain::{ArtefactId, Instant, Place};
use crate::release::checks::{Judgement, Refused, calendar as checks};

/// Over how many days a window must open once: a quarter.
const QUARTER: usize = 90;

/// Over how many days clock changes are looked for.
const YEAR: usize = 366;

/// What is odd about `calendar` at `at`; `ids` are the artefacts that there are. A window that never opens is an error,
/// the rest is told.
pub fn lint(calendar: &Calendar, at: &Instant, ids: &BTreeSet<ArtefactId>) -> Vec<Judgement> {
    let agenda = Agenda::of(calendar);
    let now = at.timestamp();
    let mut judgements: Vec<Judgement> =
        agenda.windows().iter().filter_map(|hours| shut(&agenda, hours, now)).collect();
    judgements.extend(overlaps(calendar));
    judgements.extend(agenda.windows().iter().filter_map(|hours| shifted(hours, now)));
    judgements.extend(agenda.freezes().iter().filter_map(|frozen| freeze(&agenda, frozen, now)));
    let windows = calendar.windows.iter().map(|window| ("window", &window.name, window.scope.as_ref(), &window.place));
    let freezes = calendar.freezes.iter().map(|freeze| ("freeze", &freeze.name, freeze.scope.as_ref(), &freeze.place));
    judgements.extend(windows.chain(freezes).filter_map(|(what, name, scope, place)| {
        let unmatched = scope.map(|scope| scope.unmatched(ids)).filter(|entries| !entries.is_empty())?;
        let message = format!("the scope of {what} \"{name}\" names no artefact with `{}`", unmatched.join("`, `"));
        Some(Judgement::warning(Refused::by(&checks::SCOPE_UNMATCHED, message)).at(place.clone()))
    }));
    judgements.sort_by_key(|one| (one.severity, one.place.as_ref().map(|place| place.line)));
    judgements
}

fn shut(agenda: &Agenda<'_>, hours: &Hours<'_>, now: Timestamp) -> Option<Judgement> {
    let window = hours.window;
    let over = |frozen: &&Frozen<'_>| frozen.freeze.scope.is_none() || frozen.freeze.scope == window.scope;
    let freezes: Vec<Span> = agenda.freezes().iter().filter(over).map(|frozen| frozen.span).collect();
    let today = hours.zone().to_datetime(now).date();
    let openings = days_from(today).take(QUARTER).filter_map(|day| bounds::opening(window, day, hours.zone()));
    let mut openings = openings.filter(|span| span.end > now);
    if openings.any(|span| is_free(Span { start: span.start.max(now), ..span }, &freezes)) {
        return None;
    }
    let message = format!(
        "window \"{}\" is not open once in the {QUARTER} days after {}",
        window.name,
        words::moment_in(now, &agenda.zone)
    );
    Some(Judgement::error(Refused::by(&checks::NEVER_OPENS, message)).at(window.place.clone()))
}

/// Whether a moment of `span` lies in none of `freezes`.
fn is_free(span: Span, freezes: &[Span]) -> bool {
    let mut at = span.start;
    while let Some(freeze) = freezes.iter().find(|freeze| freeze.holds(at)) {
        at = freeze.end;
        if at == Timestamp::MAX {
            return false;
        }
    }
    at < span.end
}

fn overlaps(calendar: &Calendar) -> Vec<Judgement> {
    let judgement = |message: String, place: &Place| {
        Judgement::warning(Refused::by(&checks::SELF_OVERLAPPING, message)).at(place.clone())
    };
    let twice = calendar.windows.iter().filter_map(|window| {
        let mut seen = BTreeSet::new();
        let day = window.days.iter().find(|day| !seen.insert(**day))?;
        Some(judgement(format!("window \"{}\" names {day} twice", window.name), &window.place))
    });
    let pairs = calendar.windows.iter().enumerate().flat_map(|(at, one)| {
        let later = calendar.windows.iter().skip(at + 1).filter(|other| overlap(one, other));
        later.map(move |other| (one, other))
    });
    let pairs = pairs.map(|(one, other)| {
        let message = format!(
            "window \"{}\" overlaps window \"{}\" ({}) and has the same scope",
            other.name,
            one.name,
            words::place(&one.place)
        );
        judgement(message, &other.place)
    });
    twice.chain(pairs).collect()
}

fn overlap(one: &Window, other: &Window) -> bool {
    one.scope == other.scope
        && one.time_zone == other.time_zone
        && one.from < other.to
        && other.from < one.to
        && one.days.iter().any(|day| other.days.contains(day))
}

fn shifted(hours: &Hours<'_>, now: Timestamp) -> Option<Judgement> {
    let window = hours.window;
    let today = hours.zone().to_datetime(now).date();
    let is_shifted = |day: &Date| {
        window.days.contains(&bounds::weekday(*day))
            && [window.from, window.to].iter().any(|time| bounds::is_ambiguous(*day, *time, hours.zone()))
    };
    let days: Vec<String> = days_from(today).take(YEAR).filter(is_shifted).map(words::day).collect();
    if days.is_empty() {
        return None;
    }
    let message = format!(
        "a clock change in {} skips or repeats a bound of window \"{}\" ({}–{}) on {}",
        hours.zone().iana_name().unwrap_or("UTC"),
        window.name,
        window.from,
        window.to,
        days.join(" and "),
    );
    Some(Judgement::warning(Refused::by(&checks::BOUND_SHIFTED, message)).at(window.place.clone()))
}

fn freeze(agenda: &Agenda<'_>, frozen: &Frozen<'_>, now: Timestamp) -> Option<Judgement> {
    let name = &frozen.freeze.name;
    let (check, message) = match frozen.freeze.end {
        None => (&checks::FREEZE_UNENDED, format!("freeze \"{name}\" has no end (owner {})", frozen.freeze.owner)),
        Some(_) if frozen.span.end <= now => {
            let ended = words::moment_in(frozen.span.end, &agenda.zone);
            (&checks::FREEZE_PAST, format!("freeze \"{name}\" ended {ended}"))
        }
        Some(_) => return None,
    };
    Some(Judgement::warning(Refused::by(check, message)).at(frozen.freeze.place.clone()))
}
