//! The eval sets of a feature, which its manifest seldom lists.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::domain::{ArtefactId, ChangeType, KindName};
use crate::release::evidence::Tree;

/// Which eval set measures which artefact.
pub type Measures = BTreeSet<(ArtefactId, ArtefactId)>;

/// The eval sets of `tree` that measure some of `about`: by what they refer to, or because a gate asks for them.
pub fn measures(tree: &Tree, config: &Config, about: &BTreeSet<ArtefactId>) -> Measures {
    let is_set = |id: &ArtefactId| id.kind == KindName::Eval;
    let sets = tree.artefacts.iter().filter(|(id, _)| is_set(id));
    let referring = sets.flat_map(|(id, set)| set.requires.iter().map(move |tested| (id.clone(), tested.clone())));
    let asking = config.gates.iter().filter(|policy| policy.off.is_none());
    let asked = asking.filter_map(|policy| Some((policy.gate, policy.set.as_ref()?))).flat_map(|(gate, set)| {
        let owing = about.iter().filter(move |id| config.gates_for(ChangeType::of(id.kind)).contains(&gate));
        owing.map(move |id| (set.clone(), id.clone()))
    });
    let is_about = |(set, tested): &(ArtefactId, ArtefactId)| {
        let is_run = matches!(tested.kind, KindName::Prompt | KindName::Agent | KindName::Tool);
        is_run && about.contains(tested) && tree.artefacts.contains_key(set)
    };
    referring.chain(asked).filter(is_about).collect()
}
