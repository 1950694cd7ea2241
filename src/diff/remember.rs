//! What is kept of the artefacts of a snapshot, remembered by git object id: what did not change since the last run is
//! neither read nor parsed, and of what is read nothing more is held than what is kept.

use rayon::prelude::*;

use super::inventory::Inventory;
use super::names::Names;
use super::read::{self, Side};
use super::units::{self, Discovery, UnitPath};
use crate::domain::{ArtefactId, Problem};
use crate::git::{Entry, Mode, Snapshot};
use crate::kinds::Settings;
use crate::store::{Key, Memo};

/// To be raised when a kind reads, names or canonicalises anything otherwise than before, within one version of pv.
const FORM: u8 = 1;

/// Something that is kept of an artefact.
pub(super) trait Kept: Send + Sized {
    /// What is kept of the artefacts of a side.
    fn of(side: Side) -> Vec<Self>;
    /// The form in which the memo has them; `None` when they depend on more than the objects.
    fn encode(kept: &[Self], side: &UnitPath) -> Option<Vec<u8>>;
    /// What the memo has; `None` when it is not of the form: then the unit is read.
    fn decode(bytes: &[u8], unit: &UnitPath, names: &Names) -> Option<Vec<Self>>;
    /// Its identity and its path.
    fn place(&self) -> (&ArtefactId, &str);
}

/// What is kept of the artefacts of `snapshot`, sorted by identity and path; and what could not be read, sorted.
pub(super) fn all<T: Kept>(snapshot: &Snapshot, discovery: &Discovery<'_>, memo: &Memo) -> (Vec<T>, Vec<Problem>) {
    let units = units::all(snapshot, discovery);
    let names = Names::of(&units);
    let found: Vec<(Vec<T>, Vec<Problem>)> = units.par_iter().map(|unit| one(snapshot, unit, &names, memo)).collect();
    let mut kept = Vec::with_capacity(found.len());
    let mut problems = Vec::new();
    for (artefacts, unread) in found {
        kept.extend(artefacts);
        problems.extend(unread);
    }
    kept.sort_by(|one: &T, other| one.place().cmp(&other.place()));
    problems.extend(Inventory::twins(kept.iter().map(Kept::place)));
    problems.sort();
    problems.dedup();
    (kept, problems)
}

fn one<T: Kept>(snapshot: &Snapshot, unit: &UnitPath, names: &Names, memo: &Memo) -> (Vec<T>, Vec<Problem>) {
    let key = key(snapshot, unit);
    if let Some(kept) = key.and_then(|key| T::decode(memo.get(&key)?, unit, names)) {
        return (kept, Vec::new());
    }
    let mut side = read::side(snapshot, unit, names);
    let problems = std::mem::take(&mut side.problems);
    let kept = T::of(side);
    if let (Some(key), true, Some(bytes)) = (key, problems.is_empty(), T::encode(&kept, unit)) {
        memo.insert(&key, &bytes);
    }
    (kept, problems)
}

/// What decides how a unit reads: pv's version, how it is selected, and the object ids of its files.
/// `None` when a file has no object id: it is edited, and was never seen before.
fn key(snapshot: &Snapshot, unit: &UnitPath) -> Option<Key> {
    let mut bytes = Vec::with_capacity(256);
    bytes.extend_from_slice(env!("CARGO_PKG_VERSION").as_bytes());
    bytes.push(FORM);
    add_selection(&mut bytes, unit);
    add(&mut bytes, &unit.path);
    add(&mut bytes, unit.output.as_deref().unwrap_or_default());
    if unit.is_directory {
        for entry in read::entries_of(snapshot, unit) {
            add(&mut bytes, &entry.path);
            add_entry(&mut bytes, entry)?;
        }
    } else if let Some(entry) = snapshot.entry(&unit.path) {
        add_entry(&mut bytes, entry)?;
    }
    Some(blake3::hash(&bytes).into())
}

fn add(bytes: &mut Vec<u8>, text: &str) {
    bytes.push(0);
    bytes.extend_from_slice(text.as_bytes());
}

fn add_selection(bytes: &mut Vec<u8>, unit: &UnitPath) {
    let selected = &unit.selected;
    add(bytes, selected.kind.map_or("", |kind| kind.as_str()));
    add(bytes, selected.directory.as_deref().unwrap_or_default());
    bytes.push(u8::from(unit.is_directory));
    bytes.push(selected.versioning.map_or(0, |versioning| versioning as u8 + 1));
    if selected.settings != Settings::default() {
        add(bytes, &format!("{:?}", selected.settings));
    }
}

fn add_entry(bytes: &mut Vec<u8>, entry: &Entry) -> Option<()> {
    bytes.push(match entry.mode {
        Mode::File => 1,
        Mode::Executable => 2,
        Mode::Symlink => 3,
        Mode::Submodule => 4,
    });
    bytes.extend_from_slice(entry.oid.as_ref()?.as_bytes());
    Some(())
}
