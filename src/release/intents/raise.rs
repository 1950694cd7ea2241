//! What intents ask for beyond what pv computes.

use std::collections::BTreeMap;

use super::{Changed, Intent};
use crate::domain::{ArtefactId, Bump};

/// The part of the version that each changed artefact is asked to move, where an intent asks for more than is computed
/// for the worst of the artefacts that it names.
pub fn raised(intents: &[Intent], changed: &[Changed]) -> BTreeMap<ArtefactId, Bump> {
    let mut raised: BTreeMap<ArtefactId, Bump> = BTreeMap::new();
    for intent in intents {
        let named: Vec<&Changed> = changed.iter().filter(|one| intent.artefacts.contains(&one.id)).collect();
        let Some(asked) = asked(intent, &named) else { continue };
        for one in named {
            let bump = raised.entry(one.id.clone()).or_insert(asked);
            *bump = asked.max(*bump);
        }
    }
    raised
}

/// What `intent` asks for, where that is more than `named` need.
fn asked(intent: &Intent, named: &[&Changed]) -> Option<Bump> {
    let class = intent.class.filter(|class| named.iter().all(|one| one.class.is_none_or(|computed| computed < *class)));
    let asked = intent.bump.max(class.map(crate::domain::Class::bump))?;
    named.iter().all(|one| one.bump < asked).then_some(asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Class, KindName};
    use std::collections::BTreeSet;

    fn changed(name: &str, class: Class) -> Changed {
        let id = ArtefactId::new(KindName::Prompt, name);
        Changed { id, types: BTreeSet::new(), class: Some(class), bump: class.bump(), is_own: true, is_material: false }
    }

    fn asks(front: &str) -> Vec<String> {
        let text = format!("---\nartefacts: [prompt:a, prompt:b]\nwhy: x\n{front}---\n");
        let intents = [super::super::parse("changes/x.md", &text).unwrap()];
        let changed = [changed("a", Class::Cosmetic), changed("b", Class::Behavioural), changed("c", Class::Cosmetic)];
        raised(&intents, &changed).into_iter().map(|(id, bump)| format!("{id} {bump}")).collect()
    }

    #[test]
    fn what_is_said_of_the_worst_raises_nobody_and_more_raises_everybody_named() {
        assert_eq!(asks("class: behavioural\nbump: minor\n"), [""; 0]);
        assert_eq!(asks("class: cosmetic\nbump: patch\n"), [""; 0]);
        assert_eq!(asks("class: breaking\n"), ["prompt:a major", "prompt:b major"]);
        assert_eq!(asks("bump: major\n"), ["prompt:a major", "prompt:b major"]);
        assert_eq!(asks("class: breaking\nbump: minor\n"), ["prompt:a major", "prompt:b major"]);
    }
}
