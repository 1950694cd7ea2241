//! A rule's example: its own pair of fixtures, embedded, and compared when it is asked for.

use std::collections::BTreeMap;
use std::io;

use jiff::civil::{Date, date};

use crate::classify;
use crate::config::Config;
use crate::diff::{self, Discovery, Selected};
use crate::domain::{KindName, Rule};
use crate::git::{Mode, Snapshot};
use crate::report::{Changes, Endpoint, Inputs};
use crate::store::opened;

use super::load;

/// The day on which examples are judged, so that what a date decides stays decided.
const DAY: Date = date(2026, 7, 1);

/// Every file below `fixtures/rules`: its path from there, whether it may be executed, its bytes.
const FILES: &[(&str, bool, &[u8])] = include!(concat!(env!("OUT_DIR"), "/rule_fixtures.rs"));

/// The files of a side, by path.
pub(super) type Files = BTreeMap<&'static str, &'static [u8]>;

/// A pair of fixtures.
pub(super) struct Example {
    /// The files before.
    pub(super) old: Files,
    /// The files after.
    pub(super) new: Files,
    /// The `pv.toml` that says how they are read, where their formats do not.
    pub(super) config: Option<&'static str>,
    rule: &'static Rule,
}

impl Example {
    /// The example of `rule`.
    pub(super) fn of(rule: &'static Rule) -> Self {
        let config = below(format!("{}/", rule.id)).find(|(path, ..)| *path == load::CONFIG);
        Self {
            old: side(rule, "old"),
            new: side(rule, "new"),
            config: config.and_then(|(_, _, bytes)| std::str::from_utf8(bytes).ok()),
            rule,
        }
    }

    /// Whether there is none: no pair of files fires the rule.
    pub(super) fn is_empty(&self) -> bool {
        self.old.is_empty() && self.new.is_empty()
    }

    /// What pv says about it.
    ///
    /// # Errors
    /// When the example's configuration has faults.
    pub(super) fn changes(&self) -> miette::Result<Changes> {
        let config = self.config.map_or(Ok(Config::default()), |text| load::parse(load::CONFIG, text))?;
        let (old, new) = (snapshot(self.rule, "old"), snapshot(self.rule, "new"));
        let comparison = diff::between(&old, &new, &self.discovery(&config, [&old, &new]));
        let side = |spec: &str| Endpoint { spec: spec.to_owned(), commit: None };
        Ok(Changes::build(Inputs {
            schema: "pv/diff/1",
            old: side("before"),
            new: side("after"),
            classified: classify::all(comparison.artefacts, &load::policy(&config)),
            released: BTreeMap::new(),
            today: DAY.to_string(),
            code: Vec::new(),
            submodules: Vec::new(),
            unmanaged: Vec::new(),
            problems: comparison.problems,
        }))
    }

    /// By its configuration; without one by format, and what no format tells as the kind that the rule is of.
    fn discovery<'c>(&self, config: &'c Config, sides: [&Snapshot; 2]) -> Discovery<'c> {
        let by_format = load::discovery(config, DAY);
        let is_known = |side: &Snapshot| !diff::inventory(side, &by_format).artefacts.is_empty();
        match self.rule.kind().parse::<KindName>() {
            Ok(kind) if self.config.is_none() && !sides.into_iter().any(is_known) => {
                let select = Box::new(move |path: &str| Some(as_kind(kind, path)));
                Discovery { select, by_format: false, ..by_format }
            }
            _ => by_format,
        }
    }
}

/// Every file is an artefact of this kind, and so is every folder as a whole.
fn as_kind(kind: KindName, path: &str) -> Selected {
    let directory = path.split_once('/').map(|(folder, _)| folder.to_owned());
    Selected { directory, ..Selected::of_kind(Some(kind)) }
}

/// The embedded files below `folder`, with their paths from there.
fn below(folder: String) -> impl Iterator<Item = (&'static str, bool, &'static [u8])> {
    FILES.iter().filter_map(move |(path, executable, bytes)| Some((path.strip_prefix(&*folder)?, *executable, *bytes)))
}

fn side(rule: &Rule, side: &str) -> Files {
    below(format!("{}/{side}/", rule.id)).map(|(path, _, bytes)| (path, bytes)).collect()
}

fn snapshot(rule: &Rule, name: &str) -> Snapshot {
    let files = side(rule, name);
    let modes = below(format!("{}/{name}/", rule.id))
        .map(|(path, executable, _)| (path.to_owned(), if executable { Mode::Executable } else { Mode::File }));
    let read = move |path: &str| {
        let bytes = files.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(opened::of_bytes(bytes.to_vec()))
    };
    Snapshot::elsewhere(modes.collect(), read)
}
