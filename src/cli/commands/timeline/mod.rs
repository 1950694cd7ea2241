//! `pv timeline`: what happened to a release, in order.

mod gantt;
mod moments;

use serde_json::{Value, json};

use crate::cli::discipline::Situation;
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit, shell};
use crate::domain::Instant;
use crate::lock::ReleaseName;
use crate::report::Page;

use moments::Moment;

/// Tell what happened to releases, in order: steps, verdicts, holds, rollbacks, overrides, notices, freezes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What was recorded later than it happened stands where it happened, and is marked.

Examples:
  pv timeline 2026.11.21
  pv timeline --since 2026-11-01T00:00:00Z --format markdown
  pv timeline --gantt > rollout.mmd")]
pub struct Args {
    /// The release; default all of them
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// Only what happened from then on
    #[arg(long, value_name = "INSTANT")]
    since: Option<Instant>,
    /// Print it as a Mermaid gantt diagram
    #[arg(long)]
    gantt: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let situation = Situation::of(&session, context)?;
    if let Some(name) = &args.release
        && situation.histories.iter().all(|history| history.record.name != *name)
    {
        return Err(Shelf::of(&session.repository)?.unknown_release(name.as_str()));
    }
    let is_meant = |moment: &Moment| {
        let is_of = args.release.as_ref().is_none_or(|name| moment.release.as_ref().is_none_or(|release| release == name));
        is_of && args.since.as_ref().is_none_or(|since| moment.at.timestamp() >= since.timestamp())
    };
    let mut moments = moments::all(&situation, &session.config.calendar, args.release.as_ref());
    moments.retain(is_meant);
    if args.gantt && context.global.format != "json" {
        let text = gantt::diagram(&situation, args.release.as_ref(), &moments);
        context.shell.write_raw(text.as_bytes()).map_err(shell::unwritable)?;
        return Ok(Exit::Pass);
    }
    context.show_page(page(&situation, args.release.as_ref(), &moments))?;
    Ok(Exit::Pass)
}

fn page(situation: &Situation, release: Option<&ReleaseName>, moments: &[Moment]) -> Page {
    let data: Vec<Value> = moments.iter().map(Moment::data).collect();
    let page = Page::of(json!({"schema": "pv/timeline/1", "at": situation.at, "release": release, "moments": data}));
    let page = page.heading(release.map_or("all releases".to_owned(), |name| format!("release {name}")));
    if moments.is_empty() {
        return page.paragraph("Nothing happened.");
    }
    let mut rows = vec![["when", "release", "what", "by"].map(str::to_owned).to_vec()];
    rows.extend(moments.iter().map(Moment::row));
    page.table(rows)
}
