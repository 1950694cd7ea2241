//! Everything that an export tells of a release, gathered.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::cli::load::Session;
use crate::cli::shipped::{Shelf, ShippedFile};
use crate::cli::discipline::Situation;
use crate::cli::{Context, cut, histories, verified};
use crate::domain::{ArtefactId, Instant, Severity, Stage};
use crate::git::{self, CommitId, Snapshot};
use crate::lock::ReleaseName;
use crate::lock::record::{Record, Shipped};
use crate::release::checks::{Refused, export as checks};
use crate::release::evidence::{Evidence, file};
use crate::release::export::{Bytes, FileDigests, Format, Properties, Shipment};
use crate::release::gates::Judged;
use crate::release::standing::{self, History, Phase, Standing};
use crate::release::{calendar, rollback};
use crate::store::StoreError;

/// A policy larger than this is none, in bytes.
const LARGEST: u64 = 4 << 20;
/// The policy's path.
const POLICY: &str = "pv.toml";

/// The document of a release, by default of the one that was cut last.
///
/// # Errors
/// When there is no such release, it cannot be read, or the format has no spelling for it; a [`Refused`] of integrity
/// where the document would vouch for bytes that are not there.
pub(super) fn document(
    session: &Session,
    format: &Format,
    release: Option<&ReleaseName>,
    context: &Context,
) -> miette::Result<String> {
    let shelf = Shelf::of(&session.repository)?;
    let histories = histories::all(&shelf)?;
    let standing = standing::at(&histories, &context.now());
    let history = chosen(&shelf, &histories, &standing, release)?;
    let proofs = match format.vouches {
        true => Proofs::of(session, &shelf, history, context)?,
        false => Proofs::default(),
    };
    let shipment = Shipment {
        history,
        standing: &standing,
        project: session.config.project.as_deref(),
        bytes: &proofs.bytes,
        evidence: &proofs.evidence,
        gates: &proofs.gates,
        policy: proofs.policy.as_ref(),
        notes: proofs.notes.as_deref(),
        tag: proofs.tag.as_deref(),
        verified: proofs.verified,
    };
    Ok((format.render)(&shipment)?)
}

fn chosen<'h>(
    shelf: &Shelf,
    histories: &'h [History],
    standing: &Standing,
    release: Option<&ReleaseName>,
) -> miette::Result<&'h History> {
    // After a rollout was taken back, what was cut last is what nobody has.
    let is_back = |name: &&ReleaseName| {
        standing.rollouts.get(*name).is_some_and(|rollout| rollout.phase == Phase::RolledBack)
    };
    let live = standing.newest.as_ref().filter(is_back).and(standing.live.as_ref());
    let latest = || live.or(standing.newest.as_ref()).or_else(|| Some(&histories.last()?.record.name));
    let name = release.or_else(latest);
    let found = histories.iter().find(|history| Some(&history.record.name) == name);
    found.ok_or_else(|| match name {
        Some(name) => shelf.unknown_release(name.as_str()),
        None => miette::miette!(
            code = "export::nothing_released",
            help = "`pv lock --name NAME --write` cuts the first release",
            "nothing was released yet"
        ),
    })
}

/// What a document vouches for.
#[derive(Debug, Default)]
struct Proofs {
    bytes: BTreeMap<ArtefactId, Bytes>,
    evidence: BTreeMap<String, (FileDigests, Evidence)>,
    gates: Vec<Judged>,
    policy: Option<FileDigests>,
    notes: Option<String>,
    tag: Option<String>,
    verified: Properties,
}

impl Proofs {
    fn of(session: &Session, shelf: &Shelf, history: &History, context: &Context) -> miette::Result<Self> {
        let record = &history.record;
        let commit = record.commit.as_ref().and_then(|id| id.parse::<CommitId>().ok());
        let is_intact = is_intact(session, &record.name)?;
        let digest = |path: &str, bytes: &[u8]| digested(path, bytes, commit.as_ref());
        let bytes = record.artefacts.iter().map(|(id, shipped)| {
            let bytes = stored(shelf, shipped, &digest).map_err(|error| unproven(&record.name, &error.to_string()))?;
            Ok((id.clone(), bytes))
        });
        let bytes = bytes.collect::<Result<_, Refused>>()?;
        let source = record.commit.as_ref().and_then(|commit| session.snapshot(commit).ok());
        if source.is_none() {
            context.shell.note("the commit that it was cut from is not in this clone: neither its policy nor what its gates said is stated");
        }
        let policy = source.as_ref().and_then(|source| Some(digest(POLICY, &held(source, POLICY)?)));
        let verified = source.as_ref().map_or_else(|| Ok(Properties::default()), |source| discipline(history, source, context))?;
        let gates = source.map_or_else(|| Ok(Vec::new()), |source| gates(shelf, record, source, context))?;
        Ok(Self {
            bytes,
            evidence: evidence(shelf, &record.name, &digest)?,
            gates,
            policy,
            notes: notes(shelf, &record.name),
            tag: tag(session, &record.name)?,
            verified: Properties { is_intact, ..verified },
        })
    }
}

/// Whether a release is what was written.
///
/// # Errors
/// When bytes are missing or altered.
fn is_intact(session: &Session, name: &ReleaseName) -> miette::Result<bool> {
    let verified = verified::releases(session, std::slice::from_ref(name))?;
    let mut faults = verified.iter().flat_map(|(_, outcome)| &outcome.faults).peekable();
    let is_intact = faults.peek().is_none();
    match faults.find(|fault| fault.is_integrity()) {
        Some(fault) => {
            let seen = format!("{}: {}: expected {}, found {}", fault.path, fault.code, fault.expected, fault.found);
            Err(unproven(name, &seen).into())
        }
        None => Ok(is_intact),
    }
}

fn unproven(name: &ReleaseName, why: &str) -> Refused {
    let remedy = format!("`pv verify {name}` names every fault; `git checkout HEAD -- .pv/objects` brings objects back.");
    Refused::by(&checks::BYTES_MISSING, format!("release {name} cannot be vouched for: {why}")).remedy(remedy)
}

/// The digests of what is kept of an artefact; of another store's content, nothing.
fn stored(
    shelf: &Shelf,
    shipped: &Shipped,
    digest: &dyn Fn(&str, &[u8]) -> FileDigests,
) -> Result<Bytes, StoreError> {
    if shipped.entry.store.is_some() {
        return Ok(Bytes::default());
    }
    let object = shelf.with_objects(|objects| objects.get(shipped.object()))?;
    let read = |file: &ShippedFile| {
        let unread = |source| StoreError::Io { action: "read", path: file.path.clone().into(), source };
        let bytes = file.bytes().map_err(unread)?;
        Ok(digest(&file.path, &bytes))
    };
    let files = shelf.files_of(shipped)?.iter().map(read).collect::<Result<_, StoreError>>()?;
    Ok(Bytes { object: Some(digest(&shipped.entry.path, &object)), files })
}

fn digested(path: &str, bytes: &[u8], beside: Option<&CommitId>) -> FileDigests {
    let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let git_blob = git::blob_id(bytes, beside).map(|id| id.to_string());
    FileDigests { path: path.to_owned(), sha256, git_blob }
}

/// The evidence that stands beside the record, by the names of its files.
fn evidence(
    shelf: &Shelf,
    name: &ReleaseName,
    digest: &dyn Fn(&str, &[u8]) -> FileDigests,
) -> Result<BTreeMap<String, (FileDigests, Evidence)>, Refused> {
    let texts = shelf.texts_in(&format!("{}/", name.evidence_folder())).into_iter();
    texts
        .map(|(path, text)| {
            let text = text.replace("\r\n", "\n");
            let file_name = path.rsplit('/').next().unwrap_or(&path).to_owned();
            Ok((file_name, (digest(&path, text.as_bytes()), file::decode(&path, &text)?)))
        })
        .collect()
}

fn held(snapshot: &Snapshot, path: &str) -> Option<Vec<u8>> {
    snapshot.read(snapshot.entry(path)?, LARGEST).ok()
}

/// The notes that stand beside the record.
fn notes(shelf: &Shelf, name: &ReleaseName) -> Option<String> {
    let bytes = shelf.read(&format!("{}/notes.md", name.folder()))?;
    Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
}

fn tag(session: &Session, name: &ReleaseName) -> miette::Result<Option<String>> {
    let tag = name.tag();
    let is_there = session.repository.tags(&tag)?.iter().any(|one| one.name == tag);
    Ok(is_there.then_some(tag))
}

/// What calendar and rehearsals said of a release at its cut, by the policy of its commit. What an exception left out is
/// not so; the first release has no plan that could be judged.
fn discipline(history: &History, source: &Snapshot, context: &Context) -> miette::Result<Properties> {
    let (Some(plan), Some(at)) = (&history.plan, history.record.cut.parse::<Instant>().ok()) else {
        return Ok(Properties::default());
    };
    let session = Session::open(context)?.judging(source, context)?;
    let mut now = Situation::of(&session, context)?;
    // What was cut later says nothing of this cut.
    now.histories.retain(|history| history.cut().is_some_and(|cut| cut <= at));
    let then = Situation { standing: standing::at(&now.histories, &at), at, ..now };
    let ground = then.ground(&session, plan, Stage::Lock);
    let has_windows = !session.config.calendar.windows.is_empty();
    let fits = calendar::judge(&ground).iter().all(|one| one.severity != Severity::Error);
    Ok(Properties { is_in_window: has_windows && fits, is_rehearsed: rollback::is_rehearsed(&ground), is_intact: false })
}

/// What the gates of a release said when it was cut: its commit judged anew, by the policy and the evidence that it
/// holds, against the release before it.
fn gates(shelf: &Shelf, record: &Record, source: Snapshot, context: &Context) -> miette::Result<Vec<Judged>> {
    let Some(previous) = &record.previous else { return Ok(Vec::new()) };
    let session = Session::open(context)?.judging(&source, context)?;
    Ok(cut::plan(&session, source, Some(shelf.record(previous)?.lock()), context)?.gates.judged)
}
