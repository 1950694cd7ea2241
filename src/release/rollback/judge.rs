//! What stands against a release for the sake of its way back.

use super::method;
use super::rehearsal::{self, Rehearsal, Tried};
use super::target;
use crate::config::When;
use crate::domain::{KindName, Place, Stage};
use crate::lock::ReleaseName;
use crate::release::checks::{Judgement, Refused, rollback as checks, shell_word};
use crate::release::ground::Ground;
use crate::release::log::{EventKind, RolledBack};
use crate::release::plan::{Plan, PlannedChange};
use crate::release::standing::History;

/// Whether there is a way back that was tried, and nothing goes live again that was taken back.
pub fn judge(ground: &Ground<'_>) -> Vec<Judgement> {
    let changes = ground.plan.change.iter();
    let mut judgements: Vec<Judgement> = changes.clone().filter_map(|change| again(ground, change)).collect();
    let Some(previous) = &ground.plan.previous else { return judgements };
    judgements.extend(changes.filter_map(|change| unfit(change).or_else(|| unresolved(ground, change))));
    judgements.extend(way(ground, previous));
    judgements
}

/// A content that was taken back, at whatever name, and is not live again since.
fn again(ground: &Ground<'_>, change: &PlannedChange) -> Option<Judgement> {
    let is_same = |back: &&RolledBack| back.artefact.kind == change.artefact.kind && back.digest == change.digest;
    let back = ground.standing.rolled_back.iter().rev().find(is_same)?;
    let stable = ground.standing.artefacts.get(&change.artefact).and_then(|served| served.stable.as_ref());
    if stable.is_some_and(|serving| serving.digest == change.digest) {
        return None;
    }
    let message = format!(
        "{}@{} has the very bytes of {}@{}, which was rolled back after release {} ({})",
        change.artefact, change.version, back.artefact, back.version, back.release, change.digest
    );
    let remedy = match &change.from {
        Some(from) => format!("change it, or bring {from} back: `pv restore {}@{from}`", change.artefact),
        None => "change it, or remove it".to_owned(),
    };
    Some(Judgement::error(Refused::by(&checks::VERSION_ROLLED_BACK, message).remedy(remedy)).about(&change.artefact))
}

/// A method that no type of the change has. A feature goes back by its flag; that there is a method at all is the plan's.
fn unfit(change: &PlannedChange) -> Option<Judgement> {
    let types = method::types_of(&change.artefact, &change.types);
    let mut able = types.iter().flat_map(|one| method::of_type(*one)).map(ToString::to_string).collect::<Vec<_>>();
    let has_none = change.rollback.method.is_empty();
    if change.artefact.kind == KindName::Feature || has_none || able.contains(&change.rollback.method) {
        return None;
    }
    able.dedup();
    let names: Vec<&str> = types.iter().map(|one| one.as_str()).collect();
    let (method, able) = (&change.rollback.method, able.join(" or "));
    let message = format!(
        "{} is to be taken back by `{method}`; a {} change goes back by {able}",
        change.artefact,
        names.join(" and ")
    );
    let first = names.first().copied().unwrap_or_default();
    let remedy = format!("set `method` in [types.{first}.rollback] of pv.toml to {able}");
    Some(Judgement::error(Refused::by(&checks::METHOD_UNFIT, message).remedy(remedy)).about(&change.artefact))
}

/// A version to go back to that never shipped.
fn unresolved(ground: &Ground<'_>, change: &PlannedChange) -> Option<Judgement> {
    change.from.as_ref()?;
    let shipped = |to: &crate::domain::Version| {
        ground.histories.iter().any(|history| {
            history.record.artefacts.get(&change.artefact).is_some_and(|shipped| shipped.entry.version == *to)
        })
    };
    let to = change.rollback.to.as_ref();
    if to.is_some_and(shipped) {
        return None;
    }
    let named = to.map_or("no version at all".to_owned(), |to| format!("{to}, which no release shipped"));
    let message = format!("{}@{} is to go back to {named}", change.artefact, change.version);
    Some(Judgement::error(Refused::by(&checks::PREVIOUS_MISSING, message)).about(&change.artefact))
}

/// What stands against the way back as a whole, where policy asks for one at this stage.
fn way(ground: &Ground<'_>, previous: &ReleaseName) -> Vec<Judgement> {
    let when = ground.config.rehearsing.when;
    let is_asked = match ground.stage {
        Stage::Lock => when == When::Lock,
        Stage::Step => when != When::Off,
        Stage::Merge | Stage::Promote => false,
    };
    let plan = ground.plan;
    if !is_asked || plan.change.is_empty() && plan.removed.is_empty() {
        return Vec::new();
    }
    let Some(target) = ground.histories.iter().find(|history| history.record.name == *previous) else {
        let message = format!("{} goes on from {previous}, and there is no such release", plan.release);
        return vec![Judgement::error(Refused::by(&checks::PREVIOUS_MISSING, message))];
    };
    let found = [live_moved(ground, target), expired(ground, target)].into_iter().flatten();
    found.chain(broken(target)).chain(rehearsed(ground, target)).collect()
}

/// Another release is live than the one that the plan goes on from: it has moved since the cut, which asked the same. Only
/// where rollouts are recorded at all, and before this one has begun.
fn live_moved(ground: &Ground<'_>, target: &History) -> Option<Judgement> {
    let is_tracked =
        ground.standing.events.iter().any(|event| matches!(event.kind, EventKind::Step | EventKind::Promote));
    let has_begun = ground.standing.rollouts.get(&ground.plan.release).is_some_and(|rollout| !rollout.taken.is_empty());
    let live = ground.standing.live.as_ref();
    let same =
        |name: &ReleaseName| ground.histories.iter().any(|one| one.record.name == *name && one.lock == target.lock);
    if ground.stage != Stage::Step || !is_tracked || has_begun || live.is_some_and(same) {
        return None;
    }
    let live = match (live, ground.standing.under_way()) {
        (Some(live), _) => format!("{live} is live"),
        (None, Some((release, rollout))) => format!("no release is live as a whole: {release} is {}", rollout.phase),
        (None, None) => "no release is live as a whole".to_owned(),
    };
    let message = format!("{} goes on from {}, and {live}", ground.plan.release, target.record.name);
    Some(Judgement::error(Refused::by(&checks::LIVE_MOVED, message)))
}

fn expired(ground: &Ground<'_>, target: &History) -> Option<Judgement> {
    let retention = ground.config.store.retention;
    let since = target::is_expired(target, ground.histories, (ground.standing, ground.at), retention.seconds)?;
    let message = format!(
        "{} was superseded on {}, more than {retention} before {}",
        target.record.name,
        since.date(),
        ground.at
    );
    Some(Judgement::error(Refused::by(&checks::TARGET_EXPIRED, message)))
}

fn broken(target: &History) -> Vec<Judgement> {
    let entries = target.record.artefacts.iter().map(|(id, shipped)| (id, &shipped.entry));
    let told = |(id, needed): (_, _)| {
        let message = format!("{} shipped {id} without {needed}, which it needs", target.record.name);
        Judgement::error(Refused::by(&checks::TARGET_BROKEN, message)).about(&id)
    };
    target::unmet(entries).into_iter().map(told).collect()
}

/// Whether a rehearsal shows that the way back works, whatever policy asks for.
pub fn is_rehearsed(ground: &Ground<'_>) -> bool {
    let previous = ground.plan.previous.as_ref();
    let target = previous.and_then(|name| ground.histories.iter().find(|history| history.record.name == *name));
    target.is_some_and(|target| rehearsed(ground, target).is_empty())
}

/// What stands against the newest rehearsal of exactly this way; that there is none.
fn rehearsed(ground: &Ground<'_>, target: &History) -> Vec<Judgement> {
    let own = format!("{}/", ground.plan.release.folder());
    let mut unreadable = Vec::new();
    let mut fitting: Vec<(&str, Rehearsal)> = Vec::new();
    for (path, read) in rehearsal::among(ground.papers) {
        match read {
            Ok(one) if is_of(&one, ground.plan, target) && one.at <= *ground.at => fitting.push((path, one)),
            Err(problem) if path.starts_with(&own) => {
                let message = format!("{path}:{}: {}", problem.place.line, problem.message);
                unreadable
                    .push(Judgement::error(Refused::by(&checks::REHEARSAL_UNREADABLE, message)).at(problem.place));
            }
            _ => {}
        }
    }
    let newest = fitting.into_iter().max_by(|(_, a), (_, b)| a.at.cmp(&b.at));
    match newest {
        Some((path, rehearsal)) => unreadable.extend(faults(ground, path, &rehearsal)),
        None => unreadable.push(missing(ground, target)),
    }
    unreadable
}

fn is_of(rehearsal: &Rehearsal, plan: &Plan, target: &History) -> bool {
    rehearsal.from_lock == plan.lock && rehearsal.to_lock == target.lock
}

fn again_by(ground: &Ground<'_>) -> String {
    let name = shell_word(ground.plan.release.as_str());
    match ground.history() {
        Some(_) => format!("pv rollback rehearse --from {name}"),
        None => format!("pv rollback rehearse --name {name}"),
    }
}

fn missing(ground: &Ground<'_>, target: &History) -> Judgement {
    let message =
        format!("no rehearsal of the way back from {} to {}, as both are now", ground.plan.release, target.record.name);
    let refused = Refused::by(&checks::REHEARSAL_MISSING, message);
    Judgement::error(
        refused.remedy(format!("`{}` tries it, offline, and writes down what it measured", again_by(ground))),
    )
}

fn faults(ground: &Ground<'_>, path: &str, rehearsal: &Rehearsal) -> Vec<Judgement> {
    let told = |refused: Refused| Judgement::error(refused).at(Place { path: path.into(), line: 1, column: 1 });
    let mut faults: Vec<Refused> = Vec::new();
    let max_age = ground.config.rehearsing.max_age;
    let age = ground.at.timestamp().duration_since(rehearsal.at.timestamp()).as_secs();
    if age > i64::try_from(max_age.seconds).unwrap_or(i64::MAX) {
        let message = format!(
            "the rehearsal is of {}, {} days before; at most {max_age} are allowed",
            rehearsal.at.date(),
            age / 86_400
        );
        faults.push(
            Refused::by(&checks::REHEARSAL_STALE, message).remedy(format!("rehearse again: `{}`", again_by(ground))),
        );
    }
    faults.extend(slow(ground, rehearsal));
    faults.extend(failed(ground, rehearsal));
    faults.into_iter().map(told).collect()
}

fn slow(ground: &Ground<'_>, rehearsal: &Rehearsal) -> Option<Refused> {
    let types =
        ground.plan.change.iter().flat_map(|change| method::types_of(&change.artefact, &change.types)).collect();
    let (within, change_type) = method::target_time(ground.config, &types)?;
    // Written so that a number that is none is no pass.
    if rehearsal.seconds <= within as f64 {
        return None;
    }
    let message = format!("the way back took {} s, and a {change_type} change may take {within} s", rehearsal.seconds);
    let refused = Refused::by(&checks::REHEARSAL_SLOW, message);
    Some(refused.remedy(format!(
        "make `command` in [rollback] faster, then `{}`; or set `within` in [types.{change_type}.rollback]",
        again_by(ground)
    )))
}

fn failed(ground: &Ground<'_>, rehearsal: &Rehearsal) -> Option<Refused> {
    // What it took is judged by the policy of now.
    let (mut others, slow) =
        (rehearsal.checks.iter().filter(|tried| !tried.passed), |tried: &&Tried| tried.name == "time");
    let was_slow = others.clone().any(|tried| slow(&tried));
    let (check, said) = match others.find(|tried| !slow(tried)) {
        Some(tried) if tried.name == "bytes" => (&checks::BYTES_MISSING, format!("bytes: {}", tried.detail)),
        Some(tried) => (&checks::REHEARSAL_FAILED, format!("{}: {}", tried.name, tried.detail)),
        None if !rehearsal.verified && !was_slow => {
            (&checks::REHEARSAL_FAILED, "it says that it was not verified".to_owned())
        }
        None if rehearsal.checks.is_empty() => (&checks::REHEARSAL_FAILED, "it looked at nothing".to_owned()),
        None => return None,
    };
    let refused = Refused::by(check, format!("the rehearsal of the way back to {} failed: {said}", rehearsal.to));
    Some(refused.remedy(format!("{} Then: `{}`", check.remedy, again_by(ground))))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::Config;
    use crate::domain::{Digest, Instant};
    use crate::lock::record::Record;
    use crate::lock::{self, Entry};
    use crate::release::log::Event;
    use crate::release::standing;

    struct World {
        histories: Vec<History>,
        plan: Plan,
        config: Config,
    }

    fn name(text: &str) -> ReleaseName {
        text.parse().unwrap()
    }

    fn at(day: u32) -> Instant {
        format!("2026-05-{day:02}T11:00:00Z").parse().unwrap()
    }

    /// A release of `prompt:greet` (with those bytes) that was cut on a day of May.
    fn history(release: &str, previous: Option<&str>, (bytes, day): (&str, u32)) -> History {
        let entry = Entry {
            version: format!("{day}.0.0").parse().unwrap_or_else(|never| match never {}),
            path: "prompts/greet.md".to_owned(),
            digest: Digest::of(bytes.as_bytes()),
            meaning: None,
            size: 1,
            store: None,
            elsewhere: std::collections::BTreeSet::new(),
            requires: Default::default(),
        };
        let shipped = crate::lock::record::Shipped {
            entry: entry.clone(),
            file: None,
            is_directory: false,
            types: Default::default(),
            class: None,
            bump: crate::domain::Bump::None,
            reason: String::new(),
            from: None,
            evidence: Default::default(),
            owner: None,
            lowered: None,
            parameters: BTreeMap::new(),
        };
        let artefacts = BTreeMap::from([("prompt:greet".parse().unwrap(), shipped)]);
        let lock = lock::digest(&BTreeMap::from([("prompt:greet".parse().unwrap(), entry)]));
        let cut = Event::new(EventKind::Cut, name(release), lock.clone(), at(day));
        let record = Record {
            name: name(release),
            previous: previous.map(name),
            commit: None,
            cut: at(day).to_string(),
            policy: None,
            overrides: Default::default(),
            artefacts,
            unknown: Vec::new(),
        };
        History { record, lock, plan: None, events: vec![cut] }
    }

    fn world() -> World {
        let histories = vec![history("r1", None, ("one", 1)), history("r2", Some("r1"), ("two", 2))];
        let plan = format!(
            "version = 1\nrelease = \"r2\"\nprevious = \"r1\"\nmode = \"sequenced\"\nlock = \"{}\"\npolicy = \"{}\"\n[[change]]\n\
             artefact = \"prompt:greet\"\nversion = \"2.0.0\"\nfrom = \"1.0.0\"\ndigest = \"{}\"\ntypes = [\"prompt\"]\n\
             material = false\nrollback = {{ method = \"route-weight-0\", to = \"1.0.0\", within = 300 }}\n",
            histories[1].lock,
            histories[1].lock,
            Digest::of(b"two"),
        );
        let plan = crate::release::plan::decode("plan.toml", &plan).unwrap();
        World { histories, plan, config: Config::default() }
    }

    impl World {
        /// The ids of what stands against the first step on a day of May, besides that nothing was rehearsed.
        fn ids(&self, day: u32) -> Vec<&'static str> {
            let (at, papers) = (at(day), BTreeMap::new());
            let standing = standing::at(&self.histories, &at);
            let ground = Ground {
                plan: &self.plan,
                config: &self.config,
                histories: &self.histories,
                standing: &standing,
                features: &[],
                at: &at,
                papers: &papers,
                stage: Stage::Step,
            };
            let ids = judge(&ground).into_iter().map(|one| one.refused.check.id);
            ids.filter(|id| *id != checks::REHEARSAL_MISSING.id).collect()
        }

        fn step(&mut self, release: usize, day: u32) {
            let history = &mut self.histories[release];
            let mut event = Event::new(EventKind::Step, history.record.name.clone(), history.lock.clone(), at(day));
            event.weights.insert("prompt:greet".parse().unwrap(), crate::domain::Weight::FULL);
            (event.n, event.step) = (2, Some(1));
            history.events.push(event);
        }
    }

    #[test]
    fn a_way_back_that_holds_together_is_not_refused() {
        assert_eq!(world().ids(3), Vec::<&str>::new());
    }

    #[test]
    fn a_method_is_one_of_its_type() {
        let mut world = world();
        world.plan.change[0].rollback.method = "alias-to-previous".to_owned();
        assert_eq!(world.ids(3), ["rollback/method-unfit"]);
        world.plan.change[0].types.insert(crate::domain::ChangeType::Model);
        assert_eq!(world.ids(3), Vec::<&str>::new());
    }

    #[test]
    fn a_version_to_go_back_to_has_shipped() {
        let mut world = world();
        world.plan.change[0].rollback.to = Some("0.9.0".parse().unwrap_or_else(|never| match never {}));
        assert_eq!(world.ids(3), ["rollback/previous-missing"]);
        world.plan.change[0].rollback.to = None;
        assert_eq!(world.ids(3), ["rollback/previous-missing"]);
        world.plan.change[0].from = None;
        assert_eq!(world.ids(3), Vec::<&str>::new(), "what is new goes away");
    }

    #[test]
    fn the_release_to_go_back_to_has_what_it_needs() {
        let mut world = world();
        let greet = world.histories[0].record.artefacts.get_mut(&"prompt:greet".parse().unwrap()).unwrap();
        greet.entry.requires.insert("tool:find".parse().unwrap());
        assert_eq!(world.ids(3), ["rollback/target-broken"]);
    }

    #[test]
    fn what_is_live_is_as_young_as_now_and_what_is_not_expires() {
        let mut world = world();
        world.config.store.retention = crate::config::Duration { seconds: 5 * 86_400 };
        assert_eq!(world.ids(20), Vec::<&str>::new(), "r1 is still live");
        world.histories.push(history("r3", Some("r2"), ("three", 3)));
        world.step(2, 4);
        assert_eq!(world.ids(5), ["rollback/live-moved"]);
        assert_eq!(world.ids(8), ["rollback/live-moved", "rollback/target-expired"]);
    }

    #[test]
    fn bytes_that_were_taken_back_are_refused_under_any_name_until_they_are_live_again() {
        let mut world = world();
        let mut back = Event::new(EventKind::Rollback, name("r2"), world.histories[1].lock.clone(), at(3));
        let bad = RolledBack {
            artefact: "prompt:greeting".parse().unwrap(),
            version: "2.0.0".parse().unwrap_or_else(|never| match never {}),
            digest: Digest::of(b"two"),
            release: name("r2"),
        };
        (back.n, back.rolled_back) = (2, vec![bad]);
        world.histories[1].events.push(back);
        assert_eq!(world.ids(4), ["rollback/version-rolled-back"]);
        world.plan.change[0].digest = Digest::of(b"other");
        assert_eq!(world.ids(4), Vec::<&str>::new());
    }
}
