//! Renamed variables: one gone, one new, in the same place of an otherwise equal sentence.

use std::collections::{BTreeMap, BTreeSet};

use crate::kinds::prompt::artefact::{Prompt, Variable};
use crate::kinds::shared::prose;

/// Pairs that are one variable under two names. A pair counts only when neither name has another candidate.
pub(super) fn renamed<'a>(
    (old, removed): (&Prompt, &[&'a Variable]),
    (new, added): (&Prompt, &[&'a Variable]),
) -> Vec<(&'a Variable, &'a Variable)> {
    if removed.is_empty() || added.is_empty() {
        return Vec::new();
    }
    let (before, after) = (slots(old, removed), slots(new, added));
    let fits = |was: &Variable, is: &Variable| {
        was.type_name == is.type_name
            && was.default == is.default
            && before.get(&*was.name).zip(after.get(&*is.name)).is_some_and(|(a, b)| !a.is_disjoint(b))
    };
    let pairs: Vec<(&Variable, &Variable)> = removed
        .iter()
        .flat_map(|&was| added.iter().map(move |&is| (was, is)))
        .filter(|(was, is)| fits(was, is))
        .collect();
    let is_only = |pair: &(&Variable, &Variable)| {
        pairs.iter().filter(|other| other.0.name == pair.0.name || other.1.name == pair.1.name).count() == 1
    };
    pairs.iter().filter(|pair| is_only(pair)).copied().collect()
}

/// For each variable the sentences it stands in, with the placeholders of all listed variables taken out.
fn slots<'p>(prompt: &'p Prompt, variables: &[&Variable]) -> BTreeMap<&'p str, BTreeSet<String>> {
    let names: BTreeSet<&str> = variables.iter().map(|variable| variable.name.as_str()).collect();
    let mut slots: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for message in &prompt.messages {
        let content = &message.text.content;
        let uses: Vec<_> = message.scan.uses.iter().filter(|found| names.contains(found.name.as_str())).collect();
        if uses.is_empty() {
            continue;
        }
        for unit in prose::units(content) {
            let from = uses.partition_point(|found| found.range.start < unit.range.start);
            let here: Vec<_> = uses[from..].iter().take_while(|found| found.range.end <= unit.range.end).collect();
            for (at, found) in here.iter().enumerate() {
                let mut masked = format!("{}:{at}:", message.role);
                let mut start = unit.range.start;
                for other in &here {
                    masked.push_str(content.get(start..other.range.start).unwrap_or_default());
                    start = other.range.end;
                }
                masked.push_str(content.get(start..unit.range.end).unwrap_or_default());
                slots.entry(found.name.as_str()).or_default().insert(masked);
            }
        }
    }
    slots
}
