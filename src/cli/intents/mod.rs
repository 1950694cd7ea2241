//! The intents of a side, held against what changed: for `pv check`, `pv change` and `pv lock`.

mod changed;
mod consumed;

pub(super) use changed::{of_classified, of_rows};
use consumed::is_same;
pub(super) use consumed::{consume, copy, uncommitted};

use std::collections::{BTreeMap, BTreeSet};

use super::sides::Sides;
use crate::classify::Classified;
use crate::config::Config;
use crate::diff::Summaries;
use crate::domain::{ArtefactId, Bump, Problem, Severity};
use crate::git::{Entry, Snapshot};
use crate::kinds::shared::text;
use crate::lock;
use crate::release::checks::Judgement;
use crate::release::checks::intent::{CLASS_LOWERED, MATERIAL_DENIED};
use crate::release::intents::{self, Changed, Grounds, Intent};
use crate::report::{Changes, Refusal};

/// An intent larger than this is none, in bytes.
const LARGEST: u64 = 1 << 20;

/// How a check was asked for.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    /// The policy that judges.
    pub(super) config: &'a Config,
    /// The base that was named.
    pub(super) base: Option<&'a str>,
    /// Whether it is about a commit in progress, which needs no intent yet.
    pub(super) staged: bool,
}

/// What the intents of a side come to.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Those that were judged.
    pub(super) intents: Vec<Intent>,
    /// The artefacts that other ones name, which hold here too.
    pub(super) described: BTreeSet<ArtefactId>,
    /// Files that cannot be read.
    pub(super) problems: Vec<Problem>,
    /// What is left out, and what is said wrongly.
    pub(super) judgements: Vec<Judgement>,
    /// The part of the version that changed artefacts are asked to move, beyond what is computed.
    pub(super) raised: BTreeMap<ArtefactId, Bump>,
}

/// The files of `snapshot` in which intents stand, each read on its own.
pub(super) fn read(snapshot: &Snapshot) -> impl Iterator<Item = Result<Intent, Vec<Problem>>> {
    let entries = snapshot.entries().iter().filter(|entry| intents::is_intent(&entry.path));
    entries.map(|entry| one(snapshot, entry))
}

fn one(snapshot: &Snapshot, entry: &Entry) -> Result<Intent, Vec<Problem>> {
    if !entry.mode.is_file() {
        let help = "put the file itself there";
        return Err(vec![Problem::of_path(&entry.path, "intent-no-file", "an intent is a regular file", help)]);
    }
    let bytes = snapshot.read(entry, LARGEST).map_err(|error| vec![error.problem()])?;
    let file = text::decode(&entry.path, &bytes).map_err(|problem| vec![problem])?;
    intents::parse(&entry.path, &file.text)
}

/// Adds to the report of a check what the intents of its new side come to.
pub(super) fn tell(changes: &mut Changes, sides: &Sides, present: BTreeSet<ArtefactId>, asked: &Asked<'_>) {
    let held = hold(changes, sides, &present, asked);
    changes.problems.extend(held.problems);
    changes.refusals.extend(held.judgements.into_iter().map(refusal));
    for row in &mut changes.artefacts {
        let Some(bump) = held.raised.get(&row.id) else { continue };
        row.bump = row.bump.max(*bump);
        let asked = row.version.old.as_ref().map(|old| old.bumped(*bump));
        if asked > row.version.required {
            row.version.required = asked;
        }
    }
}

/// The intents of the new side, held against what differs.
///
/// Those that are as they were on the old side were held against another diff. They describe what changed since the
/// last commit too; of a base that was named, they describe what it already has.
pub(super) fn hold(changes: &Changes, sides: &Sides, present: &BTreeSet<ArtefactId>, asked: &Asked<'_>) -> Held {
    let changed = of_rows(&changes.artefacts);
    let mut held = Held::default();
    let mut standing = Vec::new();
    for (entry, is_fresh) in in_force(sides) {
        match one(&sides.new, entry) {
            Ok(intent) if is_fresh => held.intents.push(intent),
            Ok(intent) => standing.push(intent),
            Err(problems) if asked.staged => held.problems.extend(problems.into_iter().filter(|_| is_fresh)),
            Err(problems) => held.problems.extend(problems.into_iter().filter(|one| is_fresh || one.is_error())),
        }
    }
    if asked.staged {
        return held;
    }
    if sides.old.spec() == "HEAD" {
        held.described = standing.iter().flat_map(|intent| intent.artefacts.iter().cloned()).collect();
    }
    let missing = asked.config.intents.missing;
    let revisions = asked.base.map_or_else(String::new, |base| format!(" --base {base}"));
    let described = &held.described;
    let grounds = Grounds { changed: &changed, present, described, missing, revisions: &revisions };
    held.judgements = intents::judge(&held.intents, &grounds);
    // What an earlier intent says of the worst of several artefacts is only known where all of them are in sight.
    let ids: BTreeSet<&ArtefactId> = changed.iter().map(|one| &one.id).collect();
    standing.retain(|intent| intent.artefacts.iter().all(|id| ids.contains(id)));
    standing.extend(held.intents.iter().cloned());
    held.raised = intents::raised(&standing, &changed);
    held
}

/// The files of the new side in which intents stand, and whether each is new or edited. One that a release took along
/// counts where it is new: it stands for what was to be read in `changes/`.
fn in_force(sides: &Sides) -> impl Iterator<Item = (&Entry, bool)> {
    sides.new.entries().iter().filter_map(|entry| {
        let before =
            |path: &str| sides.old.entry(path).is_some_and(|old| is_same((&sides.old, old), (&sides.new, entry)));
        let is_fresh = |origin: &str| !before(&entry.path) && !before(origin);
        match intents::origin(&entry.path) {
            Some(origin) => is_fresh(origin).then_some((entry, true)),
            None => intents::is_intent(&entry.path).then(|| (entry, is_fresh(&entry.path))),
        }
    })
}

/// All intents of the commit `source`, held against what changed since the latest release (`None`: there is none).
pub(super) fn since_release(
    source: &Snapshot,
    classified: Option<&[Classified]>,
    inventory: &Summaries,
    config: &Config,
) -> Held {
    let mut held = Held::default();
    for read in read(source) {
        match read {
            Ok(intent) => held.intents.push(intent),
            Err(problems) => held.problems.extend(problems.into_iter().filter(Problem::is_error)),
        }
    }
    let present = inventory.artefacts.iter().map(|artefact| artefact.id.clone()).collect();
    let changed = classified.map_or_else(|| first(inventory), of_classified);
    let missing = config.intents.missing.filter(|_| classified.is_some());
    let described = &BTreeSet::new();
    let grounds = Grounds { changed: &changed, present: &present, described, missing, revisions: "" };
    held.judgements = intents::judge(&held.intents, &grounds);
    held.raised = intents::raised(&held.intents, &changed);
    held
}

/// For the first release everything is new, and nothing is said of it but its name.
fn first(inventory: &Summaries) -> Vec<Changed> {
    let new = inventory.artefacts.iter().map(|artefact| Changed {
        id: artefact.id.clone(),
        types: BTreeSet::new(),
        class: None,
        bump: Bump::None,
        is_own: true,
        is_material: false,
    });
    new.collect()
}

impl Held {
    /// Who answers for the change of `id`: everybody whose intent names it.
    pub(super) fn owner(&self, id: &ArtefactId) -> Option<String> {
        self.said(id, |intent| intent.owner.as_deref())
    }

    /// Why the change of `id` was called less than it is, where it was.
    pub(super) fn lowered(&self, id: &ArtefactId) -> Option<String> {
        let less = [CLASS_LOWERED.id, MATERIAL_DENIED.id];
        let is_lowered =
            self.notes().any(|one| one.artefact.as_ref() == Some(id) && less.contains(&one.refused.check.id));
        self.said(id, |intent| intent.lowered.as_deref()).filter(|_| is_lowered)
    }

    /// What stands against a release.
    pub(super) fn refusals(&self) -> impl Iterator<Item = lock::next::Refusal> {
        self.judgements.iter().filter(|one| one.severity == Severity::Error).map(|one| lock::next::Refusal {
            rule: one.refused.check.id,
            id: one.artefact.clone(),
            message: one.refused.message.clone(),
            help: one.refused.remedy.clone(),
        })
    }

    /// What is told of a release that it does not stop.
    pub(super) fn notes(&self) -> impl Iterator<Item = &Judgement> {
        self.judgements.iter().filter(|one| one.severity == Severity::Warning)
    }

    fn said<'a>(&'a self, id: &ArtefactId, what: impl Fn(&'a Intent) -> Option<&'a str>) -> Option<String> {
        let intents = self.intents.iter().filter(|intent| intent.artefacts.contains(id));
        let said: BTreeSet<&str> = intents.filter_map(what).collect();
        (!said.is_empty()).then(|| said.into_iter().collect::<Vec<_>>().join(", "))
    }
}

/// A judgement as reports show it.
pub(super) fn refusal(judgement: Judgement) -> Refusal {
    let Judgement { refused, severity, artefact, place } = judgement;
    Refusal { refused, severity, artefact, place }
}

/// Whether a refusal only repeats a reason that was given: that stops nothing, not even a strict check.
pub(super) fn is_note(refusal: &Refusal) -> bool {
    let less = [CLASS_LOWERED.id, MATERIAL_DENIED.id];
    refusal.severity == Severity::Warning && less.contains(&refusal.refused.check.id)
}
