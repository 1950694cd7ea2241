//! The rules about retrieval indexes.

use crate::domain::{ChangeType, Class, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::{base, lifecycle, row_tree};

/// What every rule of this file starts from; each says the rest.
pub(super) const BASE: Rule = Rule { change_type: ChangeType::Data, gates: &[Gate::Eval], message: went, ..base::BASE };

/// Rules about the vector space: any of them means that every vector must be computed anew.
const SPACE: Rule = Rule {
    class: Class::Breaking,
    risk: Risk::Critical,
    remedy: "Build the index anew under another name, and switch the query side to it in one step. Keep the old one for \
             the rollback.",
    ..BASE
};

pub(super) const RULES: &[Rule] = &[
    // The vector space.
    Rule {
        id: "index/embedding-model-changed",
        summary: "vectors are computed by another model",
        why: "Vectors of two models live in different spaces. A query embedded by one finds nothing sensible among \
              vectors of the other, and no error says so: retrieval just gets worse.",
        applies: |fact| matches!(fact.aspect, "embedding-model" | "query-embedder") && fact.event != Event::Unfit,
        ..SPACE
    },
    Rule {
        id: "index/embedding-dimension-changed",
        summary: "vectors have another length",
        why: "A query vector of the old length is refused by the new index, or silently cut or padded.",
        applies: |fact| fact.aspect == "dimension",
        ..SPACE
    },
    Rule {
        id: "index/distance-metric-changed",
        summary: "nearness is measured by another metric",
        why: "Cosine, dot product and Euclidean distance rank the same vectors differently, and thresholds on the score \
              mean something else.",
        applies: |fact| fact.aspect == "distance",
        ..SPACE
    },
    Rule {
        id: "index/normalization-changed",
        risk: Risk::High,
        summary: "vectors are prepared differently before they are compared",
        why: "Normalised and raw vectors, or texts with and without an instruction in front, do not mix in one index.",
        applies: |fact| fact.aspect == "normalization",
        ..SPACE
    },
    // The build recipe.
    Rule {
        id: "index/chunking-changed",
        risk: Risk::High,
        summary: "documents are cut into other chunks",
        why: "Chunk size and overlap decide what a single hit can contain. Answers that stood in one chunk may now be \
              split over two, and the model sees only one of them.",
        remedy: "Run the retrieval eval on both builds, and look at the questions whose hits moved.",
        applies: |fact| fact.aspect == "chunking",
        ..BASE
    },
    Rule {
        id: "index/backend-changed",
        risk: Risk::High,
        gates: &[Gate::Eval, Gate::Smoke],
        summary: "the index is kept in another store",
        why: "Another engine has other filters, other defaults and other failure modes, and the old data is not read by it.",
        remedy: "Build the new store beside the old one, run the retrieval eval against both, then switch.",
        applies: |fact| fact.aspect == "backend",
        ..BASE
    },
    Rule {
        id: "index/ann-params-changed",
        risk: Risk::Low,
        summary: "the approximate search is tuned differently",
        why: "These parameters trade recall against speed and memory. A few hits may be missed that were found before.",
        remedy: "Measure recall against exact search on a sample of real queries.",
        applies: |fact| fact.aspect == "ann-params",
        ..BASE
    },
    // The query side.
    Rule {
        id: "index/top-k-changed",
        summary: "more or fewer hits are handed to the model",
        why: "Fewer hits may leave the answer out; more cost tokens and can bury it.",
        remedy: "Run the eval that uses this index, and look at cost per answer.",
        applies: |fact| fact.aspect == "top-k",
        ..BASE
    },
    Rule {
        id: "index/score-threshold-changed",
        summary: "hits must be nearer, or may be farther, than before",
        why: "A stricter threshold gives empty results where there were some; a looser one lets noise in.",
        remedy: "Run the eval that uses this index, with the questions that have no answer too.",
        applies: |fact| fact.aspect == "score-threshold",
        ..BASE
    },
    Rule {
        id: "index/reranker-changed",
        risk: Risk::High,
        summary: "hits are put in order by something else",
        why: "What the reranker puts first is what the model reads.",
        remedy: "Run the retrieval eval with and without the change.",
        applies: |fact| fact.aspect == "reranker",
        ..BASE
    },
    // Content.
    Rule {
        id: "index/source-added",
        gates: &[Gate::Eval, Gate::Review],
        summary: "the index draws on a new source",
        why: "Answers can now quote it. Whoever owns the data should know that it is served, and to whom.",
        remedy: "Have the source's owner agree, check its licence and its personal data, and run the eval.",
        applies: |fact| fact.is_about("source", Event::Added),
        ..BASE
    },
    Rule {
        id: "index/source-removed",
        risk: Risk::High,
        summary: "the index no longer draws on a source",
        why: "Questions that only this source could answer get no answer now, or a made-up one.",
        remedy: "Run the eval, and look at the questions that were answered from this source.",
        applies: |fact| fact.is_about("source", Event::Removed),
        ..BASE
    },
    Rule {
        id: "index/document-added",
        risk: Risk::Low,
        summary: "a document is new in the index",
        why: "It can be retrieved, and can push other documents out of the first hits.",
        remedy: "Run the retrieval eval; for many documents at once, read a sample of them.",
        applies: |fact| fact.is_about("document", Event::Added),
        message: |fact| several(fact, "is new", "are new"),
        ..BASE
    },
    Rule {
        id: "index/document-removed",
        risk: Risk::Low,
        summary: "a document is gone from the index",
        why: "What only it said can no longer be retrieved.",
        remedy: "Run the retrieval eval, and check that nothing links to the document.",
        applies: |fact| fact.is_about("document", Event::Removed),
        message: |fact| several(fact, "is gone", "are gone"),
        ..BASE
    },
    Rule {
        id: "index/document-modified",
        risk: Risk::Low,
        summary: "a document has other content",
        why: "The same question may be answered differently from now on.",
        remedy: "Run the retrieval eval; eval cases whose expected answer stood in the document may need a new label.",
        applies: |fact| {
            (fact.is_about("document", Event::Changed) && !fact.has("timestamp"))
                || fact.is_about("document", Event::Renamed)
        },
        message: |fact| match fact.event {
            Event::Renamed if fact.has("folded") => format!("{} more documents have other names", fact.count),
            Event::Renamed => format!("the document `{}` is now `{}`", fact.old_text(), fact.new_text()),
            _ => several(fact, "has other content", "have other content"),
        },
        ..BASE
    },
    Rule {
        id: "index/document-count-drift",
        risk: Risk::High,
        gates: &[Gate::Eval, Gate::Review],
        summary: "a count of documents or chunks moved by as much as `count-drift-pct` sets, or more",
        why: "A jump in the count is how a half-finished build, a dropped source or a doubled import shows first.",
        remedy: "Find out which documents came or went before the snapshot ships.",
        applies: |fact| fact.is_about("count", Event::Changed) && fact.has("drift"),
        message: |fact| {
            let percent = drift(fact).unwrap_or_default() * 100.0;
            format!("`{}` went from {} to {} ({percent:.1} %)", fact.subject, fact.old_text(), fact.new_text())
        },
        ..BASE
    },
    Rule {
        id: "index/document-reordered",
        class: Class::Cosmetic,
        risk: Risk::None,
        gates: &[],
        summary: "the same documents are listed in another order",
        why: "Retrieval does not depend on the order of the list.",
        remedy: "Nothing to do.",
        applies: |fact| fact.is_about("document", Event::Moved),
        message: |fact| format!("{} document(s) stand elsewhere in the list", fact.count),
        ..BASE
    },
    // Schema.
    Rule {
        id: "index/field-removed",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Schema],
        summary: "a metadata field is gone",
        why: "A filter on a field that no document has matches nothing, or everything: a tenant filter that matches \
              everything is a leak.",
        remedy: "Change the queries that use the field first, in an earlier release.",
        applies: |fact| matches!(fact.aspect, "field" | "column") && fact.event == Event::Removed,
        message: |fact| format!("documents no longer have the field `{}`", fact.subject),
        ..BASE
    },
    Rule {
        id: "index/field-added",
        class: Class::Additive,
        risk: Risk::Low,
        gates: &[],
        summary: "a metadata field is new",
        why: "Queries that do not know it are unaffected.",
        remedy: "Make sure that older documents have a value before a filter uses it.",
        applies: |fact| matches!(fact.aspect, "field" | "column") && fact.event == Event::Added,
        message: |fact| format!("documents have the new field `{}`", fact.subject),
        ..BASE
    },
    Rule {
        id: "index/field-type-changed",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Schema],
        summary: "a metadata field has another type",
        why: "A filter that compares text with a number finds nothing, and says nothing.",
        remedy: "Give the new type a new field, and move the queries before the old one goes.",
        applies: |fact| matches!(fact.aspect, "field" | "column") || (fact.aspect == "detail" && fact.has("field")),
        ..BASE
    },
    // Integrity and notes.
    Rule {
        id: "index/duplicate-id",
        class: Class::Integrity,
        risk: Risk::High,
        gates: &[],
        summary: "two documents have the same id, or one has none",
        why: "Stores keep one document for an id, so one of the two is not in the index, and nobody knows which.",
        remedy: "Give every document an id of its own.",
        applies: |fact| fact.is_about("document", Event::Unfit),
        message: |fact| match fact.has("keyless") {
            true => several(fact, "has no id", "have no id"),
            false => several(fact, "stands twice", "stand twice"),
        },
        ..BASE
    },
    Rule {
        id: "index/timestamp-only",
        class: Class::Cosmetic,
        risk: Risk::None,
        gates: &[],
        summary: "a time of building or fetching changed",
        why: "When this is all that changed, the index was built again with the same content.",
        remedy: "Nothing to do.",
        applies: |fact| {
            matches!(fact.aspect, "timestamp" | "freshness") || (fact.aspect == "document" && fact.has("timestamp"))
        },
        ..BASE
    },
    Rule {
        id: "index/metadata-changed",
        class: Class::Cosmetic,
        risk: Risk::None,
        gates: &[],
        summary: "the description, owner or label of the index changed",
        why: "Nothing that is retrieved is different.",
        remedy: "Nothing to do.",
        applies: |fact| fact.aspect == "metadata",
        ..BASE
    },
    Rule { gates: &[Gate::Eval], ..row_tree::rules::unseen("index/rows-unseen", ChangeType::Data) },
    lifecycle::source_format_changed("index/source-format-changed", ChangeType::Data),
    Rule { gates: &[Gate::Eval], ..lifecycle::added("index/added", ChangeType::Data) },
    Rule { gates: &[Gate::Schema], ..lifecycle::removed("index/removed", ChangeType::Data) },
    lifecycle::renamed("index/renamed", ChangeType::Data),
    lifecycle::content_changed("index/content-changed", ChangeType::Data),
];

/// ``the document `x` is gone``, or `12 more documents are gone` for a folded fact.
fn several(fact: &Fact, one: &str, many: &str) -> String {
    if fact.has("folded") {
        format!("{} more documents {many}", fact.count)
    } else {
        format!("the document `{}` {one}", fact.subject)
    }
}

fn went(fact: &Fact) -> String {
    match fact.event {
        Event::Added => format!("`{}` is new: {}", fact.subject, fact.new_text()),
        Event::Removed => format!("`{}` is gone, it was {}", fact.subject, fact.old_text()),
        _ => format!("`{}` went from {} to {}", fact.subject, fact.old_text(), fact.new_text()),
    }
}

/// By which part of itself a count moved.
fn drift(fact: &Fact) -> Option<f64> {
    let (old, new): (f64, f64) = (fact.old_text().parse().ok()?, fact.new_text().parse().ok()?);
    Some((new - old).abs() / old.abs().max(1.0))
}
