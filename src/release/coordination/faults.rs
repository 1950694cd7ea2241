//! What is wrong about features as they stand, and about how far they are to be exposed.

use std::collections::{BTreeMap, BTreeSet};

use super::land::Land;
use super::manifest::Feature;
use super::order::{self, Requires};
use crate::domain::{ArtefactId, Digest, KindName, Severity, Weight};
use crate::kinds::feature::{Need, Said};
use crate::release::checks::{Check, Judgement, Refused, coordination as checks};

/// Features, and what they are judged against.
#[derive(Debug, Clone, Copy)]
pub struct Manifest<'a> {
    /// The features.
    pub features: &'a [Feature],
    /// The artefacts of the state that the features are of.
    pub present: &'a BTreeMap<ArtefactId, Digest>,
    /// What is released or planned, and who gets it.
    pub land: &'a Land<'a>,
}

impl Manifest<'_> {
    /// What stands against the features if each is exposed as it says itself.
    pub fn judge(&self) -> Vec<Judgement> {
        let mut judgements = self.structure();
        judgements.extend(self.features.iter().flat_map(|feature| {
            let wanted = feature.settings.weight().unwrap_or(Weight::NONE);
            self.exposure(feature, wanted, &|flag| self.said(flag))
        }));
        judgements
    }

    /// What is wrong whoever sees the features: dependencies that lead nowhere, in other versions, or in a circle.
    pub fn structure(&self) -> Vec<Judgement> {
        let each = self.features.iter().flat_map(|feature| {
            let needs = feature.settings.needs.iter().filter_map(|need| self.need(feature, need));
            let flags = feature.settings.requires_flags.iter().filter_map(|flag| self.required_flag(feature, flag));
            needs.chain(flags).chain(unreadable(feature)).collect::<Vec<_>>()
        });
        each.chain(self.shared()).chain(self.circle()).collect()
    }

    /// Features whose flag another feature before them has.
    fn shared(&self) -> Vec<Judgement> {
        let twin = |at: usize, feature: &Feature| {
            let flag = feature.flag();
            let other = self.features.iter().take(at).find(|other| !flag.is_empty() && other.flag() == flag)?;
            let message = format!("`{}` has the flag `{flag}`, and `{}` has it too", feature.id.name, other.id.name);
            let judgement = Judgement::error(Refused::by(&checks::FLAG_SHARED, message));
            Some(judgement.about(&feature.id).at(feature.place(None)))
        };
        self.features.iter().enumerate().filter_map(|(at, feature)| twin(at, feature)).collect()
    }

    /// What each artefact needs: a feature also those whose flags it requires.
    pub fn requires(&self) -> Requires {
        let mut requires = self.land.requires(self.features);
        for feature in self.features {
            let required = feature.settings.requires_flags.iter().filter_map(|flag| self.of_flag(&flag.text));
            requires.entry(feature.id.clone()).or_default().extend(required.map(|other| other.id.clone()));
        }
        requires
    }

    /// What stands against exposing `feature` to the share `wanted`, when `flag_at` tells how far other flags are.
    pub fn exposure(&self, feature: &Feature, wanted: Weight, flag_at: &dyn Fn(&str) -> Weight) -> Vec<Judgement> {
        if wanted.is_none() {
            return Vec::new();
        }
        let faulty: BTreeSet<&ArtefactId> =
            feature.needs().filter(|(_, need)| self.is_unmet(need)).map(|(id, _)| id).collect();
        let needed = order::closure(&feature.id, &self.requires());
        let judged = needed.iter().filter(|id| !faulty.contains(id) && **id != feature.id);
        judged.filter_map(|id| self.short_of(feature, wanted, id, flag_at)).collect()
    }

    fn short_of(
        &self,
        feature: &Feature,
        wanted: Weight,
        id: &ArtefactId,
        flag_at: &dyn Fn(&str) -> Weight,
    ) -> Option<Judgement> {
        let refused = match id.kind {
            // An eval set serves nobody: that it is in the lock is all there is to it.
            KindName::Eval => return None,
            KindName::Feature => {
                let other = self.features.iter().find(|other| other.id == *id)?.flag();
                let at = flag_at(other);
                (at < wanted).then(|| disabled(feature, wanted, other, at))?
            }
            _ => {
                let version = &self.land.targets.get(id)?.version;
                let at = self.land.weight(id);
                (at < wanted).then(|| short(feature, wanted, &format!("`{id}` {version}"), at))?
            }
        };
        let need = feature.needs().find(|(needed, _)| *needed == id).map(|(_, need)| &need.said);
        Some(Judgement::error(refused).about(&feature.id).at(feature.place(need)))
    }

    fn is_unmet(&self, need: &Need) -> bool {
        let target = need.id.as_ref().and_then(|id| self.land.targets.get(id));
        target.is_none_or(|target| need.version.as_ref().is_some_and(|version| *version != target.version))
    }

    fn need(&self, feature: &Feature, need: &Need) -> Option<Judgement> {
        let Some(id) = &need.id else { return Some(of_need(feature, need, self.unknown_kind(need))) };
        let is_planned = self.land.targets.contains_key(id);
        if !is_planned && !self.present.contains_key(id) {
            return Some(of_need(feature, need, self.unknown_name(id)));
        }
        // A feature is no version that anybody deploys; its flag is what counts.
        if !self.is_unmet(need) || id.kind == KindName::Feature && need.version.is_none() {
            return None;
        }
        let refused = if is_planned { self.unlocked(feature, id, need) } else { unreleased(feature, id, need) };
        let judgement = of_need(feature, need, refused);
        Some(if self.is_to_come(feature, id) {
            Judgement { severity: Severity::Warning, ..judgement }
        } else {
            judgement
        })
    }

    /// Whether nobody sees the feature, and the next release will ship other bytes than the last one.
    fn is_to_come(&self, feature: &Feature, id: &ArtefactId) -> bool {
        let locked = self.land.targets.get(id).map(|target| &target.digest);
        feature.settings.weight().is_none_or(Weight::is_none) && self.present.get(id) != locked
    }

    fn unknown_kind(&self, need: &Need) -> Refused {
        let kinds = "prompt, tool, retrieval_index, eval_set, model, agent or feature";
        let message = format!("`{}` is of no kind that pv knows; it knows {kinds}", need.said.text);
        Refused::by(&checks::DEPENDENCY_UNKNOWN, message)
            .remedy("Write it as `kind: name@version` with one of these kinds, or take it out.")
    }

    fn unknown_name(&self, id: &ArtefactId) -> Refused {
        let refused = Refused::by(&checks::DEPENDENCY_UNKNOWN, format!("there is no `{id}` in this repository"));
        let alike = self.present.keys().filter(|one| one.kind == id.kind);
        let scored =
            alike.map(|one| (strsim::jaro_winkler(&one.name, &id.name), one)).filter(|(score, _)| *score > 0.8);
        match scored.max_by(|a, b| a.0.total_cmp(&b.0)) {
            Some((_, nearest)) => {
                refused.remedy(format!("Did you mean `{nearest}`? Else add the artefact to the repository."))
            }
            None => refused,
        }
    }

    fn unlocked(&self, feature: &Feature, id: &ArtefactId, need: &Need) -> Refused {
        let locked = self.land.targets.get(id).map(|target| target.version.to_string()).unwrap_or_default();
        let wanted = need.version.as_ref().map(ToString::to_string).unwrap_or_default();
        let message = format!("`{}` needs `{id}` in version {wanted}, and the lock has {locked}", feature.id.name);
        Refused::by(&checks::VERSION_UNLOCKED, message).remedy(format!(
            "Name {locked} in the feature, or release {wanted} with `pv lock --write` first; `pv show {id}` lists what shipped."
        ))
    }

    fn required_flag(&self, feature: &Feature, flag: &Said) -> Option<Judgement> {
        let is_known = self.of_flag(&flag.text).is_some() || !self.land.flag(&flag.text).is_none();
        let message = || format!("`{}` requires the flag `{}`, which no feature here has", feature.id.name, flag.text);
        let remedy = "Correct the flag's name, or add the feature that it switches.";
        (!is_known).then(|| {
            let refused = Refused::by(&checks::FLAG_DISABLED, message()).remedy(remedy);
            Judgement::error(refused).about(&feature.id).at(feature.place(Some(flag)))
        })
    }

    fn circle(&self) -> Option<Judgement> {
        let requires = self.requires();
        let way = order::cycle(self.features.iter().map(|feature| &feature.id), &requires)?;
        let feature = self.features.iter().find(|feature| way.first() == Some(&feature.id))?;
        Some(Judgement::error(order::circular(&way)).about(&feature.id).at(feature.place(None)))
    }

    /// The feature that a flag switches.
    fn of_flag(&self, flag: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.flag() == flag)
    }

    /// How far a flag is to be on as the features say themselves; of others, how far it is.
    fn said(&self, flag: &str) -> Weight {
        let own = self.of_flag(flag).map(|feature| feature.settings.weight().unwrap_or(Weight::NONE));
        own.unwrap_or_else(|| self.land.flag(flag))
    }
}

fn of_need(feature: &Feature, need: &Need, refused: Refused) -> Judgement {
    Judgement::error(refused).about(&feature.id).at(feature.place(Some(&need.said)))
}

fn unreadable(feature: &Feature) -> Option<Judgement> {
    let said = feature.settings.exposure.as_ref().filter(|_| feature.settings.weight().is_none())?;
    let message = format!("`{}` is to be exposed to `{}`, which is no percentage", feature.id.name, said.text);
    let refused = Refused::by(&checks::EXPOSURE_UNREADABLE, message);
    Some(Judgement::error(refused).about(&feature.id).at(feature.place(Some(said))))
}

fn unreleased(feature: &Feature, id: &ArtefactId, need: &Need) -> Refused {
    let version = need.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    let exposure = feature.settings.weight().filter(|weight| !weight.is_none());
    let but = exposure.map(|weight| format!(", and `{}` is to be on at {weight}", feature.flag())).unwrap_or_default();
    Refused::by(&checks::DEPENDENCY_UNRELEASED, format!("`{id}`{version} is in no release, so it is not deployed{but}"))
        .remedy(format!(
            "Cut the release that ships it with `pv lock --write`, deploy it, and keep `{}` at 0 until then; \
             `pv feature order {}` tells the order.",
            feature.flag(),
            feature.id.name
        ))
}

fn disabled(feature: &Feature, wanted: Weight, other: &str, at: Weight) -> Refused {
    let message = format!("`{}` at {wanted} requires the flag `{other}`, which is at {at}", feature.flag());
    Refused::by(&checks::FLAG_DISABLED, message)
        .remedy(format!("Raise `{other}` to {wanted} first, or lower `{}` to {at}.", feature.flag()))
}

/// The flag is above what `what` is served at.
fn short(feature: &Feature, wanted: Weight, what: &str, at: Weight) -> Refused {
    let flag = feature.flag();
    let refuse = |check: &'static Check, message: String| Refused::by(check, message);
    if at.is_none() {
        let message = format!("`{flag}` at {wanted} needs {what}, which is not deployed: its weight is {at}");
        return refuse(&checks::EXPOSED_UNDEPLOYED, message).remedy(format!(
            "Deploy it first (`pv rollout step`), and keep `{flag}` at 0 until then; `pv feature order {}` tells the order.",
            feature.id.name
        ));
    }
    refuse(&checks::EXPOSURE_ABOVE_WEIGHT, format!("`{flag}` at {wanted} is above {what}, which has the weight {at}"))
        .remedy(format!("Raise it to {wanted} first (`pv rollout step`), or lower `{flag}` to {at}."))
}
