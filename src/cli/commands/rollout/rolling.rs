//! A release on its way, with everything that it is judged by; and writing down what happened to it.

use jiff::tz::TimeZone;

use crate::cli::discipline::Situation;
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, logbook, logged};
use crate::domain::Instant;
use crate::lock::ReleaseName;
use crate::release::checks::{Refused, rollout as checks};
use crate::release::log::Event;
use crate::release::plan::Plan;
use crate::release::rollout::{self, Position};
use crate::release::standing::{self, History};
use crate::store::flock::{self, Guard};

/// A release on its way, and what it is judged by.
pub(super) struct Rolling {
    /// The repository, under the policy that the commit `HEAD` holds.
    pub(super) session: Session,
    /// Everything else, at the instant that the command is about.
    pub(super) situation: Situation,
    /// The release.
    pub(super) release: ReleaseName,
    /// The instant at which the command runs.
    pub(super) now: Instant,
}

impl Rolling {
    /// The release `wanted`; without one, that which is under way, or else the newest. What happened earlier than now is
    /// judged as of when it `happened`.
    ///
    /// # Errors
    /// When there is no such release, or its files cannot be read.
    pub(super) fn open(
        wanted: Option<&ReleaseName>,
        happened: Option<&Instant>,
        context: &Context,
    ) -> miette::Result<Self> {
        let session = Session::open(context)?;
        let head = session.head()?;
        let mut session = session.judging(&head, context)?;
        let mut situation = Situation::of(&session, context)?;
        let now = in_zone(&situation.at, &session);
        situation.at = happened.map_or_else(|| now.clone(), |happened| in_zone(happened, &session));
        situation.standing = standing::at(&situation.histories, &situation.at);
        session.now = situation.at.timestamp();
        let release = chosen(wanted, &situation, &session)?;
        Ok(Self { session, situation, release, now })
    }

    /// What its folder tells.
    ///
    /// # Errors
    /// When there is no such release.
    pub(super) fn history(&self) -> miette::Result<&History> {
        let own = |history: &&History| history.record.name == self.release;
        self.situation.histories.iter().find(own).ok_or_else(|| unknown(self.release.as_str(), &self.session))
    }

    /// The releases whose bytes and logs have to be what they were for it to go on: itself, and the way back.
    ///
    /// # Errors
    /// When there is no such release.
    pub(super) fn concerned(&self) -> miette::Result<Vec<ReleaseName>> {
        let previous = self.history()?.record.previous.clone();
        Ok(previous.into_iter().chain([self.release.clone()]).collect())
    }

    /// Its plan.
    ///
    /// # Errors
    /// When it has none.
    pub(super) fn plan(&self) -> miette::Result<&Plan> {
        let history = self.history()?;
        let refused = || {
            let why = match history.record.previous {
                None => format!("release {} is the first: it was live when it was cut, and has no steps", self.release),
                Some(_) => format!("release {} has no {}", self.release, Plan::path(&self.release)),
            };
            Refused::by(&checks::PLAN_MISSING, why).into()
        };
        history.plan.as_ref().ok_or_else(refused)
    }

    /// Where it is.
    ///
    /// # Errors
    /// When it has no plan, or is not cut yet at the instant.
    pub(super) fn position(&self) -> miette::Result<Position<'_>> {
        rollout::position(self.plan()?, &self.situation.standing).ok_or_else(|| {
            let why = format!("at {}, release {} is not cut yet", self.situation.at, self.release);
            Refused::by(&checks::HAPPENED_WRONGLY, why).into()
        })
    }

    /// The instant that the command is about.
    pub(super) fn at(&self) -> &Instant {
        &self.situation.at
    }

    /// Whether an event may stand at the instant that the command is about.
    ///
    /// # Errors
    /// When it would stand before the last one, or has not happened yet.
    pub(super) fn in_order(&self) -> miette::Result<()> {
        Ok(rollout::happened(self.history()?, self.at(), &self.now)?)
    }

    /// Whether the plan and the log are what was recorded: nobody goes on by a plan that was edited after the cut.
    ///
    /// # Errors
    /// The first thing that is not what was recorded.
    pub(super) fn unaltered(&self) -> miette::Result<()> {
        let shelf = Shelf::of(&self.session.repository)?;
        logged::altered(&shelf, self.history()?).into_iter().next().map_or(Ok(()), |refused| Err(refused.into()))
    }

    /// The event, with its reason, and when it was written down, where that was later than it happened.
    pub(super) fn told(&self, event: Event, reason: Option<&str>) -> Event {
        let is_late = self.at().timestamp() < self.now.timestamp();
        Event { reason: reason.map(str::to_owned), recorded: is_late.then(|| self.now.clone()), ..event }
    }

    /// Writes `event` as the next one of the release's log; gives its path.
    ///
    /// # Errors
    /// When the log is broken, or the system refuses.
    pub(super) fn record(&self, event: Event) -> miette::Result<String> {
        Ok(logbook::append(&self.session, event)?.path())
    }

    /// Commits what was written: `paths` and nothing else.
    ///
    /// # Errors
    /// When git refuses.
    pub(super) fn commit(&self, paths: &[String], message: &str) -> miette::Result<()> {
        self.session.repository.commit_paths(paths, message)?;
        Ok(())
    }
}

/// The lock between pv processes: held from reading the log to writing it.
///
/// # Errors
/// When another pv holds it for long.
pub(super) fn guard(context: &Context) -> miette::Result<Guard> {
    let session = Session::open(context)?;
    session.root()?;
    Ok(flock::acquire(&session.repository.common_dir().join("pv").join("lock"))?)
}

/// The instant as the calendar's zone tells it, where there is one.
fn in_zone(at: &Instant, session: &Session) -> Instant {
    let zone = session.config.calendar.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok());
    zone.map_or_else(|| at.clone(), |zone| at.in_zone(&zone))
}

fn chosen(wanted: Option<&ReleaseName>, situation: &Situation, session: &Session) -> miette::Result<ReleaseName> {
    let standing = &situation.standing;
    if let Some(name) = wanted {
        let is_known = situation.histories.iter().any(|history| history.record.name == *name);
        return if is_known { Ok(name.clone()) } else { Err(unknown(name.as_str(), session)) };
    }
    let current = standing.under_way().map(|(name, _)| name).or(standing.newest.as_ref());
    current.cloned().ok_or_else(|| {
        miette::miette!(
            code = "rollout::unreleased",
            help = "`pv lock --name NAME --write` cuts the first release",
            "at {}, nothing was released yet",
            situation.at
        )
    })
}

fn unknown(name: &str, session: &Session) -> miette::Report {
    Shelf::of(&session.repository).map_or_else(|failure| failure, |shelf| shelf.unknown_release(name))
}
