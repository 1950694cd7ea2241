//! On its pair of fixtures, a rule fires and every other one stays silent.
//!
//! `fixtures/rules/<kind>/<rule>/{old,new}` are read by the `pv.toml` beside them, without one by their formats, and where
//! no kind knows those, as the kind of the folder (a file as one artefact, a folder as one). A rule that cannot fire alone
//! names the others, one a line, in a file `also` beside `old` and `new`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pv::classify::{self, Policy};
use pv::config::Config;
use pv::diff::{self, Discovery, Selected};
use pv::domain::KindName;
use pv::git::Snapshot;
use pv::kinds::Basis;

#[test]
fn each_pair_fires_exactly_its_rule() {
    let pairs = Pair::all();
    let faults: Vec<String> = pairs.iter().filter_map(Pair::fault).collect();
    assert!(faults.is_empty(), "{} of {} pairs\n{}", faults.len(), pairs.len(), faults.join("\n"));
}

#[test]
fn a_side_against_itself_fires_nothing() {
    for pair in Pair::all() {
        for side in ["old", "new"] {
            let fired = pair.fired(side, side);
            assert!(fired.is_empty(), "{}: {side} against itself fires {fired:?}", pair.rule);
        }
    }
}

/// The fixtures of a rule.
struct Pair {
    folder: PathBuf,
    kind: String,
    rule: String,
}

impl Pair {
    fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
        let pairs = folders(&root).into_iter().flat_map(|kind| folders(&kind)).map(|folder| {
            let kind = name(folder.parent().unwrap());
            Self { rule: format!("{kind}/{}", name(&folder)), kind, folder }
        });
        pairs.collect()
    }

    fn fault(&self) -> Option<String> {
        let fired = self.fired("old", "new");
        let mut wanted = BTreeSet::from([self.rule.clone()]);
        wanted.extend(std::fs::read_to_string(self.folder.join("also")).unwrap_or_default().lines().map(str::to_owned));
        (fired != wanted).then(|| format!("{}: fired {fired:?}", self.rule))
    }

    fn fired(&self, old: &str, new: &str) -> BTreeSet<String> {
        let (old, new) = (self.side(old), self.side(new));
        let discovery = self.discovery(&[&old, &new]);
        let classified = classify::all(diff::between(&old, &new, &discovery).artefacts, &Policy::default());
        let findings = classified.into_iter().flat_map(|classified| classified.findings);
        findings.map(|finding| finding.rule.id.to_owned()).collect()
    }

    /// A side; one that is not there is empty, since git keeps no empty folders.
    fn side(&self, side: &str) -> Snapshot {
        let folder = self.folder.join(side);
        if folder.is_dir() { Snapshot::directory(&folder).unwrap() } else { Snapshot::of_files(Vec::new()) }
    }

    fn discovery(&self, sides: &[&Snapshot]) -> Discovery<'static> {
        if let Ok(text) = std::fs::read_to_string(self.folder.join("pv.toml")) {
            return configured(&text);
        }
        let by_format = Discovery::by_format();
        let knows = |side: &&Snapshot| !diff::inventory(side, &by_format).artefacts.is_empty();
        match self.kind.parse::<KindName>() {
            Ok(kind) if !sides.iter().any(knows) => forced(kind),
            _ => Discovery { basis: basis(), ..by_format },
        }
    }
}

/// All pairs are judged on one day, so that what a date decides stays decided.
fn basis() -> Basis {
    Basis { today: Some(jiff::civil::date(2026, 7, 1)), ..Basis::default() }
}

/// What the `pv.toml` of a pair selects.
fn configured(text: &str) -> Discovery<'static> {
    let config = Config::parse("pv.toml", text, &Default::default()).unwrap();
    let basis = Basis { catalogue: config.catalogue(), thresholds: config.classify.thresholds.clone(), ..basis() };
    let select = move |path: &str| {
        let selected = config.select(path)?;
        Some(Selected {
            directory: selected.is_directory.then(|| selected.path.to_owned()),
            settings: selected.selector.settings.clone(),
            ..Selected::of_kind(Some(selected.selector.kind))
        })
    };
    Discovery { select: Box::new(select), by_format: false, basis }
}

/// Every file is an artefact of this kind, and so is every folder as a whole.
fn forced(kind: KindName) -> Discovery<'static> {
    let select = move |path: &str| {
        let directory = path.split_once('/').map(|(folder, _)| folder.to_owned());
        Some(Selected { directory, ..Selected::of_kind(Some(kind)) })
    };
    Discovery { select: Box::new(select), by_format: false, basis: basis() }
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}
