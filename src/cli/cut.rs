//! Cutting a release: what the next lock would say, and writing it so that an interrupted run can be completed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::classify::{self, Classified};
use crate::diff::{self, Census, ListedFile, Summaries, Summary};
use crate::domain::{ArtefactId, Audience, Bump, Digest, KindName, Problem};
use crate::git::{Entry, Snapshot};
use crate::lock::next::{self, Candidate, Decision, Refusal};
use crate::lock::record::{self, Record, Shipped};
use crate::lock::{self, Lock, ReleaseName, drift};
use crate::release::coordination::Feature;
use crate::release::log::{Event, EventKind};
use crate::release::notices::{self, Shipment};
use crate::release::plan::Plan;
use crate::report::render::notes::{self, Tongue};
use crate::store::{Objects, StoreError, at_hand, flock, write_below};

use super::gates::{self, Verdicts};
use super::intents::{self, Held};
use super::load::Session;
use super::planning::Planned;
use super::shipped::Shelf;
use super::{Context, logbook, relied, since, trees};

/// Keeps git from converting line ends in objects.
const ATTRIBUTES: &str = ".pv/.gitattributes";
/// Bytes gathered before they are written as one batch of objects.
const BATCH: usize = 64 << 20;
/// A file up to this many bytes is held until its batch is written.
const HELD: u64 = 8 << 20;

/// The next release, planned and not yet written.
#[derive(Debug)]
pub(super) struct Next {
    /// What the latest release shipped.
    pub(super) previous: Option<Lock>,
    /// The versions to be.
    pub(super) plan: next::Plan,
    /// What stands against it.
    pub(super) refusals: Vec<Refusal>,
    /// Files that cannot be read.
    pub(super) problems: Vec<Problem>,
    /// The changes since the latest release, judged.
    pub(super) classified: Vec<Classified>,
    /// What its authors say of them.
    pub(super) intents: Held,
    /// What the gates say of them; of the first release, nothing: there is no live version to compare with.
    pub(super) gates: Verdicts,
    inventory: Summaries,
    features: Vec<Feature>,
    source: Snapshot,
}

/// Plans the release of the commit `source` after `previous`. `session` judges by what that commit holds.
///
/// # Errors
/// When a release or the commit cannot be read.
pub(super) fn plan(
    session: &Session,
    source: Snapshot,
    previous: Option<Lock>,
    context: &Context,
) -> miette::Result<Next> {
    let shelf = Shelf::of(&session.repository)?;
    let inventory = session.summaries(&source);
    let none = Lock::default();
    let latest = previous.as_ref().unwrap_or(&none);
    let (sides, comparison) = since::release(session, latest, source, &Census::of(&inventory))?;
    let classified = classify::all(comparison.artefacts, &session.policy());
    let gates = match &latest.release {
        Some(_) => gates::of_release(session, &classified, &sides, &sides.new)?,
        None => Verdicts::default(),
    };
    let judged = previous.as_ref().map(|_| classified.as_slice());
    let held = intents::since_release(&sides.new, judged, &inventory, &session.config);
    let features = features(session, &sides.new, &inventory);
    // Of a shipped artefact that is too broken to be recognised by itself, the comparison alone knows.
    let mut problems = [inventory.problems.as_slice(), &comparison.problems, &held.problems].concat();
    problems.sort();
    problems.dedup();
    let candidates = candidates(&inventory, &classified, &held.raised);
    let (plan, mut refusals) =
        match next::next(previous.as_ref(), &shelf.records()?, &candidates, &context.now().date()) {
            Ok(plan) => (plan, Vec::new()),
            Err(refusals) => (next::Plan::default(), refusals),
        };
    refusals.extend(drift::broken_closure(&plan.artefacts));
    refusals.extend(trees::refusals(session, previous.as_ref(), &plan.artefacts));
    refusals.extend(held.refusals());
    let source = sides.new;
    Ok(Next { previous, plan, refusals, problems, classified, intents: held, gates, inventory, features, source })
}

/// The features of `source`, with all that they say of what they need: no summary has that.
fn features(session: &Session, source: &Snapshot, inventory: &Summaries) -> Vec<Feature> {
    let features = inventory.artefacts.iter().filter(|artefact| artefact.id.kind == KindName::Feature);
    let paths: BTreeSet<&str> = features.map(|artefact| artefact.path.as_str()).collect();
    if paths.is_empty() {
        Vec::new()
    } else {
        Feature::all_of(&diff::inventory_at(source, &session.discovery(), &paths))
    }
}

/// What the gates of the release say that was cut from the commit `source` after `previous`, by the evidence that `holder`
/// holds. `session` judges by what that commit holds.
///
/// # Errors
/// As for [`plan`].
pub(super) fn gates(
    session: &Session,
    source: Snapshot,
    previous: &Lock,
    holder: &Snapshot,
) -> miette::Result<Verdicts> {
    let inventory = session.summaries(&source);
    let (sides, comparison) = since::release(session, previous, source, &Census::of(&inventory))?;
    let classified = classify::all(comparison.artefacts, &session.policy());
    gates::of_release(session, &classified, &sides, holder)
}

fn candidates(inventory: &Summaries, classified: &[Classified], raised: &BTreeMap<ArtefactId, Bump>) -> Vec<Candidate> {
    let known: BTreeSet<&ArtefactId> = inventory.artefacts.iter().map(|artefact| &artefact.id).collect();
    let classes: BTreeMap<&ArtefactId, &Classified> =
        classified.iter().filter_map(|one| Some((&one.diff.artefact()?.id, one))).collect();
    inventory
        .artefacts
        .iter()
        .map(|artefact| Candidate {
            id: artefact.id.clone(),
            path: artefact.path.clone(),
            digest: artefact.digest.clone(),
            meaning: Some(artefact.meaning.clone()),
            size: artefact.size,
            elsewhere: artefact.elsewhere.iter().cloned().collect(),
            requires: requires(artefact, &known),
            class: classes.get(&artefact.id).and_then(|one| one.class),
            bump: classes.get(&artefact.id).map(|one| one.bump),
            raised: raised.get(&artefact.id).copied(),
            declared: artefact.declared.as_ref().and_then(|text| text.parse().ok()),
            versioning: artefact.versioning,
        })
        .collect()
}

/// The references that lead to artefacts of this repository; a bare model name, say, leads nowhere here.
fn requires(artefact: &Summary, known: &BTreeSet<&ArtefactId>) -> BTreeSet<ArtefactId> {
    artefact.references.iter().filter(|id| known.contains(id) && **id != artefact.id).cloned().collect()
}

impl Next {
    /// Whether there is nothing to release.
    pub(super) fn is_unchanged(&self) -> bool {
        self.plan.is_unchanged(self.previous.as_ref())
    }

    /// The decision about every artefact.
    pub(super) fn decisions(&self) -> &[Decision] {
        &self.plan.decisions
    }

    /// The release before this one.
    pub(super) fn previous_name(&self) -> Option<&ReleaseName> {
        self.previous.as_ref()?.release.as_ref().map(|release| &release.name)
    }

    /// Who answers for the change of an artefact: as its intents say, else as it says itself.
    pub(super) fn owner(&self, id: &ArtefactId) -> Option<String> {
        self.intents.owner(id).or_else(|| self.inventory.get(id)?.owner.clone())
    }

    /// Those features with all that they say of what they need.
    pub(super) fn manifest(&self) -> Vec<Feature> {
        self.features.clone()
    }

    /// Writes the release `name`: objects, then the intents, the evidence, its plan and that it was cut, then its record,
    /// then `pv.lock`. Every prefix of that order is consistent, and a rerun continues where an interrupted run
    /// stopped.
    ///
    /// # Errors
    /// When the system refuses, or another release of that name exists.
    pub(super) fn write(
        &self,
        name: &ReleaseName,
        planned: Option<&Planned>,
        (session, context): (&Session, &Context),
    ) -> miette::Result<Record> {
        let root = session.root()?;
        let shelf = Shelf::of(&session.repository)?;
        let overrides = planned.map(|planned| planned.overrides.clone()).unwrap_or_default();
        let record = Record { overrides, ..self.record(session, name, context) };
        let record = match shelf.record_text(name) {
            Some(_) => self.same_release(shelf.record(name)?, &record)?,
            None => record,
        };
        let _kept = flock::share_large(session.repository.common_dir())?;
        write_attributes(root)?;
        self.keep_objects(session, root)?;
        intents::copy(&self.intents.intents, &self.source, root, name)?;
        relied::keep(&self.gates, root, name)?;
        if let Some(planned) = planned {
            let text = planned.plan.encode().map_err(|error| miette::miette!("{error}"))?;
            write_below(root, &Plan::path(name), text.as_bytes())?;
            write_below(root, &format!("{}/notes.md", name.folder()), self.notes(&record, planned).as_bytes())?;
        }
        if !shelf.releases().contains(name) {
            log_cut(session, &record, planned.map(|planned| &planned.plan))?;
        }
        write_below(root, &name.record_path(), record::encode(&record).as_bytes())?;
        intents::consume(&self.intents.intents, &self.source, session)?;
        write_below(root, lock::PATH, lock::encode(&record.lock()).as_bytes())?;
        Ok(record)
    }

    /// What engineers read of the release.
    fn notes(&self, record: &Record, planned: &Planned) -> String {
        let gates = notices::gate_words(&self.gates.judged);
        let shipment = Shipment::of(record, Some(&planned.plan), self.intents.intents.clone(), &gates);
        notes::text(&notices::notes(&shipment, Audience::Engineering), Tongue::Markdown)
    }

    /// The release that an interrupted run began, if it is this one.
    fn same_release(&self, begun: Record, wanted: &Record) -> miette::Result<Record> {
        if begun.artefacts == wanted.artefacts && begun.commit == wanted.commit {
            return Ok(begun);
        }
        Err(miette::miette!(
            code = "lock::release_exists",
            help = "releases are never overwritten: choose another --name",
            "there is a release `{}` already, with another content",
            begun.name
        ))
    }

    fn record(&self, session: &Session, name: &ReleaseName, context: &Context) -> Record {
        Record {
            name: name.clone(),
            previous: self.previous_name().cloned(),
            commit: self.source.commit().map(str::to_owned),
            cut: context.now().to_string(),
            policy: Some(session.config.digest()),
            overrides: BTreeSet::new(),
            artefacts: self.plan.decisions.iter().filter_map(|decision| self.shipped(decision)).collect(),
            unknown: Vec::new(),
        }
    }

    fn shipped(&self, decision: &Decision) -> Option<(ArtefactId, Shipped)> {
        let entry = self.plan.artefacts.get(&decision.id)?.clone();
        let artefact = self.inventory.get(&decision.id)?;
        let judged = self.classified.iter().find(|one| one.diff.artefact().is_some_and(|it| it.id == decision.id));
        let shipped = Shipped {
            entry,
            file: artefact.files.first().filter(|_| artefact.is_part).map(|file| file.digest.clone()),
            is_directory: artefact.is_directory,
            types: judged.map(|one| one.types.clone()).unwrap_or_default(),
            class: judged.and_then(|one| one.class),
            bump: decision.bump,
            reason: decision.reason.to_owned(),
            from: decision.from.clone(),
            evidence: relied::digests(&self.gates, &decision.id),
            owner: self.intents.owner(&decision.id),
            lowered: self.intents.lowered(&decision.id),
            parameters: artefact.parameters.clone(),
        };
        Some((decision.id.clone(), shipped))
    }

    fn keep_objects(&self, session: &Session, root: &Path) -> miette::Result<()> {
        let large = at_hand::large(session.repository.common_dir());
        let objects = Objects::open(root, Some(&large));
        let limit = session.config.store.inline_limit.bytes;
        let mut batch: Vec<Vec<u8>> = Vec::new();
        for artefact in &self.inventory.artefacts {
            batch.extend(artefact.listing().map(|listing| listing.encode()));
            for file in &artefact.files {
                if objects.renew(&file.digest)? {
                    continue;
                }
                match file.size {
                    0..=HELD => batch.push(self.bytes(&file.path, &file.digest)?),
                    _ => self.stream(file, &objects, limit)?,
                }
            }
            if batch.iter().map(Vec::len).sum::<usize>() > BATCH {
                keep(&objects, &std::mem::take(&mut batch), limit)?;
            }
        }
        keep(&objects, &batch, limit)?;
        Ok(())
    }

    /// Keeps a file that is too large to be held.
    fn stream(&self, file: &ListedFile, objects: &Objects, limit: u64) -> miette::Result<()> {
        let entry = self.entry(&file.path)?;
        objects.put_from((&file.digest, file.size), limit, |sink| {
            self.source.copy(entry, sink).map(drop).map_err(|error| miette::miette!("{error}"))
        })
    }

    fn bytes(&self, path: &str, digest: &Digest) -> miette::Result<Vec<u8>> {
        let bytes = self.source.read(self.entry(path)?, HELD).map_err(|error| miette::miette!("{error}"))?;
        if Digest::of(&bytes) == *digest { Ok(bytes) } else { Err(miette::miette!("{path} changed while it was read")) }
    }

    fn entry(&self, path: &str) -> miette::Result<&Entry> {
        self.source.entry(path).ok_or_else(|| miette::miette!("{path} is not in this commit"))
    }

    /// The paths that a release commit consists of.
    pub(super) fn paths(&self, name: &ReleaseName) -> Vec<String> {
        let written =
            [ATTRIBUTES.to_owned(), ".pv/objects".to_owned(), format!("releases/{name}"), lock::PATH.to_owned()];
        let moved = self.intents.intents.iter().map(|intent| intent.path.clone());
        written.into_iter().chain(moved).collect()
    }
}

/// Begins the log of a release. What an interrupted run began before there was a record is no event of any release. The event names the plan that the release was cut with.
fn log_cut(session: &Session, record: &Record, plan: Option<&Plan>) -> miette::Result<()> {
    let at = record.cut.parse().map_err(|error| miette::miette!("{}: {error}", record.name.record_path()))?;
    let lock = lock::digest(&record.lock().artefacts);
    let digest = plan.map(Plan::digest).transpose().map_err(|error| miette::miette!("{error}"))?;
    let event = Event::new(EventKind::Cut, record.name.clone(), lock, at);
    let subject = plan.map(|_| "plan.toml".to_owned());
    logbook::begin(session, Event { subject, evidence: digest.into_iter().collect(), ..event })
}

/// Keeps git from converting the line ends of what is named by its digest.
pub(super) fn write_attributes(root: &Path) -> Result<(), StoreError> {
    write_below(root, ATTRIBUTES, b"objects/** -text\n").map(|_| ())
}

fn keep(objects: &Objects, batch: &[Vec<u8>], limit: u64) -> Result<(), StoreError> {
    let contents: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
    objects.put_all(&contents, limit).map(|_| ())
}

/// The message of a release's tag; its trailers let `pv verify` tell when the tag was moved.
pub(super) fn tag_message(record: &Record) -> String {
    let digest = record::seal(&record::encode(record));
    format!("Release {}\n\nPv-Digest: {digest}\nPv-Lock: {}\n", record.name, record.name.record_path())
}
