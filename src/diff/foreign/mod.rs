//! Artefacts whose content stands, in whole or in part, in another store: what git holds of them is pointers.
//!
//! Who an artefact is, and what it means, never depends on what is at hand; how deeply two of them are compared does.

mod compare;
mod members;

pub(super) use compare::compare;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::artefact::ListedFile;
use crate::domain::{AtHand, Content, KindName, SourceFile};
use crate::kinds::shared::pointer::{self, Pointer};
use crate::kinds::{self, AnyArtefact, Unit};

/// What an artefact was read from.
#[derive(Debug)]
pub(super) struct Whole {
    /// The files that are content.
    unit: Unit,
    /// What the others stand for.
    pointers: Vec<Pointer>,
    /// Those others.
    stand_ins: Vec<SourceFile>,
    /// The path of what it is or stands for.
    place: String,
    /// Its files that are no text and were found to be what the other side's pointers name.
    proven: OnceLock<BTreeSet<String>>,
    /// It with what is at hand of the contents behind the pointers; read when asked for.
    deep: OnceLock<Option<AnyArtefact>>,
}

impl Whole {
    pub(super) fn new(unit: Unit, place: &str, pointers: Vec<Pointer>, stand_ins: Vec<SourceFile>) -> Self {
        let place = if unit.files.is_empty() { place } else { &unit.path }.to_owned();
        Self { unit, pointers, stand_ins, place, proven: OnceLock::new(), deep: OnceLock::new() }
    }

    /// What stands in it for content of another store.
    pub(super) fn pointers(&self) -> &[Pointer] {
        &self.pointers
    }

    /// Whether some of its content is elsewhere.
    pub(super) fn is_foreign(&self) -> bool {
        !self.pointers.is_empty()
    }

    /// Whether all of it is elsewhere.
    pub(super) fn is_behind(&self) -> bool {
        self.unit.files.is_empty()
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Holds the files that are no text against the pointers that the other side has in their place; `content` reads one.
    pub(super) fn prove(&self, files: &[ListedFile], other: &Self, content: impl Fn(&str) -> Option<Arc<dyn Content>>) {
        let is_named = |file: &&ListedFile| {
            let mut named = other.pointers.iter().filter(|pointer| pointer.stands_for == file.path);
            named.any(|pointer| content(&file.path).is_some_and(|content| pointer::is_of(pointer, &*content)))
        };
        let proven = files.iter().filter(|file| !file.is_text).filter(is_named).map(|file| file.path.clone());
        let _ = self.proven.set(proven.collect());
    }

    fn has_proven(&self, path: &str) -> bool {
        self.proven.get().is_some_and(|proven| proven.contains(path))
    }

    /// Its first file.
    pub(super) fn first(&self) -> Option<&SourceFile> {
        self.unit.files.first().or(self.stand_ins.first())
    }

    /// Appends what the pointers name.
    pub(super) fn write_canonical(&self, out: &mut String) {
        let named: BTreeMap<String, &str> = self.pointers.iter().map(|it| (self.key(it), it.name())).collect();
        for (key, name) in named {
            out.push('\n');
            out.push_str(&key);
            out.push('\0');
            out.push_str(name);
        }
    }

    /// The artefact with everything that is at hand; `None`: nothing more than git holds.
    pub(super) fn deep(&self, kind: KindName) -> Option<&AnyArtefact> {
        let read = || {
            let at_hand = self.unit.at_hand.as_deref().filter(|_| self.is_foreign())?;
            let behind: Vec<SourceFile> = self.pointers.iter().flat_map(|pointer| texts(pointer, at_hand)).collect();
            let files = (!behind.is_empty()).then(|| self.unit.files.iter().cloned().chain(behind).collect())?;
            let items = kinds::kind(kind)?.parse(&self.unit_of(files)).items;
            items.into_iter().next().map(|item| item.artefact)
        };
        self.deep.get_or_init(read).as_ref()
    }

    /// A unit of these files in place of its own.
    fn unit_of(&self, mut files: Vec<SourceFile>) -> Unit {
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let is_directory =
            self.unit.is_directory || self.pointers.iter().any(|it| it.is_directory && self.key(it).is_empty());
        Unit { path: self.place.as_str().into(), files, is_directory, ..self.unit.clone() }
    }

    /// Where in the artefact a content stands: nothing, or `/` and a path.
    fn key(&self, pointer: &Pointer) -> String {
        match pointer.stands_for.as_str() {
            "" => format!("//{}", pointer.elsewhere.path),
            path => self.relative(path),
        }
    }

    fn relative(&self, path: &str) -> String {
        path.strip_prefix(self.place()).unwrap_or(path).to_owned()
    }
}

/// The texts behind a pointer, as far as they are at hand.
fn texts(pointer: &Pointer, at_hand: &dyn AtHand) -> Vec<SourceFile> {
    let one = |pointer: &Pointer| pointer::text(pointer, at_hand).ok().flatten();
    if pointer.is_directory {
        let entries = pointer::entries(pointer, at_hand).unwrap_or_default();
        return entries.iter().filter_map(one).collect();
    }
    one(pointer).into_iter().collect()
}
