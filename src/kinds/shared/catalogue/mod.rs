//! The catalogue of models: what is publicly known of well-known ones, and what a project adds in `pv.toml`.
//!
//! Facts are dated and sourced (`models.toml`). A model that is not in it is unknown: nothing is guessed about it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::domain::{Event, Fact};

mod entry;
mod id;
mod relation;
mod stamp;
mod standing;

pub use entry::{Entry, day};
pub use id::ModelId;
pub use relation::Relation;
pub use stamp::Stamp;
pub use standing::Standing;

/// The built-in entries, by the names that [`ModelId`] gives them.
static BUILT_IN: LazyLock<BTreeMap<String, Entry>> = LazyLock::new(|| {
    // A test holds the file well formed.
    let file = toml::from_str::<entry::File>(include_str!("models.toml"));
    let rows = file.map(|file| file.model).unwrap_or_default();
    rows.into_iter().map(|(id, row)| (ModelId::parse(&id).name, row.into())).collect()
});

/// What is known of models: the built-in entries, and a project's own above them.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    own: Arc<BTreeMap<String, Entry>>,
}

impl Catalogue {
    /// The built-in catalogue with `entries` (id and entry) above it; an entry keeps what is built in of its model.
    pub fn with(entries: impl IntoIterator<Item = (String, Entry)>) -> Self {
        let mut own: BTreeMap<String, Entry> = BTreeMap::new();
        for (id, entry) in entries {
            let id = ModelId::parse(&id);
            let entry = entry.at(&id);
            let entry =
                own.get(&id.name).or_else(|| BUILT_IN.get(&id.name)).map_or(entry.clone(), |base| entry.over(base));
            own.insert(id.name, entry);
        }
        Self { own: Arc::new(own) }
    }

    /// What is known of the model that `id` names, in any spelling; `None`: nothing.
    pub fn entry(&self, id: &ModelId) -> Option<&Entry> {
        self.own.get(&id.name).or_else(|| BUILT_IN.get(&id.name))
    }

    /// How many tokens the model reads at once, what it writes included; `None`: unknown.
    pub fn context_window(&self, id: &str) -> Option<u64> {
        self.entry(&ModelId::parse(id))?.context_window
    }

    /// How many tokens the model writes at most; `None`: unknown.
    pub fn max_output(&self, id: &str) -> Option<u64> {
        self.entry(&ModelId::parse(id))?.max_output
    }

    /// How the model `new` stands to the model `old`.
    pub fn relation(&self, old: &str, new: &str) -> Relation {
        relation::between(self, &ModelId::parse(old), &ModelId::parse(new))
    }

    /// Whether `id` is a name that its maker moves. An unknown name, or one that another host gives its own meaning, is not
    /// said to be one unless it asks for the latest.
    pub fn is_floating(&self, id: &str) -> bool {
        let id = ModelId::parse(id);
        id.vendor.is_some() && id.is_latest
            || id.is_at_home() && self.entry(&id).is_some_and(|entry| entry.floating == Some(true))
    }

    /// By how many percent `new` costs more than `old`, reading and writing taken each for itself and the smaller rise
    /// told: so much more it costs whatever the share of each. `None`: unknown, or not both dearer.
    pub fn price_rise(&self, old: &str, new: &str) -> Option<f64> {
        let (old, new) = (self.entry(&ModelId::parse(old))?, self.entry(&ModelId::parse(new))?);
        let rise =
            |old: Option<f64>, new: Option<f64>| Some((new? / old? - 1.0) * 100.0).filter(|rise| rise.is_finite());
        let (input, output) = (rise(old.input_price, new.input_price)?, rise(old.output_price, new.output_price)?);
        Some(input.min(output)).filter(|rise| *rise > 0.0)
    }

    /// Marks each changed model among `facts` with how the new one stands to the old one.
    pub fn mark(&self, facts: &mut [Fact]) {
        let changed = |fact: &&mut Fact| fact.is_about("model", Event::Changed) || fact.aspect == "fallback-target";
        for fact in facts.iter_mut().filter(changed) {
            fact.marks.push(self.relation(fact.old_text(), fact.new_text()).as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::entry::{File, day};
    use super::{Catalogue, Entry, ModelId};

    const TEXT: &str = include_str!("models.toml");

    #[test]
    fn the_data_file_is_well_formed_and_every_entry_is_sourced() {
        let file: File = toml::from_str(TEXT).unwrap();
        for (name, source) in &file.source {
            assert!(source.url.starts_with("https://"), "{name}");
            assert!(day(source.read).is_some(), "{name}");
            assert!(source.through.as_ref().is_none_or(|through| !through.is_empty()), "{name}");
            let used = file.model.values().any(|row| row.sources.contains(name));
            assert!(used, "no entry uses the source {name}");
        }
        for (id, row) in &file.model {
            assert!(!row.sources.is_empty(), "{id} has no source");
            let known = |source: &String| file.source.contains_key(source);
            assert!(row.sources.iter().all(known), "{id} names a source that is not there");
            assert!(row.points_to.as_ref().is_none_or(|target| file.model.contains_key(target)), "{id} points nowhere");
        }
        assert!(file.model.len() > 200, "{}", file.model.len());
    }

    #[test]
    fn the_data_file_is_sorted_and_no_two_entries_are_one_model() {
        let ids: Vec<&str> = TEXT.lines().filter_map(|line| line.strip_prefix('"')?.split('"').next()).collect();
        assert!(ids.is_sorted(), "sort the entries by id");
        let mut names: Vec<String> = ids.iter().map(|id| ModelId::parse(id).name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), ids.len());
    }

    #[test]
    fn dates_and_figures_are_plausible() {
        let file: File = toml::from_str(TEXT).unwrap();
        for (id, row) in file.model {
            let entry = Entry::from(row);
            let in_order = |first: Option<_>, then: Option<_>| first.zip(then).is_none_or(|(first, then)| first < then);
            assert!(in_order(entry.released, entry.retires), "{id}");
            assert!(in_order(entry.deprecated, entry.retires), "{id}");
            assert!(entry.context_window.zip(entry.max_output).is_none_or(|(window, output)| output < window), "{id}");
            assert!(entry.input_price.zip(entry.output_price).is_none_or(|(input, output)| input <= output), "{id}");
        }
    }

    #[test]
    fn a_project_adds_and_corrects() {
        let own = Entry { context_window: Some(64_000), ..Entry::default() };
        let catalogue = Catalogue::with([("azure/gpt-4o".to_owned(), own.clone()), ("acme-large".to_owned(), own)]);
        assert_eq!(catalogue.context_window("gpt-4o"), Some(64_000));
        assert_eq!(catalogue.max_output("gpt-4o"), Some(16_384), "what is not said stays built in");
        assert_eq!(catalogue.context_window("acme-large"), Some(64_000));
        assert_eq!(Catalogue::default().context_window("acme-large"), None);
    }

    #[test]
    fn a_floating_name_is_known_or_says_so() {
        let catalogue = Catalogue::default();
        for floating in
            ["gpt-4o", "openai/gpt-4o", "claude-3-5-sonnet-latest", "gemini-flash-latest", "claude-sonnet-4-5"]
        {
            assert!(catalogue.is_floating(floating), "{floating}");
        }
        // Since the 4.6 generation, Claude's ids without a date are snapshots; what is unknown is not guessed at.
        for pinned in
            ["gpt-4o-2024-08-06", "claude-sonnet-4-6", "claude-opus-5", "llama-3.1-8b", "acme-large", "router:latest"]
        {
            assert!(!catalogue.is_floating(pinned), "{pinned}");
        }
    }

    #[test]
    fn a_price_rises_when_reading_and_writing_both_do() {
        let catalogue = Catalogue::default();
        assert!(catalogue.price_rise("gpt-4o-mini", "gpt-4o").is_some_and(|rise| rise > 1000.0));
        assert_eq!(catalogue.price_rise("gpt-4o", "gpt-4o-mini"), None);
        assert_eq!(catalogue.price_rise("gpt-4o", "acme-large"), None);
    }
}
