//! The two ends of a rehearsal: the release that would be taken back, and the one that it goes back to.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use super::Args;
use crate::cli::load::Session;
use crate::cli::shipped::{self, Shelf, ShippedFile};
use crate::cli::{Context, cut, histories, release_names};
use crate::diff;
use crate::domain::{ArtefactId, ChangeType, Digest, Problem};
use crate::git::Mode;
use crate::lock::record::Record;
use crate::lock::{self, Entry, ReleaseName};
use crate::release::rollback::types_of;
use crate::release::standing::{self, History, Standing};

/// The two ends of a way back.
pub(super) struct Ends {
    /// What shipped.
    pub(super) shelf: Shelf,
    /// The release that would be taken back.
    pub(super) from: End,
    /// The release that it goes back to.
    pub(super) to: Record,
    /// Everything that was released.
    pub(super) histories: Vec<History>,
    /// What is live.
    pub(super) standing: Standing,
}

/// The release that would be taken back.
pub(super) struct End {
    /// Its name.
    pub(super) name: ReleaseName,
    /// What it ships.
    pub(super) artefacts: BTreeMap<ArtefactId, Entry>,
    /// The change types of its changes.
    pub(super) types: BTreeSet<ChangeType>,
    /// Its files.
    pub(super) files: Vec<ShippedFile>,
    previous: Option<ReleaseName>,
}

impl Ends {
    /// The ends that `args` name.
    ///
    /// # Errors
    /// When there is no such release, or the one to be cut could not be.
    pub(super) fn of(session: &Session, args: &Args, context: &Context) -> miette::Result<Self> {
        let shelf = Shelf::of(&session.repository)?;
        let from = match &args.from {
            Some(name) => End::of_release(&shelf, name)?,
            None => End::to_be_cut(session, &shelf, args.name.as_ref(), context)?,
        };
        let Some(target) = args.to.as_ref().or(from.previous.as_ref()) else { return Err(first(&from.name)) };
        let histories = histories::all(&shelf)?;
        let standing = standing::at(&histories, &context.now());
        Ok(Self { to: shelf.record(target)?, shelf, from, histories, standing })
    }

    /// The ids of the artefacts that the way back changes.
    pub(super) fn changed(&self) -> Vec<&ArtefactId> {
        let digest = |id: &ArtefactId| self.to.artefacts.get(id).map(|shipped| &shipped.entry.digest);
        let ids: BTreeSet<&ArtefactId> = self.from.artefacts.keys().chain(self.to.artefacts.keys()).collect();
        ids.into_iter().filter(|id| self.from.artefacts.get(id).map(|entry| &entry.digest) != digest(id)).collect()
    }

    /// Digest of the lock that it goes back to.
    pub(super) fn to_lock(&self) -> Digest {
        lock::digest(&self.to.lock().artefacts)
    }
}

fn first(name: &ReleaseName) -> miette::Report {
    miette::miette!(
        code = "rollback::first_release",
        help = "the first release owes no rehearsal; the second one does",
        "{name} is the first release: there is nothing to go back to"
    )
}

impl End {
    fn of_release(shelf: &Shelf, name: &ReleaseName) -> miette::Result<Self> {
        let record = shelf.record(name)?;
        let changed = record.artefacts.iter().filter(|(_, shipped)| shipped.from.as_ref() != Some(&shipped.entry.version));
        let types = changed.flat_map(|(id, shipped)| types_of(id, &shipped.types)).collect();
        let files = shipped::files_of_release(shelf, name.as_str())?;
        Ok(Self { name: name.clone(), artefacts: record.lock().artefacts, types, files, previous: record.previous })
    }

    fn to_be_cut(
        session: &Session,
        shelf: &Shelf,
        name: Option<&ReleaseName>,
        context: &Context,
    ) -> miette::Result<Self> {
        let next = cut::plan(session, session.snapshot("HEAD")?, shelf.lock()?, context)?;
        let name = match name {
            Some(name) => name.clone(),
            None => release_names::of_day(shelf, context)?,
        };
        if !next.refusals.is_empty() || next.problems.iter().any(Problem::is_error) {
            return Err(miette::miette!(
                code = "rollback::uncuttable",
                help = "`pv lock` tells why; what cannot be cut has no way back to rehearse",
                "{name} could not be cut from HEAD as it is"
            ));
        }
        let previous = next.previous_name().cloned();
        if let Some(latest) = previous.as_ref().filter(|_| next.is_unchanged()) {
            return Err(miette::miette!(
                code = "rollback::unchanged",
                help = format!("`pv rollback rehearse --from {latest}` rehearses that release itself"),
                "HEAD holds what {latest} shipped: there is no release to be cut"
            ));
        }
        let types = next.classified.iter().flat_map(|one| one.types.iter().copied()).collect();
        Ok(Self { name, artefacts: next.plan.artefacts.clone(), types, files: files_of_head(session)?, previous })
    }
}

/// The files of the artefacts of the commit `HEAD`.
fn files_of_head(session: &Session) -> miette::Result<Vec<ShippedFile>> {
    let source = Arc::new(session.snapshot("HEAD")?);
    let inventory = diff::inventory(&source, &session.discovery());
    let mut files: BTreeMap<String, ShippedFile> = BTreeMap::new();
    for file in inventory.artefacts.iter().flat_map(|artefact| &artefact.files) {
        let Some(entry) = source.entry(&file.path) else { continue };
        let mode = Some(if file.executable { Mode::Executable } else { Mode::File });
        let (source, entry) = (source.clone(), entry.clone());
        let read = move || source.large(&entry).map_err(io::Error::other);
        let measure = (file.digest.clone(), file.size);
        files.insert(file.path.clone(), ShippedFile::of_content(file.path.clone(), mode, measure, read));
    }
    Ok(files.into_values().collect())
}
