//! Summaries: all that a release says of an artefact, without the artefact.

use std::collections::{BTreeMap, BTreeSet};

use super::artefact::{self, Artefact, ListedFile};
use super::census;
use super::coded::{In, Out};
use super::names::Names;
use super::read::Side;
use super::remember::{self, Kept};
use super::units::{Discovery, UnitPath};
use crate::domain::{ArtefactId, Digest, Elsewhere, Meaning, Problem, Versioning};
use crate::git::Snapshot;
use crate::kinds;
use crate::store::{Listing, Memo};

/// What is known of the artefacts of one snapshot, and what could not be read.
#[derive(Debug, Default)]
pub struct Summaries {
    /// Sorted by identity, then path.
    pub artefacts: Vec<Summary>,
    /// Sorted by place.
    pub problems: Vec<Problem>,
}

/// What a release says of an artefact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its identity.
    pub id: ArtefactId,
    /// Whether the document itself gives the name; else the path does.
    pub named: bool,
    /// Path of its file or directory.
    pub path: String,
    /// Whether the path is a directory taken as one.
    pub is_directory: bool,
    /// Whether it is a part of its file.
    pub is_part: bool,
    /// Digest of its exact bytes: of the file, of its part of the file, or of the directory's listing.
    pub digest: Digest,
    /// Size of those bytes; of a directory the sum of its files.
    pub size: u64,
    /// Digest of its canonical form.
    pub meaning: Meaning,
    /// The version that the document declares.
    pub declared: Option<String>,
    /// The artefacts that it refers to, whether or not they exist.
    pub references: BTreeSet<ArtefactId>,
    /// How it is versioned.
    pub versioning: Versioning,
    /// The files it consists of.
    pub files: Vec<ListedFile>,
    /// What it stands for and another store holds.
    pub elsewhere: Vec<Elsewhere>,
    /// The settings it runs with, by name.
    pub parameters: BTreeMap<String, String>,
    /// Who answers for it, as the document itself says.
    pub owner: Option<String>,
}

/// What is known of the artefacts of `snapshot`, from memory where `memo` has it. What is read is parsed and let go.
pub fn summaries(snapshot: &Snapshot, discovery: &Discovery<'_>, memo: &Memo) -> Summaries {
    let (artefacts, problems) = remember::all(snapshot, discovery, memo);
    Summaries { artefacts, problems }
}

impl Summaries {
    /// The artefact `id`; the first of twins.
    pub fn get(&self, id: &ArtefactId) -> Option<&Summary> {
        let at = self.artefacts.partition_point(|artefact| artefact.id < *id);
        self.artefacts.get(at).filter(|artefact| artefact.id == *id)
    }
}

impl Summary {
    /// What a directory artefact consists of; `None` for a file.
    pub fn listing(&self) -> Option<Listing> {
        self.is_directory.then(|| artefact::listing(&self.path, &self.files))
    }

    fn of(artefact: Artefact) -> Self {
        Self {
            parameters: artefact.parameters(),
            owner: artefact.owner(),
            id: artefact.id,
            named: artefact.named,
            path: artefact.path,
            is_directory: artefact.is_directory,
            is_part: artefact.part.is_some(),
            digest: artefact.digest,
            size: artefact.size,
            meaning: artefact.meaning,
            declared: artefact.declared,
            references: artefact.references.into_iter().map(|reference| reference.id).collect(),
            versioning: artefact.versioning,
            files: artefact.files,
            elsewhere: artefact.elsewhere,
        }
    }

    fn encode(&self, unit: &UnitPath, out: &mut Out) {
        let references: Vec<&ArtefactId> = self.references.iter().collect();
        let parameters: Vec<(&String, &String)> = self.parameters.iter().collect();
        out.number(self.id.kind as u64)
            .optional(self.named.then_some(&self.id.name))
            .number(u64::from(self.is_part))
            .text(self.digest.as_str())
            .number(self.size)
            .text(self.meaning.as_str())
            .optional(self.declared.as_deref())
            .list(&references, |out, id| {
                out.text(&id.to_string());
            })
            .list(&self.files, |out, file| encode_file(file, unit, out))
            .list(&parameters, |out, (name, value)| {
                out.text(name).text(value);
            })
            .optional(self.owner.as_deref());
    }

    fn decode(bytes: &mut In<'_>, unit: &UnitPath, names: &Names) -> Option<Self> {
        let (id, named) = census::id(bytes, unit, names)?;
        let kind = kinds::kind(id.kind)?;
        Some(Self {
            versioning: unit.selected.versioning.unwrap_or_else(|| kind.versioning()),
            id,
            named,
            path: unit.path.clone(),
            is_directory: unit.is_directory,
            is_part: bytes.number()? == 1,
            digest: bytes.text()?.parse().ok()?,
            size: bytes.number()?,
            meaning: Meaning::recorded(bytes.text()?),
            declared: bytes.optional()?.map(str::to_owned),
            references: bytes.list(|bytes| bytes.text()?.parse().ok())?.into_iter().collect(),
            files: bytes.list(|bytes| decode_file(bytes, unit))?,
            elsewhere: Vec::new(),
            parameters: bytes
                .list(|bytes| Some((bytes.text()?.to_owned(), bytes.text()?.to_owned())))?
                .into_iter()
                .collect(),
            owner: bytes.optional()?.map(str::to_owned),
        })
    }
}

fn encode_file(file: &ListedFile, unit: &UnitPath, out: &mut Out) {
    let relative = artefact::relative(&unit.path, &file.path);
    out.text(relative).text(file.digest.as_str()).number(file.size);
    out.number(u64::from(file.executable) << 1 | u64::from(file.is_text));
}

fn decode_file(bytes: &mut In<'_>, unit: &UnitPath) -> Option<ListedFile> {
    let relative = bytes.text()?;
    let path = if unit.is_directory { format!("{}/{relative}", unit.path) } else { unit.path.clone() };
    let (digest, size) = (bytes.text()?.parse().ok()?, bytes.number()?);
    let flags = bytes.number()?;
    Some(ListedFile { path, digest, size, executable: flags & 2 != 0, is_text: flags & 1 != 0 })
}

impl Kept for Summary {
    fn of(side: Side) -> Vec<Self> {
        side.artefacts.into_iter().map(Self::of).collect()
    }

    fn encode(kept: &[Self], unit: &UnitPath) -> Option<Vec<u8>> {
        // What stands for content of another store may read differently where that is at hand.
        if kept.iter().any(|one| !one.elsewhere.is_empty()) {
            return None;
        }
        let mut out = Out::default();
        out.list(kept, |out, one| one.encode(unit, out));
        Some(out.0)
    }

    fn decode(bytes: &[u8], unit: &UnitPath, names: &Names) -> Option<Vec<Self>> {
        let mut bytes = In(bytes);
        let kept = bytes.list(|bytes| Self::decode(bytes, unit, names))?;
        bytes.is_at_end().then_some(kept)
    }

    fn place(&self) -> (&ArtefactId, &str) {
        (&self.id, &self.path)
    }
}
