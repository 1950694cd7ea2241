//! `pv change`: what the author of a change says of it.

mod add;
mod ask;
mod lint;
mod list;
mod questions;

use std::collections::{BTreeMap, BTreeSet};

use clap::Subcommand;

use crate::cli::intents::{self, Asked, Held};
use crate::cli::load::Session;
use crate::cli::sides::{self, Sides};
use crate::cli::{Context, Exit, policy};
use crate::diff::{self, Comparison};
use crate::domain::ArtefactId;
use crate::report::Changes;

/// Say what a change is and why, in changes/*.md; `pv check` holds it against the diff, `pv lock` takes it into the release
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An intent is Markdown with front matter: artefacts, type, class, bump, owner, material, why, audience, lowered.
Calling a change more than pv does raises the version; calling it less needs a reason in `lowered`.

Examples:
  pv change add --why \"Answers name the customer\"     about everything that has no intent yet
  pv change lint --base origin/main                   do the intents of this branch fit its diff?
  pv change list")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write an intent, filled in from the diff; on a terminal, what is missing is asked for
    Add(add::Add),
    /// Hold the intents against the diff: exit 1 when one is missing, wrong, or cannot be read
    Lint {
        /// Compare with where this branch parted from REV; default as `pv check`
        #[arg(long, value_name = "REV")]
        base: Option<String>,
    },
    /// List the intents that the next release will take
    List,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match &args.action {
        Action::Add(add) => add::run(add, context),
        Action::Lint { base } => lint::run(base.as_deref(), context),
        Action::List => list::run(context),
    }
}

/// What changed, and what the intents say of it.
#[derive(Debug)]
struct Described {
    session: Session,
    changes: Changes,
    held: Held,
    /// Who answers for an artefact, as its document says.
    owners: BTreeMap<ArtefactId, String>,
}

/// The diff that `pv check --base REV` looks at.
fn described(base: Option<&str>, context: &Context) -> miette::Result<Described> {
    let session = Session::open(context)?;
    let sides = Sides::since_base(&session, base, context)?;
    let session = policy::of_base(session, &sides, None, context)?.session;
    let comparison = diff::between(&sides.old, &sides.new, &session.discovery());
    let owners = owners(&comparison);
    let present: BTreeSet<ArtefactId> = session.census(&sides.new).artefacts.into_iter().map(|one| one.id).collect();
    let changes = sides::changes("pv/check/1", &session, comparison, &sides, context)?;
    let asked = Asked { config: &session.config, base, staged: false };
    let held = intents::hold(&changes, &sides, &present, &asked);
    Ok(Described { session, changes, held, owners })
}

fn owners(comparison: &Comparison) -> BTreeMap<ArtefactId, String> {
    let artefacts = comparison.artefacts.iter().filter_map(|diff| diff.artefact());
    artefacts.filter_map(|artefact| Some((artefact.id.clone(), artefact.owner()?))).collect()
}
