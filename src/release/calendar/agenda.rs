//! The calendar, ready to be asked: what is open at a moment, what is frozen, who is on call.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::bounds::{self, Span};
use super::occasion::Occasion;
use crate::config::{Calendar, Concerned, Freeze, Window};
use crate::domain::{ArtefactId, Instant};

/// How many days a window is looked for: one of each day of the week, and once more where a clock change left nothing.
const DAYS_AHEAD: i8 = 16;

/// A calendar with its zones and its freezes on the time line.
#[derive(Debug)]
pub(super) struct Agenda<'c> {
    /// What it is made of.
    pub(super) calendar: &'c Calendar,
    /// The calendar's zone; UTC where it has none, and needs none.
    pub(super) zone: TimeZone,
    windows: Vec<Hours<'c>>,
    freezes: Vec<Frozen<'c>>,
}

/// A window and its zone.
#[derive(Debug)]
pub(super) struct Hours<'c> {
    /// The window.
    pub(super) window: &'c Window,
    zone: TimeZone,
}

/// A freeze and its time; one that nobody has lifted ends with time itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frozen<'c> {
    /// The freeze.
    pub(super) freeze: &'c Freeze,
    /// When.
    pub(super) span: Span,
}

impl<'c> Agenda<'c> {
    /// The agenda of `calendar`.
    pub(super) fn of(calendar: &'c Calendar) -> Self {
        let zone = zone_called(calendar.time_zone.as_deref()).unwrap_or(TimeZone::UTC);
        let hours = |window: &'c Window| Hours {
            window,
            zone: zone_called(window.time_zone.as_deref()).unwrap_or_else(|| zone.clone()),
        };
        let frozen = |freeze: &'c Freeze| Frozen { freeze, span: frozen(freeze, &zone) };
        Self {
            calendar,
            windows: calendar.windows.iter().map(hours).collect(),
            freezes: calendar.freezes.iter().map(frozen).collect(),
            zone,
        }
    }

    /// `at` in the calendar's zone.
    pub(super) fn instant(&self, at: Timestamp) -> Instant {
        Instant::utc(at).in_zone(&self.zone)
    }

    /// Every window with its zone.
    pub(super) fn windows(&self) -> &[Hours<'c>] {
        &self.windows
    }

    /// Every freeze with its time.
    pub(super) fn freezes(&self) -> &[Frozen<'c>] {
        &self.freezes
    }

    /// The windows that an occasion must be in, one of each list: an artefact that scoped windows name ships in those,
    /// every other in those without a scope.
    pub(super) fn windows_for(&self, occasion: &Occasion) -> Vec<Vec<&Hours<'c>>> {
        let mut lists: Vec<Vec<&Hours<'c>>> = match occasion.artefacts.is_empty() {
            true => vec![self.unscoped()],
            false => occasion.artefacts.iter().map(|id| self.windows_of(id)).collect(),
        };
        let names = |list: &Vec<&Hours<'c>>| list.iter().map(|hours| &hours.window.name).collect::<Vec<_>>();
        let mut seen = BTreeSet::new();
        lists.retain(|list| !list.is_empty() && seen.insert(names(list)));
        lists
    }

    fn windows_of(&self, id: &ArtefactId) -> Vec<&Hours<'c>> {
        let names = |hours: &&Hours<'_>| hours.window.scope.as_ref().is_some_and(|scope| scope.names(id));
        let scoped: Vec<_> = self.windows.iter().filter(names).collect();
        if scoped.is_empty() { self.unscoped() } else { scoped }
    }

    fn unscoped(&self) -> Vec<&Hours<'c>> {
        self.windows.iter().filter(|hours| hours.window.scope.is_none()).collect()
    }

    /// The first freeze, by its start, that concerns an occasion in `during`.
    pub(super) fn freeze_in(&self, occasion: &Occasion, during: Span) -> Option<Frozen<'c>> {
        let concerned = self.freezes.iter().filter(|frozen| concerns(frozen.freeze.scope.as_ref(), occasion));
        concerned.filter(|frozen| frozen.span.touches(during)).min_by_key(|frozen| frozen.span.start).copied()
    }

    /// The freezes that hold for an occasion at `at`.
    pub(super) fn freezes_at(&self, occasion: &Occasion, at: Timestamp) -> Vec<Frozen<'c>> {
        let concerned = self.freezes.iter().filter(|frozen| concerns(frozen.freeze.scope.as_ref(), occasion));
        concerned.filter(|frozen| frozen.span.holds(at)).copied().collect()
    }

    /// The first stretch in `during` without cover, whole days of it; `None`: covered throughout.
    pub(super) fn uncovered_in(&self, during: Span) -> Option<Span> {
        let on_call = self.calendar.on_call.as_ref()?;
        let is_covered = |day: &Date| on_call.contains(&bounds::weekday(*day));
        let gap = days_from(self.day(during.start)).take(7).find(|day| !is_covered(day))?;
        let start = bounds::day_start(gap, &self.zone);
        let resumes = days_from(gap).take(8).find(is_covered);
        Some(Span { start, end: resumes.map_or(Timestamp::MAX, |day| bounds::day_start(day, &self.zone)) })
            .filter(|gap| gap.touches(during))
    }

    /// How many seconds of cover can begin in one of `lists`' windows at most; `None`: there is always cover.
    pub(super) fn longest_cover(&self, lists: &[Vec<&Hours<'c>>]) -> Option<u64> {
        let on_call = self.calendar.on_call.as_ref().filter(|days| days.len() < 7)?;
        let covered_from = |first: usize| {
            let days = crate::config::Weekday::ALL.iter().cycle().skip(first).take(7);
            days.take_while(|(_, day)| on_call.contains(day)).count()
        };
        let after = |first: usize, minutes: u16| {
            let whole = u64::try_from(covered_from(first)).unwrap_or(7) * 86_400;
            whole.saturating_sub(u64::from(minutes) * 60)
        };
        let all = crate::config::Weekday::ALL;
        let longest_in = |list: &Vec<&Hours<'c>>| {
            let days = list.iter().flat_map(|hours| hours.window.days.iter().map(|day| (day, hours.window.from)));
            let first = |day| all.iter().position(|(_, one)| one == day).unwrap_or(0);
            days.map(|(day, from)| after(first(day), from.minutes)).max().unwrap_or(0)
        };
        let anywhere = (0..all.len()).map(|first| after(first, 0)).max();
        lists.iter().map(longest_in).min().or(anywhere)
    }

    /// The civil day of a moment, in the calendar's zone.
    pub(super) fn day(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }
}

impl Hours<'_> {
    /// Whether the window is open at `at`.
    pub(super) fn is_open(&self, at: Timestamp) -> bool {
        self.around(at).take(3).any(|span| span.holds(at))
    }

    /// Its first opening that begins after `at`.
    pub(super) fn next(&self, at: Timestamp) -> Option<Span> {
        self.around(at).find(|span| span.start > at)
    }

    /// Its zone.
    pub(super) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Its openings from the day before `at` on.
    pub(super) fn around(&self, at: Timestamp) -> impl Iterator<Item = Span> {
        let today = self.zone.to_datetime(at).date();
        let days = days_from(today.yesterday().unwrap_or(today)).take(usize::try_from(DAYS_AHEAD).unwrap_or_default());
        days.filter_map(|day| bounds::opening(self.window, day, &self.zone))
    }
}

/// `first` and the days after it.
pub(super) fn days_from(first: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| day.tomorrow().ok())
}

fn concerns(scope: Option<&Concerned>, occasion: &Occasion) -> bool {
    scope.is_none_or(|scope| occasion.artefacts.iter().chain(&occasion.requires).any(|id| scope.names(id)))
}

fn frozen(freeze: &Freeze, zone: &TimeZone) -> Span {
    let start = bounds::day_start(bounds::date(freeze.start), zone);
    let end = freeze.end.map_or(Timestamp::MAX, |end| bounds::freeze_end(bounds::date(end), zone));
    Span { start, end }
}

/// The zone of a name that the reader of `pv.toml` has checked.
fn zone_called(name: Option<&str>) -> Option<TimeZone> {
    TimeZone::get(name?).ok()
}
