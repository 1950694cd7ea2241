//! `pv notice record`.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::subject::Subject;
use crate::cli::{Context, Exit, logbook};
use crate::domain::{Audience, Instant};
use crate::lock::ReleaseName;
use crate::release::checks::shell_word;
use crate::release::log::{Event, EventKind};
use crate::release::notices::{FORMAT, Facts, Notice, Phase};
use crate::report::Page;
use crate::store::{bounded, flock, write_below};

/// A notice larger than this is none, in bytes.
const LARGEST: u64 = 1 << 20;

/// The record of a notice that was sent
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The release, cut or to come; default the one that was cut last
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// Who was told: engineering, support or customer
    #[arg(long, value_name = "AUDIENCE", value_parser = super::audience)]
    audience: Audience,
    /// When: pre, during or post
    #[arg(long, value_name = "PHASE", default_value = "pre", value_parser = super::phase)]
    phase: Phase,
    /// Where it was sent; default the one of `[notice]` in pv.toml
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
    /// The text as it was sent; `-` is standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// When it was sent; default now
    #[arg(long, value_name = "INSTANT")]
    sent: Option<Instant>,
    /// When it says that the first step will be taken that exposes somebody
    #[arg(long, value_name = "INSTANT")]
    starts: Option<Instant>,
    /// The step that a status is about; default the one that was taken last
    #[arg(long, value_name = "N")]
    step: Option<u32>,
    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let subject = Subject::of(args.release.as_ref(), context)?;
    let notice = notice(args, &subject, context)?;
    let text = notice.encode().map_err(|error| miette::miette!("{error}"))?;
    let repository = &subject.session.repository;
    let guard = flock::acquire(&repository.common_dir().join("pv").join("lock"))?;
    write_below(subject.session.root()?, &notice.path(), text.as_bytes())?;
    let logged = logged(&subject, &notice, context)?;
    let paths: Vec<String> = [notice.path()].into_iter().chain(logged).collect();
    if args.commit {
        repository.commit_paths(&paths, &format!("Release {}: {} was told", notice.release, notice.audience))?;
    }
    drop(guard);
    context.show_page(written(&notice, &paths, args.commit))?;
    Ok(Exit::Pass)
}

fn notice(args: &Args, subject: &Subject, context: &Context) -> miette::Result<Notice> {
    let (plan, sent) = (&subject.plan, args.sent.clone().unwrap_or_else(|| context.now()));
    if sent.timestamp() > context.now().timestamp() {
        return Err(miette::miette!(
            code = "notice::not_sent",
            help = "record it once it was sent",
            "the notice says that it was sent at {sent}, and it is {}",
            context.now()
        ));
    }
    Ok(Notice {
        version: FORMAT,
        release: plan.release.clone(),
        plan: plan.digest().map_err(|error| miette::miette!("{error}"))?,
        phase: args.phase,
        step: step(args, subject)?,
        audience: args.audience,
        channel: args.channel.clone().unwrap_or_else(|| subject.session.config.notice.channel(args.audience).to_owned()),
        at: sent,
        by: subject.session.repository.user_name(),
        text: text(&args.file)?,
        facts: Facts::of(plan, args.starts.clone()),
    })
}

/// The step that a status is about.
fn step(args: &Args, subject: &Subject) -> miette::Result<Option<u32>> {
    if args.phase != Phase::During {
        return Ok(None);
    }
    let plan = &subject.plan;
    let last = subject.situation.standing.rollouts.get(&plan.release).and_then(|rollout| rollout.step);
    match args.step.or(last) {
        Some(n) if plan.step(n).is_some() => Ok(Some(n)),
        Some(n) => Err(miette::miette!(
            code = "notice::unknown_step",
            help = "`pv plan` shows the steps",
            "the plan of release {} has no step {n}",
            plan.release
        )),
        None => Err(miette::miette!(
            code = "notice::no_step",
            help = "a status is about a step that was taken: name it with --step N",
            "no step of release {} was taken",
            plan.release
        )),
    }
}

fn text(file: &Path) -> miette::Result<String> {
    let bytes = if file.as_os_str() == "-" { typed()? } else { bounded::read(file, LARGEST).map_err(|error| unreadable(file, &error))? };
    let text = String::from_utf8(bytes).map_err(|_| unreadable(file, &"it is no UTF-8"))?.replace("\r\n", "\n");
    if text.trim().is_empty() || text.contains('\0') {
        return Err(unreadable(file, &"it holds no text"));
    }
    Ok(text)
}

fn typed() -> miette::Result<Vec<u8>> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Err(miette::miette!(
            code = "notice::no_text",
            help = "name the file that holds what was sent: --file FILE, or give it on standard input",
            "there is no text to record"
        ));
    }
    let mut bytes = Vec::new();
    let read = input.lock().take(LARGEST + 1).read_to_end(&mut bytes);
    match read {
        Ok(length) if length as u64 <= LARGEST => Ok(bytes),
        Ok(_) => Err(unreadable(Path::new("-"), &format!("it is larger than {LARGEST} bytes"))),
        Err(error) => Err(unreadable(Path::new("-"), &error)),
    }
}

fn unreadable(file: &Path, why: &dyn std::fmt::Display) -> miette::Report {
    let name = if file.as_os_str() == "-" { "standard input".to_owned() } else { file.display().to_string() };
    miette::miette!(
        code = "notice::no_text",
        help = "give the text as it was sent: `pv notice draft` writes one to begin with",
        "{name} cannot be recorded: {why}"
    )
}

/// The event in the log of a release that is cut, by its path.
fn logged(subject: &Subject, notice: &Notice, context: &Context) -> miette::Result<Option<String>> {
    let Some(history) = subject.history() else { return Ok(None) };
    let now = context.now();
    let event = Event {
        recorded: (now.timestamp() > notice.at.timestamp()).then_some(now),
        subject: Some(notice.subject()),
        ..Event::new(EventKind::Notice, notice.release.clone(), history.lock.clone(), notice.at.clone())
    };
    Ok(Some(logbook::append(&subject.session, event)?.path()))
}

fn written(notice: &Notice, paths: &[String], is_committed: bool) -> Page {
    let data = json!({
        "schema": "pv/notice-record/1", "release": notice.release, "audience": notice.audience,
        "phase": notice.phase, "written": paths, "committed": is_committed,
    });
    let told = format!("{} was told of release {} at {}, in {}", notice.audience, notice.release, notice.at, notice.channel);
    let page = paths.iter().fold(Page::of(data).outcome(true, told), |page, path| page.paragraph(format!("written: {path}")));
    let check = format!("`pv notice check {}` says who else has to be told.", shell_word(notice.release.as_str()));
    if is_committed { page.paragraph(check) } else { page.paragraph(format!("Commit it with the release. {check}")) }
}
