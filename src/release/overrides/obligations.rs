//! What exceptions owe.

use std::fmt;

use crate::config::Element;
use crate::domain::Instant;
use crate::lock::ReleaseName;
use crate::release::checks::obligation::{CLOSING_ALTERED, COMPENSATION_OVERDUE};
use crate::release::checks::{Judgement, Refused};

use super::element;
use super::record::{Bypass, Fulfilled};
use super::register::{Exception, Register};

/// One compensation that an exception promised.
#[derive(Debug, Clone, Copy)]
pub struct Obligation<'r> {
    /// The exception.
    pub exception: &'r Exception,
    /// What was left out, and what is to be done instead.
    pub bypass: &'r Bypass,
    /// What was done.
    pub fulfilled: Option<&'r Fulfilled>,
    /// How it stands.
    pub state: State,
}

/// How an obligation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is due, and was not done.
    Overdue,
    /// There is time yet.
    Open,
    /// It was done.
    Fulfilled,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Overdue => "overdue",
            Self::Open => "open",
            Self::Fulfilled => "fulfilled",
        })
    }
}

impl Obligation<'_> {
    /// The release that made the exception.
    pub fn release(&self) -> &ReleaseName {
        &self.exception.record.release
    }

    /// When it is due; what has no date is due when the exception ends.
    pub fn due(&self) -> &Instant {
        let record = &self.exception.record;
        self.bypass.due.as_ref().or(record.expires.as_ref()).unwrap_or(&record.requested_at)
    }

    /// Whether it stands for a gate that has to be met afterwards.
    pub fn is_of_a_gate(&self) -> bool {
        element::of(&self.bypass.rule) == Some(Element::EvalGate)
    }
}

impl Register<'_> {
    /// What the exceptions owe, in the order in which it is due. One that nobody approved, or whose release was never
    /// cut, waived nothing and owes nothing.
    pub fn obligations(&self) -> Vec<Obligation<'_>> {
        let owing = self.exceptions.iter().filter(|one| self.owes(one));
        let mut all: Vec<Obligation<'_>> = owing.flat_map(|one| self.of_exception(one)).collect();
        all.sort_by(|a, b| (a.due(), a.release(), &a.bypass.rule).cmp(&(b.due(), b.release(), &b.bypass.rule)));
        all
    }

    /// Whether an exception was relied on: the release's record says so, or it was approved and the release was cut.
    pub fn owes(&self, exception: &Exception) -> bool {
        let record = &exception.record;
        self.history(&record.release).is_some_and(|history| {
            history.record.overrides.contains(&record.id)
                || self.form(exception).is_empty() && self.approvals(exception).faults.is_empty()
        })
    }

    fn of_exception<'r>(&'r self, exception: &'r Exception) -> impl Iterator<Item = Obligation<'r>> {
        let closing = exception.closing.as_ref().filter(|closing| closing.record == exception.digest());
        let done = move |rule: &str| closing?.fulfilled.iter().find(|done| done.rule == rule && done.at <= *self.at);
        exception.record.bypass.iter().map(move |bypass| {
            let open = Obligation { exception, bypass, fulfilled: done(&bypass.rule), state: State::Open };
            let state = match open.fulfilled {
                Some(_) => State::Fulfilled,
                None if self.at.timestamp() > open.due().timestamp() => State::Overdue,
                None => State::Open,
            };
            Obligation { state, ..open }
        })
    }

    /// Every obligation that is overdue.
    pub(super) fn overdue(&self) -> Vec<Judgement> {
        let overdue = self.obligations().into_iter().filter(|one| one.state == State::Overdue);
        overdue.map(|one| self.refuse(&one)).collect()
    }

    fn refuse(&self, overdue: &Obligation<'_>) -> Judgement {
        let record = &overdue.exception.record;
        let message = format!(
            "the exception `{}` of release {} left out `{}` and owes since {}: {}",
            record.id,
            record.release,
            overdue.bypass.rule,
            overdue.due(),
            overdue.bypass.compensation
        );
        let remedy =
            format!("do it, then: pv override close {} --rule {} --outcome \"…\"", record.id, overdue.bypass.rule);
        let refused = Refused::by(&COMPENSATION_OVERDUE, message).remedy(remedy);
        Judgement::error(refused).at(overdue.exception.place(&overdue.bypass.rule))
    }

    /// Closing records that are about another text of their exception.
    pub(super) fn altered(&self) -> Vec<Judgement> {
        let differs = |one: &&Exception| one.closing.as_ref().is_some_and(|closing| closing.record != one.digest());
        let altered = self.exceptions.iter().filter(differs);
        let judgement = |one: &Exception| {
            let message = format!("what closes the exception `{}` is about another text of it", one.record.id);
            Judgement::error(Refused::by(&CLOSING_ALTERED, message)).at(one.place("id ="))
        };
        altered.map(judgement).collect()
    }
}
