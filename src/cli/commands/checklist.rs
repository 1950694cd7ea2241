//! `pv checklist`: the discipline in twenty items, each with what proves it.

use std::collections::BTreeMap;

use jiff::ToSpan;
use serde_json::json;

use crate::cli::commands::postmortem::lint;
use crate::cli::discipline::Situation;
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit};
use crate::domain::{KindName, Stage};
use crate::git::Snapshot;
use crate::lock::ReleaseName;
use crate::release::after::checklist::{self, Inputs, Outcome, Row};
use crate::release::checks::Judgement;
use crate::release::rollback;
use crate::release::standing::History;
use crate::report::Page;

/// Answer the twenty items of the release discipline, each with the file or the command that proves it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An item passes only where something proves it; what no file tells is unknown. Items 16 to 20 are pv's reconstruction of
what the course asks there.

Examples:
  pv checklist
  pv checklist --strict                 exit 1 unless all twenty pass
  pv checklist --format markdown")]
pub struct Args {
    /// Exit 1 unless every item passes
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let rows = rows(context)?;
    let passed = rows.iter().filter(|row| row.answer.outcome == Outcome::Pass).count();
    let is_whole = passed == rows.len();
    context.show_page(page(&rows, passed))?;
    Ok(if args.strict && !is_whole { Exit::Refused } else { Exit::Pass })
}

fn rows(context: &Context) -> miette::Result<Vec<Row>> {
    let session = Session::open(context)?;
    let shelf = Shelf::of(&session.repository)?;
    let situation = Situation::of(&session, context)?;
    let here = session.snapshot(if session.repository.is_bare() { "HEAD" } else { "worktree" })?;
    let (ci, lost) = (ci(&here), lost(&session, &shelf, &situation));
    let rollback = rollback_of_newest(&session, &situation);
    let postmortems = postmortems(&shelf, context)?;
    Ok(checklist::rows(&Inputs {
        config: &session.config,
        is_configured: session.is_configured,
        histories: &situation.histories,
        papers: &situation.papers,
        at: &situation.at,
        ci: ci.as_deref(),
        lost: &lost,
        rollback: &rollback,
        postmortems: &postmortems,
    }))
}

/// As many bytes of a CI file are read.
const LARGEST: u64 = 1 << 20;

/// The first file of a CI system that runs pv.
fn ci(here: &Snapshot) -> Option<String> {
    let is_ci = |path: &str| {
        let is_workflow = path.starts_with(".github/workflows/") || path.starts_with(".buildkite/") || path.starts_with(".circleci/");
        is_workflow || [".gitlab-ci.yml", "Jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".ci/run"].contains(&path)
    };
    let entries = here.entries().iter().filter(|entry| is_ci(&entry.path));
    let mut running = entries.filter(|entry| {
        let text = here.read(entry, LARGEST).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        text.is_ok_and(|text| text.lines().any(runs_pv))
    });
    running.next().map(|entry| entry.path.clone())
}

/// Whether a line that is no comment runs the check.
fn runs_pv(line: &str) -> bool {
    let line = line.trim_start();
    !line.starts_with('#') && ["pv check", "pv gate run"].iter().any(|command| line.contains(command))
}

/// Prompts that shipped within the retention and whose bytes are not there.
fn lost(session: &Session, shelf: &Shelf, situation: &Situation) -> Vec<String> {
    let days = i64::try_from(session.config.store.retention.seconds / 86_400).unwrap_or(i64::MAX);
    let oldest = situation.at.zoned().checked_sub(days.min(36_500).days()).ok();
    let is_recent = |history: &&History| {
        history.cut().zip(oldest.as_ref()).is_none_or(|(cut, oldest)| cut.zoned().timestamp() >= oldest.timestamp())
    };
    let mut lost = Vec::new();
    for history in situation.histories.iter().rev().filter(is_recent) {
        let prompts = history.record.artefacts.iter().filter(|(id, it)| id.kind == KindName::Prompt && it.entry.store.is_none());
        for (id, shipped) in prompts {
            if shelf.with_objects(|objects| objects.check(shipped.object()).is_err()) {
                lost.push(format!("{id}@{}", shipped.entry.version));
            }
        }
    }
    lost
}

/// What stands against the way back of the newest release with a plan.
fn rollback_of_newest(session: &Session, situation: &Situation) -> Vec<Judgement> {
    let plan = situation.histories.iter().rev().find_map(|history| history.plan.as_ref());
    plan.map(|plan| rollback::judge(&situation.ground(session, plan, Stage::Step))).unwrap_or_default()
}

/// How many things each release's postmortem leaves open.
fn postmortems(shelf: &Shelf, context: &Context) -> miette::Result<BTreeMap<ReleaseName, usize>> {
    let mut open = BTreeMap::new();
    for (path, text) in lint::every(shelf) {
        let name = path.split('/').nth(1).and_then(|name| name.parse::<ReleaseName>().ok());
        let judged = lint::judged(&[(path, text)], Session::open(context)?, shelf, context)?;
        open.extend(name.map(|name| (name, judged.len())));
    }
    Ok(open)
}

fn page(rows: &[Row], passed: usize) -> Page {
    let count = |outcome: Outcome| rows.iter().filter(|row| row.answer.outcome == outcome).count();
    let (failed, unknown) = (count(Outcome::Fail), count(Outcome::Unknown));
    let data = json!({
        "schema": "pv/checklist/1", "passed": passed, "failed": failed, "unknown": unknown, "items": rows,
    });
    let mut table = vec![["#", "section", "item", "answer", "proof", "because"].map(str::to_owned).to_vec()];
    table.extend(rows.iter().map(|row| {
        vec![
            row.n.to_string(),
            row.section.to_owned(),
            row.item.to_owned(),
            row.answer.outcome.as_str().to_owned(),
            row.answer.proof.clone().unwrap_or_else(|| "-".to_owned()),
            row.answer.because.clone(),
        ]
    }));
    let said = format!("{passed} pass, {failed} fail, {unknown} unknown");
    Page::of(data).table(table).outcome(passed == rows.len(), said)
}
