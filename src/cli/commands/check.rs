//! `pv check`: is this well-formed, and what does it owe? For commits and for CI.

use crate::cli::load::Session;
use crate::cli::sides::{self, Sides};
use crate::cli::{Context, Exit, shipped};
use crate::diff;
use crate::domain::{Class, Confidence, Risk, Version};
use crate::report::{Changes, FindingRow, Report, Row, Verdict};

/// Check what changed: problems, unfit states and versions stop it; every change says what it owes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Fails (exit 1) on files that cannot be read, on integrity findings, on two artefacts with one
identity, and on a declared version that is too small or already names another content. --strict
also fails on breaking changes, on warnings, and on models that float or are about to retire.

Without --base: $PRE_COMMIT_FROM_REF, the merge request's or pull request's base in CI, else HEAD.

Examples:
  pv check --staged                      in a pre-commit hook
  pv check --base origin/main            in CI
  pv check --base origin/main --format sarif > pv.sarif")]
pub struct Args {
    /// Compare with where this branch parted from REV
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    base: Option<String>,
    /// Check what is staged against HEAD; the worktree is not looked at
    #[arg(long)]
    staged: bool,
    /// Breaking changes fail, too
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let changes = changes(Session::open(context)?, args, context)?;
    let exit = changes.verdict.as_ref().map_or(Exit::Pass, |verdict| if verdict.passed { Exit::Pass } else { Exit::Refused });
    context.show(&Report::Changes(Box::new(changes)), &context.shell.layout())?;
    Ok(exit)
}

/// What `pv check --staged` finds.
pub(super) fn staged(session: Session, context: &Context) -> miette::Result<Changes> {
    changes(session, &Args { base: None, staged: true, strict: false }, context)
}

fn changes(session: Session, args: &Args, context: &Context) -> miette::Result<Changes> {
    let sides = if args.staged {
        Sides::of(&session, None, None, true)?
    } else {
        Sides::since_base(&session, args.base.as_deref(), context)?
    };
    let session = session.judging(&sides.new, context)?;
    if !args.staged {
        shipped::Shelf::of(&session.repository)?.lock()?;
    }
    let comparison = diff::between(&sides.old, &sides.new, &session.discovery());
    let mut standing = session.census(&sides.new).problems;
    if args.staged && !standing.is_empty() {
        // A hook is about this commit: what was wrong before it is not its business.
        let before = session.census(&sides.old).problems;
        standing.retain(|problem| !before.contains(problem));
    }
    let mut changes = sides::changes("pv/check/1", &session, comparison, &sides, context)?;
    changes.problems.extend(standing);
    changes.problems.sort();
    changes.problems.dedup();
    changes.verdict = Some(verdict(&changes, &version_faults(&session, &changes)?, args.strict));
    Ok(changes)
}

fn verdict(changes: &Changes, versions: &[String], strict: bool) -> Verdict {
    let mut reasons = Vec::new();
    let problems = changes.problems.iter().filter(|problem| strict || problem.is_error()).count();
    if problems > 0 {
        reasons.push(counted(problems, "file problem", "fix what is underlined above"));
    }
    for (class, fails) in [(Class::Integrity, true), (Class::Breaking, strict)] {
        let findings = changes.artefacts.iter().flat_map(|row| &row.findings);
        let count = findings.filter(|finding| finding.class == class && (strict || stops(finding))).count();
        if fails && count > 0 {
            reasons.push(counted(count, &format!("{class} finding"), "`pv explain RULE` says what to do"));
        }
    }
    reasons.extend(versions.iter().cloned());
    let exit = if reasons.is_empty() { Exit::Pass } else { Exit::Refused };
    Verdict { passed: reasons.is_empty(), exit: exit.code(), reasons }
}

/// What a dated table says of a state stops a change only where the state cannot work at all.
fn stops(finding: &FindingRow) -> bool {
    finding.confidence != Confidence::External || finding.risk == Risk::Critical
}

fn counted(count: usize, what: &str, remedy: &str) -> String {
    format!("{count} {what}{}: {remedy}", if count == 1 { "" } else { "s" })
}

/// Declared versions that are too small, or already name another content.
fn version_faults(session: &Session, changes: &Changes) -> miette::Result<Vec<String>> {
    let declares = changes.artefacts.iter().any(|row| row.version.declared.is_some());
    let records = if declares { shipped::Shelf::of(&session.repository)?.records()? } else { Vec::new() };
    let faults = changes.artefacts.iter().filter_map(|row| {
        let declared: Version = row.version.declared.as_ref()?.parse().ok()?;
        let digest = row.digest.new.as_ref()?;
        let mut shipped = records.iter().filter_map(|record| record.artefacts.get(&row.id));
        let reused = shipped.any(|shipped| shipped.entry.version == declared && shipped.entry.digest != *digest);
        if reused {
            return Some(format!("{}: version {declared} already shipped with another content: declare a new one", row.id));
        }
        too_small(row, &declared)
    });
    Ok(faults.collect())
}

fn too_small(row: &Row, declared: &Version) -> Option<String> {
    row.version.old.as_ref()?;
    let required = row.version.required.as_ref().filter(|required| declared < required)?;
    let bump = row.bump;
    Some(format!("{}: declares version {declared}, and this {bump} change needs at least {required}", row.id))
}
