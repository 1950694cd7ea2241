//! Who has to move when an artefact goes away.

use std::collections::BTreeSet;

use crate::domain::ArtefactId;

use super::order::{Requires, stands_on_what_it_names};

/// Everything that needs `id`, directly or by way of something else, features among it; not what only tests it, for
/// an eval set serves nobody.
pub fn dependants(requires: &Requires, id: &ArtefactId) -> BTreeSet<ArtefactId> {
    let mut found = BTreeSet::new();
    let mut open = vec![id];
    while let Some(gone) = open.pop() {
        let standing = requires.iter().filter(|(one, _)| stands_on_what_it_names(one));
        for (user, _) in standing.filter(|(user, needs)| *user != id && needs.contains(gone)) {
            if found.insert(user.clone()) {
                open.push(user);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_it_moves_and_what_tests_it_does_not() {
        let id = |text: &str| -> ArtefactId { text.parse().unwrap() };
        let requires: Requires = [
            ("eval:refunds", vec!["prompt:explain_refund"]),
            ("prompt:explain_refund", vec!["tool:lookup"]),
            ("feature:refund", vec!["prompt:explain_refund"]),
            ("tool:lookup", vec![]),
        ]
        .into_iter()
        .map(|(one, needs)| (id(one), needs.into_iter().map(id).collect()))
        .collect();
        let of = |text: &str| dependants(&requires, &id(text));
        assert_eq!(of("tool:lookup"), ["feature:refund", "prompt:explain_refund"].map(id).into());
        assert_eq!(of("prompt:explain_refund"), [id("feature:refund")].into());
        assert_eq!(of("eval:refunds"), BTreeSet::new());
    }
}
