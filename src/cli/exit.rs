//! Exit codes.

use crate::domain::Severity;
use crate::release::checks::{Judgement, Weighs};
use crate::report::Verdict;

/// What an exit code says. Where several hold, the first of 5, 1, 4, 3 is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all is well.
    Pass,
    /// 1: refused, blocking findings, or (with `--exit-code`) differences.
    Refused,
    /// 2: usage, configuration or environment.
    Usage,
    /// 3: the evidence is too small to tell, at a stage where that stops.
    Inconclusive,
    /// 4: it is not the time: outside the windows, or in a freeze.
    Closed,
    /// 5: integrity: tampered, missing or mismatching bytes.
    Integrity,
}

impl Exit {
    /// The code of a verdict.
    pub fn of(verdict: &Verdict) -> Self {
        let all = [Self::Pass, Self::Refused, Self::Usage, Self::Inconclusive, Self::Closed, Self::Integrity];
        all.into_iter().find(|exit| exit.code() == verdict.exit).unwrap_or(Self::Refused)
    }

    /// The code of what stands against something: the weightiest speaks for all. What is only told stops nothing.
    pub fn of_judgements(judgements: &[Judgement]) -> Self {
        let errors = judgements.iter().filter(|one| one.severity == Severity::Error);
        match errors.map(|one| one.refused.check.weighs()).min() {
            None => Self::Pass,
            Some(Weighs::Integrity) => Self::Integrity,
            Some(Weighs::Discipline) => Self::Refused,
            Some(Weighs::Calendar) => Self::Closed,
            Some(Weighs::Inconclusive) => Self::Inconclusive,
        }
    }

    /// The one of two that speaks for both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let order = [Self::Integrity, Self::Usage, Self::Refused, Self::Closed, Self::Inconclusive];
        order.into_iter().find(|exit| [self, other].contains(exit)).unwrap_or(Self::Pass)
    }

    /// The number given to the shell.
    pub fn code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Inconclusive => 3,
            Self::Closed => 4,
            Self::Integrity => 5,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
