//! `pv postmortem lint`.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use crate::cli::load::{Session, in_repository};
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit, cut, histories, intents};
use crate::domain::{KindName, Problem};
use crate::lock::ReleaseName;
use crate::release::after::postmortem::{self, Grounds};
use crate::release::checks::postmortem::HEAD_UNREADABLE;
use crate::release::checks::{Judgement, Refused};
use crate::release::standing::History;
use crate::report::Page;

/// A postmortem larger than this is none, in bytes.
const LARGEST: usize = 1 << 20;

/// What postmortems leave open
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Releases, or files (with a `/` or the ending .md); default every release's
    #[arg(value_name = "RELEASE|FILE")]
    which: Vec<String>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let shelf = Shelf::of(&session.repository)?;
    let files = files(args, &session, &shelf)?;
    let judgements = judged(&files, session, &shelf, context)?;
    let exit = Exit::of_judgements(&judgements);
    context.show_page(page(judgements, files.len()))?;
    Ok(exit)
}

/// Everything that the files leave open, in their order.
pub(in crate::cli::commands) fn judged(
    files: &[(String, String)],
    session: Session,
    shelf: &Shelf,
    context: &Context,
) -> miette::Result<Vec<Judgement>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let histories = histories::all(shelf)?;
    let (today, coming) = (context.now().day(), coming(&session, shelf, context)?);
    let judged = files.iter().flat_map(|(path, text)| match postmortem::parse(path, text) {
        Ok(read) => {
            let evals = evals(read.release.as_deref(), &histories, &coming);
            postmortem::lint(&read, &Grounds { today, evals: &evals })
        }
        Err(problems) => problems.into_iter().map(unreadable).collect(),
    });
    Ok(judged.collect())
}

/// The files that are asked for, with their texts.
fn files(args: &Args, session: &Session, shelf: &Shelf) -> miette::Result<Vec<(String, String)>> {
    if args.which.is_empty() {
        return Ok(every(shelf));
    }
    let file = |which: &String| {
        let is_file = which.contains('/') || which.ends_with(".md");
        let path = match which.parse::<ReleaseName>() {
            _ if is_file => in_repository(&session.repository, Path::new(which)),
            Ok(name) => postmortem::path(&name),
            Err(error) => return Err(miette::miette!("{error}")),
        };
        let bytes = shelf.read(&path).filter(|bytes| bytes.len() <= LARGEST);
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| absent(&path))?;
        Ok((path, text))
    };
    args.which.iter().map(file).collect()
}

/// Every postmortem that stands beside a release.
pub(in crate::cli::commands) fn every(shelf: &Shelf) -> Vec<(String, String)> {
    let paths = shelf.folders().into_iter().map(|name| postmortem::path(&name));
    let texts = paths.filter_map(|path| {
        let text = String::from_utf8_lossy(&shelf.read(&path)?).into_owned();
        Some((path, text))
    });
    texts.collect()
}

fn absent(path: &str) -> miette::Report {
    miette::miette!(
        code = "postmortem::unreadable",
        help = "`pv postmortem new RELEASE` writes one",
        "there is no postmortem at {path}, or it is no text of at most {LARGEST} bytes"
    )
}

/// The eval sets as the worktree would ship them.
fn coming(session: &Session, shelf: &Shelf, context: &Context) -> miette::Result<BTreeSet<String>> {
    let source = session.snapshot(if session.repository.is_bare() { "HEAD" } else { "worktree" })?;
    let next = cut::plan(session, source, shelf.lock()?, context)?;
    let sets = next.decisions().iter().filter(|decision| decision.id.kind == KindName::Eval);
    Ok(sets.filter_map(|decision| Some(format!("{}@{}", decision.id, decision.to.as_ref()?))).collect())
}

/// The eval sets that came after a release, in versions that it did not have itself.
fn evals(
    release: Option<&str>,
    histories: &[History],
    coming: &BTreeSet<String>,
) -> BTreeSet<String> {
    let at = histories.iter().position(|history| release == Some(history.record.name.as_str()));
    let sets = |history: &History| {
        let sets = history.record.artefacts.iter().filter(|(id, _)| id.kind == KindName::Eval);
        sets.map(|(id, shipped)| format!("{id}@{}", shipped.entry.version)).collect::<BTreeSet<_>>()
    };
    let own = at.and_then(|at| histories.get(at)).map(sets).unwrap_or_default();
    let later = histories.iter().skip(at.map_or(0, |at| at + 1)).flat_map(sets);
    later.chain(coming.iter().cloned()).filter(|set| !own.contains(set)).collect()
}

fn unreadable(problem: Problem) -> Judgement {
    Judgement::error(Refused::by(&HEAD_UNREADABLE, problem.message).remedy(problem.help)).at(problem.place)
}

fn page(judgements: Vec<Judgement>, read: usize) -> Page {
    let told: Vec<_> = judgements.into_iter().map(intents::refusal).collect();
    let outcome = if told.is_empty() { "passed" } else { "failed" };
    let data = json!({"schema": "pv/postmortem-lint/1", "outcome": outcome, "read": read, "refusals": told});
    let page = told.iter().fold(Page::of(data), |page, one| {
        let place = one.place.as_ref().map_or_else(String::new, |place| format!("{}:{}: ", place.path, place.line));
        let line = format!("{place}{}  [{}]", one.refused.message, one.refused.check.id);
        page.verbatim(format!("{line}\n  help: {}", one.refused.remedy))
    });
    let read = if read == 1 { "1 postmortem".to_owned() } else { format!("{read} postmortems") };
    match told.len() {
        0 => page.outcome(true, format!("{read}: nothing is open")),
        1 => page.outcome(false, format!("{read}: 1 thing is open")),
        open => page.outcome(false, format!("{read}: {open} things are open")),
    }
}
