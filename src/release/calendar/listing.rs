//! The windows and the freezes of a calendar, in the order in which they come.

use serde::Serialize;

use super::agenda::Agenda;
use super::bounds::Span;
use super::fit::later;
use super::words;
use crate::config::{Calendar, Concerned};
use crate::domain::{Instant, Place};

/// A window with its next opening, or a freeze with its time.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Of a window its hours, of a freeze its reason and owner.
    pub what: String,
    /// What it is for; empty: everything.
    pub scope: Vec<String>,
    /// When it next begins, or began; `None`: not in the next days.
    pub start: Option<Instant>,
    /// When that ends; `None`: when it is lifted.
    pub end: Option<Instant>,
    /// Where it is written.
    #[serde(serialize_with = "written")]
    pub place: Place,
}

/// The windows, the one that opens next (or is open) first.
pub fn listed_windows(calendar: &Calendar, at: &Instant) -> Vec<Listed> {
    let agenda = Agenda::of(calendar);
    let zone = calendar.time_zone.as_deref().unwrap_or("UTC");
    let now = at.timestamp();
    let listed = agenda.windows().iter().map(|hours| {
        let window = hours.window;
        let next = hours.around(now).find(|span| span.end > now);
        let zone = window.time_zone.as_deref().unwrap_or(zone);
        Listed {
            name: window.name.clone(),
            what: format!("{} {}–{} {zone}", words::days(&window.days), window.from, window.to),
            scope: scope(window.scope.as_ref()),
            start: next.map(|span| Instant::utc(span.start).in_zone(hours.zone())),
            end: next.map(|span| Instant::utc(span.end).in_zone(hours.zone())),
            place: window.place.clone(),
        }
    });
    sorted(listed.collect())
}

/// The freezes that hold at `at` or begin in the `days` after it.
pub fn listed_freezes(calendar: &Calendar, at: &Instant, days: u16) -> Vec<Listed> {
    let agenda = Agenda::of(calendar);
    let now = at.timestamp();
    let during = Span { start: now, end: later(now, u64::from(days) * 86_400) };
    let upcoming = agenda.freezes().iter().filter(|frozen| frozen.span.touches(during));
    let listed = upcoming.map(|frozen| Listed {
        name: frozen.freeze.name.clone(),
        what: format!("{} (owner {})", frozen.freeze.reason, frozen.freeze.owner),
        scope: scope(frozen.freeze.scope.as_ref()),
        start: Some(agenda.instant(frozen.span.start)),
        end: frozen.freeze.end.map(|_| agenda.instant(frozen.span.end)),
        place: frozen.freeze.place.clone(),
    });
    sorted(listed.collect())
}

fn sorted(mut listed: Vec<Listed>) -> Vec<Listed> {
    let key = |one: &Listed| (one.start.is_none(), one.start.as_ref().map(Instant::timestamp), one.place.line);
    listed.sort_by_key(key);
    listed
}

fn scope(scope: Option<&Concerned>) -> Vec<String> {
    scope.map(|scope| scope.written().to_vec()).unwrap_or_default()
}

fn written<S: serde::Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&words::place(place))
}
