//! Kinds: one folder each, a vertical slice from bytes to facts and rules.
//!
//! A kind recognises its files, parses them into its own typed artefact, and compares two of them into facts.
//! Nothing outside a kind's folder knows what is special about it: every stage goes through [`AnyKind`] and [`KINDS`].

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use basis::{Basis, Thresholds};
use shared::part::Part;
use shared::rows::Tolerance;
pub use signs::Signs;

use crate::domain::{
    ArtefactId, AtHand, Elsewhere, Fact, KindName, Meaning, Problem, Quote, Rule, SourceFile, Span, Versioning,
};

pub mod agent;
mod basis;
pub mod eval;
pub mod feature;
pub mod index;
pub mod model;
pub mod prompt;
pub mod shared;
mod signs;
pub mod tool;

/// Every kind, in the order in which they are asked whether they recognise a file.
pub const KINDS: &[&dyn AnyKind] = &[
    &tool::ToolKind,
    &model::ModelKind,
    &feature::FeatureKind,
    &agent::AgentKind,
    &eval::Eval,
    &index::Index,
    &prompt::PromptKind,
];

/// The kind called `name`.
pub fn kind(name: KindName) -> Option<&'static dyn AnyKind> {
    KINDS.iter().copied().find(|kind| kind.name() == name)
}

/// The rules of kind `name`, in the order in which they are asked.
pub fn rules(name: KindName) -> impl Iterator<Item = &'static Rule> + Clone {
    kind(name).into_iter().flat_map(|kind| kind.rules().iter().copied().flatten())
}

/// What artefacts are parsed from: a file, or a directory taken as one.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Path of the file or directory in the repository, `/`-separated, without a trailing slash.
    pub path: Arc<str>,
    /// The file itself, or the readable text files of the directory sorted by path. Never empty.
    pub files: Vec<SourceFile>,
    /// Whether the unit is a directory taken as one artefact.
    pub is_directory: bool,
    /// What `pv.toml` says about reading it.
    pub settings: Settings,
    /// Where bytes are looked for that the files name and do not hold; `None`: nowhere.
    pub at_hand: Option<Arc<dyn AtHand>>,
}

/// What `pv.toml` says about reading a unit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// The column or key that identifies a row (`key`).
    pub key: Option<String>,
    /// The columns that name a row's strata (`strata`).
    pub strata: Vec<String>,
    /// By how much the numbers of a column may differ and mean the same (`tolerance`).
    pub tolerance: BTreeMap<String, Tolerance>,
}

/// What came out of a unit: artefacts, and problems that hide none of them.
#[derive(Debug)]
pub struct Parsed<A> {
    /// The artefacts, in the order of the source.
    pub items: Vec<Item<A>>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// One parsed artefact, and what every stage may know of it.
#[derive(Debug)]
pub struct Item<A> {
    /// The document's own name; `None`: it is named by its path.
    pub name: Option<String>,
    /// The part of the (only) file that is this artefact; `None`: the whole unit.
    pub span: Option<Span>,
    /// The version that the document declares.
    pub version: Option<String>,
    /// What it refers to.
    pub references: Vec<Reference>,
    /// Digest of its canonical form.
    pub meaning: Meaning,
    /// The typed artefact; only its kind looks inside.
    pub artefact: A,
}

/// A reference to another artefact, as a document spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The artefact that is meant, whether or not it exists.
    pub id: ArtefactId,
    /// The version that is asked for (`explain_refund@1.0.0`).
    pub version: Option<String>,
    /// Where the reference stands.
    pub quote: Quote,
}

/// A file that zero-configuration discovery asks about.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// Its parsed document when it is JSON, YAML or TOML and parses.
    pub document: Option<&'a shared::node::Node>,
}

/// A kind of artefact, typed.
pub trait Kind: Sync {
    /// The parsed form.
    type Artefact: Send + Sync + 'static;
    /// Its name.
    const NAME: KindName;
    /// The rules that judge its facts, in groups; the first that applies claims a fact.
    const RULES: &'static [&'static [Rule]];
    /// How its artefacts are versioned unless `pv.toml` says otherwise.
    const VERSIONING: Versioning = Versioning::Semver;

    /// Whether a path alone, by convention, makes this kind likely enough to read the file (`prompts/x.md`, `*.prompty`).
    /// Files that no kind finds likely are never read by zero-configuration discovery.
    fn is_likely(&self, path: &str) -> bool;

    /// Whether a file that some kind found likely is one of this kind, by its content and path.
    fn recognises(&self, candidate: &Candidate<'_>) -> bool;

    /// The directory that the file at `path` makes one artefact (`skills/pdf/SKILL.md` makes `skills/pdf` one).
    fn directory_of<'p>(&self, _path: &'p str) -> Option<&'p str> {
        None
    }

    /// The name that a path gives where the document has none (`greet/system.md`: `greet`); `None`: the file's stem.
    fn name_of_path(&self, _path: &str) -> Option<String> {
        None
    }

    /// Whether it reads files of rows piece by piece, so that large ones need not be held in memory.
    fn reads_rows(&self) -> bool {
        false
    }

    /// Reads the artefacts of a unit.
    fn parse(&self, unit: &Unit) -> Parsed<Self::Artefact>;

    /// The keyed pieces of an artefact, for `pv show` and release records.
    fn parts<'a>(&self, artefact: &'a Self::Artefact) -> &'a [Part];

    /// Whether a piece is a setting that the artefact runs with, which a release record keeps.
    fn is_parameter(&self, _part: &Part) -> bool {
        false
    }

    /// The names or paths of the other texts that are pulled in when the artefact is rendered.
    fn includes<'a>(&self, _artefact: &'a Self::Artefact) -> Vec<&'a str> {
        Vec::new()
    }

    /// What of it a report of a run can hold.
    fn signs(&self, _artefact: &Self::Artefact) -> Signs {
        Signs::default()
    }

    /// Whether what it refers to runs with it; a pin's fallbacks do not.
    fn runs_with_references(&self) -> bool {
        true
    }

    /// What it stands for and another store holds.
    fn elsewhere(&self, _artefact: &Self::Artefact) -> Vec<Elsewhere> {
        Vec::new()
    }

    /// What is unfit about an artefact that is new, where that takes reading what [`Kind::inspect`] does not read every
    /// time.
    fn inspect_new(&self, artefact: &Self::Artefact, basis: &Basis) -> Vec<Fact> {
        self.inspect(artefact, basis)
    }

    /// Its first rows, at most `count`, where they are not what its files hold.
    fn first_rows(&self, _artefact: &Self::Artefact, _count: usize) -> Vec<String> {
        Vec::new()
    }

    /// Whether it runs with whatever a feature lists beside it, though nothing refers to it by name: what is retrieved.
    fn runs_beside(&self) -> bool {
        false
    }

    /// What differs. Must name at least one fact when the two meanings differ.
    fn compare(&self, old: &Self::Artefact, new: &Self::Artefact, basis: &Basis) -> Vec<Fact>;

    /// What is unfit about an artefact as it is, whatever it was before ([`Event::Unfit`](crate::domain::Event)).
    ///
    /// A diff tells what the new side has and the old side had not.
    fn inspect(&self, _artefact: &Self::Artefact, _basis: &Basis) -> Vec<Fact> {
        Vec::new()
    }
}

/// A parsed artefact whose type only its kind knows.
pub type AnyArtefact = Box<dyn Any + Send + Sync>;

/// A kind of artefact, as the stages use it.
pub trait AnyKind: Sync {
    /// Its name.
    fn name(&self) -> KindName;
    /// Its rules, in groups.
    fn rules(&self) -> &'static [&'static [Rule]];
    /// How its artefacts are usually versioned.
    fn versioning(&self) -> Versioning;
    /// See [`Kind::is_likely`].
    fn is_likely(&self, path: &str) -> bool;
    /// See [`Kind::recognises`].
    fn recognises(&self, candidate: &Candidate<'_>) -> bool;
    /// See [`Kind::directory_of`].
    fn directory_of<'p>(&self, path: &'p str) -> Option<&'p str>;
    /// See [`Kind::name_of_path`].
    fn name_of_path(&self, path: &str) -> Option<String>;
    /// See [`Kind::reads_rows`].
    fn reads_rows(&self) -> bool;
    /// See [`Kind::parse`].
    fn parse(&self, unit: &Unit) -> Parsed<AnyArtefact>;
    /// See [`Kind::parts`].
    fn parts<'a>(&self, artefact: &'a AnyArtefact) -> &'a [Part];
    /// See [`Kind::is_parameter`].
    fn is_parameter(&self, part: &Part) -> bool;
    /// See [`Kind::includes`].
    fn includes<'a>(&self, artefact: &'a AnyArtefact) -> Vec<&'a str>;
    /// See [`Kind::signs`].
    fn signs(&self, artefact: &AnyArtefact) -> Signs;
    /// See [`Kind::runs_with_references`].
    fn runs_with_references(&self) -> bool;
    /// See [`Kind::elsewhere`].
    fn elsewhere(&self, artefact: &AnyArtefact) -> Vec<Elsewhere>;
    /// See [`Kind::first_rows`].
    fn first_rows(&self, artefact: &AnyArtefact, count: usize) -> Vec<String>;
    /// See [`Kind::runs_beside`].
    fn runs_beside(&self) -> bool;
    /// See [`Kind::compare`]. Artefacts of another kind have nothing to compare.
    fn compare(&self, old: &AnyArtefact, new: &AnyArtefact, basis: &Basis) -> Vec<Fact>;
    /// See [`Kind::inspect`].
    fn inspect(&self, artefact: &AnyArtefact, basis: &Basis) -> Vec<Fact>;
    /// See [`Kind::inspect_new`].
    fn inspect_new(&self, artefact: &AnyArtefact, basis: &Basis) -> Vec<Fact>;
}

impl<K: Kind> AnyKind for K {
    fn name(&self) -> KindName {
        K::NAME
    }

    fn rules(&self) -> &'static [&'static [Rule]] {
        K::RULES
    }

    fn versioning(&self) -> Versioning {
        K::VERSIONING
    }

    fn is_likely(&self, path: &str) -> bool {
        Kind::is_likely(self, path)
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        Kind::recognises(self, candidate)
    }

    fn directory_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        Kind::directory_of(self, path)
    }

    fn name_of_path(&self, path: &str) -> Option<String> {
        Kind::name_of_path(self, path)
    }

    fn reads_rows(&self) -> bool {
        Kind::reads_rows(self)
    }

    fn parse(&self, unit: &Unit) -> Parsed<AnyArtefact> {
        let Parsed { items, problems } = Kind::parse(self, unit);
        let items = items.into_iter().map(|item| item.map(|artefact| Box::new(artefact) as AnyArtefact)).collect();
        Parsed { items, problems }
    }

    fn parts<'a>(&self, artefact: &'a AnyArtefact) -> &'a [Part] {
        artefact.downcast_ref::<K::Artefact>().map_or(&[], |artefact| Kind::parts(self, artefact))
    }

    fn is_parameter(&self, part: &Part) -> bool {
        Kind::is_parameter(self, part)
    }

    fn includes<'a>(&self, artefact: &'a AnyArtefact) -> Vec<&'a str> {
        artefact.downcast_ref::<K::Artefact>().map_or_else(Vec::new, |artefact| Kind::includes(self, artefact))
    }

    fn signs(&self, artefact: &AnyArtefact) -> Signs {
        artefact.downcast_ref::<K::Artefact>().map_or_else(Signs::default, |artefact| Kind::signs(self, artefact))
    }

    fn runs_with_references(&self) -> bool {
        Kind::runs_with_references(self)
    }

    fn elsewhere(&self, artefact: &AnyArtefact) -> Vec<Elsewhere> {
        artefact.downcast_ref::<K::Artefact>().map_or_else(Vec::new, |artefact| Kind::elsewhere(self, artefact))
    }

    fn first_rows(&self, artefact: &AnyArtefact, count: usize) -> Vec<String> {
        let artefact = artefact.downcast_ref::<K::Artefact>();
        artefact.map_or_else(Vec::new, |artefact| Kind::first_rows(self, artefact, count))
    }

    fn runs_beside(&self) -> bool {
        Kind::runs_beside(self)
    }

    fn compare(&self, old: &AnyArtefact, new: &AnyArtefact, basis: &Basis) -> Vec<Fact> {
        match (old.downcast_ref::<K::Artefact>(), new.downcast_ref::<K::Artefact>()) {
            (Some(old), Some(new)) => Kind::compare(self, old, new, basis),
            _ => Vec::new(),
        }
    }

    fn inspect(&self, artefact: &AnyArtefact, basis: &Basis) -> Vec<Fact> {
        artefact.downcast_ref::<K::Artefact>().map_or_else(Vec::new, |artefact| Kind::inspect(self, artefact, basis))
    }

    fn inspect_new(&self, artefact: &AnyArtefact, basis: &Basis) -> Vec<Fact> {
        artefact
            .downcast_ref::<K::Artefact>()
            .map_or_else(Vec::new, |artefact| Kind::inspect_new(self, artefact, basis))
    }
}

impl<A> Item<A> {
    fn map<B>(self, wrap: impl FnOnce(A) -> B) -> Item<B> {
        Item {
            name: self.name,
            span: self.span,
            version: self.version,
            references: self.references,
            meaning: self.meaning,
            artefact: wrap(self.artefact),
        }
    }
}
