//! The artefacts of a snapshot by identity and digest alone.

use super::coded::{In, Out};
use super::names::Names;
use super::read::Side;
use super::remember::{self, Kept};
use super::summary::Summaries;
use super::units::{Discovery, UnitPath};
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
    let (artefacts, problems) = remember::all::<Named>(snapshot, discovery, memo);
    Census { artefacts: artefacts.into_iter().map(|one| one.counted).collect(), problems }
}

impl Census {
    /// The artefacts of `summaries`, without what they know besides.
    pub fn of(summaries: &Summaries) -> Self {
        let artefacts = summaries.artefacts.iter();
        let counted =
            artefacts.map(|it| Counted { id: it.id.clone(), path: it.path.clone(), digest: it.digest.clone() });
        Self { artefacts: counted.collect(), problems: summaries.problems.clone() }
    }
}

/// A counted artefact, and whether its document gives it its name.
struct Named {
    counted: Counted,
    is_named: bool,
}

impl Kept for Named {
    fn of(side: Side) -> Vec<Self> {
        let artefacts = side.artefacts.into_iter();
        let named = artefacts
            .map(|it| Self { is_named: it.named, counted: Counted { id: it.id, path: it.path, digest: it.digest } });
        named.collect()
    }

    fn encode(kept: &[Self], _: &UnitPath) -> Option<Vec<u8>> {
        let mut out = Out::default();
        out.list(kept, |out, one| {
            let id = &one.counted.id;
            out.number(id.kind as u64).optional(one.is_named.then_some(&id.name)).text(one.counted.digest.as_str());
        });
        Some(out.0)
    }

    fn decode(bytes: &[u8], unit: &UnitPath, names: &Names) -> Option<Vec<Self>> {
        let mut bytes = In(bytes);
        let kept = bytes.list(|bytes| {
            let (id, is_named) = id(bytes, unit, names)?;
            let digest = bytes.text()?.parse().ok()?;
            Some(Self { counted: Counted { id, path: unit.path.clone(), digest }, is_named })
        })?;
        bytes.is_at_end().then_some(kept)
    }

    fn place(&self) -> (&ArtefactId, &str) {
        (&self.counted.id, &self.counted.path)
    }
}

/// The identity that the memo has: of an artefact that its path names, only the kind; and whether the document names it.
pub(super) fn id(bytes: &mut In<'_>, unit: &UnitPath, names: &Names) -> Option<(ArtefactId, bool)> {
    let kind = *KindName::ALL.get(usize::try_from(bytes.number()?).ok()?)?;
    let name = bytes.optional()?;
    let is_named = name.is_some();
    let name = match name {
        Some(name) => name.to_owned(),
        None => names.name(kinds::kind(kind)?, unit.place()),
    };
    Some((ArtefactId::new(kind, name), is_named))
}
