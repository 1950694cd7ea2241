//! What a finding is called: the same name wherever its lines move, another one for another edit.

use std::collections::BTreeMap;

use crate::domain::{ArtefactId, Digest, Fact, Finding};

/// How many hexadecimal digits name a finding.
const DIGITS: usize = 12;
/// Between the parts of what is hashed.
const SEPARATOR: &str = "\0";

/// The fingerprint of what `rule` makes of `fact`. Lines, columns, blanks and the wording of messages have no part in it.
pub(super) fn of(rule: &str, artefact: &ArtefactId, fact: &Fact) -> String {
    let event = format!("{:?}", fact.event);
    let (old, new) = (normalised(fact.old_text()), normalised(fact.new_text()));
    hashed(&[rule, &artefact.to_string(), fact.aspect, &event, &normalised(&fact.subject), &old, &new])
}

/// Tells findings with one fingerprint apart: the second and each further one of an artefact is called by its number, too.
pub(super) fn number_twins(findings: &mut [Finding]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let nth = seen.entry(finding.fingerprint.clone()).and_modify(|nth| *nth += 1).or_insert(1);
        if *nth > 1 {
            finding.fingerprint = hashed(&[&finding.fingerprint, &nth.to_string()]);
        }
    }
}

fn hashed(parts: &[&str]) -> String {
    let digest = Digest::of(parts.join(SEPARATOR).as_bytes());
    digest.hex().chars().take(DIGITS).collect()
}

fn normalised(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::domain::{ArtefactId, Event, Fact, KindName, Place, Quote};

    fn fingerprint(line: usize, text: &str) -> String {
        let quote = Quote { place: Place { path: "a.md".into(), line, column: 1 }, text: text.to_owned() };
        let fact = Fact::new("variable", Event::Removed, "order").was(quote);
        of("prompt/variable-removed", &ArtefactId::new(KindName::Prompt, "a"), &fact)
    }

    #[test]
    fn a_moved_or_rewrapped_line_keeps_its_fingerprint_and_another_text_has_another() {
        assert_eq!(fingerprint(1, "Say the\norder."), fingerprint(40, "Say  the order."));
        assert_ne!(fingerprint(1, "Say the order."), fingerprint(1, "Say an order."));
        assert_eq!(fingerprint(1, "Say").len(), 12);
    }
}
