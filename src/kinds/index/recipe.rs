//! Rules about how an index is prepared and asked, and about content that drifts.

use super::rules::BASE;
use crate::domain::{Event, Fact, Gate, Risk, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "index/preprocessing-changed",
        risk: Risk::High,
        summary: "documents are prepared differently before they are embedded",
        why: "What a cleaner, an OCR step or a language filter drops or mends decides what can be found at all, and the \
              same document gets another vector.",
        remedy: "Build anew with the new preparation, and compare the retrieval eval on both builds.",
        applies: |fact| fact.aspect == "preprocessing",
        ..BASE
    },
    Rule {
        id: "index/quantization-changed",
        summary: "vectors are stored at another precision",
        why: "Coarser vectors save memory and lose neighbours, first among hits that are close to each other.",
        remedy: "Measure recall against the exact vectors on a sample of real queries.",
        applies: |fact| fact.aspect == "quantization",
        ..BASE
    },
    Rule {
        id: "index/hybrid-weights-changed",
        summary: "lexical and vector search are mixed differently",
        why: "Questions with names and numbers live on the lexical half, paraphrases on the vectors: a shift of the mix \
              helps one sort and hurts the other.",
        remedy: "Run the retrieval eval by sort of question, not only in total.",
        applies: |fact| fact.aspect == "hybrid",
        ..BASE
    },
    Rule {
        id: "index/reranker-added",
        risk: Risk::High,
        summary: "hits are now put in order by a reranker",
        why: "What the reranker puts first is what the model reads, and every answer waits for one more call.",
        remedy: "Run the retrieval eval with and without it, and look at latency.",
        applies: |fact| fact.is_about("reranker", Event::Added) && fact.has("stage"),
        message: |fact| format!("hits are now reranked: `{}` is {}", fact.subject, fact.new_text()),
        ..BASE
    },
    Rule {
        id: "index/reranker-removed",
        risk: Risk::High,
        summary: "hits are no longer put in order by a reranker",
        why: "The model now reads hits in the order of the raw scores, which prompts and top-k were not tuned for.",
        remedy: "Run the retrieval eval with and without it.",
        applies: |fact| fact.is_about("reranker", Event::Removed) && fact.has("stage"),
        message: |fact| format!("hits are no longer reranked: `{}` was {}", fact.subject, fact.old_text()),
        ..BASE
    },
    Rule {
        id: "index/filter-changed",
        risk: Risk::High,
        gates: &[Gate::Eval, Gate::Safety],
        summary: "another filter decides which documents are searched",
        why: "A filter is what keeps one tenant's documents from another's answers, and drafts from customers. A looser \
              one leaks, a stricter one hides.",
        remedy: "Test with a user who must not see something, and with one who must.",
        applies: |fact| fact.aspect == "filter",
        ..BASE
    },
    Rule {
        id: "index/chunk-count-drift",
        summary: "a document is cut into more or fewer chunks on average",
        why: "When the recipe did not change, the cutting broke: empty pages, tables read as one line, a parser that gave up.",
        remedy: "Look at the documents whose number of chunks moved most.",
        applies: |fact| fact.is_about("count", Event::Changed) && fact.has("per-document"),
        message: |fact| {
            let (new, old) = (fact.new_text(), fact.old_text());
            format!("`{}` is {new} instead of {old}: documents are cut into other numbers of chunks", fact.subject)
        },
        ..BASE
    },
    Rule {
        id: "index/churn-high",
        summary: "a large share of the documents came, went or changed",
        why: "Evidence from the old snapshot says little about one of which so much is different.",
        remedy: "Run the full retrieval eval, and read a sample of what changed.",
        applies: |fact| fact.aspect == "churn",
        message: |fact| format!("{} came, went or changed", fact.subject),
        ..BASE
    },
    Rule {
        id: "index/length-or-language-mix-drift",
        summary: "the mix of languages, lengths or sections shifted",
        why: "A language that shrinks takes its answers with it, and a total that stays the same hides it.",
        remedy: "Find out which documents moved the mix, and run the retrieval eval by language.",
        applies: |fact| fact.aspect == "mix" && fact.has("shifted"),
        message: |fact| format!("the mix under `{}` shifted", fact.subject),
        ..BASE
    },
    Rule {
        id: "index/vector-stat-drift",
        risk: Risk::High,
        summary: "too few of the probe's neighbours are the same as before",
        why: "The build measured how many nearest neighbours of a fixed set of queries stayed the same. Below the \
              threshold the vectors themselves changed: another model behind the same name, or another preparation.",
        remedy: "Compare the embedder's version of both builds before the snapshot takes queries.",
        applies: |fact| fact.aspect == "overlap" && fact.has("below"),
        message: |fact| format!("`{}` is only {}", fact.subject, fact.new_text()),
        ..BASE
    },
    Rule {
        id: "index/freshness-regressed",
        summary: "the newest content is older than before",
        why: "An import that silently stopped, or a snapshot built from an old copy, looks just like this.",
        remedy: "Check the import's last run, unless this is a rollback.",
        applies: |fact| fact.aspect == "freshness" && is_earlier(fact),
        message: |fact| format!("`{}` went back from {} to {}", fact.subject, fact.old_text(), fact.new_text()),
        ..BASE
    },
];

/// Whether a date went back: both begin with `YYYY-MM-DD`, and the rest is written alike.
fn is_earlier(fact: &Fact) -> bool {
    let (old, new) = (fact.old_text(), fact.new_text());
    let day = |text: &str| text.get(..10).and_then(|day| day.parse::<jiff::civil::Date>().ok());
    match (day(old), day(new)) {
        (Some(was), Some(is)) if was != is => is < was,
        (Some(_), Some(_)) => old.len() == new.len() && old.ends_with('Z') == new.ends_with('Z') && new < old,
        _ => false,
    }
}
