//! Whether a release may follow its plan.

use std::collections::{BTreeMap, BTreeSet};

use super::{Mode, Plan, PlannedChange};
use crate::domain::{ArtefactId, Stage};
use crate::lock::ReleaseName;
use crate::release::checks::{Judgement, Refused, plan as checks};
use crate::release::ground::Ground;
use crate::release::standing::Phase;

/// What stands against the plan when the release is cut.
pub fn judge(ground: &Ground<'_>) -> Vec<Judgement> {
    if ground.stage != Stage::Lock {
        return Vec::new();
    }
    let plan = ground.plan;
    let mut judgements: Vec<Judgement> = plan.change.iter().filter_map(without_method).collect();
    judgements.extend(unexplained(plan));
    judgements.extend(cut_earlier(ground));
    judgements.extend(changed_policy(ground));
    judgements.extend(unfinished(ground).or_else(|| taken_back(ground)));
    if plan.mode == Mode::Coordinated {
        judgements.extend(uncoupled(plan));
        judgements
            .extend(plan.change.iter().filter(|change| change.owner.is_none() && !change.is_cosmetic()).map(unowned));
        judgements.extend(unflagged(plan));
    }
    judgements
}

fn without_method(change: &PlannedChange) -> Option<Judgement> {
    let message = format!("{}@{} has no way back: its type names no method", change.artefact, change.version);
    change
        .rollback
        .method
        .is_empty()
        .then(|| Judgement::error(Refused::by(&checks::METHOD_MISSING, message)).about(&change.artefact))
}

fn unexplained(plan: &Plan) -> Option<Judgement> {
    let what = match (plan.mode, plan.ladder.as_slice()) {
        (Mode::Coordinated, _) => "its changes go live together".to_owned(),
        (Mode::Sequenced, []) => return None,
        (Mode::Sequenced, steps) => format!("it goes by steps of its own ({})", steps.join(", ")),
    };
    let is_silent = plan.because.as_deref().is_none_or(|why| why.trim().is_empty());
    let message = format!("release {}: {what}, and no reason is given", plan.release);
    is_silent.then(|| Judgement::error(Refused::by(&checks::REASON_MISSING, message)))
}

/// The release before it was cut later than now.
fn cut_earlier(ground: &Ground<'_>) -> Option<Judgement> {
    let previous = ground.plan.previous.as_ref()?;
    let cut = ground.histories.iter().find(|history| history.record.name == *previous)?.cut()?;
    let message = format!("release {previous} was cut at {cut}, and this one would be cut before it, at {}", ground.at);
    (cut.timestamp() > ground.at.timestamp()).then(|| Judgement::error(Refused::by(&checks::CUT_EARLIER, message)))
}

/// The policy is another one than that of the release before: whoever reviews the plan should know.
fn changed_policy(ground: &Ground<'_>) -> Option<Judgement> {
    let previous = ground.plan.previous.as_ref()?;
    let record = &ground.histories.iter().find(|history| history.record.name == *previous)?.record;
    let is_changed = record.policy.as_ref().is_some_and(|policy| *policy != ground.plan.policy);
    let message = format!("pv.toml asks for something else than it did when release {previous} was cut");
    let since = record.commit.as_ref().map(|commit| commit.chars().take(10).collect::<String>());
    let remedy =
        format!("Look at what changed: `git diff {} -- pv.toml`.", since.unwrap_or_else(|| format!("pv/{previous}")));
    is_changed.then(|| Judgement::warning(Refused::by(&checks::POLICY_CHANGED, message).remedy(remedy)))
}

/// The release before it has begun to go live, or others have and it has not.
fn unfinished(ground: &Ground<'_>) -> Option<Judgement> {
    let previous = ground.plan.previous.as_ref()?;
    let rollout = ground.standing.rollouts.get(previous)?;
    let is_stuck = rollout.phase.is_under_way() || rollout.phase == Phase::Cut && ground.standing.is_tracked;
    let message = format!(
        "release {previous} is at `{}`{}, and this one goes on from it",
        rollout.phase,
        rollout.step.map(|step| format!(", step {step}")).unwrap_or_default()
    );
    let remedy = format!(
        "Finish it with `pv rollout step {previous}`, or take it back with `pv rollout abort {previous} --reason …`."
    );
    is_stuck.then(|| Judgement::error(Refused::by(&checks::BASE_UNFINISHED, message).remedy(remedy)))
}

/// The release before it was taken back, and something else is live: from its bytes there is no way on.
fn taken_back(ground: &Ground<'_>) -> Option<Judgement> {
    let (previous, live) = (ground.plan.previous.as_ref()?, ground.standing.live.as_ref());
    let rollout = ground.standing.rollouts.get(previous)?;
    let lock_of =
        |name: &ReleaseName| ground.histories.iter().find(|one| one.record.name == *name).map(|one| &one.lock);
    let is_stuck = rollout.phase == Phase::RolledBack && live.and_then(lock_of) != lock_of(previous);
    let target = live.map_or("RELEASE".to_owned(), ToString::to_string);
    let seen = live.map_or("no release is live as a whole".to_owned(), |live| format!("{live} is live"));
    let message = format!("release {previous} was taken back, {seen}, and this one goes on from {previous}");
    let remedy =
        format!("Go on from what is live: `pv rollback run --to {target} --reason …` makes it the latest release.");
    is_stuck.then(|| Judgement::error(Refused::by(&checks::BASE_UNFINISHED, message).remedy(remedy)))
}

/// The changes that no other change needs, directly or through what did not change.
fn uncoupled(plan: &Plan) -> Vec<Judgement> {
    let ids: BTreeSet<&ArtefactId> = plan.change.iter().map(|change| &change.artefact).collect();
    let mut touched: BTreeMap<&ArtefactId, usize> = BTreeMap::new();
    for change in &plan.change {
        for need in change.requires.iter().filter(|need| ids.contains(need)) {
            *touched.entry(&change.artefact).or_default() += 1;
            *touched.entry(need).or_default() += 1;
        }
    }
    let alone = plan.change.iter().filter(|change| !touched.contains_key(&change.artefact) && !change.is_cosmetic());
    alone
        .map(|change| {
            let message = format!(
                "{} neither needs another change of release {} nor is needed by one",
                change.artefact, plan.release
            );
            Judgement::error(Refused::by(&checks::COUPLING_MISSING, message)).about(&change.artefact)
        })
        .collect()
}

fn unowned(change: &PlannedChange) -> Judgement {
    let message = format!("nobody answers for {}@{}", change.artefact, change.version);
    Judgement::error(Refused::by(&checks::OWNER_MISSING, message)).about(&change.artefact)
}

fn unflagged(plan: &Plan) -> Option<Judgement> {
    let seen: Vec<String> = plan
        .change
        .iter()
        .filter(|change| change.feature.is_none() && change.rollback.method == "route-weight-0")
        .map(|change| change.artefact.to_string())
        .collect();
    let message = format!("{} go live together, and no feature's flag covers them", seen.join(" and "));
    (seen.len() > 1).then(|| Judgement::warning(Refused::by(&checks::FLAG_MISSING, message)))
}
