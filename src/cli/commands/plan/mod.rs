//! `pv plan`: what a release would do, in which order and by which steps.

mod told;

use crate::cli::cut::{self, Next};
use crate::cli::load::Session;
use crate::cli::planning::{self, Planned};
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit, release_names};
use crate::config::Step;
use crate::domain::{Problem, Stage};
use crate::lock::ReleaseName;
use crate::release::plan::{Choices, Mode, Plan};
use crate::report::{Page, Unreadable};
use crate::store::{flock, write_below};

/// Plan the next release: its changes foundations first, the steps by which they go live, the way back of each
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The plan is computed from the commit HEAD, the policy in pv.toml and the release before; nothing of it is written by
hand. Changes go live one after another, each by the steps of its change type, unless --mode coordinated says that they
cannot work apart. The times are the earliest that windows and freezes allow, from now (or --at) on.

Its digest names it: `pv lock --plan DIGEST` cuts the release only if nothing has changed since it was reviewed. With
--write it stands in releases/NAME/plan.toml, to be committed and reviewed; what was chosen there (--mode, --steps)
holds for `pv lock --name NAME`.

Examples:
  pv plan
  pv plan --name 2026.11.23 --write
  pv plan --mode coordinated --because 'the new prompt calls the new tool' --write
  pv plan --steps '5% 2h' --steps '100% 24h' --because 'hotfix for the Hindi answers'
  pv lock --name 2026.11.23 --plan 3f9c02b1aa47 --write --commit --tag")]
pub struct Args {
    /// The release's name; default the date, 2026.11.21
    #[arg(long, value_name = "NAME")]
    name: Option<ReleaseName>,
    /// Whether its changes go live one after another or together
    #[arg(long, value_name = "MODE")]
    mode: Option<Kind>,
    /// Why it is coordinated, or goes by steps of its own
    #[arg(long, value_name = "TEXT")]
    because: Option<String>,
    /// A step instead of the policy's, such as '5% 24h'; give it once for each
    #[arg(long, value_name = "STEP", value_parser = step)]
    steps: Vec<String>,
    /// Write releases/NAME/plan.toml
    #[arg(long)]
    write: bool,
}

/// The mode, as it is typed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Kind {
    /// One after another
    Sequenced,
    /// Together
    Coordinated,
}

fn step(text: &str) -> Result<String, String> {
    Step::parse(text).map(|step| step.to_string())
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let shelf = Shelf::of(&session.repository)?;
    let source = session.snapshot("HEAD")?;
    let session = &session.judging(&source, context)?;
    let mut next = cut::plan(session, source, shelf.lock()?, context)?;
    if next.problems.iter().any(Problem::is_error) {
        return Err(Unreadable::new("the commit HEAD", next.problems).into());
    }
    if !next.refusals.is_empty() {
        context.show_page(told::refused(&next))?;
        return Ok(Exit::Refused);
    }
    let name = match &args.name {
        Some(name) => name.clone(),
        None => release_names::free(&shelf, &next, context)?,
    };
    let choices = args.choices(planning::choices(session, &name)?);
    match planning::planned(&next, &name, &choices, (session, context))? {
        Some(planned) => {
            planned.waive(&mut next.gates.judged, session);
            show(args, &next, &planned, (session, context))
        }
        None => {
            context.show_page(without(&next))?;
            Ok(Exit::Pass)
        }
    }
}

fn show(args: &Args, next: &Next, planned: &Planned, (session, context): (&Session, &Context)) -> miette::Result<Exit> {
    if args.write {
        let _guard = flock::acquire(&session.repository.common_dir().join("pv").join("lock"))?;
        let text = planned.plan.encode().map_err(|error| miette::miette!("{error}"))?;
        write_below(session.root()?, &Plan::path(&planned.plan.release), text.as_bytes())?;
    }
    context.show_page(told::plan(next, planned, session, args.write)?)?;
    Ok(planned.exit().or(Exit::of(&next.gates.conclude(Stage::Lock))))
}

/// There is nothing to plan, and why.
fn without(next: &Next) -> Page {
    let (outcome, text) = match next.previous_name() {
        Some(_) => ("unchanged", "nothing changed since the latest release"),
        None => ("first", "the first release is what is live already: it has no steps. `pv lock --write` cuts it"),
    };
    Page::of(serde_json::json!({"schema": "pv/plan/1", "outcome": outcome})).outcome(true, text)
}

impl Args {
    /// What was chosen, now or when the plan was written.
    fn choices(&self, written: Choices) -> Choices {
        let mode = self.mode.map(|mode| match mode {
            Kind::Sequenced => Mode::Sequenced,
            Kind::Coordinated => Mode::Coordinated,
        });
        Choices {
            mode: mode.unwrap_or(written.mode),
            because: self.because.clone().or(written.because),
            steps: if self.steps.is_empty() { written.steps } else { self.steps.clone() },
        }
    }
}
