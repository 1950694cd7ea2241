//! Rules about what an index must never be: open to the wrong people, mixed, incomplete.

use super::aspects::says_who_may_see;
use super::rules::BASE;
use crate::domain::{Class, Event, Fact, Gate, Risk, Rule};

/// Who may see what.
const ACCESS: Rule =
    Rule { class: Class::Breaking, risk: Risk::Critical, gates: &[Gate::Schema, Gate::Safety, Gate::Review], ..BASE };

/// States that are unfit as they are.
const STATE: Rule = Rule { class: Class::Integrity, gates: &[], message: |fact| fact.subject.clone(), ..BASE };

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "index/acl-field-removed",
        summary: "the field that says who may see a document is gone",
        why: "A filter on a field that no document has may match every document. What kept tenants apart is then no \
              longer there, and no error says so.",
        remedy: "Keep the field until every query that filters by it is gone, and have whoever owns access agree.",
        applies: |fact| {
            matches!(fact.aspect, "field" | "column") && fact.event == Event::Removed && says_who_may_see(&fact.subject)
        },
        message: |fact| format!("documents no longer say who may see them: `{}` is gone", fact.subject),
        ..ACCESS
    },
    Rule {
        id: "index/acl-default-widened",
        summary: "documents without a rule of their own are open to more people",
        why: "The default decides about every document whose access nobody set, old ones included.",
        remedy: "Set the access of the documents that should be open, and leave the default closed.",
        applies: |fact| fact.is_about("access", Event::Changed) && is_widened(fact),
        message: |fact| format!("`{}` is {} instead of {}", fact.subject, fact.new_text(), fact.old_text()),
        ..ACCESS
    },
    Rule {
        id: "index/license-or-pii-flag-changed",
        risk: Risk::High,
        gates: &[Gate::Review],
        summary: "what is declared about licence or personal data changed",
        why: "It decides where the content may be served, how long it may be kept and who has to be asked.",
        remedy: "Have whoever answers for data protection and licences agree.",
        applies: |fact| fact.aspect == "governance",
        ..BASE
    },
    Rule {
        id: "index/query-embedder-mismatch",
        risk: Risk::Critical,
        summary: "queries are embedded by another model than the documents",
        why: "Vectors of two models live in different spaces: every search returns neighbours, and they mean nothing.",
        remedy: "Name the embedder of the index on the query side too.",
        applies: |fact| fact.is_about("query-embedder", Event::Unfit),
        ..STATE
    },
    Rule {
        id: "index/mixed-embeddings",
        risk: Risk::Critical,
        summary: "one snapshot holds vectors of two embedders",
        why: "A query finds neighbours only among the vectors of its own embedder; the rest of the content is there and \
              cannot be found.",
        remedy: "Embed all of the content by one model, or keep two indexes and search both.",
        applies: |fact| fact.is_about("embedding-model", Event::Unfit),
        ..STATE
    },
    Rule {
        id: "index/snapshot-partial",
        risk: Risk::Critical,
        summary: "the manifest counts other documents than are listed",
        why: "Either the build stopped half way or the manifest belongs to another build.",
        remedy: "Build the snapshot again, and let the build write the count.",
        applies: |fact| fact.is_about("partial", Event::Unfit),
        ..STATE
    },
    Rule {
        id: "index/digest-mismatch",
        risk: Risk::Critical,
        summary: "a file is not the one whose digest the manifest records",
        why: "Either the file was edited after the build or the manifest belongs to another build. What was evaluated is \
              then not what is here.",
        remedy: "Build the snapshot again; a file of a snapshot is never edited by hand.",
        applies: |fact| fact.is_about("digest", Event::Unfit),
        ..STATE
    },
    Rule {
        id: "index/empty-chunks",
        summary: "chunks hold nothing",
        why: "An empty chunk has a vector, is near to some queries, and gives the model nothing to read.",
        remedy: "Find the documents that the parser gave up on.",
        applies: |fact| fact.aspect == "empty" && fact.has("some"),
        message: |fact| format!("`{}` is {}", fact.subject, fact.new_text()),
        ..STATE
    },
    Rule {
        id: "index/duplicates-increased",
        class: Class::Integrity,
        gates: &[],
        summary: "more documents or chunks stand twice",
        why: "Copies take the places of other hits: with five hits and three copies, the model reads three sources.",
        remedy: "Find the import that ran twice.",
        applies: |fact| fact.aspect == "duplicates" && rose(fact),
        ..BASE
    },
];

fn rose(fact: &Fact) -> bool {
    let number = |text: &str| if text.is_empty() { Some(0.0) } else { text.parse::<f64>().ok() };
    matches!((number(fact.old_text()), number(fact.new_text())), (Some(old), Some(new)) if new > old)
}

/// Whether a default lets in more people, where its words tell.
fn is_widened(fact: &Fact) -> bool {
    const ORDER: [&[&str]; 4] = [
        &["none", "private", "deny", "owner", "closed", "false"],
        &["restricted", "group", "team", "tenant"],
        &["internal", "organization", "organisation", "company", "authenticated"],
        &["public", "all", "everyone", "anyone", "open", "allow", "*", "true"],
    ];
    let rank = |text: &str| ORDER.iter().position(|words| words.contains(&text.to_ascii_lowercase().as_str()));
    matches!((rank(fact.old_text()), rank(fact.new_text())), (Some(old), Some(new)) if new > old)
}
