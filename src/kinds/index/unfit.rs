//! What is unfit about an index as its manifest describes it: embedders that do not fit each other, counts that do not hold.

use std::collections::BTreeSet;

use super::Snapshot;
use super::drift::{counts_chunks, counts_documents};
use crate::domain::{Event, Fact};
use crate::kinds::shared::part::Part;

/// Collections whose members are parts of the content, each with its own embedder perhaps.
const SHARES: [&str; 6] = ["sources[", "corpora[", "collections[", "shards[", "segments[", "partitions["];

/// Everything unfit about a snapshot.
pub(super) fn inspect(snapshot: &Snapshot) -> Vec<Fact> {
    let parts = &snapshot.parts;
    let facts = [mismatch(parts), mixed(parts), partial(snapshot)];
    let altered = snapshot.altered.iter().map(altered);
    facts.into_iter().flatten().chain(parts.iter().filter_map(empty)).chain(altered).collect()
}

/// The embedder of queries is another than that of the index.
fn mismatch(parts: &[Part]) -> Option<Fact> {
    let model = |aspect: &str| parts.iter().find(|part| part.aspect == aspect && names_model(&part.key));
    let (query, index) = (model("query-embedder")?, model("embedding-model")?);
    let differ = embedder(&query.quote.text) != embedder(&index.quote.text);
    differ.then(|| {
        let subject = format!("queries are embedded by `{}`, documents by `{}`", query.quote.text, index.quote.text);
        Fact::new("query-embedder", Event::Unfit, subject).is(query.quote.clone())
    })
}

/// Parts of the content are embedded by different models.
fn mixed(parts: &[Part]) -> Option<Fact> {
    let is_share = |part: &&Part| {
        SHARES.iter().any(|share| part.key.contains(share))
            && part.key.to_ascii_lowercase().contains("embed")
            && names_model(&part.key)
    };
    let shares: Vec<&Part> = parts.iter().filter(is_share).collect();
    let models: BTreeSet<String> = shares.iter().map(|part| embedder(&part.quote.text)).collect();
    let last = shares.last().filter(|_| models.len() > 1)?;
    let models: Vec<String> = models.iter().map(|model| format!("`{model}`")).collect();
    let subject = format!("one snapshot holds vectors of {}", models.join(" and "));
    Some(Fact::new("embedding-model", Event::Unfit, subject).is(last.quote.clone()))
}

/// Whether the setting at `key` names a model, rather than its provider or version.
fn names_model(key: &str) -> bool {
    let last = key.rsplit(['.', ']']).next().unwrap_or(key).to_ascii_lowercase();
    matches!(last.as_str(), "model" | "name" | "id" | "embedder" | "embedding" | "embedding_model" | "embed_model")
        || last.ends_with("_embedder")
        || last.ends_with("embedding_model")
}

/// The model's name; some makers name the halves of one model for queries and for passages.
fn embedder(id: &str) -> String {
    let name = id.rsplit('/').next().unwrap_or(id).to_ascii_lowercase();
    let halves = ["-query", "-passage", "-document", "-doc"];
    halves.iter().find_map(|half| name.strip_suffix(half)).unwrap_or(&name).to_owned()
}

/// The listed documents are not as many as the manifest counts.
fn partial(snapshot: &Snapshot) -> Option<Fact> {
    let rows = snapshot.rows()?;
    let place = rows.place()?;
    let stem = place.path.rsplit('/').next()?.split('.').next()?.to_ascii_lowercase();
    let is_own = snapshot.source.is_some() || snapshot.kept.is_some();
    let counts = snapshot.parts.iter().filter(|part| part.aspect == "count");
    let counted: Vec<&Part> = counts
        .filter(|part| match stem.as_str() {
            "documents" | "docs" => counts_documents(&part.key),
            "chunks" => counts_chunks(&part.key),
            _ => is_own && (counts_documents(&part.key) || counts_chunks(&part.key)),
        })
        .collect();
    let listed = rows.len().to_string();
    let declared = counted.first().filter(|_| counted.iter().all(|part| part.quote.text != listed))?;
    let subject = format!("`{}` says {}, and {listed} are listed", declared.key, declared.quote.text);
    Some(Fact::new("partial", Event::Unfit, subject).is(declared.quote.clone()))
}

/// Chunks without content, as the manifest itself counts them.
fn empty(part: &Part) -> Option<Fact> {
    let count: f64 = part.quote.text.parse().ok().filter(|_| part.aspect == "empty")?;
    (count > 0.0).then(|| Fact::new("empty", Event::Unfit, part.key.clone()).is(part.quote.clone()).marked("some"))
}

/// A file beside the manifest is not the one whose digest the manifest records.
fn altered(part: &Part) -> Fact {
    let subject = format!("`{}` records a digest that its file does not have", part.key);
    Fact::new("digest", Event::Unfit, subject).is(part.quote.clone())
}
