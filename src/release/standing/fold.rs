//! The fold: one event after another, in the order in which they happened.

use std::collections::BTreeMap;

use super::{History, Rollout, Served, Serving, Standing};
use crate::domain::{ArtefactId, Instant, Weight};
use crate::lock::ReleaseName;
use crate::release::log::{Event, EventKind};

/// What is live at `instant`, by what `histories` tell.
pub fn at(histories: &[History], instant: &Instant) -> Standing {
    let releases: BTreeMap<&ReleaseName, &History> =
        histories.iter().map(|history| (&history.record.name, history)).collect();
    let first = first(histories);
    let mut standing = Standing::default();
    for history in histories.iter().filter(|history| history.events.is_empty()) {
        standing.cut_before_logs(history, first, instant);
    }
    let mut events: Vec<&Event> = histories.iter().flat_map(|history| &history.events).collect();
    events.retain(|event| event.at.timestamp() <= instant.timestamp());
    // Of one moment: the release that was cut first, then its own order.
    let cut = |event: &Event| releases.get(&event.release).and_then(|history| history.cut()).map(|cut| cut.timestamp());
    events.sort_by_cached_key(|event| {
        (event.at.timestamp(), event.kind != EventKind::Cut, cut(event), event.release.clone(), event.n)
    });
    for event in events {
        if let Some(history) = releases.get(&event.release) {
            standing.happened(event, history, first);
        }
    }
    standing.live = live(&standing, histories);
    standing
}

/// The release that was live when pv came: of those that go on from none, the one that was cut first.
fn first(histories: &[History]) -> Option<&ReleaseName> {
    let begun = histories.iter().filter(|history| history.record.previous.is_none());
    let earliest = begun.min_by_key(|history| (history.cut().map(|cut| cut.timestamp()), &history.record.name));
    earliest.map(|history| &history.record.name)
}

impl Standing {
    /// A release of a time before there were logs: its record says when it was cut.
    fn cut_before_logs(&mut self, history: &History, first: Option<&ReleaseName>, instant: &Instant) {
        let Some(cut) = history.cut().filter(|cut| cut.timestamp() <= instant.timestamp()) else { return };
        self.begin(history, cut, first);
    }

    fn begin(&mut self, history: &History, cut: Instant, first: Option<&ReleaseName>) {
        let name = &history.record.name;
        let is_newer =
            self.newest.as_ref().and_then(|newest| self.rollouts.get(newest)).is_none_or(|newest| newest.cut <= cut);
        if is_newer {
            self.newest = Some(name.clone());
        }
        let mut rollout = Rollout::new(cut);
        if first == Some(name) {
            rollout.phase = super::Phase::Done;
            for id in history.record.artefacts.keys() {
                self.serve(history, id, (Weight::FULL, None));
            }
        }
        self.rollouts.insert(name.clone(), rollout);
    }

    fn happened(&mut self, event: &Event, history: &History, first: Option<&ReleaseName>) {
        self.events.push(event.clone());
        if event.kind == EventKind::Cut {
            return self.begin(history, event.at.clone(), first);
        }
        self.is_tracked |= matches!(event.kind, EventKind::Step | EventKind::Promote | EventKind::Rollback);
        for (id, weight) in &event.weights {
            self.serve(history, id, (*weight, event.partition.as_deref()));
        }
        for back in &event.rolled_back {
            self.take_back(back);
        }
        self.flags.extend(event.flags.iter().map(|(flag, weight)| (flag.clone(), *weight)));
        event.removed.iter().for_each(|id| drop(self.artefacts.remove(id)));
        self.note_override(event);
        if let Some(rollout) = self.rollouts.remove(&event.release) {
            self.rollouts.insert(event.release.clone(), rollout.after(event, history.plan.as_ref()));
        }
    }

    /// The release's version of an artefact gets `weight`, or a partition.
    fn serve(&mut self, history: &History, id: &ArtefactId, (weight, partition): (Weight, Option<&str>)) {
        let Some(serving) = history.serving(id) else { return };
        let served = self.artefacts.entry(id.clone()).or_default();
        if weight.is_full() {
            *served = Served { stable: Some(serving), ..Served::default() };
        } else if let Some(partition) = partition {
            served.partitions.insert(partition.to_owned(), serving);
            served.reached = weight;
        } else if served.stable.as_ref() != Some(&serving) {
            served.canary = Some((serving, weight));
        }
    }

    fn take_back(&mut self, back: &crate::release::log::RolledBack) {
        let is_bad = |serving: &Serving| serving.digest == back.digest;
        if let Some(served) = self.artefacts.get_mut(&back.artefact) {
            served.canary = served.canary.take().filter(|(serving, _)| !is_bad(serving));
            served.stable = served.stable.take().filter(|serving| !is_bad(serving));
            served.partitions.retain(|_, serving| !is_bad(serving));
            served.reached = if served.partitions.is_empty() { Weight::NONE } else { served.reached };
        }
        self.rolled_back.push(back.clone());
        // The release that shipped it is over.
        if let Some(rollout) = self.rollouts.get_mut(&back.release) {
            rollout.phase = super::Phase::RolledBack;
        }
    }

    fn note_override(&mut self, event: &Event) {
        let Some(subject) = event.subject.as_ref().filter(|_| event.kind == EventKind::Override) else { return };
        let path = format!("{}/{subject}", event.release.folder());
        // Closing one gives it a verdict: what came of it.
        if event.verdict.is_some() {
            self.overrides.remove(&path)
        } else {
            self.overrides.insert(path)
        };
    }
}

/// The release whose artefacts are exactly what is stable; of several, the one that was cut last.
fn live(standing: &Standing, histories: &[History]) -> Option<ReleaseName> {
    let is_stable = |history: &&History| {
        let shipped = history.record.artefacts.iter().map(|(id, shipped)| (id, Some(&shipped.entry.digest)));
        let stable = standing.artefacts.iter().filter(|(_, served)| served.stable.is_some());
        stable.map(|(id, served)| (id, served.stable.as_ref().map(|serving| &serving.digest))).eq(shipped)
    };
    let known = histories.iter().filter(|history| standing.rollouts.contains_key(&history.record.name));
    let cut = |history: &&History| standing.rollouts.get(&history.record.name).map(|rollout| rollout.cut.clone());
    let newest = known.filter(is_stable).max_by_key(|history| (cut(history), &history.record.name));
    newest.map(|history| history.record.name.clone())
}
