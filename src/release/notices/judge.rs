//! Whether those were told who have to be told, in time, and what is still so.

use std::collections::BTreeSet;

use super::facts::{Facts, first_exposing, told_seconds};
use super::record::{self, Notice, Phase};
use crate::config::Duration;
use crate::domain::{Audience, Instant, Place, Severity, Stage};
use crate::release::checks::notice::{
    CUSTOMER_MISSING, DRIFTED, ENGINEERING_MISSING, LEAD_SHORT, RECORD_UNREADABLE, STATUS_MISSING, SUMMARY_MISSING,
    SUPPORT_MISSING,
};
use crate::release::checks::{Check, Judgement, Refused, shell_word};
use crate::release::ground::Ground;
use crate::release::plan::{PlannedChange, PlannedStep};

/// Whether those were told who have to be told before what `ground` is about. At the lock, what is missing is only told.
pub fn judge(ground: &Ground<'_>) -> Vec<Judgement> {
    let told = Told::of(ground);
    let mut judgements = told.unreadable.clone();
    if let Some(step) = told.next_step().filter(|step| step.exposes()) {
        judgements.extend(told.missing(step));
        judgements.extend(told.drifted());
        judgements.extend(told.short_lead(step));
    }
    judgements.extend(told.silent_steps());
    if ground.stage == Stage::Lock {
        judgements.iter_mut().for_each(|one| one.severity = Severity::Warning);
    }
    judgements
}

/// Whether the release may be closed: those who were told of its start are told how it went.
pub fn may_close(ground: &Ground<'_>) -> Vec<Judgement> {
    let told = Told::of(ground);
    let mut judgements = told.unreadable.clone();
    if ground.plan.step.iter().any(PlannedStep::exposes) {
        let is_material = ground.plan.change.iter().any(|change| change.material);
        judgements.extend(told.unsummed(Audience::Engineering).map(Judgement::error));
        judgements.extend(told.unsummed(Audience::Customer).filter(|_| is_material).map(Judgement::warning));
    }
    judgements
}

/// What has been told of a release up to an instant.
struct Told<'a> {
    ground: &'a Ground<'a>,
    notices: Vec<Notice>,
    unreadable: Vec<Judgement>,
}

impl<'a> Told<'a> {
    fn of(ground: &'a Ground<'a>) -> Self {
        let (mut notices, mut unreadable) = (Vec::new(), Vec::new());
        for read in of_release(ground) {
            match read {
                Ok(notice) => notices.push(notice),
                Err(judgement) => unreadable.push(judgement),
            }
        }
        Self { ground, notices, unreadable }
    }

    /// The step that is about to be taken: the first that was not.
    fn next_step(&self) -> Option<&'a PlannedStep> {
        let taken = self.taken();
        self.ground.plan.step.iter().find(|step| !taken.contains(&step.n))
    }

    fn taken(&self) -> BTreeSet<u32> {
        let rollout = self.ground.standing.rollouts.get(&self.ground.plan.release);
        rollout.map(|rollout| rollout.taken.clone()).unwrap_or_default()
    }

    /// What was told to an audience in a phase, and by the instant was sent.
    fn notice(&self, phase: Phase, audience: Audience) -> Option<&Notice> {
        self.sent().find(|notice| notice.phase == phase && notice.audience == audience)
    }

    fn sent(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(|notice| notice.at.timestamp() <= self.ground.at.timestamp())
    }

    fn is_required(&self, audience: Audience) -> bool {
        self.ground.config.notice.required.contains(&audience)
    }

    /// The material changes that `step` exposes.
    fn material(&self, step: &PlannedStep) -> Vec<&'a PlannedChange> {
        let changes = self.ground.plan.change.iter();
        changes.filter(|change| change.material && is_exposed(change, step)).collect()
    }

    /// Who has to be told before `step` and was not.
    fn missing(&self, step: &PlannedStep) -> Vec<Judgement> {
        let material = self.material(step);
        let owed = [
            (Audience::Engineering, &ENGINEERING_MISSING, true),
            (Audience::Support, &SUPPORT_MISSING, !material.is_empty()),
            (Audience::Customer, &CUSTOMER_MISSING, !material.is_empty()),
        ];
        let owed = owed.into_iter().filter(|(audience, _, is_owed)| *is_owed && self.is_required(*audience));
        let missing = owed.filter(|(audience, ..)| self.notice(Phase::Pre, *audience).is_none());
        missing.map(|(audience, check, _)| self.unheard(audience, check, step, &material)).collect()
    }

    fn unheard(
        &self,
        audience: Audience,
        check: &'static Check,
        step: &PlannedStep,
        material: &[&PlannedChange],
    ) -> Judgement {
        let release = &self.ground.plan.release;
        let path = format!("{}/notices/{}-{audience}.toml", release.folder(), Phase::Pre);
        let later = self.notices.iter().find(|one| one.phase == Phase::Pre && one.audience == audience);
        let seen = match later {
            Some(notice) => format!("{path} says it was sent at {}, which is not yet", notice.at),
            None => format!("there is no {path}"),
        };
        let first = material.first().filter(|_| audience != Audience::Engineering);
        let exposes = match first {
            Some(change) => format!("exposes {} {}, which is material", change.artefact, change.version),
            None => "exposes it".to_owned(),
        };
        let message =
            format!("{} not told of release {release}, and step {} {exposes}: {seen}", were(audience), step.n);
        let remedy = format!(
            "`pv notice draft --audience {audience} {0}` writes it; send it, then `pv notice record --audience {audience} --file FILE {0}`.",
            shell_word(release.as_str())
        );
        let judged = Judgement::error(Refused::by(check, message).remedy(remedy));
        first.map_or(judged.clone(), |change| judged.about(&change.artefact))
    }

    /// Customers who were told less than the lead before the first step that exposes a material change.
    fn short_lead(&self, step: &PlannedStep) -> Option<Judgement> {
        let lead = self.ground.config.notice.lead;
        // Whom an earlier step has reached already is not told in time any more.
        let change = self.material(step).into_iter().find(|change| !self.is_out(change))?;
        let notice = self.notice(Phase::Pre, Audience::Customer).filter(|_| self.is_required(Audience::Customer))?;
        let earliest = later(&notice.at, lead)?;
        if self.ground.stage == Stage::Lock || earliest.timestamp() <= self.ground.at.timestamp() {
            return None;
        }
        let message = format!(
            "customers were told at {}, and step {} exposes {} {} at {}: that is less than {} before",
            notice.at,
            step.n,
            change.artefact,
            change.version,
            self.ground.at,
            told_seconds(lead.seconds)
        );
        let refused = Refused::by(&LEAD_SHORT, message).remedy(format!("The earliest moment is {earliest}."));
        Some(Judgement::error(refused).about(&change.artefact).at(place(&notice.path())))
    }

    /// Whether a step that was taken shows a change to somebody.
    fn is_out(&self, change: &PlannedChange) -> bool {
        let taken = self.taken();
        let mut steps = self.ground.plan.step.iter().filter(|step| step.exposes() && taken.contains(&step.n));
        steps.any(|step| is_exposed(change, step))
    }

    /// Notices that say what is planned no more.
    fn drifted(&self) -> Vec<Judgement> {
        let now = Facts::of(self.ground.plan, None);
        let pre = self.sent().filter(|notice| notice.phase == Phase::Pre);
        let told = pre.flat_map(|notice| {
            let facts = notice.facts.drift(&now).into_iter().chain(self.early_start(notice));
            facts.map(move |fact| (notice, fact))
        });
        told.map(|(notice, fact)| {
            let message =
                format!("{} told something else of release {}: {fact}", were(notice.audience), notice.release);
            let remedy = format!(
                "Tell them, then `pv notice record --audience {} --file FILE {}`; or go back to what was announced.",
                notice.audience,
                shell_word(notice.release.as_str())
            );
            Judgement::error(Refused::by(&DRIFTED, message).remedy(remedy)).at(place(&notice.path()))
        })
        .collect()
    }

    /// A first exposure before the moment that was announced.
    fn early_start(&self, notice: &Notice) -> Option<String> {
        let is_step = self.ground.stage != Stage::Lock;
        let first = first_exposing(self.ground.plan);
        let is_first = first.is_some() && self.next_step() == first;
        let starts = notice.facts.starts.as_ref().filter(|_| is_step && is_first)?;
        let is_early = self.ground.at.timestamp() < starts.timestamp();
        is_early.then(|| format!("the start: announced {starts}, and it is {}", self.ground.at))
    }

    /// Steps that were taken and of which nobody was told how they went.
    fn silent_steps(&self) -> Vec<Judgement> {
        let told: BTreeSet<u32> =
            self.sent().filter(|notice| notice.phase == Phase::During).filter_map(|notice| notice.step).collect();
        let taken = self.taken();
        let plan = self.ground.plan;
        let shown = plan.step.iter().filter(|step| plan.shows(step) && taken.contains(&step.n));
        let silent = shown.filter(|step| !told.contains(&step.n));
        silent.map(|step| Judgement::warning(self.silence(step))).collect()
    }

    fn silence(&self, step: &PlannedStep) -> Refused {
        let release = &self.ground.plan.release;
        let message = format!("step {} of release {release} was taken, and no status was told of it", step.n);
        let name = shell_word(release.as_str());
        Refused::by(&STATUS_MISSING, message).remedy(format!(
            "`pv notice draft --phase during --step {0} {name}` writes it; `pv notice record --phase during --step {0} --file FILE {name}` records it.",
            step.n
        ))
    }

    fn unsummed(&self, audience: Audience) -> Option<Refused> {
        let release = &self.ground.plan.release;
        if !self.is_required(audience) || self.notice(Phase::Post, audience).is_some() {
            return None;
        }
        let message = format!("{} not told how release {release} went", were(audience));
        let name = shell_word(release.as_str());
        Some(Refused::by(&SUMMARY_MISSING, message).remedy(format!(
            "`pv notice draft --phase post --audience {audience} {name}` writes it; `pv notice record --phase post --audience {audience} --file FILE {name}` records it."
        )))
    }
}

/// The notices of the release that is judged, each read on its own.
fn of_release(ground: &Ground<'_>) -> Vec<Result<Notice, Judgement>> {
    let folder = format!("{}/notices/", ground.plan.release.folder());
    let papers = ground.papers.iter().filter(|(path, _)| path.starts_with(&folder) && path.ends_with(".toml"));
    let read = papers.map(|(path, text)| {
        record::decode(path, text).map_err(|problem| {
            let message = format!("{}:{}: {}", problem.place.path, problem.place.line, problem.message);
            Judgement::error(Refused::by(&RECORD_UNREADABLE, message).remedy(format!("{}.", problem.help)))
                .at(problem.place)
        })
    });
    read.collect()
}

/// Whether `step` shows a change to somebody: itself, or the feature that it stands behind.
fn is_exposed(change: &PlannedChange, step: &PlannedStep) -> bool {
    step.artefacts.contains(&change.artefact) || (step.flag.is_some() && step.flag == change.feature)
}

/// `customers were`.
fn were(audience: Audience) -> &'static str {
    match audience {
        Audience::Customer => "customers were",
        Audience::Support => "those who answer customers were",
        Audience::Engineering => "engineering was",
        Audience::Exec => "those who decide were",
    }
}

fn later(at: &Instant, lead: Duration) -> Option<Instant> {
    let seconds = i64::try_from(lead.seconds).ok()?;
    let span = jiff::SignedDuration::from_secs(seconds);
    at.zoned().checked_add(span).ok().map(Instant::from)
}

fn place(path: &str) -> Place {
    Place { path: path.into(), line: 1, column: 1 }
}
