//! Projections: when each step of a plan can be taken.

use jiff::Timestamp;
use serde::Serialize;

use super::agenda::{Agenda, days_from};
use super::bounds;
use super::fit::{Fit, HORIZON, later};
use super::occasion::Occasion;
use super::refuse;
use super::words;
use crate::config::Calendar;
use crate::domain::{Instant, Weight};
use crate::release::checks::Judgement;

/// When each step of a plan can be taken, each as early as the calendar lets it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Projection {
    /// The steps, in order.
    pub steps: Vec<Projected>,
    /// What to know about it: where a canary stands over days without cover.
    pub notes: Vec<String>,
}

/// When one step can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Projected {
    /// The step's number.
    pub n: u32,
    /// What it does.
    pub label: String,
    /// The share that is exposed.
    pub weight: Weight,
    /// Its earliest moment, in the calendar's zone.
    pub at: Instant,
    /// The shortest time before the next step, in seconds.
    pub hold: u64,
}

/// When each of `occasions` can be taken, the first of them at `start`.
///
/// # Errors
/// Everything that speaks against it, each with the next moment at which the plan fits.
pub fn project(calendar: &Calendar, occasions: &[Occasion], start: &Instant) -> Result<Projection, Vec<Judgement>> {
    let agenda = Agenda::of(calendar);
    let fit = Fit::of(&agenda, occasions);
    match fit.from(start.timestamp()) {
        Ok(placed) => Ok(projection(&agenda, occasions, &placed)),
        Err(reasons) => {
            let remedy = remedy(&agenda, &fit, start.timestamp());
            Err(reasons.iter().map(|stuck| refuse::judgement(&agenda, occasions, stuck, &remedy)).collect())
        }
    }
}

/// The first moment after `after` (or that moment itself) from which all of `occasions` fit, looked for 400 days ahead.
pub fn next_fit(calendar: &Calendar, occasions: &[Occasion], after: &Instant) -> Option<Projection> {
    let agenda = Agenda::of(calendar);
    let placed = Fit::of(&agenda, occasions).after(after.timestamp()).ok()?;
    Some(projection(&agenda, occasions, &placed))
}

/// The next `count` fits from `after` on, the first of each day.
pub fn fits(calendar: &Calendar, occasions: &[Occasion], after: &Instant, count: usize) -> Vec<Projection> {
    let agenda = Agenda::of(calendar);
    let fit = Fit::of(&agenda, occasions);
    let next_day = |placed: &Vec<Timestamp>| {
        let day = agenda.day(*placed.first()?).tomorrow().ok()?;
        fit.after(bounds::day_start(day, &agenda.zone)).ok()
    };
    let found = std::iter::successors(fit.after(after.timestamp()).ok(), next_day).take(count);
    found.filter(|placed| !placed.is_empty()).map(|placed| projection(&agenda, occasions, &placed)).collect()
}

/// The holds of `occasions` that cannot be covered at any moment: told, never refused.
pub fn uncoverable(calendar: &Calendar, occasions: &[Occasion]) -> Vec<Judgement> {
    let agenda = Agenda::of(calendar);
    Fit::of(&agenda, occasions).too_long().map(|step| refuse::too_long(&agenda, step)).collect()
}

fn remedy(agenda: &Agenda<'_>, fit: &Fit<'_, '_>, after: Timestamp) -> String {
    match fit.after(after).ok().and_then(|placed| placed.first().copied()) {
        Some(first) => format!("next opening that fits this plan: {}", words::moment_in(first, &agenda.zone)),
        None => {
            format!("no opening within {HORIZON} days fits this plan: `pv window lint` shows what stands in the way")
        }
    }
}

fn projection(agenda: &Agenda<'_>, occasions: &[Occasion], placed: &[Timestamp]) -> Projection {
    let projected = |(step, at): (&Occasion, &Timestamp)| Projected {
        n: step.n,
        label: step.label.clone(),
        weight: step.weight,
        at: agenda.instant(*at),
        hold: step.hold,
    };
    let next = placed.iter().skip(1).copied();
    let standing = occasions.iter().zip(placed.iter().copied().zip(next));
    Projection {
        steps: occasions.iter().zip(placed).map(projected).collect(),
        notes: standing.filter_map(|(step, (from, to))| stands(agenda, step, from, to)).collect(),
    }
}

/// Whether a canary stands over days without cover after its hold.
fn stands(agenda: &Agenda<'_>, step: &Occasion, from: Timestamp, to: Timestamp) -> Option<String> {
    let on_call = agenda.calendar.on_call.as_ref().filter(|_| step.is_canary())?;
    let last = agenda.day(to);
    let days = days_from(agenda.day(from)).take_while(|day| *day < last).take(usize::try_from(HORIZON).ok()?);
    let uncovered: Vec<_> = days.filter(|day| !on_call.contains(&bounds::weekday(*day))).collect();
    let over = match uncovered.as_slice() {
        [] => return None,
        [one] => words::day(*one),
        [one, other] if one.tomorrow().ok() == Some(*other) => format!("{}–{}", one.strftime("%a"), words::day(*other)),
        more => format!("{} days without cover", more.len()),
    };
    let ends = later(from, step.hold);
    let slack =
        if ends < to { format!(", {} longer than its hold", words::length(seconds(ends, to))) } else { String::new() };
    Some(format!("step {} stands at {} over {over}{slack}", step.n, step.weight))
}

fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_second() - from.as_second()).unwrap_or(0)
}
