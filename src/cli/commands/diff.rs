//! `pv diff`: what changed in meaning.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::classify;
use crate::cli::load::{self, Session};
use crate::cli::sides::{self, Sides};
use crate::cli::{Context, Exit};
use crate::diff::{self, Comparison, Discovery};
use crate::domain::{Class, KindName};
use crate::git::Snapshot;
use crate::report::render::Layout;
use crate::report::{Changes, Endpoint, Inputs, Report};

/// Show what changed in meaning, of which type, how far it reaches, and what it owes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A and B: any git revision, A..B, A...B (since they parted), release:NAME, kind:name@version.
Without them: the worktree against HEAD.

Examples:
  pv diff                                 uncommitted edits
  pv diff main...                         what this branch changes
  pv diff HEAD~5 -- prompts/              one directory
  pv diff prompt:greet@1.0.0              since a shipped version
  pv diff --no-index old.md new.prompt    two files outside any repository")]
pub struct Args {
    /// The old side, or a range
    #[arg(value_name = "A")]
    old: Option<String>,
    /// The new side
    #[arg(value_name = "B")]
    new: Option<String>,
    /// Only artefacts at or below these paths
    #[arg(last = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Compare what is staged with HEAD (or with A)
    #[arg(long, visible_alias = "cached", conflicts_with = "new")]
    staged: bool,
    /// Only artefacts of this kind; with PATHs or --no-index: read them as this kind whatever they look like
    #[arg(long, value_name = "KIND")]
    kind: Option<KindName>,
    /// Compare two files or directories, no repository needed
    #[arg(long, requires = "old", requires = "new", conflicts_with = "staged")]
    no_index: bool,
    /// One line an artefact
    #[arg(long)]
    stat: bool,
    /// Fold nothing
    #[arg(long, conflicts_with = "stat")]
    full: bool,
    /// Say with the first finding of each rule why it matters
    #[arg(long, conflicts_with = "stat")]
    explain: bool,
    /// Exit with 1 when anything differs
    #[arg(long)]
    exit_code: bool,
    /// Exit with 1 when a finding is of this class or a worse one, and not acknowledged
    #[arg(long, value_name = "CLASS", value_parser = classes())]
    fail_on: Option<Class>,
}

fn classes() -> impl TypedValueParser<Value = Class> {
    let names = PossibleValuesParser::new(Class::ALL.map(Class::as_str));
    names.try_map(|name| Class::ALL.into_iter().find(|class| class.as_str() == name).ok_or("no class"))
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let mut changes = if args.no_index { files(args, context)? } else { revisions(args, context)? };
    if args.explain {
        say_why(&mut changes);
    }
    let differs = !(changes.artefacts.is_empty() && changes.code.is_empty() && changes.submodules.is_empty());
    let layout = Layout { stat: args.stat, full: args.full, ..context.shell.layout() };
    let fails = args.fail_on.is_some_and(|class| reaches(&changes, class));
    context.show(&Report::Changes(Box::new(changes)), &layout)?;
    Ok(if fails || (args.exit_code && differs) { Exit::Refused } else { Exit::Pass })
}

/// Whether a finding that nobody answers for is of `class` or a worse one.
fn reaches(changes: &Changes, class: Class) -> bool {
    let findings = changes.artefacts.iter().flat_map(|row| &row.findings);
    findings.into_iter().any(|finding| finding.class >= class && !finding.is_waived())
}

/// Why it matters, with the first finding of each rule.
fn say_why(changes: &mut Changes) {
    let mut told = BTreeSet::new();
    for finding in changes.artefacts.iter_mut().flat_map(|row| &mut row.findings) {
        if told.insert(finding.rule) {
            finding.why = classify::rule(finding.rule).map(|rule| rule.why);
        }
    }
}

fn revisions(args: &Args, context: &Context) -> miette::Result<Changes> {
    let session = Session::open(context)?;
    let sides = Sides::of(&session, args.old.as_deref(), args.new.as_deref(), args.staged)
        .map_err(|failure| hinted(failure, args, context))?;
    let paths: Vec<String> = args.paths.iter().map(|path| load::in_repository(&session.repository, path)).collect();
    let discovery = match args.kind {
        Some(kind) if !paths.is_empty() => Discovery { basis: session.basis(), ..load::forced(kind, paths.clone()) },
        _ => session.discovery(),
    };
    let mut comparison = diff::between(&sides.old, &sides.new, &discovery);
    sides.restrict(&mut comparison);
    comparison.retain(|artefact| {
        args.kind.is_none_or(|kind| artefact.id.kind == kind) && load::is_below(&artefact.path, &paths)
    });
    comparison.problems.retain(|problem| load::is_below(&problem.place.path, &paths));
    comparison.paths.retain(|change| load::is_below(&change.path, &paths));
    sides::changes("pv/diff/1", &session, comparison, &sides, context)
}

/// A path where a revision is wanted is a slip that deserves its own answer.
fn hinted(failure: miette::Report, args: &Args, context: &Context) -> miette::Report {
    let typed = [&args.old, &args.new].into_iter().flatten().find(|typed| context.start().join(typed.as_str()).exists());
    match typed {
        Some(path) => miette::miette!(
            code = "diff::path",
            help = format!("paths stand behind two dashes: `pv diff -- {path}`"),
            "`{path}` is a path here, and no revision"
        ),
        None => failure,
    }
}

/// Two files or directories. Two single files are one artefact, whatever they are called.
fn files(args: &Args, context: &Context) -> miette::Result<Changes> {
    let (old, new) = (required(args.old.as_deref()), required(args.new.as_deref()));
    let (before, after) = (Snapshot::directory(&old)?, Snapshot::directory(&new)?);
    let config = crate::config::Config::default();
    let found = args.kind.map_or_else(zero_configuration, |kind| load::forced(kind, Vec::new()));
    let discovery = Discovery { basis: load::basis(&config, context.now().day()), ..found };
    let mut comparison = if old.is_file() && new.is_file() {
        one_file(before, &after, &discovery)
    } else {
        diff::between(&before, &after, &discovery)
    };
    if comparison.artefacts.is_empty() && comparison.problems.is_empty() && !comparison.paths.is_empty() {
        context.shell.note("pv: they differ, and are not recognised as artefacts: say what they are with --kind KIND");
    }
    comparison.retain(|artefact| args.kind.is_none_or(|kind| artefact.id.kind == kind));
    Ok(Changes::build(Inputs {
        schema: "pv/diff/1",
        old: Endpoint { spec: old.display().to_string(), commit: None },
        new: Endpoint { spec: new.display().to_string(), commit: None },
        classified: classify::all(comparison.artefacts, &load::policy(&config)),
        released: Default::default(),
        today: context.now().date(),
        code: Vec::new(),
        submodules: Vec::new(),
        unmanaged: Vec::new(),
        problems: comparison.problems,
    }))
}

fn required(path: Option<&str>) -> PathBuf {
    Path::new(path.unwrap_or_default()).to_owned()
}

fn zero_configuration() -> Discovery<'static> {
    Discovery::by_format()
}

/// Both files under the new one's name, so that the name they happen to have on disk is no change.
fn one_file(before: Snapshot, after: &Snapshot, discovery: &Discovery<'_>) -> Comparison {
    let (Some(old), Some(new)) = (before.entries().first(), after.entries().first()) else {
        return Comparison::default();
    };
    let stem = new.path.split_once('.').map_or(new.path.as_str(), |(stem, _)| stem);
    let name = old.path.split_once('.').map_or(stem.to_owned(), |(_, extension)| format!("{stem}.{extension}"));
    diff::between(&before.with_only_file_at(name), after, discovery)
}
