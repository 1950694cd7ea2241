//! The next lock: which version every artefact gets, and what stands against it.

use std::collections::{BTreeMap, BTreeSet};

use super::record::Record;
use super::{Entry, Lock};
use crate::domain::{ArtefactId, Bump, Class, Digest, Elsewhere, Meaning, Version, Versioning};

/// An artefact as it is now, waiting for a version.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Which artefact.
    pub id: ArtefactId,
    /// Path of the file or directory, `/`-separated.
    pub path: String,
    /// Digest of the exact bytes (or another store's own).
    pub digest: Digest,
    /// Digest of the canonical form.
    pub meaning: Option<Meaning>,
    /// Length in bytes.
    pub size: u64,
    /// What it stands for and another store holds.
    pub elsewhere: BTreeSet<Elsewhere>,
    /// The artefacts that it needs.
    pub requires: BTreeSet<ArtefactId>,
    /// The class of the change since the last lock, as far as one was classified.
    pub class: Option<Class>,
    /// The part of the version that its findings demand to move, where that is not what the class demands.
    pub bump: Option<Bump>,
    /// The part of the version that its authors ask to move, where that is more.
    pub raised: Option<Bump>,
    /// The version that the document declares.
    pub declared: Option<Version>,
    /// How it is versioned.
    pub versioning: Versioning,
}

/// Why a version stays.
const UNCHANGED: &str = "unchanged";

/// What becomes of one artefact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Which artefact.
    pub id: ArtefactId,
    /// Its version in the last lock; `None`: it is new.
    pub from: Option<Version>,
    /// Its version in the next lock; `None`: it is removed.
    pub to: Option<Version>,
    /// Which part of the version moved.
    pub bump: Bump,
    /// Why, in a few words.
    pub reason: &'static str,
}

/// The next lock's entries, and how they came about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// One for each artefact of either lock, sorted by id.
    pub decisions: Vec<Decision>,
    /// What the next lock holds.
    pub artefacts: BTreeMap<ArtefactId, Entry>,
}

/// Why an artefact cannot be locked as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule: `lock/bump-too-small`, `lock/digest-changed-same-version`, `lock/version-undeclared`, …
    pub rule: &'static str,
    /// Which artefact; `None`: the lock as a whole.
    pub id: Option<ArtefactId>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Plan {
    /// Whether the next lock says what the last one said.
    pub fn is_unchanged(&self, previous: Option<&Lock>) -> bool {
        previous.is_some_and(|lock| lock.artefacts == self.artefacts)
    }
}

/// The versions of `candidates` after the lock `previous`, when `history` is every record there is and `date` is the
/// civil date of the cut (`YYYY-MM-DD`).
///
/// A record of exactly these contents on top of `previous` is what an interrupted run left: it is passed over, so that
/// a rerun comes to the same versions.
///
/// # Errors
/// Every refusal, sorted by id.
pub fn next(
    previous: Option<&Lock>,
    history: &[Record],
    candidates: &[Candidate],
    date: &str,
) -> Result<Plan, Vec<Refusal>> {
    let history: Vec<&Record> = history.iter().filter(|record| !is_begun(record, previous, candidates)).collect();
    let shipped = Labels::of(previous, &history);
    let mut plan = Plan::default();
    let mut refusals: Vec<Refusal> = previous.and_then(refuse_to_drop).into_iter().collect();
    let candidates: BTreeMap<&ArtefactId, &Candidate> = candidates.iter().map(|item| (&item.id, item)).collect();
    for (id, candidate) in &candidates {
        let old = previous.and_then(|lock| lock.artefacts.get(*id));
        let case = Case { candidate, old, labels: shipped.labels(id), date };
        match case.decide() {
            Ok(decision) => {
                plan.artefacts.extend(decision.to.clone().map(|version| ((*id).clone(), candidate.entry(version))));
                plan.decisions.push(decision);
            }
            Err(refusal) => refusals.push(refusal),
        }
    }
    let gone = previous.into_iter().flat_map(|lock| &lock.artefacts).filter(|(id, _)| !candidates.contains_key(id));
    plan.decisions.extend(gone.map(|(id, entry)| removed(id, entry)));
    plan.decisions.sort_by(|a, b| a.id.cmp(&b.id));
    if refusals.is_empty() { Ok(plan) } else { Err(refusals) }
}

/// Refuses to rewrite a lock that holds keys of a newer pv.
pub fn refuse_to_drop(lock: &Lock) -> Option<Refusal> {
    let first = lock.unknown.first()?;
    let message = format!("pv.lock has keys that this pv does not know, and would lose them: `{first}`");
    let help = "update pv, or remove the keys by hand".to_owned();
    Some(Refusal { rule: "lock/unknown-key", id: None, message, help })
}

impl Candidate {
    /// The lock's entry for this candidate as `version`.
    pub fn entry(&self, version: Version) -> Entry {
        Entry {
            version,
            path: self.path.clone(),
            digest: self.digest.clone(),
            meaning: self.meaning.clone(),
            size: self.size,
            store: None,
            elsewhere: self.elsewhere.clone(),
            requires: self.requires.clone(),
        }
    }
}

/// Whether `record` is of the very release that is being cut: on top of `previous`, with the contents of `candidates`.
fn is_begun(record: &Record, previous: Option<&Lock>, candidates: &[Candidate]) -> bool {
    let latest = previous.and_then(|lock| lock.release.as_ref()).map(|release| &release.name);
    let recorded = record.artefacts.iter().map(|(id, shipped)| (id, &shipped.entry.digest));
    let wanted: BTreeMap<_, _> = candidates.iter().map(|candidate| (&candidate.id, &candidate.digest)).collect();
    record.previous.as_ref() == latest && latest != Some(&record.name) && recorded.eq(wanted)
}

/// Every label that ever shipped, with the contents it named.
struct Labels<'a>(BTreeMap<&'a ArtefactId, Vec<(&'a Version, &'a Digest)>>);

impl<'a> Labels<'a> {
    fn of(previous: Option<&'a Lock>, history: &[&'a Record]) -> Self {
        let recorded = history.iter().flat_map(|record| &record.artefacts).map(|(id, shipped)| (id, &shipped.entry));
        let locked = previous.into_iter().flat_map(|lock| &lock.artefacts);
        let mut labels: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, entry) in recorded.chain(locked) {
            labels.entry(id).or_default().push((&entry.version, &entry.digest));
        }
        Self(labels)
    }

    fn labels(&self, id: &ArtefactId) -> &[(&'a Version, &'a Digest)] {
        self.0.get(id).map(Vec::as_slice).unwrap_or_default()
    }
}

/// One artefact to decide about.
struct Case<'a> {
    candidate: &'a Candidate,
    old: Option<&'a Entry>,
    labels: &'a [(&'a Version, &'a Digest)],
    date: &'a str,
}

impl Case<'_> {
    fn decide(&self) -> Result<Decision, Refusal> {
        let (bump, reason) = self.bump();
        let to = match (&self.candidate.declared, self.candidate.versioning, self.old) {
            (Some(declared), ..) => self.honoured(declared, bump)?,
            (None, _, Some(old)) if bump == Bump::None && !self.is_ambiguous(&old.version) => old.version.clone(),
            (None, Versioning::Declared, _) => return Err(self.undeclared()),
            (None, Versioning::Date, _) => self.free(Version::on_date(None, self.date), next_that_day)?,
            (None, Versioning::Semver, _) => self.computed(bump)?,
        };
        let from = self.old.map(|old| old.version.clone());
        Ok(Decision { id: self.candidate.id.clone(), from, to: Some(to), bump, reason })
    }

    /// Whether another content shipped under this label, too: two branches can each have released.
    fn is_ambiguous(&self, label: &Version) -> bool {
        self.labels.iter().any(|(version, digest)| *version == label && **digest != self.candidate.digest)
    }

    /// The part of the version that must move, and why.
    fn bump(&self) -> (Bump, &'static str) {
        let (computed, reason) = self.computed_bump();
        match self.candidate.raised {
            Some(raised) if raised > computed && reason != UNCHANGED && self.old.is_some() => {
                (raised, "raised by its intent")
            }
            _ => (computed, reason),
        }
    }

    fn computed_bump(&self) -> (Bump, &'static str) {
        let Some(old) = self.old else {
            let is_back = !self.labels.is_empty();
            return if is_back { (Bump::Major, "back after its removal") } else { (Bump::None, "new") };
        };
        let same_meaning = old.meaning.is_some() && old.meaning == self.candidate.meaning;
        if old.digest == self.candidate.digest {
            return (Bump::None, UNCHANGED);
        }
        let demanded = |class: Class| self.candidate.bump.unwrap_or(class.bump());
        match self.candidate.class {
            _ if same_meaning => (Bump::Patch, "other bytes, same meaning"),
            Some(class @ Class::Breaking) => (demanded(class), "breaking change"),
            Some(class @ Class::Behavioural) => (demanded(class), "behavioural change"),
            Some(class @ Class::Additive) => (demanded(class), "additive change"),
            Some(class @ Class::Cosmetic) => (demanded(class), "cosmetic change"),
            Some(Class::Integrity) | None => (Bump::Minor, "unclassified change"),
        }
    }

    /// The smallest semver above the last one that this change may have and that no content ever had.
    fn computed(&self, bump: Bump) -> Result<Version, Refusal> {
        let newest = || self.labels.iter().map(|(version, _)| *version).filter(is_semver).max_by(semver_order);
        let base = self.old.map(|old| &old.version).filter(is_semver).or_else(newest);
        match base {
            Some(base) => self.free(base.bumped(bump), |taken| taken.bumped(bump.max(Bump::Patch))),
            None => self.free(Version::FIRST, |taken| taken.bumped(bump.max(Bump::Minor))),
        }
    }

    /// `version`, or the first one after it that no content ever had.
    fn free(&self, version: Version, after: impl Fn(&Version) -> Version) -> Result<Version, Refusal> {
        let mut version = version;
        while self.labels.iter().any(|(label, _)| **label == version) {
            let following = after(&version);
            if following == version {
                return Err(self.exhausted(&version));
            }
            version = following;
        }
        Ok(version)
    }

    /// The declared version, if it may be honoured.
    fn honoured(&self, declared: &Version, bump: Bump) -> Result<Version, Refusal> {
        let digest = &self.candidate.digest;
        if let Some((_, other)) = self.labels.iter().find(|(label, other)| *label == declared && *other != digest) {
            return Err(self.reused(declared, other, bump));
        }
        let least = self.old.map(|old| old.version.bumped(bump));
        match least {
            Some(least) if *declared < least => Err(self.too_small(declared, &least, bump)),
            _ => Ok(declared.clone()),
        }
    }

    fn reused(&self, declared: &Version, other: &Digest, bump: Bump) -> Refusal {
        let message = format!("the version {declared} already names another content ({other})");
        let free = self.computed(bump.max(Bump::Patch)).map(|free| format!(", e.g. {free}")).unwrap_or_default();
        self.refusal("lock/digest-changed-same-version", message, format!("declare another version{free}"))
    }

    fn exhausted(&self, version: &Version) -> Refusal {
        let message = format!("the version {version} is taken, and there is none after it");
        self.refusal("lock/version-exhausted", message, "declare a version in the document".to_owned())
    }

    fn too_small(&self, declared: &Version, least: &Version, bump: Bump) -> Refusal {
        let (_, reason) = self.bump();
        let message = format!("the declared version {declared} is too small: {reason} ({bump}) asks for {least}");
        self.refusal("lock/bump-too-small", message, format!("declare at least {least}"))
    }

    fn undeclared(&self) -> Refusal {
        let message = format!("{} declares no version, and `versioning = \"declared\"`", self.candidate.path);
        self.refusal(
            "lock/version-undeclared",
            message,
            "declare one in the document, or change `versioning`".to_owned(),
        )
    }

    fn refusal(&self, rule: &'static str, message: String, help: String) -> Refusal {
        Refusal { rule, id: Some(self.candidate.id.clone()), message, help }
    }
}

fn removed(id: &ArtefactId, entry: &Entry) -> Decision {
    Decision { id: id.clone(), from: Some(entry.version.clone()), to: None, bump: Bump::None, reason: "removed" }
}

fn next_that_day(taken: &Version) -> Version {
    match taken {
        Version::Date(date, _) => Version::on_date(Some(taken), date),
        other => other.clone(),
    }
}

fn is_semver(version: &&Version) -> bool {
    matches!(version, Version::Semver(..))
}

fn semver_order(a: &&Version, b: &&Version) -> std::cmp::Ordering {
    a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal)
}
