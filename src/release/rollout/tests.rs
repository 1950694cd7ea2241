//! Plans and logs that are built by hand, and what stands against them.

use std::collections::BTreeSet;

use super::*;
use crate::config::{Config, KnownRules};
use crate::domain::{ArtefactId, ChangeType, Class, Digest, Gate, Instant, Verdict, Weight};
use crate::lock::record::{Record, Shipped};
use crate::lock::{Entry, ReleaseName};
use crate::release::ground::Papers;
use crate::release::log::{Event, EventKind};
use crate::release::plan::{Mode, Plan, PlannedChange, PlannedRollback, PlannedStep};
use crate::release::standing::{self, History, Phase, Standing};

const DAY: u64 = 86_400;

fn id(text: &str) -> ArtefactId {
    text.parse().unwrap()
}

fn name(text: &str) -> ReleaseName {
    text.parse().unwrap()
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

/// A change of `artefact`, which was there before.
fn change(artefact: &str, change_type: ChangeType) -> PlannedChange {
    PlannedChange {
        artefact: id(artefact),
        version: "1.1.0".parse().unwrap(),
        from: Some("1.0.0".parse().unwrap()),
        digest: Digest::of(format!("{artefact} new").as_bytes()),
        types: BTreeSet::from([change_type]),
        class: Some(Class::Behavioural),
        owner: None,
        material: false,
        feature: None,
        requires: BTreeSet::new(),
        rollback: PlannedRollback { method: "route-weight-0".to_owned(), to: None, within: None },
    }
}

fn step(n: u32, artefact: &str, (weight, hold): (u16, u64)) -> PlannedStep {
    PlannedStep {
        n,
        artefacts: BTreeSet::from([id(artefact)]),
        flag: None,
        partition: None,
        weight: Weight::of_hundredths(weight * 100),
        hold,
        gates: if n > 1 { BTreeSet::from([Gate::Feedback]) } else { BTreeSet::new() },
        watch: vec!["complaints".to_owned()],
    }
}

/// A plan of one change, by `steps`: percent and hold.
fn plan(artefact: &str, change_type: ChangeType, steps: &[(u16, u64)]) -> Plan {
    Plan {
        version: 1,
        release: name("r2"),
        previous: Some(name("r1")),
        mode: Mode::Sequenced,
        because: None,
        ladder: Vec::new(),
        lock: Digest::of(b"lock"),
        policy: Digest::of(b"policy"),
        removed: BTreeSet::new(),
        change: vec![change(artefact, change_type)],
        step: (1..).zip(steps).map(|(n, at)| step(n, artefact, *at)).collect(),
    }
}

fn prompt(steps: &[(u16, u64)]) -> Plan {
    plan("prompt:refund", ChangeType::Prompt, steps)
}

const PROMPT: [(u16, u64); 4] = [(5, DAY), (25, DAY), (50, DAY), (100, DAY)];

fn shipped(bytes: &str) -> Shipped {
    Shipped {
        entry: Entry {
            version: "1.0.0".parse().unwrap(),
            path: "a".to_owned(),
            digest: Digest::of(bytes.as_bytes()),
            meaning: None,
            size: 1,
            store: None,
            elsewhere: std::collections::BTreeSet::new(),
            requires: BTreeSet::new(),
        },
        file: None,
        is_directory: false,
        types: BTreeSet::new(),
        class: None,
        bump: crate::domain::Bump::None,
        reason: String::new(),
        from: None,
        evidence: BTreeSet::new(),
        owner: None,
        lowered: None,
        parameters: Default::default(),
    }
}

/// A release that was cut at `cut`.
fn history(release: &str, previous: Option<&str>, (artefact, bytes): (&str, &str), cut: &str) -> History {
    let record = Record {
        name: name(release),
        previous: previous.map(name),
        commit: None,
        cut: cut.to_owned(),
        policy: None,
        overrides: BTreeSet::new(),
        artefacts: [(id(artefact), shipped(bytes))].into(),
        unknown: Vec::new(),
    };
    let event = Event { n: 1, ..Event::new(EventKind::Cut, name(release), Digest::of(b"lock"), instant(cut)) };
    History { record, lock: Digest::of(b"lock"), plan: None, events: vec![event] }
}

/// What was released: r1 with the old bytes, r2 by `plan`.
struct World {
    histories: Vec<History>,
    plan: Plan,
}

impl World {
    fn of(plan: Plan) -> Self {
        let artefact = plan.change[0].artefact.to_string();
        let old = history("r1", None, (&artefact, "old"), "2026-11-01T10:00:00Z");
        let mut new = history("r2", Some("r1"), (&artefact, &format!("{artefact} new")), "2026-11-02T10:00:00Z");
        new.plan = Some(plan.clone());
        Self { histories: vec![old, new], plan }
    }

    fn record(&mut self, event: Event) -> &mut Self {
        let events = &mut self.histories[1].events;
        let n = u32::try_from(events.len()).unwrap() + 1;
        events.push(Event { n, ..event });
        self
    }

    fn take(&mut self, n: u32, at: &str) -> &mut Self {
        let event = super::step(&self.plan, self.plan.step(n).unwrap(), instant(at));
        self.record(event)
    }

    fn feedback(&mut self, n: u32, verdict: Verdict, at: &str) -> &mut Self {
        let event = Event::new(EventKind::Gate, name("r2"), Digest::of(b"lock"), instant(at));
        self.record(Event { step: Some(n), verdict: Some(verdict), ..event })
    }

    fn standing(&self, at: &str) -> Standing {
        standing::at(&self.histories, &instant(at))
    }

    /// The ids of everything that stands against the plan at lock, or against its next step.
    fn judged(&self, config: &Config, stage: Stage, at: &str) -> Vec<&'static str> {
        let (standing, at, papers) = (self.standing(at), instant(at), Papers::new());
        let ground = Ground {
            plan: &self.plan,
            config,
            histories: &self.histories,
            standing: &standing,
            at: &at,
            papers: &papers,
            features: &[],
            stage,
        };
        judge(&ground).iter().map(|one| one.refused.check.id).collect()
    }

    fn locked(&self) -> Vec<&'static str> {
        self.judged(&Config::default(), Stage::Lock, "2026-11-01T12:00:00Z")
    }

    fn stepped(&self, at: &str) -> Vec<&'static str> {
        self.judged(&Config::default(), Stage::Promote, at)
    }
}

#[test]
fn the_ladders_of_the_course_pass() {
    assert_eq!(World::of(prompt(&PROMPT)).locked(), [""; 0]);
    let model = [(1, 4 * DAY), (5, 4 * DAY), (25, 4 * DAY), (50, 4 * DAY), (100, 2 * DAY)];
    assert_eq!(World::of(plan("model:smart", ChangeType::Model, &model)).locked(), [""; 0]);
}

#[test]
fn a_first_step_over_the_cap_is_refused_and_one_at_it_is_not() {
    assert_eq!(World::of(prompt(&[(50, DAY), (100, DAY)])).locked(), ["rollout/first-step-exceeded"]);
    assert_eq!(World::of(prompt(&[(6, DAY), (25, DAY), (100, DAY)])).locked(), ["rollout/first-step-exceeded"]);
    let model = plan("model:smart", ChangeType::Model, &[(5, 4 * DAY), (25, 4 * DAY), (100, 4 * DAY)]);
    assert_eq!(World::of(model).locked(), ["rollout/first-step-exceeded"]);
}

#[test]
fn a_jump_over_five_times_is_refused_and_one_of_five_times_is_not() {
    assert_eq!(World::of(prompt(&[(5, DAY), (50, DAY), (100, DAY)])).locked(), ["rollout/jump-exceeded"]);
    assert_eq!(World::of(prompt(&[(5, DAY), (26, DAY), (100, DAY)])).locked(), ["rollout/jump-exceeded"]);
    assert_eq!(World::of(prompt(&[(5, DAY), (25, DAY), (100, DAY)])).locked(), [""; 0]);
}

#[test]
fn a_hold_under_the_policys_needs_a_reason() {
    let mut short = prompt(&[(5, DAY), (25, DAY / 2), (50, DAY), (100, DAY)]);
    assert_eq!(World::of(short.clone()).locked(), ["rollout/hold-shortened"]);
    short.because = Some("  ".to_owned());
    assert_eq!(World::of(short.clone()).locked(), ["rollout/hold-shortened"]);
    short.because = Some("the campaign ends on Friday".to_owned());
    assert_eq!(World::of(short).locked(), [""; 0]);
    assert_eq!(World::of(prompt(&[(2, DAY), (10, DAY), (50, 2 * DAY), (100, DAY)])).locked(), [""; 0]);
}

#[test]
fn data_goes_by_partition() {
    let mut data = plan("index:policies", ChangeType::Data, &[(50, DAY), (100, DAY)]);
    assert_eq!(World::of(data.clone()).locked(), ["rollout/partition-missing", "rollout/partition-missing"]);
    data.step[0].partition = Some("eu".to_owned());
    data.step[1].partition = Some("in".to_owned());
    assert_eq!(World::of(data).locked(), [""; 0]);
}

#[test]
fn a_hold_without_anything_that_is_watched_is_refused() {
    let mut blind = prompt(&PROMPT);
    blind.step[1].watch.clear();
    assert_eq!(World::of(blind).locked(), ["rollout/watch-missing"]);
}

#[test]
fn what_nobody_uses_yet_or_means_the_same_goes_to_all_at_once() {
    let mut new = plan("tool:lookup", ChangeType::AgentCode, &[(100, 0)]);
    assert_eq!(World::of(new.clone()).locked(), ["rollout/first-step-exceeded", "rollout/hold-shortened"]);
    new.change[0].from = None;
    assert_eq!(World::of(new).locked(), [""; 0]);
    let mut same = prompt(&[(100, 0)]);
    same.change[0].class = Some(Class::Cosmetic);
    assert_eq!(World::of(same).locked(), [""; 0]);
    assert_eq!(World::of(plan("eval:refunds", ChangeType::Eval, &[(100, 0)])).locked(), [""; 0]);
}

#[test]
fn a_flag_climbs_as_a_prompt_does() {
    let mut feature = plan("prompt:refund", ChangeType::Prompt, &[(0, 0), (50, DAY), (100, DAY)]);
    feature.change[0].from = None;
    for step in &mut feature.step[1..] {
        step.flag = Some("refund_v1".to_owned());
    }
    assert_eq!(World::of(feature.clone()).locked(), ["rollout/first-step-exceeded"]);
    feature.step[1].weight = Weight::of_hundredths(500);
    assert_eq!(World::of(feature).locked(), ["rollout/jump-exceeded"]);
}

#[test]
fn a_step_waits_for_the_hold_and_the_feedback_of_the_one_before() {
    let mut world = World::of(prompt(&PROMPT));
    assert_eq!(world.stepped("2026-11-03T10:00:00Z"), [""; 0]);
    world.take(1, "2026-11-03T10:00:00Z");
    assert_eq!(world.stepped("2026-11-04T09:59:59Z"), ["rollout/hold-running", "rollout/feedback-missing"]);
    assert_eq!(world.stepped("2026-11-04T10:00:00Z"), ["rollout/feedback-missing"]);
    for (verdict, told) in [
        (Verdict::Fail, vec!["rollout/feedback-failed"]),
        (Verdict::Inconclusive, vec!["rollout/feedback-inconclusive"]),
        (Verdict::Pass, vec![]),
        (Verdict::Waived, vec![]),
    ] {
        world.feedback(1, verdict, "2026-11-04T10:00:00Z");
        assert_eq!(world.stepped("2026-11-04T10:00:00Z"), told);
    }
    world.take(2, "2026-11-04T10:00:00Z");
    assert_eq!(world.stepped("2026-11-05T10:00:00Z"), ["rollout/feedback-missing"], "each step has its own");
    world.feedback(1, Verdict::Pass, "2026-11-05T10:00:00Z");
    assert_eq!(world.stepped("2026-11-05T10:00:00Z"), ["rollout/feedback-missing"], "another step's is none");
}

#[test]
fn without_the_gate_no_feedback_is_owed() {
    let text = "[[gate]]\nname = \"feedback\"\noff = \"internal\"\n";
    let config = Config::parse("pv.toml", text, &KnownRules::new()).unwrap();
    let mut world = World::of(prompt(&PROMPT));
    world.take(1, "2026-11-03T10:00:00Z");
    assert_eq!(world.judged(&config, Stage::Promote, "2026-11-04T10:00:00Z"), [""; 0]);
}

#[test]
fn a_release_that_is_over_takes_no_step() {
    let mut world = World::of(prompt(&[(5, DAY), (25, DAY), (100, DAY)]));
    world.take(1, "2026-11-03T10:00:00Z").take(2, "2026-11-04T10:00:00Z").take(3, "2026-11-05T10:00:00Z");
    assert_eq!(world.stepped("2026-11-09T10:00:00Z"), ["rollout/release-ended"]);
    let mut world = World::of(prompt(&PROMPT));
    world.record(Event::new(EventKind::Close, name("r2"), Digest::of(b"lock"), instant("2026-11-03T10:00:00Z")));
    assert_eq!(world.stepped("2026-11-09T10:00:00Z"), ["rollout/release-ended"]);
    assert_eq!(world.stepped("2026-11-02T09:59:59Z"), ["rollout/happened-wrongly"], "before it was cut");
}

#[test]
fn of_two_releases_one_goes_first() {
    let mut world = World::of(prompt(&PROMPT));
    world.take(1, "2026-11-03T10:00:00Z");
    let mut later = World::of(Plan { release: name("r3"), ..prompt(&PROMPT) });
    let mut third = history("r3", Some("r2"), ("prompt:refund", "third"), "2026-11-03T11:00:00Z");
    third.plan = Some(later.plan.clone());
    later.histories = [world.histories.clone(), vec![third]].concat();
    assert_eq!(later.stepped("2026-11-03T12:00:00Z"), ["rollout/other-under-way"]);
}

#[test]
fn an_event_belongs_after_the_one_before_it_and_not_after_now() {
    let mut world = World::of(prompt(&PROMPT));
    world.take(1, "2026-11-03T10:00:00Z");
    let told = |at: &str| {
        happened(&world.histories[1], &instant(at), &instant("2026-11-04T10:00:00Z"))
            .err()
            .map(|refused| refused.check.id)
    };
    assert_eq!(told("2026-11-03T10:00:00Z"), None);
    assert_eq!(told("2026-11-04T15:30:00+05:30"), None);
    assert_eq!(told("2026-11-03T09:59:59Z"), Some("rollout/happened-wrongly"));
    assert_eq!(told("2026-11-04T10:00:01Z"), Some("rollout/happened-wrongly"));
}

#[test]
fn a_release_is_closed_when_it_is_mature() {
    let mut world = World::of(prompt(&[(5, DAY), (25, DAY), (100, 2 * DAY)]));
    let told = |world: &World, at: &str| {
        super::close(&world.plan, &world.standing(at), &instant(at)).err().map(|refused| refused.message)
    };
    assert_eq!(told(&world, "2026-11-03T10:00:00Z").as_deref(), Some("step 1 of 3 of release r2 was not taken yet"));
    world.take(1, "2026-11-03T10:00:00Z").take(2, "2026-11-04T10:00:00Z").take(3, "2026-11-05T10:00:00Z");
    let early = told(&world, "2026-11-07T09:00:00Z");
    assert_eq!(early.as_deref(), Some("release r2 is monitored until 2026-11-07T10:00:00Z, 1h from now"));
    assert_eq!(told(&world, "2026-11-07T10:00:00Z"), None);
}

#[test]
fn an_abort_takes_back_what_some_have_and_leaves_what_all_have() {
    let mut world = World::of(prompt(&PROMPT));
    assert_eq!(
        aborted(&world.histories[1], &world.standing("2026-11-03T09:00:00Z"), instant("2026-11-03T09:00:00Z")),
        None
    );
    world.take(1, "2026-11-03T10:00:00Z");
    let at = "2026-11-03T11:00:00Z";
    let event = aborted(&world.histories[1], &world.standing(at), instant(at)).unwrap();
    assert_eq!(event.weights, [(id("prompt:refund"), Weight::NONE)].into());
    world.record(event);
    let standing = world.standing(at);
    assert_eq!((standing.rollouts[&name("r2")].phase, standing.live.clone()), (Phase::RolledBack, Some(name("r1"))));
    let served = &standing.artefacts[&id("prompt:refund")];
    assert_eq!((served.canary.clone(), served.rest()), (None, Weight::FULL));
    assert!(standing.is_rolled_back(&id("prompt:refund"), &Digest::of(b"prompt:refund new")).is_some());
    assert_eq!(world.stepped("2026-11-05T10:00:00Z"), ["rollout/release-ended"]);
}

#[test]
fn a_flag_that_was_switched_off_begins_anew() {
    let mut feature = plan("prompt:refund", ChangeType::Prompt, &[(0, 0), (5, DAY), (25, DAY), (100, DAY)]);
    feature.step[1..].iter_mut().for_each(|step| step.flag = Some("refund_v1".to_owned()));
    let mut world = World::of(feature);
    world.take(1, "2026-11-03T10:00:00Z").take(2, "2026-11-03T10:00:00Z").take(3, "2026-11-04T10:00:00Z");
    let off = Event::new(EventKind::Rollback, name("r2"), Digest::of(b"lock"), instant("2026-11-04T12:00:00Z"));
    world.record(Event { flags: [("refund_v1".to_owned(), Weight::NONE)].into(), ..off });
    let standing = world.standing("2026-11-04T13:00:00Z");
    let position = position(&world.plan, &standing).unwrap();
    assert_eq!(
        (position.next.map(|step| step.n), position.is_again, position.rollout.phase),
        (Some(2), true, Phase::Held)
    );
    assert_eq!(world.stepped("2026-11-04T13:00:00Z"), [""; 0]);
}

#[test]
fn partitions_add_up_until_all_have_it() {
    let mut data = plan("index:policies", ChangeType::Data, &[(33, DAY), (66, DAY), (100, DAY)]);
    for (step, partition) in data.step.iter_mut().zip(["eu", "in", "us"]) {
        step.partition = Some(partition.to_owned());
        step.gates.clear();
    }
    let mut world = World::of(data);
    world.take(1, "2026-11-03T10:00:00Z").take(2, "2026-11-04T10:00:00Z");
    let served = world.standing("2026-11-04T11:00:00Z").artefacts[&id("index:policies")].clone();
    assert_eq!(served.partitions.keys().collect::<Vec<_>>(), ["eu", "in"]);
    assert_eq!((served.reached.to_string(), served.rest().to_string()), ("66%".to_owned(), "34%".to_owned()));
    assert_eq!(served.weight_of(&Digest::of(b"index:policies new")).to_string(), "66%");
    assert_eq!(world.stepped("2026-11-05T10:00:00Z"), [""; 0], "data owes no feedback unless the policy says so");
    world.take(3, "2026-11-05T10:00:00Z");
    let standing = world.standing("2026-11-05T10:00:00Z");
    assert_eq!((standing.live, standing.rollouts[&name("r2")].phase), (Some(name("r2")), Phase::Done));
}

#[test]
fn a_hold_that_never_ends_is_no_panic() {
    let mut world = World::of(prompt(&[(5, u64::MAX), (25, DAY), (100, DAY)]));
    world.take(1, "2026-11-03T10:00:00Z");
    assert_eq!(world.stepped("2027-11-03T10:00:00Z"), ["rollout/hold-running", "rollout/feedback-missing"]);
}

mod laws {
    //! What holds of every log: the order of files changes nothing, and no share is more than all.

    use proptest::prelude::*;

    use super::*;

    /// Something that happens to r2: which step, in whose zone, how much later, and as which kind.
    fn moments() -> impl Strategy<Value = Vec<(u32, bool, i64, u8)>> {
        prop::collection::vec((1..=4_u32, any::<bool>(), 0..3_i64, 0..5_u8), 0..12)
    }

    fn told(moments: &[(u32, bool, i64, u8)]) -> World {
        let mut world = World::of(prompt(&PROMPT));
        let mut at = instant("2026-11-03T10:00:00Z").timestamp();
        for (n, in_india, hours, kind) in moments {
            at = at.checked_add(jiff::SignedDuration::from_hours(*hours)).unwrap();
            let zone =
                if *in_india { jiff::tz::TimeZone::get("Asia/Kolkata").unwrap() } else { jiff::tz::TimeZone::UTC };
            let at = Instant::utc(at).in_zone(&zone);
            let empty = |kind| Event::new(kind, name("r2"), Digest::of(b"lock"), at.clone());
            let standing = standing::at(&world.histories, &at);
            let event = match kind {
                0 | 1 => super::super::step(&world.plan, world.plan.step(*n).unwrap(), at.clone()),
                2 => Event { verdict: Some(Verdict::Pass), step: Some(*n), ..empty(EventKind::Gate) },
                3 => aborted(&world.histories[1], &standing, at.clone()).unwrap_or_else(|| empty(EventKind::Hold)),
                _ => empty(EventKind::Hold),
            };
            world.record(event);
        }
        world
    }

    proptest! {
        #[test]
        fn a_fold_does_not_depend_on_the_order_of_files(moments in moments(), turn in 0..12_usize) {
            let world = told(&moments);
            let at = instant("2026-11-20T10:00:00Z");
            let whole = format!("{:?}", standing::at(&world.histories, &at));
            let mut turned = world.histories.clone();
            turned.reverse();
            for history in &mut turned {
                let by = turn % history.events.len();
                history.events.rotate_left(by);
            }
            // Where the events of a log stand in another order, its first is still the cut.
            for history in &mut turned {
                history.events.sort_by_key(|event| event.n != 1);
            }
            prop_assert_eq!(whole, format!("{:?}", standing::at(&turned, &at)));
        }

        #[test]
        fn no_share_is_more_than_all_and_all_shares_are_all(moments in moments(), hours in 0..40_i64) {
            let world = told(&moments);
            let at = instant("2026-11-03T10:00:00Z").timestamp().checked_add(jiff::SignedDuration::from_hours(hours)).unwrap();
            let standing = standing::at(&world.histories, &Instant::utc(at));
            for served in standing.artefacts.values() {
                let canary = served.canary.as_ref().map_or(0, |(_, weight)| weight.hundredths());
                let stable = if served.stable.is_some() { served.rest().hundredths() } else { 0 };
                prop_assert_eq!(u32::from(canary) + u32::from(stable) + u32::from(served.reached.hundredths()), 10_000);
            }
        }

        #[test]
        fn whatever_happened_its_past_stays(moments in moments(), more in moments()) {
            let world = told(&moments);
            let all: Vec<_> = moments.iter().chain(&more).copied().collect();
            let longer = told(&all);
            let until = world.histories[1].events.last().unwrap().at.timestamp();
            let next = longer.histories[1].events.get(world.histories[1].events.len()).map(|event| event.at.timestamp());
            prop_assume!(next.is_none_or(|next| next > until));
            let at = Instant::utc(until);
            prop_assert_eq!(format!("{:?}", standing::at(&world.histories, &at).artefacts), format!("{:?}", standing::at(&longer.histories, &at).artefacts));
        }
    }
}
