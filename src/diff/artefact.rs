//! A parsed artefact: who it is, the bytes it consists of, and what its kind made of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::foreign::Whole;
use crate::domain::{ArtefactId, Digest, Elsewhere, Meaning, SourceFile, Span, Versioning};
use crate::kinds::shared::part::Part;
use crate::kinds::{self, AnyArtefact, Reference, Signs};
use crate::store::listing::{self, Listing};

/// A parsed artefact of one side.
#[derive(Debug)]
pub struct Artefact {
    /// Its identity.
    pub id: ArtefactId,
    /// Whether the document itself gives the name; else the path does.
    pub named: bool,
    /// Path of its file or directory.
    pub path: String,
    /// Whether the path is a directory taken as one.
    pub is_directory: bool,
    /// The part of the file that it is, when the file holds several.
    pub part: Option<Span>,
    /// Digest of its exact bytes: of the file, of its part of the file, or of the directory's listing.
    pub digest: Digest,
    /// Size of those bytes; of a directory the sum of its files.
    pub size: u64,
    /// Digest of its canonical form.
    pub meaning: Meaning,
    /// The version that the document declares.
    pub declared: Option<String>,
    /// What it refers to.
    pub references: Vec<Reference>,
    /// How it is versioned.
    pub versioning: Versioning,
    /// The files it consists of: path, digest, size, executable.
    pub files: Vec<ListedFile>,
    /// The text of its (part of the) file, for similarity; of a directory its first text file's.
    pub(super) text: Text,
    /// What it stands for and another store holds.
    pub elsewhere: Vec<Elsewhere>,
    /// What it was read from, pointers included.
    pub(super) whole: Arc<Whole>,
    /// The typed artefact, which its kind alone reads.
    pub(super) parsed: AnyArtefact,
}

impl Artefact {
    /// What a directory artefact consists of; `None` for a file.
    pub fn listing(&self) -> Option<Listing> {
        self.is_directory.then(|| listing(&self.path, &self.files))
    }

    /// Its keyed pieces: sort, name and value as written; also of what another store holds, where that is at hand.
    pub fn pieces(&self) -> impl Iterator<Item = (&'static str, &str, &str)> {
        kinds::kind(self.id.kind)
            .map_or(&[][..], |kind| kind.parts(self.read()))
            .iter()
            .map(|part| (part.aspect, part.key.as_str(), part.quote.text.as_str()))
    }

    /// The settings it runs with, by name.
    pub fn parameters(&self) -> BTreeMap<String, String> {
        let Some(kind) = kinds::kind(self.id.kind) else { return BTreeMap::new() };
        let settings = self.parts().iter().filter(|part| kind.is_parameter(part));
        settings.map(|part| (part.key.clone(), part.quote.text.clone())).collect()
    }

    /// What of it a report of a run can hold.
    pub fn signs(&self) -> Signs {
        kinds::kind(self.id.kind).map_or_else(Signs::default, |kind| kind.signs(self.read()))
    }

    /// Who answers for it, as the document itself says.
    pub fn owner(&self) -> Option<String> {
        let part = self.parts().iter().find(|part| matches!(part.key.as_str(), "owner" | "owners"))?;
        let owners = match serde_json::from_str(&part.value) {
            Ok(Value::String(owner)) => vec![owner],
            Ok(Value::Array(owners)) => owners.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        Some(owners.join(", ")).filter(|owners| !owners.trim().is_empty())
    }

    /// Its first rows, at most `count`, where they are not what its files hold.
    pub fn first_rows(&self, count: usize) -> Vec<String> {
        kinds::kind(self.id.kind).map_or_else(Vec::new, |kind| kind.first_rows(&self.parsed, count))
    }

    /// The keyed pieces that it is made of.
    pub fn parts(&self) -> &[Part] {
        kinds::kind(self.id.kind).map_or(&[], |kind| kind.parts(&self.parsed))
    }

    /// It as parsed with what pointers in it stand for, as far as that is at hand; without pointers as it is.
    pub(super) fn read(&self) -> &AnyArtefact {
        self.whole.deep(self.id.kind).unwrap_or(&self.parsed)
    }

    /// The path of what it is or stands for.
    pub(super) fn place(&self) -> &str {
        self.whole.place()
    }

    /// What tells it from every other artefact, twins included.
    pub(super) fn key(&self) -> String {
        format!("{}\0{}", self.id, self.path)
    }

    /// The file that its text stands in.
    pub(super) fn source(&self) -> &SourceFile {
        &self.text.file
    }

    /// The exact text of the artefact, when it is one text.
    pub fn as_text(&self) -> &str {
        self.text.as_str()
    }
}

/// A file of an artefact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Path in the repository.
    pub path: String,
    /// Digest of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it is executable.
    pub executable: bool,
    /// Whether its kind could read it as text; the others are compared by digest.
    pub is_text: bool,
}

/// A piece of a source file, shared with it.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) file: SourceFile,
    pub(super) span: Span,
}

impl Text {
    pub(super) fn as_str(&self) -> &str {
        self.file.slice(self.span)
    }

    pub(super) fn quote(&self) -> crate::domain::Quote {
        self.file.quote_as(self.span, String::new())
    }
}

pub(super) fn listing(directory: &str, files: &[ListedFile]) -> Listing {
    let members = files.iter().map(|file| (relative(directory, &file.path).as_bytes().to_vec(), member(file)));
    Listing { members: members.collect() }
}

pub(super) fn relative<'p>(directory: &str, path: &'p str) -> &'p str {
    path.strip_prefix(directory).map_or(path, |rest| rest.trim_start_matches('/'))
}

fn member(file: &ListedFile) -> listing::Member {
    let mode = if file.executable { listing::Mode::Executable } else { listing::Mode::File };
    listing::Member { mode, digest: file.digest.clone(), size: file.size }
}
