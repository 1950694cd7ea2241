//! Exceptions: what they leave out, who approves them, what they owe.
//!
//! `releases/<name>/overrides/<id>.toml`, signed as it stands: by the one who asks (`<id>.toml.request.sig`) and by those
//! who approve (`<id>.toml.*.sig`). What it owes is closed in `<id>.closed.toml`, so that the signed bytes stay. One
//! function, [`is_waived`], answers for every command whether a rule is left out. One that does not hold waives nothing.

mod approvals;
mod audit;
mod element;
mod obligations;
mod record;
mod register;
mod validity;

use crate::domain::{Instant, Severity, Stage};

use super::checks::{Judgement, Refused, Weighs, overrides as checks};
use super::ground::Ground;
use super::signatures::Signed;

pub use approvals::Approvals;
pub use audit::{Audit, By, Rate, audit};
pub use element::{of as element_of, rules_of};
pub use obligations::{Obligation, State};
pub use record::{Bypass, Closing, Fulfilled, Override, Requester, Separation, decode, decode_closing, folder};
pub use register::{Exception, Register, SIGNERS, closing_path, request_path};
pub use validity::digest_of;

/// How a rule is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// The exception, by its id.
    pub id: String,
    /// Those who approved it.
    pub approvers: Vec<String>,
    /// When it ends.
    pub expires: Instant,
    /// What it owes for the rule.
    pub compensation: String,
    /// By when.
    pub due: Instant,
    /// Whether the one who asked approved it, for want of another.
    pub is_alone: bool,
}

/// What stands against the exceptions of the release, and what earlier ones owe and have not got.
pub fn judge(ground: &Ground<'_>) -> Vec<Judgement> {
    let register = Register::of(ground);
    let mut judgements: Vec<Judgement> =
        register.of_release(&ground.plan.release).flat_map(|one| register.faults(one, ground)).collect();
    judgements.extend(unreadable(&register, ground));
    judgements.extend(register.altered());
    judgements.extend(lost(&register, ground));
    if ground.stage == Stage::Lock {
        let is_emergency = !used(ground).is_empty();
        let overdue = register.overdue().into_iter();
        judgements.extend(
            overdue.map(|one| if is_emergency { Judgement { severity: Severity::Warning, ..one } } else { one }),
        );
    }
    judgements
}

/// The judgements with those turned into warnings that a valid exception of the release waives at the instant.
pub fn waived(ground: &Ground<'_>, judgements: Vec<Judgement>) -> Vec<Judgement> {
    let waivers = Waivers::of(ground);
    judgements.into_iter().map(|judgement| waivers.apply(judgement)).collect()
}

/// Whether, and how, the check `rule` is left out by a valid exception of the release at the instant.
pub fn is_waived(ground: &Ground<'_>, rule: &str) -> Option<Waived> {
    Waivers::of(ground).find(rule)
}

/// The valid exceptions of the release, by their ids: what its record lists.
pub fn used(ground: &Ground<'_>) -> Vec<String> {
    let register = Register::of(ground);
    let valid = register.of_release(&ground.plan.release).filter(|one| register.faults(one, ground).is_empty());
    valid.map(|one| one.record.id.clone()).collect()
}

/// The exceptions that hold.
struct Waivers {
    valid: Vec<(Override, Vec<Signed>)>,
}

impl Waivers {
    fn of(ground: &Ground<'_>) -> Self {
        let register = Register::of(ground);
        let valid = register.of_release(&ground.plan.release).filter(|one| register.faults(one, ground).is_empty());
        Self { valid: valid.map(|one| (one.record.clone(), register.approvals(one).approvers)).collect() }
    }

    fn find(&self, rule: &str) -> Option<Waived> {
        self.valid.iter().find_map(|(record, approvers)| {
            let bypass = record.bypass.iter().find(|bypass| bypass.rule == rule)?;
            Some(Waived {
                id: record.id.clone(),
                approvers: approvers.iter().map(|signed| signed.signer.name().to_owned()).collect(),
                expires: record.expires.clone()?,
                compensation: bypass.compensation.clone(),
                due: bypass.due.clone()?,
                is_alone: record.separation.is_some(),
            })
        })
    }

    fn apply(&self, judgement: Judgement) -> Judgement {
        let check = judgement.refused.check;
        if judgement.severity != Severity::Error || check.weighs() == Weighs::Integrity {
            return judgement;
        }
        let Some(waived) = self.find(check.id) else { return judgement };
        let message = format!("{}; {waived}", judgement.refused.message);
        let remedy = format!("pv override close {} --rule {} --outcome \"…\", once it is done", waived.id, check.id);
        let refused = Refused { message, ..judgement.refused }.remedy(remedy);
        Judgement { refused, severity: Severity::Warning, ..judgement }
    }
}

impl std::fmt::Display for Waived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let alone = if self.is_alone { ", who asked and had nobody else" } else { "" };
        write!(
            f,
            "waived by the exception `{}`, approved by {}{alone}, until {}; it owes by {}: {}",
            self.id,
            self.approvers.join(" and "),
            self.expires,
            self.due,
            self.compensation
        )
    }
}

/// Exceptions that a release went by, and whose records are gone with what they owe.
fn lost<'g>(register: &'g Register<'g>, ground: &'g Ground<'_>) -> impl Iterator<Item = Judgement> + 'g {
    let used =
        ground.histories.iter().flat_map(|one| one.record.overrides.iter().map(move |id| (&one.record.name, id)));
    let gone = used.filter(|(name, id)| !register.of_release(name).any(|one| one.record.id == **id));
    gone.map(|(name, id)| {
        let message = format!("release {name} went by the exception `{id}`, and {}{id}.toml is gone", folder(name));
        let remedy = format!("Bring it back: `git log --diff-filter=D -- {}` shows where it went.", folder(name));
        Judgement::error(Refused::by(&checks::RECORD_LOST, message).remedy(remedy))
    })
}

/// Records of the release's exceptions that cannot be read: they waive nothing.
fn unreadable(register: &Register<'_>, ground: &Ground<'_>) -> Vec<Judgement> {
    let own = register.problems.iter().filter(|problem| validity::is_of(&problem.place.path, &ground.plan.release));
    let judgement = |problem: &crate::domain::Problem| {
        let refused =
            Refused::by(&checks::RECORD_UNREADABLE, format!("an exception waives nothing: {}", problem.message));
        Judgement::warning(refused.remedy(problem.help.clone())).at(problem.place.clone())
    };
    own.map(judgement).collect()
}
