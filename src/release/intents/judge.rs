//! Intents held against the diff: what is not described, and what is called less than it is.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Changed, Intent};
use crate::domain::{ArtefactId, ChangeType, Class, Severity};
use crate::release::checks::intent::{
    ARTEFACT_UNCHANGED, ARTEFACT_UNKNOWN, CHANGE_UNDESCRIBED, CLASS_LOWERED, MATERIAL_DENIED, TYPE_MISSING,
};
use crate::release::checks::{Check, Judgement, Refused, shell_word};

/// As many artefacts without an intent are told one by one.
const MOST_TOLD: usize = 5;

/// What intents are held against.
#[derive(Debug)]
pub struct Grounds<'a> {
    /// What changed, one entry an artefact.
    pub changed: &'a [Changed],
    /// Every artefact that is there.
    pub present: &'a BTreeSet<ArtefactId>,
    /// The artefacts that intents describe which are not judged here.
    pub described: &'a BTreeSet<ArtefactId>,
    /// How a change without an intent is told; `None`: not at all.
    pub missing: Option<Severity>,
    /// What `pv change add` needs to look at the same diff: ` --base main`, or nothing.
    pub revisions: &'a str,
}

/// What `intents` leave out, and what they say wrongly: errors first, then by artefact.
pub fn judge(intents: &[Intent], grounds: &Grounds<'_>) -> Vec<Judgement> {
    let mut judgements = undescribed(intents, grounds);
    for changed in grounds.changed {
        let named: Vec<&Intent> = intents.iter().filter(|intent| intent.artefacts.contains(&changed.id)).collect();
        if !named.is_empty() {
            let claims = Claims { changed, named };
            judgements.extend([claims.lowered(), claims.types(), claims.material()].into_iter().flatten());
        }
    }
    let changed: BTreeSet<&ArtefactId> = grounds.changed.iter().map(|one| &one.id).collect();
    judgements.extend(intents.iter().flat_map(|intent| idle(intent, &changed, grounds)));
    judgements.sort_by_cached_key(|one| {
        let place = one.place.as_ref().map(|place| (place.path.to_string(), place.line));
        (one.severity, one.artefact.clone(), place, one.refused.check.id)
    });
    judgements
}

/// The changed artefacts that no intent names. Of what includes a changed file, that file's intent speaks.
fn undescribed(intents: &[Intent], grounds: &Grounds<'_>) -> Vec<Judgement> {
    let Some(severity) = grounds.missing else { return Vec::new() };
    let named: BTreeSet<&ArtefactId> = intents.iter().flat_map(|intent| &intent.artefacts).collect();
    let is_described = |id: &&ArtefactId| grounds.described.contains(*id) || named.contains(*id);
    let own = grounds.changed.iter().filter(|one| one.is_own).map(|one| &one.id);
    let ids: Vec<&ArtefactId> = own.filter(|id| !is_described(id)).collect();
    let add = |id: &str| format!("`pv change add{id}{} --why \"…\"` writes one", grounds.revisions);
    let told = |message: String, remedy: String, artefact: Option<ArtefactId>| Judgement {
        refused: Refused::by(&CHANGE_UNDESCRIBED, message).remedy(remedy),
        severity,
        artefact,
        place: None,
    };
    if ids.len() > MOST_TOLD {
        let first: Vec<String> = ids.iter().take(MOST_TOLD).map(ToString::to_string).collect();
        let rest = ids.len() - MOST_TOLD;
        let message = format!("no intent says why {} and {rest} more changed", first.join(", "));
        return vec![told(message, add(""), None)];
    }
    let one = |id: &&ArtefactId| {
        let name = id.to_string();
        told(format!("no intent says why {name} changed"), add(&format!(" {}", shell_word(&name))), Some((*id).clone()))
    };
    ids.iter().map(one).collect()
}

/// The artefacts that `intent` names and that did not change.
fn idle(intent: &Intent, changed: &BTreeSet<&ArtefactId>, grounds: &Grounds<'_>) -> Vec<Judgement> {
    let idle = intent.artefacts.iter().filter(|id| !changed.contains(id)).map(|id| {
        let (severity, refused) = if grounds.present.contains(id) {
            let message = format!("{id} did not change, and the intent says why it did");
            (Severity::Warning, Refused::by(&ARTEFACT_UNCHANGED, message))
        } else {
            (Severity::Error, unknown(id, grounds))
        };
        let place = Some(intent.place(&id.to_string()));
        Judgement { refused, severity, artefact: Some(id.clone()), place }
    });
    idle.collect()
}

fn unknown(id: &ArtefactId, grounds: &Grounds<'_>) -> Refused {
    let wanted = id.to_string();
    let known = grounds.changed.iter().map(|one| &one.id).chain(grounds.present).map(ToString::to_string);
    let nearest = known.max_by(|a, b| strsim::jaro_winkler(a, &wanted).total_cmp(&strsim::jaro_winkler(b, &wanted)));
    let refused = Refused::by(&ARTEFACT_UNKNOWN, format!("there is no artefact `{id}` here"));
    match nearest {
        Some(nearest) => refused.remedy(format!("did you mean `{nearest}`?")),
        None => refused,
    }
}

/// What the intents that name an artefact claim of its change. Several of them are one claim: the most of it counts.
struct Claims<'a> {
    changed: &'a Changed,
    named: Vec<&'a Intent>,
}

impl Claims<'_> {
    /// The class or the bump is below what is computed.
    fn lowered(&self) -> Option<Judgement> {
        let Changed { id, class, bump, .. } = self.changed;
        let class_of = |intent: &&Intent| intent.class.or(*class);
        let bump_of = |intent: &&Intent| intent.bump.unwrap_or(*bump);
        let (claimed, moved) = (self.named.iter().filter_map(class_of).max(), self.named.iter().map(bump_of).max()?);
        let mut said = Vec::new();
        said.extend(claimed.zip(*class).filter(|(claimed, class)| claimed < class).map(words::<Class>));
        let key = if said.is_empty() { "bump" } else { "class" };
        said.extend(Some((moved, *bump)).filter(|(moved, bump)| moved < bump).map(words));
        if said.is_empty() {
            return None;
        }
        let least = format!("write `class: {}` and `bump: {bump}`", class.unwrap_or(Class::Cosmetic));
        let message = format!("the intent calls the change of {id} {}", said.join(" and "));
        Some(self.less(&CLASS_LOWERED, key, message, &least))
    }

    /// A change type is left out.
    fn types(&self) -> Option<Judgement> {
        let claimed: BTreeSet<ChangeType> = self.named.iter().flat_map(|intent| intent.types.iter().copied()).collect();
        let missing: Vec<String> = self.changed.types.difference(&claimed).map(ToString::to_string).collect();
        if missing.is_empty() {
            return None;
        }
        let (id, missing) = (&self.changed.id, missing.join(" and "));
        let message = format!("{id} has a {missing} change, and `type` of its intent does not say so");
        let refused = Refused::by(&TYPE_MISSING, message).remedy(format!("add {missing} to `type`"));
        Some(self.told(refused, Severity::Error, "type"))
    }

    /// A change that is material by default is called not material.
    fn material(&self) -> Option<Judgement> {
        let denies = self.named.iter().any(|intent| intent.material == Some(false));
        let is_denied = denies && self.named.iter().all(|intent| intent.material != Some(true));
        if !is_denied || !self.changed.is_material {
            return None;
        }
        let what = if self.changed.types.contains(&ChangeType::Model) { "the model" } else { "who sees the feature" };
        let message = format!("the intent calls the change of {} not material, and it changes {what}", self.changed.id);
        Some(self.less(&MATERIAL_DENIED, "material", message, "write `material: true`"))
    }

    /// Called less than it is: with a reason a note, without one an error.
    fn less(&self, check: &'static Check, key: &str, message: String, truth: &str) -> Judgement {
        match self.named.iter().find_map(|intent| intent.lowered.as_deref()) {
            Some(reason) => {
                let refused = Refused::by(check, format!("{message}; its reason: {reason}"));
                let remedy =
                    "nothing to do: the reason is recorded with the release, and the version is what pv computes";
                self.told(refused.remedy(remedy), Severity::Warning, key)
            }
            None => {
                let remedy = format!("{truth}, or say in `lowered` why it is less");
                self.told(Refused::by(check, message).remedy(remedy), Severity::Error, key)
            }
        }
    }

    /// Told where the intent that claims the most says `key`.
    fn told(&self, refused: Refused, severity: Severity, key: &str) -> Judgement {
        let most = self.named.iter().min_by_key(|intent| (!intent.places.contains_key(key), Reverse(intent.class)));
        Judgement { refused, severity, artefact: Some(self.changed.id.clone()), place: most.map(|it| it.place(key)) }
    }
}

fn words<T: std::fmt::Display>((claimed, computed): (T, T)) -> String {
    format!("{claimed} (it is {computed})")
}
