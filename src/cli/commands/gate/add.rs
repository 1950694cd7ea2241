//! `pv gate add`: a report becomes evidence.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;

use super::told;
use crate::cli::evidence::{self, REPORTS_INLINE};
use crate::cli::load::Session;
use crate::cli::given::{self, Given};
use crate::cli::shipped::{self, Shelf};
use crate::cli::{Context, Exit};
use crate::config::Scope;
use crate::domain::{ArtefactId, Digest, Gate};
use crate::release::checks::{Refused, evidence as checks};
use crate::release::evidence::{
    Binding, Bound, Claims, Evidence, Options, ReportFile, Source, Tree, bind, file,
};
use crate::release::formats::{FORMATS, Reading};
use crate::store::{Objects, at_hand, flock, write_below};

/// Record a report as evidence, bound to the content that it was run on
#[derive(Debug, clap::Args)]
#[command(after_help = after_help())]
pub(super) struct Args {
    /// The report, as the tool wrote it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The gate that it is evidence for; default by format (evals: eval, JUnit: integration)
    #[arg(long, value_name = "GATE", value_parser = gate)]
    gate: Option<Gate>,
    /// The artefact that was run, where the report does not say
    #[arg(long, value_name = "ID", alias = "artifact")]
    artefact: Option<ArtefactId>,
    /// What it was run with and cannot prove: as it stands, committed
    #[arg(long, value_name = "ID")]
    declare: Vec<ArtefactId>,
    /// Metadata of the cases that are strata
    #[arg(long, value_name = "KEY")]
    strata: Vec<String>,
    /// The state that was run: a revision or release:NAME; default the worktree, HEAD or the live release, whichever fits
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// The report's format, where it could be several
    #[arg(long, value_name = "FORMAT", value_parser = format_names())]
    from: Option<String>,
    #[command(flatten)]
    reading: ReadingArgs,
}

/// What a report leaves open.
#[derive(Debug, clap::Args)]
pub(super) struct ReadingArgs {
    /// Of a report with several prompts: which, counted from 0
    #[arg(long, value_name = "N")]
    prompt: Option<usize>,
    /// Of a report with several providers or models: which
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// The column or metadata that tells cases apart
    #[arg(long, value_name = "KEY")]
    case: Option<String>,
    /// The query that a Prometheus answer answers
    #[arg(long, value_name = "PROMQL")]
    query: Option<String>,
    /// The time that the query looked at: 24h
    #[arg(long, value_name = "DURATION")]
    window: Option<String>,
}

fn after_help() -> String {
    let formats: String = FORMATS.iter().map(|format| format!("  {:<16}{}\n", format.name, format.summary)).collect();
    format!(
        "\
Reads:
{formats}
The evidence is written to .pv/evidence and the report to .pv/objects: commit both. It counts for
exactly the digests that it names; what the report cannot prove is asked for, never guessed.

Examples:
  pv gate add results.json
  pv gate add results.json --strata lang --declare index:refund_policies
  pv gate add logs/2026-11-21_refunds.eval --artefact prompt:explain_refund
  pv gate add junit.xml --artefact tool:lookup_order --declare tool:lookup_order
  pv gate add baseline.json --rev release:2026.11.02"
    )
}

fn format_names() -> PossibleValuesParser {
    PossibleValuesParser::new(FORMATS.iter().map(|format| format.name))
}

fn gate(text: &str) -> Result<Gate, String> {
    let names = || Gate::ALL.map(Gate::as_str).join(", ");
    text.parse().map_err(|()| format!("the gates are {}", names()))
}

impl ReadingArgs {
    /// With the metadata that are `strata`.
    pub(super) fn options(&self, strata: BTreeSet<String>) -> Options {
        Options {
            strata,
            prompt: self.prompt,
            provider: self.provider.clone(),
            case: self.case.clone(),
            query: self.query.clone(),
            window: self.window.clone(),
        }
    }
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let (path, evidence, tree) = add(args, &session)?;
    context.show_page(told::added(&path, &evidence, &tree))?;
    Ok(Exit::Pass)
}

fn add(args: &Args, session: &Session) -> miette::Result<(String, Evidence, String)> {
    let root = session.root()?;
    let given = given::read(&args.file, args.from.as_deref())?;
    let gate = args.gate.unwrap_or(given.format.gate);
    let options = args.reading.options(strata(args, session, gate));
    let reading = given.reading(&options)?;
    let claims = Claims {
        artefact: args.artefact.clone(),
        also: BTreeSet::new(),
        declared: args.declare.iter().cloned().collect(),
        set: session.config.gates.iter().find(|policy| policy.gate == gate).and_then(|policy| policy.set.clone()),
    };
    let (bound, tree) = bound(&reading, &claims, args.rev.as_deref(), session)?;
    proven_or_committed(&bound, &reading, &tree, session)?;
    let source = Source { format: given.format.name.to_owned(), files: files(&given, root), options };
    let evidence = Evidence { gate, about: bound.about, subjects: bound.subjects, source, run: reading.run };
    let path = write(&evidence, &given, session, root)?;
    Ok((path, evidence, tree.name))
}

/// The strata that are asked for, here or by the policy's checks.
fn strata(args: &Args, session: &Session, gate: Gate) -> BTreeSet<String> {
    let policy = session.config.gates.iter().filter(|policy| policy.gate == gate);
    let of_policy = policy.flat_map(|policy| &policy.checks).filter_map(|check| match (&check.scope, &check.ratio) {
        (_, Some(_)) | (Scope::Overall, _) => None,
        (Scope::Each(key) | Scope::Stratum { key, .. }, None) => Some(key.clone()),
    });
    args.strata.iter().cloned().chain(of_policy).collect()
}

/// The run bound to the first state that it fits: the commit that it names, the worktree, `HEAD`, the live release.
fn bound(
    reading: &Reading,
    claims: &Claims,
    rev: Option<&str>,
    session: &Session,
) -> miette::Result<(Bound, Tree)> {
    let mut first_refusal = None;
    let mut states = States::of(rev, reading, session);
    let mut worktree: Option<Tree> = None;
    while let Some((tree, is_revision)) = states.next(session)? {
        let own = bind(reading, &tree, claims, is_revision);
        // An earlier version is measured anew with the eval set as it stands now.
        let bound = match own {
            Err(_) if tree.name != "worktree" && !is_revision => {
                let present = match worktree.take() {
                    Some(tree) => tree,
                    None => evidence::tree(&session.snapshot("worktree")?, &session.discovery()),
                };
                let mixed = bind(reading, &tree.with_sets_of(&present), claims, is_revision);
                worktree = Some(present);
                mixed.or(own)
            }
            own => own,
        };
        match bound {
            Ok(bound) => return Ok((bound, tree)),
            // What is said of the worktree is what the user sees before them.
            Err(refused) if !is_revision => drop(first_refusal.get_or_insert(refused)),
            Err(_) => {}
        }
    }
    let nothing = || Refused::by(&checks::ARTEFACT_UNNAMED, "there is no state of the repository to bind the report to");
    Err(first_refusal.unwrap_or_else(nothing).into())
}

/// The states of the repository that a run may have been made on, read one at a time.
struct States {
    specs: std::vec::IntoIter<(String, bool)>,
}

impl States {
    fn of(rev: Option<&str>, reading: &Reading, session: &Session) -> Self {
        if let Some(rev) = rev {
            return Self { specs: vec![(rev.to_owned(), false)].into_iter() };
        }
        let clean = reading.run.revision.as_ref().filter(|revision| revision.dirty == Some(false));
        let mut specs: Vec<(String, bool)> = clean.map(|revision| (revision.commit.clone(), true)).into_iter().collect();
        specs.push(("worktree".to_owned(), false));
        if session.repository.head().is_ok_and(|head| head.is_some()) {
            specs.push(("HEAD".to_owned(), false));
        }
        let lock = Shelf::of(&session.repository).and_then(|shelf| shelf.lock()).ok().flatten();
        let live = lock.and_then(|lock| lock.release).map(|release| (format!("release:{}", release.name), false));
        specs.extend(live);
        Self { specs: specs.into_iter() }
    }

    fn next(&mut self, session: &Session) -> miette::Result<Option<(Tree, bool)>> {
        for (spec, is_revision) in self.specs.by_ref() {
            let snapshot = match shipped::Named::parse(&spec) {
                Some(_) => shipped::side(session, &spec).map(|(snapshot, _)| snapshot),
                None => session.snapshot(&spec),
            };
            match snapshot {
                Ok(snapshot) => return Ok(Some((evidence::tree(&snapshot, &session.discovery()), is_revision))),
                // The commit that a report names may be of another clone.
                Err(_) if is_revision => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

/// What is only declared must be committed as it stands; and a run on uncommitted edits must prove all that it was run with.
fn proven_or_committed(bound: &Bound, reading: &Reading, tree: &Tree, session: &Session) -> miette::Result<()> {
    let declared = bound.subjects.iter().filter(|(_, subject)| subject.binding == Binding::Declared);
    let declared: Vec<(&ArtefactId, &Digest)> = declared.map(|(id, subject)| (id, &subject.digest)).collect();
    let is_dirty = reading.run.revision.as_ref().is_some_and(|revision| revision.dirty == Some(true));
    if let Some((id, _)) = declared.first().filter(|_| is_dirty) {
        let message = format!("the report was run on uncommitted edits, and does not show which {id} it ran");
        return Err(Refused::by(&checks::COMMIT_UNUSABLE, message).into());
    }
    if declared.is_empty() || tree.name != "worktree" {
        return Ok(());
    }
    let head = evidence::tree(&session.head()?, &session.discovery());
    match declared.iter().find(|(id, digest)| head.digest(id) != Some(*digest)) {
        Some((id, _)) => {
            let message = format!("{id} has edits that are not committed, and is only declared");
            Err(Refused::by(&checks::TREE_EDITED, message).into())
        }
        None => Ok(()),
    }
}

fn files(given: &Given, root: &Path) -> Vec<ReportFile> {
    let file = |(path, (_, bytes)): (&PathBuf, &(String, Vec<u8>))| ReportFile {
        path: shown(path, root),
        digest: Digest::of(bytes),
        size: bytes.len() as u64,
    };
    given.paths.iter().zip(&given.report.files).map(file).collect()
}

/// A path below the repository's root, from there; of any other, its name alone: where it lies is nobody's business.
fn shown(path: &Path, root: &Path) -> String {
    let below = path.canonicalize().ok().zip(root.canonicalize().ok());
    let below = below.and_then(|(path, root)| Some(path.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/")));
    below.unwrap_or_else(|| evidence::name_of(&path.to_string_lossy()).to_owned())
}

/// The report first, then the evidence that names it.
fn write(evidence: &Evidence, given: &Given, session: &Session, root: &Path) -> miette::Result<String> {
    let large = at_hand::large(session.repository.common_dir());
    let contents: Vec<&[u8]> = given.report.files.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    let limit = session.config.store.inline_limit.bytes.max(REPORTS_INLINE);
    crate::cli::cut::write_attributes(root)?;
    let _kept = flock::share_large(session.repository.common_dir())?;
    Objects::open(root, Some(&large)).put_all(&contents, limit)?;
    let text = file::encode(evidence);
    let path = file::path(evidence, &text);
    write_below(root, &path, text.as_bytes())?;
    Ok(path)
}
