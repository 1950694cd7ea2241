//! The plan that the calendar is asked about.

use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, histories};
use crate::config::Step;
use crate::domain::{ChangeType, Instant};
use crate::lock::ReleaseName;
use crate::release::calendar::{self, Occasion, Projection};
use crate::release::plan::Plan;
use crate::release::standing;

/// Which plan.
#[derive(Debug, clap::Args)]
pub(super) struct About {
    /// What is left of the plan in releases/NAME/plan.toml
    #[arg(long, value_name = "NAME", conflicts_with = "steps")]
    release: Option<ReleaseName>,
    /// Steps such as '5% 24h', one after the other; give it once for each
    #[arg(long, value_name = "STEP", value_parser = step)]
    steps: Vec<Step>,
}

/// The plan, as the calendar looks at it.
#[derive(Debug)]
pub(super) struct Asked {
    /// Its steps.
    pub(super) occasions: Vec<Occasion>,
    /// Which plan it is, in words.
    pub(super) about: String,
}

fn step(text: &str) -> Result<Step, String> {
    Step::parse(text)
}

impl About {
    /// The plan that is meant; where none is named, the ladder of a prompt, the most careful of the short ones.
    ///
    /// # Errors
    /// When a release cannot be read, or has no plan.
    pub(super) fn asked(&self, session: &Session, context: &Context) -> miette::Result<Asked> {
        if let Some(release) = &self.release {
            return of_release(release, session, &context.now());
        }
        let discipline = session.config.types.get(&ChangeType::Prompt);
        let within = discipline.and_then(|it| it.rollback.within).map(|within| within.seconds);
        let (steps, whose) = match (self.steps.as_slice(), discipline) {
            ([], Some(discipline)) => (discipline.steps.as_slice(), "the steps of a prompt, since no plan is named"),
            (steps, _) => (steps, "the steps given"),
        };
        let told: Vec<String> = steps.iter().map(ToString::to_string).collect();
        let about = format!("{whose}: {}{}", told.join(", "), unscoped(session));
        Ok(Asked { occasions: calendar::ladder(steps, within), about })
    }
}

/// A ladder is about no artefact, so what has a scope does not concern it: that is said.
fn unscoped(session: &Session) -> &'static str {
    let calendar = &session.config.calendar;
    let windows = calendar.windows.iter().any(|window| window.scope.is_some());
    let freezes = calendar.freezes.iter().any(|freeze| freeze.scope.is_some());
    if windows || freezes { " (windows and freezes with a scope are asked for a release only: --release NAME)" } else { "" }
}

fn of_release(name: &ReleaseName, session: &Session, at: &Instant) -> miette::Result<Asked> {
    let shelf = Shelf::of(&session.repository)?;
    let Some(plan) = histories::plan(&shelf, name)? else {
        return Err(miette::miette!(
            code = "window::plan",
            help = format!("write one with `pv plan --name {name} --write`, or name the steps with --steps"),
            "{} is not there",
            Plan::path(name)
        ));
    };
    let histories = histories::all(&shelf)?;
    let standing = standing::at(&histories, at);
    let last = standing.rollouts.get(name).and_then(|rollout| rollout.step);
    let occasions = calendar::occasions(&plan, &histories, last.map_or(1, |last| last.saturating_add(1)));
    let about = match (last, occasions.first()) {
        (_, None) => format!("release {name}, of which every step was taken"),
        (None, _) => format!("the plan of release {name}"),
        (Some(_), Some(next)) => format!("the plan of release {name} from step {} on", next.n),
    };
    Ok(Asked { occasions, about })
}

/// The steps of a projection as a table.
pub(super) fn table(projection: &Projection) -> Vec<Vec<String>> {
    let head = ["step", "what", "hold", "earliest"].map(str::to_owned).to_vec();
    let rows = projection.steps.iter().map(|step| {
        let hold = crate::config::Duration { seconds: step.hold };
        vec![step.n.to_string(), step.label.clone(), hold.to_string(), calendar::moment(&step.at)]
    });
    std::iter::once(head).chain(rows).collect()
}
