//! Whether an exception holds: for this plan, at this instant, approved, and for no more than its category allows.

use crate::config::Element;
use crate::domain::{Digest, Instant};
use crate::release::checks::overrides::{
    COMPENSATION_MISSING, DUE_MISSING, ELEMENT_EXCLUDED, EXPIRY_EXCEEDED, EXPIRY_MISSING, HARM_MISSING, PLAN_MOVED,
    RECORD_MISPLACED, ROLLBACK_UNVERIFIED, RULE_MISSING, RULE_PROTECTED, RULE_UNKNOWN, VALIDITY_ENDED,
};
use crate::release::checks::{self, Judgement, Refused, Weighs};
use crate::release::ground::Ground;
use crate::release::records;

use super::element;
use super::record::{self, Bypass};
use super::register::{Exception, Register};

impl Register<'_> {
    /// Everything because of which an exception does not hold for what `ground` is about; empty: it holds. What says
    /// that something is not what was signed stops; the rest is told.
    pub fn faults(&self, exception: &Exception, ground: &Ground<'_>) -> Vec<Judgement> {
        let mut faults = self.form(exception);
        faults.extend(self.rollback(exception, ground.plan.previous.is_some()));
        faults.extend(plan(exception, ground).map(|refused| (refused, "plan =")));
        faults.extend(time(exception, self.at).map(|refused| (refused, "expires =")));
        faults.extend(self.approvals(exception).faults.into_iter().map(|refused| (refused, "[requester]")));
        faults.into_iter().map(|(refused, what)| judgement(exception, refused, what)).collect()
    }

    /// What is wrong with the record by itself, and the words that it stands at.
    pub fn form<'e>(&self, exception: &'e Exception) -> Vec<(Refused, &'e str)> {
        let record = &exception.record;
        let mut faults = Vec::new();
        if exception.path != record.path() {
            let message = format!("it stands in {}, and is made out for {}", exception.path, record.path());
            faults.push((Refused::by(&RECORD_MISPLACED, message), "id ="));
        }
        if record.harm.trim().is_empty() {
            faults.push((Refused::by(&HARM_MISSING, "it does not say what harm waiting would do"), "harm ="));
        }
        if record.bypass.is_empty() {
            faults
                .push((Refused::by(&RULE_MISSING, "it names no rule, so there is nothing that it leaves out"), "id ="));
        }
        faults.extend(self.expiry(exception).map(|refused| (refused, "requested-at =")));
        for bypass in &record.bypass {
            faults.extend(self.bypass(exception, bypass).into_iter().map(|refused| (refused, bypass.rule.as_str())));
        }
        faults
    }

    fn expiry(&self, exception: &Exception) -> Option<Refused> {
        let (record, longest) = (&exception.record, self.policy.max_age);
        let Some(expires) = &record.expires else {
            let message = format!("it does not say when it ends; the longest is {longest}");
            return Some(Refused::by(&EXPIRY_MISSING, message));
        };
        let lasts = expires.timestamp().as_second() - record.requested_at.timestamp().as_second();
        if lasts <= 0 {
            let message =
                format!("it ends at {expires}, and was asked for at {}, which is not before", record.requested_at);
            return Some(Refused::by(&VALIDITY_ENDED, message));
        }
        let is_too_long = u64::try_from(lasts).is_ok_and(|lasts| lasts > longest.seconds);
        let message = || format!("it lasts from {} to {expires}; the longest is {longest}", record.requested_at);
        is_too_long.then(|| Refused::by(&EXPIRY_EXCEEDED, message()))
    }

    fn bypass(&self, exception: &Exception, bypass: &Bypass) -> Vec<Refused> {
        let rule = &bypass.rule;
        let mut faults: Vec<Refused> = self.rule(exception, bypass).into_iter().collect();
        if bypass.why.trim().is_empty() || bypass.compensation.trim().is_empty() {
            let lacks = if bypass.why.trim().is_empty() { "why it cannot be met" } else { "what is done instead" };
            faults.push(Refused::by(&COMPENSATION_MISSING, format!("for `{rule}` it does not say {lacks}")));
        }
        match &bypass.due {
            None => {
                faults.push(Refused::by(&DUE_MISSING, format!("for `{rule}` it does not say by when it is made good")))
            }
            Some(due) if *due <= exception.record.requested_at => {
                let message = format!("what `{rule}` owes is due at {due}, before it is asked for");
                faults.push(Refused::by(&DUE_MISSING, message));
            }
            Some(_) => {}
        }
        faults
    }

    fn rule(&self, exception: &Exception, bypass: &Bypass) -> Option<Refused> {
        let (rule, category) = (&bypass.rule, exception.record.category);
        let Some(check) = checks::check(rule) else {
            let what = if rule.contains('*') { "a pattern, not a rule" } else { "no rule" };
            let shown: String = rule.chars().take(80).collect();
            let refused = Refused::by(&RULE_UNKNOWN, format!("`{}` is {what}", shown.escape_debug()));
            return Some(refused.remedy(element::suggestion(rule)));
        };
        if check.weighs() == Weighs::Integrity {
            let message =
                format!("`{rule}` says that something is not what was written, which no exception makes good");
            return Some(Refused::by(&RULE_PROTECTED, message).remedy(check.remedy));
        }
        let element = element::of(rule);
        let allowed = self.policy.elements_of(category);
        let message = match element {
            Some(element) if allowed.contains(&element) => {
                let written = bypass.element.filter(|written| *written != element)?;
                format!("`{rule}` belongs to the {element}, and the record says {written}")
            }
            Some(element) => format!("`{rule}` belongs to the {element}; {category} may leave out {}", listed(allowed)),
            None => format!(
                "`{rule}` belongs to nothing that may be left out; {category} may leave out {}",
                listed(allowed)
            ),
        };
        Some(Refused::by(&ELEMENT_EXCLUDED, message))
    }

    /// The way back is verified by a rehearsal of this release. What the rehearsal shows is judged with the rollbacks.
    fn rollback<'e>(&self, exception: &'e Exception, has_previous: bool) -> Option<(Refused, &'e str)> {
        let record = &exception.record;
        let is_there = |path: &String| {
            path.starts_with(&format!("{}/rehearsals/", record.release.folder())) && self.papers.contains_key(path)
        };
        if !has_previous || record.rollback_verified && record.rehearsal.as_ref().is_some_and(is_there) {
            return None;
        }
        let message = match &record.rehearsal {
            _ if !record.rollback_verified => "it does not say that the way back was verified".to_owned(),
            Some(path) => format!("the rehearsal {} is not there", path.escape_debug()),
            None => "it names no rehearsal that shows that the way back works".to_owned(),
        };
        Some((Refused::by(&ROLLBACK_UNVERIFIED, message), "rollback-verified"))
    }
}

/// Whether it was approved for this very plan.
fn plan(exception: &Exception, ground: &Ground<'_>) -> Option<Refused> {
    let now = digest_of(ground)?;
    let then = &exception.record.plan;
    let message = || format!("it was approved for the plan {}, and the plan now is {}", short(then), short(&now));
    (now != *then).then(|| Refused::by(&PLAN_MOVED, message()))
}

/// The digest of the plan that `ground` is about, as `pv plan` prints it.
pub fn digest_of(ground: &Ground<'_>) -> Option<Digest> {
    Some(records::digest(&ground.plan.encode().ok()?))
}

fn time(exception: &Exception, at: &Instant) -> Option<Refused> {
    let record = &exception.record;
    let expires = record.expires.as_ref()?;
    let message = if *at < record.requested_at {
        format!("it holds from {} on, and it is {at}", record.requested_at)
    } else if at.timestamp() >= expires.timestamp() {
        format!("it ended at {expires}, and it is {at}")
    } else {
        return None;
    };
    Some(Refused::by(&VALIDITY_ENDED, message))
}

fn judgement(exception: &Exception, refused: Refused, what: &str) -> Judgement {
    let message = format!("the exception `{}` waives nothing: {}", exception.record.id, refused.message);
    let is_integrity = refused.check.weighs() == Weighs::Integrity;
    let refused = Refused { message, ..refused };
    let judgement = if is_integrity { Judgement::error(refused) } else { Judgement::warning(refused) };
    judgement.at(exception.place(what))
}

fn listed(elements: &[Element]) -> String {
    let names: Vec<String> = elements.iter().map(ToString::to_string).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// Enough of a digest to tell it from others.
fn short(digest: &Digest) -> String {
    digest.as_str().chars().take(19).collect()
}

/// Whether the file at `path` is a paper of exceptions of `release`.
pub(super) fn is_of(path: &str, release: &crate::lock::ReleaseName) -> bool {
    path.starts_with(&record::folder(release))
}
