//! The cascade: who has to go back along with an artefact, by what shipped together before.

use std::collections::{BTreeSet, VecDeque};

use super::way::{Move, NoWay, Present, Target, Way};
use crate::domain::{ArtefactId, Digest, KindName, Version};
use crate::lock::record::Shipped;
use crate::release::checks::{Refused, rollback as checks};
use crate::release::standing::History;

/// The way back of one artefact, to `version` or to the one before, and of everything that does not fit what it becomes.
///
/// # Errors
/// When the artefact or the version never shipped.
pub fn change(present: &Present<'_>, id: &ArtefactId, version: Option<&Version>) -> Result<Way, NoWay> {
    let to = present.asked(id, version)?;
    let mut way = Way::default();
    let now = present.digest(id);
    if to.as_ref().map(|target| &target.shipped.entry.digest) == now {
        return Ok(way);
    }
    way.set(present, id, to, "asked for");
    way.settle(present, id);
    Ok(way)
}

/// The way back of everything to what `target` shipped.
pub fn release(present: &Present<'_>, target: &History) -> Way {
    let mut way = Way::default();
    let ids: BTreeSet<&ArtefactId> = present.current.artefacts.keys().chain(target.record.artefacts.keys()).collect();
    let name = &target.record.name;
    for id in ids {
        let shipped = target.record.artefacts.get(id);
        let to = shipped.map(|shipped| Target { release: name.clone(), shipped: shipped.clone() });
        let wanted = shipped.map(|shipped| &shipped.entry.digest);
        if present.digest(id) != wanted || present.serves_other(id, wanted) {
            let because =
                if to.is_some() { format!("{name} shipped it so") } else { format!("{name} did not ship it") };
            way.set(present, id, to, &because);
        }
    }
    way.flags_after(present, target);
    way
}

/// What stands against leaving the dependants where they are: those of `way` that move along with `asked`.
pub fn left(way: &Way, asked: &ArtefactId) -> Option<Refused> {
    let along: Vec<String> = way
        .moves
        .iter()
        .filter(|(id, _)| *id != asked)
        .map(|(id, one)| format!("{id} would stay live: {}", one.because))
        .chain(way.flags.iter().map(|(flag, because)| format!("the flag {flag} would stay on: {because}")))
        .collect();
    if along.is_empty() {
        return None;
    }
    Some(Refused::by(&checks::DEPENDANT_LEFT, along.join("; ")))
}

/// What becomes of a dependant.
enum Fate {
    Fits,
    Covered(String),
    FlagOff(String),
    Back(Box<Option<Target>>),
}

impl Way {
    fn set(&mut self, present: &Present<'_>, id: &ArtefactId, to: Option<Target>, because: &str) {
        let from = present.current.artefacts.get(id).cloned();
        self.moves.insert(id.clone(), Move { from, to, because: because.to_owned() });
    }

    /// Follows the dependencies from `first` until everything fits. Each artefact only ever moves to an older content, so
    /// this ends.
    fn settle(&mut self, present: &Present<'_>, first: &ArtefactId) {
        let mut queue = VecDeque::from([first.clone()]);
        while let Some(id) = queue.pop_front() {
            let mut next = self.bring_back(present, &id);
            next.extend(self.follow(present, &id));
            queue.extend(next);
        }
    }

    /// What the restored content of `id` needs and is not there comes back with it.
    fn bring_back(&mut self, present: &Present<'_>, id: &ArtefactId) -> Vec<ArtefactId> {
        let Some(target) = self.moves.get(id).and_then(|one| one.to.clone()) else { return Vec::new() };
        let Some(history) = present.earlier.iter().find(|history| history.record.name == target.release) else {
            return Vec::new();
        };
        let mut came = Vec::new();
        for needed in &target.shipped.entry.requires {
            let is_there = match self.moves.get(needed) {
                Some(one) => one.to.is_some(),
                None => present.current.artefacts.contains_key(needed),
            };
            if let Some(shipped) = history.record.artefacts.get(needed).filter(|_| !is_there) {
                let because = format!("{id}@{} needs it", target.shipped.entry.version);
                let to = Target { release: target.release.clone(), shipped: shipped.clone() };
                self.set(present, needed, Some(to), &because);
                came.push(needed.clone());
            }
        }
        came
    }

    /// Moves whoever requires `id` and does not fit what it becomes.
    fn follow(&mut self, present: &Present<'_>, id: &ArtefactId) -> Vec<ArtefactId> {
        let Some(to) = self.moves.get(id).map(|one| one.to.clone()) else { return Vec::new() };
        let mut moved = Vec::new();
        for (dependant, shipped) in &present.current.artefacts {
            let now = match self.moves.get(dependant) {
                Some(Move { to: None, .. }) => continue,
                Some(Move { to: Some(target), .. }) => target.shipped.clone(),
                None => shipped.clone(),
            };
            if !now.entry.requires.contains(id) {
                continue;
            }
            let because = present.because((dependant, &now), id, to.as_ref());
            match present.fate((dependant, &now), id, to.as_ref()) {
                Fate::Fits => {}
                Fate::Covered(why) => _ = self.kept.insert(dependant.clone(), why),
                Fate::FlagOff(flag) => _ = self.flags.insert(flag, because),
                Fate::Back(target) => {
                    self.flags.extend(present.flag_on(dependant).map(|flag| (flag.to_owned(), because.clone())));
                    self.kept.remove(dependant);
                    self.set(present, dependant, *target, &because);
                    moved.push(dependant.clone());
                }
            }
        }
        moved
    }

    /// The flags that a release after `target` set, or whose features `target` did not ship, go to 0.
    fn flags_after(&mut self, present: &Present<'_>, target: &History) {
        let at = present.earlier.iter().position(|history| history.record.name == target.record.name);
        let older = present.earlier.iter().take(at.map_or(0, |at| at + 1)).map(|history| &history.record.name);
        let older: BTreeSet<_> = older.collect();
        for (flag, weight) in present.standing.flags.iter().filter(|(_, weight)| !weight.is_none()) {
            let set = present.standing.events.iter().rev().find(|event| event.flags.contains_key(flag));
            if let Some(event) = set.filter(|event| !older.contains(&event.release)) {
                self.flags.insert(flag.clone(), format!("{} set it to {weight}", event.release));
            }
        }
        for (feature, flag) in present.flags {
            if self.moves.get(feature).is_some_and(|one| one.to.is_none()) && !present.is_off(flag) {
                self.flags.insert(flag.clone(), format!("{feature} goes away"));
            }
        }
    }
}

impl Present<'_> {
    fn digest(&self, id: &ArtefactId) -> Option<&Digest> {
        self.current.artefacts.get(id).map(|shipped| &shipped.entry.digest)
    }

    /// Whether somebody is served another content of an artefact than `wanted`.
    fn serves_other(&self, id: &ArtefactId, wanted: Option<&Digest>) -> bool {
        let Some(served) = self.standing.artefacts.get(id).filter(|_| self.standing.is_tracked) else { return false };
        let contents = served.stable.iter().chain(served.canary.iter().map(|(canary, _)| canary));
        contents.chain(served.partitions.values()).any(|serving| Some(&serving.digest) != wanted)
    }

    /// What an artefact goes back to: the version that is asked for, else what everybody gets who is in no canary, else
    /// what shipped before.
    fn asked(&self, id: &ArtefactId, version: Option<&Version>) -> Result<Option<Target>, NoWay> {
        let contents = || self.newest_first().filter_map(|history| target(history, id));
        if self.digest(id).is_none() && contents().next().is_none() {
            return Err(NoWay::Unknown(id.clone()));
        }
        if let Some(version) = version {
            let found = contents().find(|target| target.shipped.entry.version == *version);
            return found.map(Some).ok_or_else(|| self.never_shipped(id, version));
        }
        let is_other = |target: &Target| Some(&target.shipped.entry.digest) != self.digest(id);
        let stable = self.standing.artefacts.get(id).and_then(|served| served.stable.as_ref());
        let stable = stable.filter(|_| self.standing.is_tracked).map(|serving| &serving.digest);
        let is_stable = |target: &Target| Some(&target.shipped.entry.digest) == stable;
        let is_good = |target: &Target| self.standing.is_rolled_back(id, &target.shipped.entry.digest).is_none();
        let before = || contents().filter(is_other);
        let found = before().find(is_stable).or_else(|| before().find(is_good));
        Ok(found.or_else(|| self.original(id)))
    }

    /// What an artefact is now, where it was there from the first release on: then there is nothing before it, and it does
    /// not go away either.
    fn original(&self, id: &ArtefactId) -> Option<Target> {
        let first = self.earlier.first().map_or(self.current, |history| &history.record);
        let shipped = self.current.artefacts.get(id).filter(|_| first.artefacts.contains_key(id))?;
        Some(Target { release: self.current.name.clone(), shipped: shipped.clone() })
    }

    fn never_shipped(&self, id: &ArtefactId, version: &Version) -> NoWay {
        let mut known: Vec<String> = Vec::new();
        for shipped in self.earlier.iter().filter_map(|history| history.record.artefacts.get(id)) {
            known.push(shipped.entry.version.to_string());
        }
        known.dedup();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let current = self.current.name.clone();
        NoWay::NeverShipped { id: id.clone(), version: version.clone(), current, known }
    }

    /// Whether an earlier release shipped the two contents together; where the foundation goes away, the one without it.
    fn fits(&self, (id, digest): (&ArtefactId, &Digest), foundation: &ArtefactId, to: Option<&Target>) -> bool {
        self.earlier.iter().any(|history| is_pair(history, (id, digest), foundation, to))
    }

    fn fate(&self, dependant: (&ArtefactId, &Shipped), foundation: &ArtefactId, to: Option<&Target>) -> Fate {
        let (id, shipped) = dependant;
        if self.fits((id, &shipped.entry.digest), foundation, to) {
            return Fate::Fits;
        }
        // A yardstick serves nobody.
        if id.kind == KindName::Eval {
            return Fate::Covered("an eval set serves nobody; it needs a new baseline".to_owned());
        }
        // Without what it needs it cannot ship at all, whoever may meet it.
        if to.is_none() {
            return Fate::Back(Box::new(self.older(dependant, foundation, to)));
        }
        if let Some(why) = self.covered(id, &mut BTreeSet::new()) {
            return Fate::Covered(why);
        }
        match self.flag_on(id) {
            Some(flag) => Fate::FlagOff(flag.to_owned()),
            None => Fate::Back(Box::new(self.older(dependant, foundation, to))),
        }
    }

    /// The newest content of a dependant, older than the one it has, that shipped with what its foundation becomes.
    fn older(
        &self,
        (id, now): (&ArtefactId, &Shipped),
        foundation: &ArtefactId,
        to: Option<&Target>,
    ) -> Option<Target> {
        let is_now = |history: &&History| {
            history.record.artefacts.get(id).is_some_and(|shipped| shipped.entry.digest == now.entry.digest)
        };
        let is_current = self.digest(id) == Some(&now.entry.digest);
        let older = self.newest_first().skip_while(|history| !is_current && !is_now(history));
        let mut others = older.filter_map(|history| Some((history, target(history, id)?)));
        let found = others.find(|(history, target)| {
            let digest = &target.shipped.entry.digest;
            *digest != now.entry.digest
                && self.standing.is_rolled_back(id, digest).is_none()
                && is_pair(history, (id, digest), foundation, to)
        });
        found.map(|(_, target)| target)
    }

    /// Why nobody can meet an artefact: everything that uses it is switched off by flags at 0.
    fn covered(&self, id: &ArtefactId, seen: &mut BTreeSet<ArtefactId>) -> Option<String> {
        if let Some(flag) = self.flags.get(id) {
            return self.is_off(flag).then(|| format!("the flag {flag} is at 0"));
        }
        if !seen.insert(id.clone()) {
            return None;
        }
        let users = self.current.artefacts.iter().filter(|(user, shipped)| {
            user.kind != KindName::Eval && *user != id && shipped.entry.requires.contains(id)
        });
        let whys: Option<Vec<String>> = users.map(|(user, _)| self.covered(user, seen)).collect();
        whys?.into_iter().next()
    }

    /// The flag of a feature, unless it is at 0.
    fn flag_on(&self, id: &ArtefactId) -> Option<&str> {
        self.flags.get(id).map(String::as_str).filter(|flag| !self.is_off(flag))
    }

    fn because(&self, (id, shipped): (&ArtefactId, &Shipped), foundation: &ArtefactId, to: Option<&Target>) -> String {
        let version = &shipped.entry.version;
        match to {
            Some(to) => format!("{id}@{version} never shipped with {foundation}@{}", to.shipped.entry.version),
            None => format!("{id}@{version} needs {foundation}, which goes away"),
        }
    }
}

fn target(history: &History, id: &ArtefactId) -> Option<Target> {
    let shipped = history.record.artefacts.get(id)?.clone();
    Some(Target { release: history.record.name.clone(), shipped })
}

fn is_pair(history: &History, one: (&ArtefactId, &Digest), foundation: &ArtefactId, to: Option<&Target>) -> bool {
    let digest = |id: &ArtefactId| history.record.artefacts.get(id).map(|shipped| &shipped.entry.digest);
    digest(one.0) == Some(one.1) && digest(foundation) == to.map(|target| &target.shipped.entry.digest)
}
