//! What the release side refuses, as data: every refusal is one of these, and `pv explain` shows its page.

pub mod calendar;
pub mod coordination;
pub mod evidence;
pub mod export;
pub mod gate;
pub mod intent;
pub mod log;
pub mod notice;
pub mod obligation;
pub mod overrides;
pub mod plan;
pub mod policy;
pub mod postmortem;
pub mod report;
pub mod rollback;
pub mod rollout;

use std::fmt;

use crate::domain::{ArtefactId, Place, Severity};

/// One thing that is refused.
#[derive(Debug)]
pub struct Check {
    /// `<subject>/<thing>-<past participle>`; public once released, never reused.
    pub id: &'static str,
    /// One line: what is refused.
    pub summary: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Every check, by family. A new one is a constant in its family's file and an entry in its table.
pub const CHECKS: &[&[&Check]] = &[
    calendar::CHECKS,
    coordination::CHECKS,
    evidence::CHECKS,
    export::CHECKS,
    gate::CHECKS,
    intent::CHECKS,
    log::CHECKS,
    notice::CHECKS,
    obligation::CHECKS,
    overrides::CHECKS,
    plan::CHECKS,
    policy::CHECKS,
    postmortem::CHECKS,
    report::CHECKS,
    rollback::CHECKS,
    rollout::CHECKS,
];

/// Every check, sorted by id.
pub fn all() -> Vec<&'static Check> {
    let mut checks: Vec<&Check> = CHECKS.iter().flat_map(|family| family.iter().copied()).collect();
    checks.sort_by_key(|check| check.id);
    checks
}

/// The check called `id`.
pub fn check(id: &str) -> Option<&'static Check> {
    all().into_iter().find(|check| check.id == id)
}

/// What a refusal comes to, from the one that speaks for all to the mildest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weighs {
    /// Something is not what was written, or its bytes are not there: never waived.
    Integrity,
    /// The discipline is not met.
    Discipline,
    /// It is not the time: outside the windows, or in a freeze.
    Calendar,
    /// The evidence is too small to tell.
    Inconclusive,
}

impl Check {
    /// What its refusals come to.
    pub fn weighs(&self) -> Weighs {
        let is_one_of =
            |families: &[&[&Check]]| families.iter().any(|family| family.iter().any(|one| one.id == self.id));
        match () {
            () if is_one_of(&[log::CHECKS, overrides::INTEGRITY, obligation::INTEGRITY, INTEGRITY]) => {
                Weighs::Integrity
            }
            () if is_one_of(&[calendar::CLOSED]) => Weighs::Calendar,
            () if is_one_of(&[INCONCLUSIVE]) => Weighs::Inconclusive,
            () => Weighs::Discipline,
        }
    }
}

/// The checks whose refusals say that the evidence is too small to tell.
const INCONCLUSIVE: &[&Check] = &[&gate::EVIDENCE_INCONCLUSIVE, &rollout::FEEDBACK_INCONCLUSIVE];

/// The checks outside of [`log`] whose refusals say that something is not what was written: they are never waived.
const INTEGRITY: &[&Check] = &[
    &evidence::FILE_ALTERED,
    &evidence::REPORT_ALTERED,
    &export::BYTES_MISSING,
    &overrides::RECORD_LOST,
    &rollback::BYTES_MISSING,
];

/// Something to say about a change or a release.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// What, by which check, and the way out.
    pub refused: Refused,
    /// Whether it stops, or is told.
    pub severity: Severity,
    /// The artefact concerned.
    pub artefact: Option<ArtefactId>,
    /// Where it is written.
    pub place: Option<Place>,
}

impl Judgement {
    /// What stops.
    pub fn error(refused: Refused) -> Self {
        Self { refused, severity: Severity::Error, artefact: None, place: None }
    }

    /// What is only told.
    pub fn warning(refused: Refused) -> Self {
        Self { severity: Severity::Warning, ..Self::error(refused) }
    }

    /// About one artefact.
    #[must_use]
    pub fn about(self, artefact: &ArtefactId) -> Self {
        Self { artefact: Some(artefact.clone()), ..self }
    }

    /// Written at `place`.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Self { place: Some(place), ..self }
    }
}

/// Something refused: by which check, what was seen, and the way out.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// The check.
    pub check: &'static Check,
    /// What was seen and what is needed, in one sentence.
    pub message: String,
    /// What to do here, a command line where there is one.
    pub remedy: String,
}

impl Refused {
    /// Refused by `check`, with its own remedy.
    pub fn by(check: &'static Check, message: impl Into<String>) -> Self {
        Self { check, message: message.into(), remedy: check.remedy.to_owned() }
    }

    /// With a remedy that fits what was seen.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }
}

/// A word of a command line in a remedy, as a shell reads it.
pub fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:@=+,%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

impl miette::Diagnostic for Refused {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.check.id))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.remedy))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique_and_every_page_says_something() {
        let checks = super::all();
        let ids: BTreeSet<&str> = checks.iter().map(|check| check.id).collect();
        assert_eq!(ids.len(), checks.len());
        for check in checks {
            assert!(
                check
                    .id
                    .split_once('/')
                    .is_some_and(|(subject, thing)| !subject.is_empty() && thing.contains('-') || subject == "report")
                    || check.id == "window/closed",
                "{}",
                check.id
            );
            assert!(
                !check.summary.ends_with('.') && check.why.ends_with('.') && check.remedy.ends_with('.'),
                "{}",
                check.id
            );
        }
    }
}
