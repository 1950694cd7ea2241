//! `pv demo`: a tour on a small repository made for it.

mod stage;
mod story;

use std::path::PathBuf;

use crate::cli::{Context, Exit, shell};
use stage::Stage;
use story::{Files, Step};

/// Take a tour: build a small repository, and walk through diff, check, lock and hook with their real output
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  pv demo\n  pv demo /tmp/refunds")]
pub struct Args {
    /// Where to build it: an empty directory, or one that is not there yet
    #[arg(value_name = "DIR", default_value = "pv-demo")]
    directory: PathBuf,
}

/// A piece of the tour.
enum Scene {
    /// A word to the reader.
    Say(&'static str),
    /// A commit of the story.
    Commit(&'static Step),
    /// An edit that is not committed.
    Edit(Files),
    /// A command line, shown and run.
    Run(&'static str),
}

use Scene::{Commit, Edit, Run, Say};

const TOUR: &[Scene] = &[
    Say("\
1. A REPOSITORY OF AI ARTEFACTS
A support team explains refunds with a prompt, a model alias, a tool, a retrieval index, an eval set and a feature
flag, all of them files in git. Four commits, played in May 2026 (every pv command below runs with --at that day):"),
    Commit(&story::BASE),
    Commit(&story::MORE_ITEMS),
    Commit(&story::MODEL_PIN),
    Commit(&story::INDEX_REFRESH),
    Run("git log --oneline"),
    Say("2. WHAT DID THEY MEAN?\nThree commits after the first one, told by what they change and not by their lines:"),
    Run("pv diff HEAD~3 HEAD"),
    Say("3. THE FIRST RELEASE\n`pv lock` plans and prints. It writes nothing until it is told to:"),
    Run("pv lock --name 2026.05.20"),
    Run("pv lock --name 2026.05.20 --write --commit --tag"),
    Say(
        "4. A LATER EDIT, EXPLAINED\nThe next day somebody drops a variable of the prompt, and makes a tool parameter required:",
    ),
    Commit(&story::BREAKING),
    Run("pv diff HEAD~1"),
    Run("pv explain prompt/variable-removed"),
    Say("Then somebody else only formats two files. New bytes, the same meaning, and it says so:"),
    Commit(&story::FORMATTING),
    Run("pv diff HEAD~1 --stat"),
    Say("Since the release, all told, and what it owes before it ships:"),
    Run("pv check --base pv/2026.05.20"),
    Say("5. A BROKEN EDIT, STOPPED\nThe hook checks what is staged. Here a comma was lost in the tool's schema:"),
    Run("pv hook install"),
    Edit(story::BROKEN_EDIT),
    Run("git commit --all --message reword"),
    Run("git restore ."),
    Say("6. EVIDENCE\nThe live release is measured on the eval set once. The report states which digests it was run on:"),
    Commit(&story::BASELINE),
    Run("pv gate add reports/baseline.json"),
    Run("git add --all"),
    Run("git commit --quiet --message Record-the-baseline"),
    Say("Then the prompt is edited again. Nobody has recorded an eval of it, so it may not be merged:"),
    Commit(&story::FRIENDLIER),
    Run("pv check --base HEAD~1"),
    Say("7. BACK TO WHAT SHIPPED\nEvery shipped version is kept in the repository and can be proven:"),
    Run("pv verify --all"),
    Run("pv restore prompt:explain_refund@1.0.0 --to before"),
    Run("pv log prompt:explain_refund"),
    Say("8. WHEN AND HOW IT SHIPS\nWhat the feature depends on, foundations first:"),
    Run("pv feature order"),
    Say("May that ship on a Friday afternoon, six months later? And on the Monday after it?"),
    Run("pv window check --at '2026-11-20T14:00:00+05:30[Asia/Kolkata]'"),
    Run("pv window check --at '2026-11-23T11:00:00+05:30[Asia/Kolkata]'"),
];

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let mut stage = Stage::build(&args.directory, story::BASE.at)?;
    for scene in TOUR {
        match scene {
            Say(text) => say(text, context)?,
            Commit(step) => stage.commit(step)?,
            Edit(files) => stage.write(files)?,
            Run(line) => stage.show(line)?,
        }
    }
    say(&next(args), context)?;
    Ok(Exit::Pass)
}

fn say(text: &str, context: &Context) -> miette::Result<()> {
    context.shell.write_raw(format!("{text}\n\n").as_bytes()).map_err(shell::unwritable)
}

fn next(args: &Args) -> String {
    let directory = args.directory.display();
    format!(
        "\
WHAT NEXT
The repository stays in {directory}. Record the eval of the last edit, and it may be merged; edit the prompt, and
the evidence is stale:
  cd {directory}
  pv gate add reports/candidate.json
  pv check --base HEAD~1         passes now, and fails after one more word in prompts/explain_refund.md
  pv diff                        what an edit of yours means
  pv status                      every artefact, its version, and what is unreleased
  pv show prompt:explain_refund  one artefact, parsed, with what depends on it
  pv plan                        the next release: in which order, by which steps, what is in its way
In a repository of your own, `pv diff HEAD~5` works at once, and `pv init` is the beginning."
    )
}
