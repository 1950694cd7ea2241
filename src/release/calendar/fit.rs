//! Fitting a plan into the calendar: each step at the earliest moment at which it may be taken.

use jiff::{SignedDuration, Timestamp};

use super::agenda::{Agenda, Frozen, Hours};
use super::bounds::Span;
use super::occasion::Occasion;

/// How far ahead a moment is looked for, in days.
pub(super) const HORIZON: i64 = 400;

/// How many moments are tried for a plan before it counts as one that does not fit.
const MOST_TRIES: usize = 4_000;

/// Why a step may not be taken at a moment.
#[derive(Debug)]
pub(super) enum Reason<'c> {
    /// None of its windows is open.
    Closed(Vec<&'c str>),
    /// A freeze holds.
    Frozen(Frozen<'c>),
    /// Its hold would reach into days without cover.
    Uncovered(Span),
    /// Cover would end before a rollback could be done.
    Short(Span),
    /// It would stand at its share in a freeze, until the next step may be taken.
    Ahead(Frozen<'c>, Timestamp),
    /// There is no moment for it within the horizon.
    Never,
}

/// What stands in the way: at which occasion, when, and why.
#[derive(Debug)]
pub(super) struct Stuck<'c> {
    /// The occasion's place in the list.
    pub(super) at: usize,
    /// The moment that was looked at.
    pub(super) moment: Timestamp,
    /// Why.
    pub(super) reason: Reason<'c>,
}

impl Stuck<'_> {
    fn is_ahead_of(&self, other: &Frozen<'_>) -> bool {
        matches!(&self.reason, Reason::Ahead(frozen, _) if frozen.freeze.name == other.freeze.name)
    }
}

/// A plan and the calendar that it is to fit.
#[derive(Debug)]
pub(super) struct Fit<'c, 'o> {
    agenda: &'o Agenda<'c>,
    steps: Vec<Fitted<'c, 'o>>,
}

/// An occasion with what the calendar asks of it.
#[derive(Debug)]
struct Fitted<'c, 'o> {
    occasion: &'o Occasion,
    lists: Vec<Vec<&'o Hours<'c>>>,
    /// For how many seconds there must be cover.
    cover: u64,
    /// Whether its hold is longer than any cover, so that only its first hours are asked for.
    is_too_long: bool,
}

impl<'c, 'o> Fit<'c, 'o> {
    /// The fit of `occasions`, in their order.
    pub(super) fn of(agenda: &'o Agenda<'c>, occasions: &'o [Occasion]) -> Self {
        let fitted = |occasion: &'o Occasion| {
            let lists = agenda.windows_for(occasion);
            let longest = agenda.longest_cover(&lists);
            let is_too_long = occasion.is_canary() && longest.is_some_and(|longest| occasion.hold > longest);
            let cover = match () {
                () if occasion.weight.is_none() => 0,
                () if occasion.is_canary() && !is_too_long => occasion.hold,
                () => occasion.within.min(longest.unwrap_or(u64::MAX)),
            };
            Fitted { occasion, lists, cover, is_too_long }
        };
        Self { agenda, steps: occasions.iter().map(fitted).collect() }
    }

    /// The occasions whose hold is longer than any cover.
    pub(super) fn too_long(&self) -> impl Iterator<Item = &'o Occasion> {
        self.steps.iter().filter(|step| step.is_too_long).map(|step| step.occasion)
    }

    /// When each step may be taken, the first of them at `start` and not later.
    pub(super) fn from(&self, start: Timestamp) -> Result<Vec<Timestamp>, Vec<Stuck<'c>>> {
        let reasons = self.front(start);
        if reasons.is_empty() { self.place(start, true).map_err(|stuck| vec![stuck]) } else { Err(reasons) }
    }

    /// When each step may be taken, the first of them at `start` or as soon as all of them fit.
    pub(super) fn after(&self, start: Timestamp) -> Result<Vec<Timestamp>, Stuck<'c>> {
        self.place(start, false)
    }

    /// What speaks against the first step at `start`, and then also against the first one that exposes somebody, where
    /// nothing has to be waited for before it: whoever is told to come back is told everything.
    fn front(&self, start: Timestamp) -> Vec<Stuck<'c>> {
        let stuck = |at: usize| {
            let reasons = self.steps.get(at).map(|step| self.reasons(step, start)).unwrap_or_default();
            reasons.into_iter().map(move |reason| Stuck { at, moment: start, reason }).collect::<Vec<_>>()
        };
        let mut first = stuck(0);
        let waited = |to: usize| self.steps.iter().take(to).any(|step| step.occasion.hold > 0);
        let exposing = self.steps.iter().position(|step| !step.occasion.weight.is_none());
        if let Some(exposing) = exposing.filter(|at| *at > 0 && !first.is_empty() && !waited(*at)) {
            let is_cover = |stuck: &Stuck<'_>| matches!(stuck.reason, Reason::Uncovered(_) | Reason::Short(_));
            first.extend(stuck(exposing).into_iter().filter(is_cover));
        }
        first
    }

    fn reasons(&self, step: &Fitted<'c, 'o>, at: Timestamp) -> Vec<Reason<'c>> {
        let mut reasons = Vec::new();
        let shut: Vec<_> = step.lists.iter().filter(|list| !list.iter().any(|hours| hours.is_open(at))).collect();
        if !shut.is_empty() {
            let mut names: Vec<&str> = shut.iter().flat_map(|list| list.iter().map(|hours| name(hours))).collect();
            names.dedup();
            reasons.push(Reason::Closed(names));
        }
        reasons.extend(self.agenda.freezes_at(step.occasion, at).into_iter().map(Reason::Frozen));
        reasons.extend(self.uncovered(step, at).map(|gap| match step.occasion.is_canary() {
            true => Reason::Uncovered(gap),
            false => Reason::Short(gap),
        }));
        reasons
    }

    fn uncovered(&self, step: &Fitted<'_, '_>, at: Timestamp) -> Option<Span> {
        let during = Span { start: at, end: later(at, step.cover) };
        (step.cover > 0).then(|| self.agenda.uncovered_in(during)).flatten()
    }

    /// Each step at its earliest moment. Where a canary would stand in a freeze, it begins after that freeze instead, if
    /// what comes before it can wait; `is_fixed`: the first step cannot.
    fn place(&self, start: Timestamp, is_fixed: bool) -> Result<Vec<Timestamp>, Stuck<'c>> {
        let horizon = later(start, u64::try_from(HORIZON).unwrap_or_default() * 86_400);
        let (mut floors, mut placed) = (vec![start], Vec::new());
        let mut met: Option<Stuck<'c>> = None;
        for _ in 0..MOST_TRIES {
            let at = placed.len();
            let Some((step, floor)) = self.steps.get(at).zip(floors.get(at).copied()) else { return Ok(placed) };
            let is_fixed_here = is_fixed && at == 0;
            let moment = if is_fixed_here { Some(floor) } else { self.earliest(step, floor, horizon) };
            let Some(moment) = moment else { return Err(Stuck { at, moment: floor, reason: Reason::Never }) };
            if let Some((before, frozen)) = self.standing_in(&placed, moment) {
                // What is told is the step that meets the freeze, not the earlier ones that cannot make way for it.
                let first = met.take().filter(|met| met.is_ahead_of(&frozen));
                let first =
                    first.unwrap_or(Stuck { at: at - 1, moment: before, reason: Reason::Ahead(frozen, moment) });
                if (is_fixed && at == 1) || frozen.span.end == Timestamp::MAX {
                    return Err(first);
                }
                met = Some(first);
                placed.pop();
                floors.truncate(at);
                floors.pop();
                floors.push(frozen.span.end);
                continue;
            }
            placed.push(moment);
            floors.push(later(moment, step.occasion.hold));
        }
        Err(Stuck { at: placed.len(), moment: start, reason: Reason::Never })
    }

    /// The freeze in which the step that was placed last would stand until `next`, and when that step is taken.
    fn standing_in(&self, placed: &[Timestamp], next: Timestamp) -> Option<(Timestamp, Frozen<'c>)> {
        let last = *placed.last()?;
        let step = self.steps.get(placed.len() - 1).filter(|step| step.occasion.is_canary())?;
        let frozen = self.agenda.freeze_in(step.occasion, Span { start: last, end: next })?;
        Some((last, frozen))
    }

    /// The first moment from `floor` on at which nothing speaks against a step.
    fn earliest(&self, step: &Fitted<'c, 'o>, floor: Timestamp, horizon: Timestamp) -> Option<Timestamp> {
        let mut at = floor;
        for _ in 0..MOST_TRIES {
            if at > horizon || at == Timestamp::MAX {
                return None;
            }
            match self.wait(step, at) {
                Wait::No => return Some(at),
                Wait::Until(later) => at = later,
                Wait::Forever => return None,
            }
        }
        None
    }

    /// Until when a step has to wait that could be taken at `at`: nothing in between will do.
    fn wait(&self, step: &Fitted<'c, 'o>, at: Timestamp) -> Wait {
        if let Some(frozen) = self.agenda.freezes_at(step.occasion, at).iter().max_by_key(|frozen| frozen.span.end) {
            return Wait::Until(frozen.span.end);
        }
        if let Some(list) = step.lists.iter().find(|list| !list.iter().any(|hours| hours.is_open(at))) {
            let next = list.iter().filter_map(|hours| hours.next(at)).map(|span| span.start).min();
            return next.map_or(Wait::Forever, Wait::Until);
        }
        self.uncovered(step, at).map_or(Wait::No, |gap| Wait::Until(gap.end))
    }
}

enum Wait {
    No,
    Until(Timestamp),
    Forever,
}

/// `seconds` after `at`, or the end of time.
pub(super) fn later(at: Timestamp, seconds: u64) -> Timestamp {
    let duration = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    at.checked_add(duration).unwrap_or(Timestamp::MAX)
}

fn name<'c>(hours: &Hours<'c>) -> &'c str {
    &hours.window.name
}
