//! The moments of a timeline: events of the logs, and freezes that lay over them.

use serde_json::{Value, json};

use crate::cli::discipline::Situation;
use crate::config::Calendar;
use crate::domain::Instant;
use crate::lock::ReleaseName;
use crate::release::calendar;
use crate::release::log::{Event, EventKind};
use crate::release::standing::History;

/// The longest time over which freezes are looked for, in days.
const MOST_DAYS: u16 = 3_660;

/// Something that happened.
#[derive(Debug)]
pub(super) struct Moment {
    /// When.
    pub(super) at: Instant,
    /// To which release; a freeze is nobody's.
    pub(super) release: Option<ReleaseName>,
    /// What, in a few words.
    pub(super) what: String,
    /// The event, where it is one.
    pub(super) event: Option<Event>,
    /// The paper that it is about, and whether that is here.
    paper: Option<(String, bool)>,
}

/// What happened up to the situation's instant, in order.
pub(super) fn all(situation: &Situation, calendar: &Calendar, release: Option<&ReleaseName>) -> Vec<Moment> {
    let events = situation.standing.events.iter().map(|event| of_event(event, situation));
    let mut moments: Vec<Moment> = events.collect();
    moments.extend(freezes(situation, calendar, release));
    moments.sort_by_key(|moment| moment.at.timestamp());
    moments
}

fn of_event(event: &Event, situation: &Situation) -> Moment {
    let history = situation.histories.iter().find(|history| history.record.name == event.release);
    let folder = event.release.folder();
    let paper = event.subject.as_ref().filter(|_| event.kind != EventKind::Cut).map(|subject| format!("{folder}/{subject}"));
    let is_here = |path: &String| event.kind == EventKind::Gate || situation.papers.contains_key(path);
    Moment {
        at: event.at.clone(),
        release: Some(event.release.clone()),
        what: what(event, history),
        paper: paper.map(|path| (path.clone(), is_here(&path))),
        event: Some(event.clone()),
    }
}

/// What an event says, in a few words.
fn what(event: &Event, history: Option<&History>) -> String {
    let step = event.step.map(|step| format!(" {step}")).unwrap_or_default();
    let verdict = event.verdict.map(|verdict| verdict.to_string()).unwrap_or_default();
    match event.kind {
        EventKind::Cut => "cut".to_owned(),
        EventKind::Step | EventKind::Promote => format!("{}{step}: {}", event.kind, exposed(event, history)),
        EventKind::Hold => format!("hold at step{step}"),
        EventKind::Gate => format!("feedback on step{step}: {verdict}"),
        EventKind::Rollback => format!("rollback: {}", back(event)),
        EventKind::Override if verdict.is_empty() => "override".to_owned(),
        EventKind::Override => format!("override closed: {verdict}"),
        EventKind::Notice => "notice".to_owned(),
        EventKind::Close => "close".to_owned(),
    }
}

fn exposed(event: &Event, history: Option<&History>) -> String {
    let planned = history.and_then(|history| history.plan.as_ref()).zip(event.step).and_then(|(plan, n)| plan.step(n));
    let weights = event.flags.values().chain(event.weights.values()).max();
    let ids: Vec<String> = event.weights.keys().map(ToString::to_string).collect();
    let what = planned.map_or_else(|| ids.join(", "), |step| step.what());
    match (&event.partition, weights) {
        (Some(partition), _) => format!("{what}, partition {partition}"),
        (None, Some(weight)) => format!("{what} {weight}"),
        (None, None) => what,
    }
}

fn back(event: &Event) -> String {
    let bad = event.rolled_back.iter().map(|one| format!("{}@{} taken back", one.artefact, one.version));
    let off = event.flags.iter().map(|(flag, weight)| format!("flag {flag} {weight}"));
    bad.chain(off).collect::<Vec<_>>().join(", ")
}

/// The freezes that began or ended between the first event and now.
fn freezes(situation: &Situation, calendar: &Calendar, release: Option<&ReleaseName>) -> Vec<Moment> {
    let mut own = situation.standing.events.iter().filter(|event| release.is_none_or(|name| event.release == *name));
    let Some(first) = own.next() else { return Vec::new() };
    let days = situation.at.timestamp().duration_since(first.at.timestamp()).as_hours() / 24 + 1;
    let days = u16::try_from(days).unwrap_or(MOST_DAYS).min(MOST_DAYS);
    let listed = calendar::listed_freezes(calendar, &first.at, days);
    let moment = |at: Instant, what: String| Moment { at, release: None, what, event: None, paper: None };
    let ends = listed.into_iter().flat_map(|freeze| {
        let begins = freeze.start.map(|at| moment(at, format!("freeze {} begins: {}", freeze.name, freeze.what)));
        let ends = freeze.end.map(|at| moment(at, format!("freeze {} ends", freeze.name)));
        [begins, ends]
    });
    let is_within = |moment: &Moment| moment.at >= first.at && moment.at <= situation.at;
    ends.flatten().filter(is_within).collect()
}

impl Moment {
    /// One row of the table.
    pub(super) fn row(&self) -> Vec<String> {
        let release = self.release.as_ref().map_or("-".to_owned(), ToString::to_string);
        let actor = self.event.as_ref().and_then(|event| event.actor.clone()).unwrap_or_else(|| "-".to_owned());
        vec![self.at.to_string(), release, self.told(), actor]
    }

    /// What happened, why, by which paper, and whether it was written down late.
    fn told(&self) -> String {
        let event = self.event.as_ref();
        let why = event.and_then(|event| event.reason.as_ref()).map(|why| format!(" ({})", why.trim())).unwrap_or_default();
        let paper = self.paper.as_ref().map(|(path, is_here)| {
            let gone = if *is_here { "" } else { " (not here)" };
            format!(" [{path}{gone}]")
        });
        let late = event.and_then(|event| event.recorded.as_ref()).map(|recorded| format!(" (recorded late, {recorded})"));
        format!("{}{why}{}{}", self.what, paper.unwrap_or_default(), late.unwrap_or_default())
    }

    /// The moment as data.
    pub(super) fn data(&self) -> Value {
        let event = self.event.as_ref();
        json!({
            "at": self.at, "release": self.release, "what": self.what, "late": event.is_some_and(|event| event.recorded.is_some()),
            "paper": self.paper.as_ref().map(|(path, _)| path), "path": event.map(Event::path), "event": event,
        })
    }
}
