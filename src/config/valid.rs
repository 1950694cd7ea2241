//! What `pv.toml` means: every section as typed values, the built-in defaults beneath.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::calendar::{self, Calendar};
use super::discipline::{self, Discipline};
use super::fault::{ConfigError, Fault};
use super::gates::{self, GatePolicy};
use super::intents::{self, Intents};
use super::keys::{CODE, PROJECT, ROOT};
use super::levels::{self, Classify, KnownRules, Override};
use super::models;
use super::notice::{self, Notice};
use super::overrides::{self, Exceptions};
use super::pattern::Patterns;
use super::quantity::{Duration, Size};
use super::raw::{BUILT_IN, Reader, Table};
use super::rehearsal::{self, Rehearsing};
use super::selector::{self, Selected, Selector};
use super::storage::{self, Storage};
use crate::domain::{ChangeType, Class, Gate, Span};
use crate::kinds::Thresholds;
use crate::kinds::shared::catalogue::{Catalogue, Entry};

/// A project's configuration, complete: what it does not say is the built-in default.
#[derive(Debug, Clone)]
pub struct Config {
    /// The project's name.
    pub project: Option<String>,
    /// The branch whose policy judges the others.
    pub protected_branch: String,
    /// Which files are artefacts; empty: discovery goes by format.
    pub selectors: Vec<Selector>,
    /// The files whose change is an agent-code change without being artefacts.
    pub code: Vec<Patterns>,
    /// How findings are classed.
    pub classify: Classify,
    /// What each change type owes.
    pub types: BTreeMap<ChangeType, Discipline>,
    /// What the evidence of the gates must show.
    pub gates: Vec<GatePolicy>,
    /// What changes owe in words.
    pub intents: Intents,
    /// Whether the way back has to be tried.
    pub rehearsing: Rehearsing,
    /// When releases may ship.
    pub calendar: Calendar,
    /// Who is told of a release, and how early.
    pub notice: Notice,
    /// Who may make which exceptions.
    pub exceptions: Exceptions,
    /// Where shipped bytes are kept.
    pub store: Storage,
    /// What is known of models beyond the built-in catalogue, by the ids as written.
    pub models: BTreeMap<String, Entry>,
}

const DEFAULTS: &str = include_str!("defaults.toml");

/// A file larger than this is no configuration.
pub(super) const LARGEST: usize = 4 * 1024 * 1024;

impl Config {
    /// Reads the `pv.toml` at `path` whose content is `text`; `known` are the rules that `[classify.levels]` may name
    /// (when empty: any).
    ///
    /// # Errors
    /// Every fault of the file, each with its place and the way out.
    pub fn parse(path: &str, text: &str, known: &KnownRules) -> Result<Self, ConfigError> {
        let faults = match text.len() {
            0..=LARGEST => match read(path, text, Self::default(), known) {
                (config, faults) if faults.is_empty() => return Ok(config),
                (_, faults) => faults,
            },
            _ => vec![too_large(path)],
        };
        Err(ConfigError::new(path, text, faults))
    }

    /// What the first selector that matches says about the file at `path`.
    pub fn select<'p>(&self, path: &'p str) -> Option<Selected<'_, 'p>> {
        self.selectors.iter().find_map(|selector| selector.select(path))
    }

    /// Whether a change of the file at `path` is an agent-code change although it is no artefact.
    pub fn is_code(&self, path: &str) -> bool {
        self.code.iter().any(|paths| paths.matches_file(path) || paths.directory_of(path).is_some())
    }

    /// The gates that every change of `change_type` owes.
    pub fn gates_for(&self, change_type: ChangeType) -> &[Gate] {
        self.types.get(&change_type).map_or(&[], |discipline| &discipline.gates)
    }

    /// What the project says about `rule`.
    pub fn level(&self, rule: &str) -> Option<&Override> {
        self.classify.levels.get(rule)
    }

    /// What is known of models: the built-in catalogue and the project's own entries.
    pub fn catalogue(&self) -> Catalogue {
        Catalogue::with(self.models.clone())
    }

    fn bare() -> Self {
        Self {
            project: None,
            protected_branch: String::new(),
            selectors: Vec::new(),
            code: Vec::new(),
            classify: Classify { form: Class::Behavioural, levels: BTreeMap::new(), thresholds: Thresholds::default() },
            types: BTreeMap::new(),
            gates: Vec::new(),
            intents: Intents::default(),
            rehearsing: Rehearsing::default(),
            calendar: Calendar::default(),
            notice: Notice::default(),
            exceptions: Exceptions::default(),
            store: Storage { inline_limit: Size { bytes: 0 }, remote: None, retention: Duration { seconds: 0 } },
            models: BTreeMap::new(),
        }
    }
}

impl Default for Config {
    /// The built-in defaults. A test holds them free of faults.
    fn default() -> Self {
        read(BUILT_IN, DEFAULTS, Self::bare(), &KnownRules::new()).0
    }
}

fn read(path: &str, text: &str, base: Config, known: &KnownRules) -> (Config, Vec<Fault>) {
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // Where nesting has no end, every bracket is a fault; the first one says it all.
        let told = if errors.iter().any(|error| error.message().contains("recurs")) { 1 } else { errors.len() };
        return (base, errors.iter().take(told).map(|error| syntax_fault(error, text)).collect());
    }
    let reader = Reader::new(path, text);
    let config = config(&reader.open(&document, &ROOT), base, known);
    (config, reader.into_faults())
}

fn config(root: &Table<'_>, base: Config, known: &KnownRules) -> Config {
    let project = root.table("project", &PROJECT);
    let of_project = |key| Some(project?.get(key)?.text()?.to_owned());
    Config {
        project: of_project("name").or(base.project),
        protected_branch: of_project("protected-branch").unwrap_or(base.protected_branch),
        selectors: selector::read(root),
        code: code(root),
        classify: levels::read(root, base.classify, known),
        types: discipline::read(root, &base.types),
        gates: gates::read(root, base.gates),
        intents: intents::read(root, base.intents),
        rehearsing: rehearsal::read(root, base.rehearsing),
        calendar: calendar::read(root),
        notice: notice::read(root, base.notice),
        exceptions: overrides::read(root, base.exceptions),
        store: storage::read(root, base.store),
        models: models::read(root),
    }
}

fn code(root: &Table<'_>) -> Vec<Patterns> {
    root.tables("code", &CODE).iter().filter_map(|code| Patterns::read(&code.must("paths")?)).collect()
}

pub(super) fn syntax_fault(error: &toml::de::Error, text: &str) -> Fault {
    let range = error.span().unwrap_or(text.len()..text.len());
    Fault {
        span: Span::new(range.start.min(text.len()), range.end.min(text.len())),
        code: "syntax",
        message: error.message().to_owned(),
        help: "the file must be TOML 1.1; the other checks run once it can be read".to_owned(),
    }
}

pub(super) fn too_large(path: &str) -> Fault {
    Fault {
        span: Span::new(0, 0),
        code: "too-large",
        message: format!("the file is larger than {LARGEST} bytes"),
        help: format!("{path} names what it is about; a few kilobytes are enough"),
    }
}
