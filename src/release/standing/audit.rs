//! Whether a release's plan and log are about what the release holds.

use std::collections::BTreeMap;

use crate::domain::{Digest, Weight};
use crate::release::checks::{Refused, log as checks};
use crate::release::ground::Papers;
use crate::release::log::{Event, EventKind};
use crate::release::plan::{Plan, PlannedStep};
use crate::release::records;

use super::History;

/// What in the plan and the log of `history` is not about it; `papers` are the texts in the release's folder, by path.
pub fn audit(history: &History, papers: &Papers) -> Vec<Refused> {
    let audit = Audit { history, papers };
    let of_plan = history.plan.as_ref().and_then(|plan| audit.plan(plan));
    let of_log =
        history.events.iter().flat_map(|event| [audit.foreign(event), audit.stepped(event), audit.lost(event)]);
    of_plan.into_iter().chain(audit.begun()).chain(of_log.flatten()).collect()
}

struct Audit<'a> {
    history: &'a History,
    papers: &'a Papers,
}

impl Audit<'_> {
    /// The plan is of this release, of its lock, and of the bytes that it shipped.
    fn plan(&self, plan: &Plan) -> Option<Refused> {
        let record = &self.history.record;
        let path = Plan::path(&record.name);
        let is_shipped = |digest: &Digest, shipped: Option<&Digest>| shipped == Some(digest);
        let other = plan.change.iter().find(|change| {
            !is_shipped(&change.digest, record.artefacts.get(&change.artefact).map(|shipped| &shipped.entry.digest))
        });
        let why = match other {
            _ if plan.release != record.name => format!("it is the plan of release {}", plan.release),
            _ if plan.lock != self.history.lock => {
                format!("it is of the lock {}, and the release's is {}", plan.lock, self.history.lock)
            }
            Some(change) => {
                format!("{} is planned with the bytes {}, and shipped with others", change.artefact, change.digest)
            }
            None => return None,
        };
        Some(Refused::by(&checks::PLAN_EDITED, format!("{path}: {why}")))
    }

    /// A log begins with the cut of its release.
    fn begun(&self) -> Option<Refused> {
        let first = self.history.events.first().filter(|first| first.kind != EventKind::Cut)?;
        let seen = format!("{} is a {}, and a log begins with a cut", first.path(), first.kind);
        Some(Refused::by(&checks::EVENT_MISSING, seen))
    }

    fn foreign(&self, event: &Event) -> Option<Refused> {
        let (name, lock) = (&self.history.record.name, &self.history.lock);
        let why = match () {
            () if event.release != *name => format!("it is of release {}", event.release),
            () if event.lock != *lock => format!("it is of the lock {}, and the release's is {lock}", event.lock),
            () if event.kind == EventKind::Cut && event.n != 1 => "a release is cut once".to_owned(),
            () => return None,
        };
        let path = Event { release: name.clone(), ..event.clone() }.path();
        Some(Refused::by(&checks::EVENT_FOREIGN, format!("{path}: {why}")))
    }

    /// A step is one of the plan, and exposes what the plan says.
    fn stepped(&self, event: &Event) -> Option<Refused> {
        let is_step = matches!(event.kind, EventKind::Step | EventKind::Promote);
        let (plan, n) = (self.history.plan.as_ref(), event.step.filter(|_| is_step));
        let why = match (plan, n) {
            _ if !is_step => return None,
            (_, None) => "it names no step".to_owned(),
            (None, Some(n)) => format!("it is step {n}, and the release has no plan"),
            (Some(plan), Some(n)) => match plan.step(n) {
                None => format!("it is step {n}, and the plan has {}", plan.step.len()),
                Some(step) if !is_of(event, step) => format!("it exposes otherwise than step {n} of the plan does"),
                Some(_) => return None,
            },
        };
        Some(Refused::by(&checks::STEP_UNKNOWN, format!("{}: {why}", event.path())))
    }

    /// The decision, or the plan, that an event names is there, as it was.
    fn lost(&self, event: &Event) -> Option<Refused> {
        let is_held = matches!(event.kind, EventKind::Gate | EventKind::Cut);
        let subject = event.subject.as_ref().filter(|_| is_held)?;
        let path = format!("{}/{subject}", self.history.record.name.folder());
        let found = self.papers.get(&path).map(|text| records::digest(text));
        let is_there = found.as_ref().is_some_and(|digest| event.evidence.contains(digest));
        let (check, what) = match event.kind {
            EventKind::Cut => (&checks::PLAN_EDITED, "with the plan"),
            _ => (&checks::RECORD_LOST, "by the decision"),
        };
        let named: Vec<&str> = event.evidence.iter().map(Digest::as_str).collect();
        let found = found.map_or("nothing is there".to_owned(), |digest| format!("{digest} is there"));
        let why = format!("{path}: {} was recorded {what} {}, and {found}", event.path(), named.join(" "));
        (!is_there).then(|| Refused::by(check, why))
    }
}

fn is_of(event: &Event, step: &PlannedStep) -> bool {
    let weights: BTreeMap<_, Weight> = step.artefacts.iter().map(|id| (id.clone(), step.weight)).collect();
    let flags: BTreeMap<_, Weight> = step.flag.iter().map(|flag| (flag.clone(), step.weight)).collect();
    event.weights == weights && event.flags == flags && event.partition == step.partition
}
