//! The ladder of a plan, held against the policy: how it begins, how it widens, how long each step is held.

use std::collections::BTreeSet;

use super::position::is_same_subject;
use crate::config::{Discipline, Duration, Share};
use crate::domain::{ChangeType, Class, KindName, Weight};
use crate::release::checks::{Check, Judgement, Refused, rollout as checks};
use crate::release::ground::Ground;
use crate::release::plan::{self, Plan, PlannedStep};

/// A step may expose at most this many times what the one before it did: the course's ladders go 1, 5, 25, 50, 100.
const WIDEST: u32 = 5;

/// What stands against the steps of a plan, whenever they are taken.
pub(super) fn judge(ground: &Ground<'_>) -> Vec<Judgement> {
    climbs(ground.plan).iter().filter_map(|steps| Climb::of(ground, steps)).flat_map(|climb| climb.judge()).collect()
}

/// The steps that expose somebody, by what they expose: each subject's in their order.
fn climbs(plan: &Plan) -> Vec<Vec<&PlannedStep>> {
    let mut climbs: Vec<Vec<&PlannedStep>> = Vec::new();
    for step in plan.step.iter().filter(|step| step.exposes()) {
        match climbs.iter_mut().find(|climb| climb.iter().any(|one| is_same_subject(one, step))) {
            Some(climb) => climb.push(step),
            None => climbs.push(vec![step]),
        }
    }
    climbs
}

/// The way of one subject to everybody.
struct Climb<'a> {
    plan: &'a Plan,
    steps: &'a [&'a PlannedStep],
    change_type: ChangeType,
    discipline: &'a Discipline,
}

impl<'a> Climb<'a> {
    /// `None` where nobody has to be careful: what is new and used by nothing yet, what means the same, a yardstick.
    fn of(ground: &Ground<'a>, steps: &'a [&'a PlannedStep]) -> Option<Self> {
        let first = steps.first()?;
        let types: BTreeSet<ChangeType> = match first.flag {
            // Who sees a feature is decided as for a prompt.
            Some(_) => BTreeSet::from([ChangeType::Prompt]),
            None => first
                .artefacts
                .iter()
                .filter_map(|id| ground.plan.change_of(id))
                .flat_map(|it| it.types.clone())
                .collect(),
        };
        if types.is_empty() || first.flag.is_none() && is_at_once(ground.plan, first) {
            return None;
        }
        let change_type = plan::strictest(&types, ground.config);
        let discipline = ground.config.types.get(&change_type)?;
        let has_traffic = !discipline.steps.is_empty() || discipline.max_first.is_some();
        has_traffic.then_some(Self { plan: ground.plan, steps, change_type, discipline })
    }

    fn judge(&self) -> Vec<Judgement> {
        let pairs = self.steps.windows(2).filter_map(|pair| self.jumped(pair.first()?, pair.last()?));
        let each = self.steps.iter().flat_map(|step| [self.unparted(step), self.shortened(step), self.unwatched(step)]);
        self.began().into_iter().chain(pairs).chain(each.flatten()).chain(self.ended()).collect()
    }

    fn began(&self) -> Option<Judgement> {
        let (first, most) = (self.steps.first()?, Weight::of_hundredths(self.discipline.max_first?.hundredths));
        let message = format!(
            "{} exposes {} at once, and a {} change begins with at most {most}",
            self.named(first),
            first.weight,
            self.change_type
        );
        let steps = self.discipline.steps.iter().map(|step| format!(" --steps '{step}'")).collect::<String>();
        let remedy = match self.discipline.steps.first() {
            Some(step) if is_within(step.share, most) => {
                format!("The policy's ladder does: pv plan{steps} --because …")
            }
            _ => format!(
                "Begin `[types.{}] steps` of pv.toml, or the feature's `canary_percentage`, with at most {most}.",
                self.change_type
            ),
        };
        let is_exceeded = !self.is_parted(first) && first.weight > most;
        is_exceeded.then(|| refuse(&checks::FIRST_STEP_EXCEEDED, first, message, remedy))
    }

    fn jumped(&self, one: &PlannedStep, next: &PlannedStep) -> Option<Judgement> {
        let widest = WIDEST * u32::from(one.weight.hundredths());
        let is_exceeded = !self.is_parted(next) && u32::from(next.weight.hundredths()) > widest;
        let most = Weight::of_hundredths(u16::try_from(widest).unwrap_or(u16::MAX));
        let message = format!(
            "{} goes from {} to {}: at most {most} may come after {}",
            self.named(next),
            one.weight,
            next.weight,
            one.weight
        );
        let remedy = format!("Put a step of at most {most} between them.");
        is_exceeded.then(|| refuse(&checks::JUMP_EXCEEDED, next, message, remedy))
    }

    /// Whether the step goes by partition, as the policy has it for the type: elsewhere a partition is a share like any.
    fn is_parted(&self, step: &PlannedStep) -> bool {
        step.partition.is_some() && self.goes_by_partition()
    }

    fn goes_by_partition(&self) -> bool {
        self.discipline.steps.iter().any(|step| step.share == Share::EachPartition)
    }

    /// A ladder that ends below everybody leaves its release half way for ever.
    fn ended(&self) -> Option<Judgement> {
        let last = self.steps.last().filter(|last| !last.weight.is_full())?;
        let message =
            format!("the plan ends with {} at {}: the others would never get it", self.named(last), last.weight);
        let remedy = "Add a last step for everybody: `--steps '100% 24h'`.".to_owned();
        Some(refuse(&checks::END_MISSING, last, message, remedy))
    }

    fn unparted(&self, step: &PlannedStep) -> Option<Judgement> {
        let is_by_partition = self.goes_by_partition();
        let message = format!(
            "{} exposes {} of the traffic, and a {} change goes by partition",
            self.named(step),
            step.weight,
            self.change_type
        );
        let remedy = format!(
            "Write the step as `partition 24h`, and name the partitions: `[types.{}] partitions = [\"eu\", \"in\"]`.",
            self.change_type
        );
        let is_missing = is_by_partition && step.partition.is_none();
        is_missing.then(|| refuse(&checks::PARTITION_MISSING, step, message, remedy))
    }

    fn shortened(&self, step: &PlannedStep) -> Option<Judgement> {
        let (held, wanted) = (Duration { seconds: step.hold }, self.hold_for(step)?);
        let is_explained = self.plan.because.as_deref().is_some_and(|why| !why.trim().is_empty());
        let message = format!(
            "{} is held for {}, and the policy holds {} of a {} change for {}",
            self.named(step),
            hours(held),
            step.weight,
            self.change_type,
            hours(wanted)
        );
        let remedy = format!("Hold it for {}, or say why not: pv plan --because …", hours(wanted));
        (held < wanted && !is_explained).then(|| refuse(&checks::HOLD_SHORTENED, step, message, remedy))
    }

    /// How long the policy holds what a step exposes: as its nearest step below, or else as its first.
    fn hold_for(&self, step: &PlannedStep) -> Option<Duration> {
        let fits =
            |share: Share| step.partition.is_some() && share == Share::EachPartition || is_within(share, step.weight);
        let below = self.discipline.steps.iter().rfind(|one| fits(one.share));
        below.or(self.discipline.steps.first()).map(|one| one.hold)
    }

    fn unwatched(&self, step: &PlannedStep) -> Option<Judgement> {
        let message = format!(
            "{} is held for {}, and nothing is watched meanwhile",
            self.named(step),
            hours(Duration { seconds: step.hold })
        );
        let remedy = format!(
            "Name what is watched: `[types.{}] watch = [\"negative-feedback rate\"]` in pv.toml.",
            self.change_type
        );
        (step.hold > 0 && step.watch.is_empty()).then(|| refuse(&checks::WATCH_MISSING, step, message, remedy))
    }

    fn named(&self, step: &PlannedStep) -> String {
        format!("step {} of release {}", step.n, self.plan.release)
    }
}

fn refuse(check: &'static Check, step: &PlannedStep, message: String, remedy: String) -> Judgement {
    let judgement = Judgement::error(Refused::by(check, message).remedy(remedy));
    match step.artefacts.first() {
        Some(id) => judgement.about(id),
        None => judgement,
    }
}

fn is_within(share: Share, most: Weight) -> bool {
    matches!(share, Share::Percent(percent) if percent.hundredths <= most.hundredths())
}

/// Holds are told in hours, as the course does, where they are whole ones.
fn hours(duration: Duration) -> String {
    match duration.seconds {
        seconds if seconds > 0 && seconds.is_multiple_of(3_600) => format!("{}h", seconds / 3_600),
        _ => duration.to_string(),
    }
}

/// Whether everything that a step exposes may go to everybody at once.
fn is_at_once(plan: &Plan, step: &PlannedStep) -> bool {
    step.artefacts.iter().filter_map(|id| plan.change_of(id)).all(|change| {
        let is_foundation =
            matches!(change.artefact.kind, KindName::Index | KindName::Tool | KindName::Eval | KindName::Model);
        let is_unused = change.from.is_none() && is_foundation;
        is_unused || change.class == Some(Class::Cosmetic) || change.artefact.kind == KindName::Feature
    })
}
