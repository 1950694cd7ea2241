//! The artefacts of a snapshot by identity and digest alone, remembered by git object id: what did not change since the
//! last run is neither read nor parsed.

use rayon::prelude::*;

use super::inventory::Inventory;
use super::names::Names;
use super::read::{self, Side};
use super::units::{self, Discovery, UnitPath};
use crate::domain::{ArtefactId, Digest, KindName, Problem};
use crate::git::Snapshot;
use crate::kinds;
use crate::store::Memo;

/// The artefacts of one snapshot, and what could not be read.
#[derive(Debug, Default)]
pub struct Census {
    /// Sorted by identity, then path.
    pub artefacts: Vec<Counted>,
    /// Sorted by place.
    pub problems: Vec<Problem>,
}

/// What a census knows of an artefact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// Its identity.
    pub id: ArtefactId,
    /// Path of its file or directory.
    pub path: String,
    /// Digest of its exact bytes.
    pub digest: Digest,
}

/// Counts the artefacts of `snapshot`, from memory where `memo` has it.
pub fn census(snapshot: &Snapshot, discovery: &Discovery<'_>, memo: &Memo) -> Census {
    let units = units::all(snapshot, discovery);
    let names = Names::of(&units);
    let counted: Vec<(Vec<Counted>, Vec<Problem>)> =
        units.par_iter().map(|unit| count(snapshot, unit, &names, memo)).collect();
    let mut census = Census::default();
    for (artefacts, problems) in counted {
        census.artefacts.extend(artefacts);
        census.problems.extend(problems);
    }
    census.artefacts.sort();
    census.problems.extend(Inventory::twins(census.artefacts.iter().map(|it| (&it.id, it.path.as_str()))));
    census.problems.sort();
    census.problems.dedup();
    census
}

fn count(snapshot: &Snapshot, unit: &UnitPath, names: &Names, memo: &Memo) -> (Vec<Counted>, Vec<Problem>) {
    let key = key(snapshot, unit);
    if let Some(artefacts) = key.and_then(|key| decode(memo.get(&key)?, unit, names)) {
        return (artefacts, Vec::new());
    }
    let side = read::side(snapshot, unit, names);
    if let (Some(key), true) = (key, side.problems.is_empty()) {
        memo.insert(&key, &encode(&side));
    }
    let artefacts = side.artefacts.into_iter();
    (artefacts.map(|it| Counted { id: it.id, path: it.path, digest: it.digest }).collect(), side.problems)
}

/// What decides how a unit reads: pv's version, how it is selected, and the object ids of its files.
/// `None` when a file has no object id: it is edited, and was never seen before.
fn key(snapshot: &Snapshot, unit: &UnitPath) -> Option<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    hasher.update(format!("\0{:?}\0{}\0", unit.selected, unit.path).as_bytes());
    for entry in read::entries_of(snapshot, unit) {
        hasher.update(format!("{}\0{:?}\0{}\0", entry.path, entry.mode, entry.oid?).as_bytes());
    }
    Some(hasher.finalize().into())
}

/// One line an artefact: kind, digest, and its name where the document gives one.
fn encode(side: &Side) -> Vec<u8> {
    let line = |artefact: &read::Artefact| {
        let name = artefact.named.then(|| serde_json::Value::from(artefact.id.name.as_str()).to_string());
        format!("{} {} {}\n", artefact.id.kind, artefact.digest, name.unwrap_or_default())
    };
    side.artefacts.iter().map(line).collect::<String>().into_bytes()
}

/// `None` when the memory is not of this form: then the unit is read.
fn decode(bytes: &[u8], unit: &UnitPath, names: &Names) -> Option<Vec<Counted>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let counted = text.lines().map(|line| {
        let mut fields = line.splitn(3, ' ');
        let kind: KindName = fields.next()?.parse().ok()?;
        let digest = fields.next()?.parse().ok()?;
        let name = match fields.next()? {
            "" => names.name(kinds::kind(kind)?, &unit.path),
            quoted => serde_json::from_str(quoted).ok()?,
        };
        Some(Counted { id: ArtefactId::new(kind, name), path: unit.path.clone(), digest })
    });
    counted.collect()
}

impl Census {
    /// The artefacts of `inventory`, without what it knows of them besides.
    pub fn of(inventory: &Inventory) -> Self {
        let artefacts = inventory.artefacts.iter();
        let counted =
            artefacts.map(|it| Counted { id: it.id.clone(), path: it.path.clone(), digest: it.digest.clone() });
        Self { artefacts: counted.collect(), problems: inventory.problems.clone() }
    }
}
