//! `pv check`: is this well-formed, and does it meet what it owes? For commits and for CI.

use std::collections::BTreeMap;

use crate::classify::{self, UNREADABLE};
use crate::cli::intents::{self, Asked};
use crate::cli::load::Session;
use crate::cli::sides::{self, Sides};
use crate::cli::{Context, Exit, gates, policy, shipped};
use crate::diff::{self, Comparison};
use crate::domain::{ArtefactId, Class, Confidence, Digest, Risk, Severity, Stage, Version};
use crate::report::render::Layout;
use crate::report::{Changes, FindingRow, Report, Row, Verdict};

/// Check what changed: may it be committed, may it be merged?
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Fails (exit 1) on files that cannot be read, on integrity findings of high risk, on two artefacts
with one identity, on a declared version that is too small or already names another content, and
(unless --staged) on every gate that a change owes and whose evidence is missing, stale or fails.
Evidence that is too small to tell warns. Exit 5: evidence or its report was altered.
The policy is that of the base: a change of pv.toml does not judge itself.
--strict also fails on breaking changes, on every integrity finding (models that float or are about
to retire among them) and on warnings. What is acknowledged (`pv ack`) does not fail; an
acknowledgement that is over or about another edit does.

Without --base: $PRE_COMMIT_FROM_REF, the merge request's or pull request's base in CI, else the
branch's upstream or origin/HEAD, else HEAD.

Examples:
  pv check --staged                      in a pre-commit hook
  pv check --base origin/main            in CI
  pv gate add report.json                records what a run showed
  pv check --base origin/main --format sarif > pv.sarif")]
pub struct Args {
    /// Compare with where this branch parted from REV
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    base: Option<String>,
    /// Check what is staged against HEAD; the worktree is not looked at
    #[arg(long)]
    staged: bool,
    /// Judge by the policy of REV instead of the base's; the output says so
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    policy_ref: Option<String>,
    /// Breaking changes fail, too
    #[arg(long)]
    strict: bool,
    /// Show everything: nothing folded
    #[arg(long)]
    full: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let changes = changes(Session::open(context)?, args, context)?;
    let exit = changes.verdict.as_ref().map_or(Exit::Pass, Exit::of);
    let layout = Layout { full: args.full, ..context.shell.layout() };
    context.show(&Report::Changes(Box::new(changes)), &layout)?;
    Ok(exit)
}

/// What `pv check --staged` finds.
pub(super) fn staged(session: Session, context: &Context) -> miette::Result<Changes> {
    changes(session, &Args { base: None, staged: true, policy_ref: None, strict: false, full: false }, context)
}

fn changes(session: Session, args: &Args, context: &Context) -> miette::Result<Changes> {
    if args.staged {
        let sides = Sides::of(&session, None, None, true)?;
        let session = session.judging(&sides.new, context)?;
        let comparison = diff::between(&sides.old, &sides.new, &session.discovery());
        let mut changes = compared(&session, comparison, &sides, args, context)?;
        changes.verdict = Some(verdict(&changes, &version_faults(&session, &changes)?, args.strict));
        return Ok(changes);
    }
    let sides = Sides::since_base(&session, args.base.as_deref(), context)?;
    let judging = policy::of_base(session, &sides, args.policy_ref.as_deref(), context)?;
    let session = &judging.session;
    shipped::Shelf::of(&session.repository)?.lock()?;
    let comparison = diff::between(&sides.old, &sides.new, &session.discovery());
    let unmanaged = judging.unmanaged(&comparison, &sides.new);
    let mut changes = compared(session, comparison, &sides, args, context)?;
    let verdicts = gates::judge(session, &changes, &sides, Stage::Merge)?;
    changes.gates = verdicts.judged;
    changes.refusals.extend(judging.refusals.into_iter().chain(unmanaged).chain(verdicts.refusals));
    changes.policy = Some(judging.source);
    changes.verdict = Some(verdict(&changes, &version_faults(session, &changes)?, args.strict));
    Ok(changes)
}

/// What differs, with what stands in the way whether or not it differs.
fn compared(
    session: &Session,
    comparison: Comparison,
    sides: &Sides,
    args: &Args,
    context: &Context,
) -> miette::Result<Changes> {
    let census = session.census(&sides.new);
    let present: BTreeMap<ArtefactId, Digest> = census.artefacts.into_iter().map(|it| (it.id, it.digest)).collect();
    let mut standing = census.problems;
    if args.staged && !standing.is_empty() {
        // A hook is about this commit: what was wrong before it is not its business.
        let before = session.census(&sides.old).problems;
        standing.retain(|problem| !before.contains(problem));
    }
    let mut changes = sides::changes("pv/check/1", session, comparison, sides, context)?;
    let fingerprints = changes.artefacts.iter().flat_map(|row| &row.findings).map(|finding| &*finding.fingerprint);
    let unused = classify::unused_acks(&session.acks, &fingerprints.collect(), |id| present.get(id).cloned());
    standing.extend(unused);
    changes.problems.extend(standing);
    let asked = Asked { config: &session.config, base: args.base.as_deref(), staged: args.staged };
    intents::tell(&mut changes, sides, present.into_keys().collect(), &asked);
    changes.problems.sort();
    changes.problems.dedup();
    show_ways_out(&mut changes, sides, args);
    Ok(changes)
}

/// Whether a finding stops a check: an unfit state of high risk does; a strict check stops at any, and at a break.
fn is_blocking(finding: &FindingRow, strict: bool) -> bool {
    let stops = match finding.class {
        Class::Integrity => strict || is_grave(finding),
        Class::Breaking => strict,
        _ => false,
    };
    stops && !finding.is_waived()
}

/// Says with every finding that blocks how it would be acknowledged.
fn show_ways_out(changes: &mut Changes, sides: &Sides, args: &Args) {
    let revisions = match sides.old.commit() {
        _ if args.staged => " --staged".to_owned(),
        Some(commit) if sides.old.spec() != "HEAD" => format!(" {}", commit.to_string().get(..12).unwrap_or_default()),
        _ => String::new(),
    };
    let findings = changes.artefacts.iter_mut().flat_map(|row| &mut row.findings);
    for finding in findings.filter(|one| is_blocking(one, args.strict) && one.rule != UNREADABLE) {
        let role = if finding.class == Class::Integrity { " --role ROLE" } else { "" };
        let fingerprint = &finding.fingerprint;
        finding.way_out = Some(format!("pv ack {fingerprint}{revisions} --until YYYY-MM-DD{role} --reason \"…\""));
    }
}

fn verdict(changes: &Changes, versions: &[String], strict: bool) -> Verdict {
    let mut reasons = Vec::new();
    let problems = changes.problems.iter().filter(|problem| strict || problem.is_error()).count();
    if problems > 0 {
        reasons.push(counted(problems, "file problem", "fix what is underlined above"));
    }
    for class in [Class::Integrity, Class::Breaking] {
        let blocking = changes.artefacts.iter().flat_map(|row| &row.findings).filter(|one| is_blocking(one, strict));
        let count = blocking.filter(|finding| finding.class == class).count();
        if count > 0 {
            reasons.push(counted(count, &format!("{class} finding"), "`pv explain RULE` says what to do"));
        }
    }
    reasons.extend(versions.iter().cloned());
    reasons.extend(gates::reasons(&changes.gates, Stage::Merge));
    let stopping = changes.refusals.iter().filter(|one| one.severity == Severity::Error || (strict && !intents::is_note(one)));
    reasons.extend(stopping.map(|one| format!("{} ({})", one.refused.message, one.refused.check.id)));
    let exit = match (reasons.is_empty(), gates::is_altered(&changes.gates, &changes.refusals)) {
        (true, _) => Exit::Pass,
        (_, true) => Exit::Integrity,
        (_, false) => Exit::Refused,
    };
    Verdict { passed: reasons.is_empty(), exit: exit.code(), reasons }
}

/// What a dated table says of a state stops a change only where the state cannot work at all.
fn is_grave(finding: &FindingRow) -> bool {
    finding.risk >= if finding.confidence == Confidence::External { Risk::Critical } else { Risk::High }
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
