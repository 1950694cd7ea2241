//! The repository tests its own shape: layers, heads of files, registrations, rules and their fixtures.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use pv::classify;
use pv::kinds::KINDS;

/// The modules of the crate and their ranks: a module names only modules of a lower rank.
const RANKS: &[(&str, u8)] = &[
    ("domain", 0),
    ("tree", 1),
    ("kinds", 2),
    ("store", 2),
    ("git", 3),
    ("config", 4),
    ("diff", 4),
    ("lock", 4),
    ("classify", 5),
    ("release", 6),
    ("report", 7),
    ("cli", 8),
];

/// The rule that no pair of files can fire while every kind keeps its law; a test of `classify` fires it by hand.
pub(crate) const UNPROVOKED: &str = "meta/unclassified-change";

const VAGUE_NAMES: &[&str] = &["utils", "common", "helpers", "types", "errors"];

#[test]
fn modules_name_only_modules_of_a_lower_rank() {
    let faults: Vec<String> = sources().iter().flat_map(|source| source.upward_names()).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_source_file_says_what_it_is_and_allows_nothing() {
    let mut faults = Vec::new();
    for Source { path, text } in sources() {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let parents = path.components().map(|part| part.as_os_str().to_str().unwrap());
        if !text.starts_with("//! ") {
            faults.push(format!("{}: the first line is not a `//!` that says what the file is", path.display()));
        }
        if text.contains("#[allow(") || text.contains("#![allow(") {
            faults.push(format!("{}: `allow`; write `#[expect(…, reason = …)]`", path.display()));
        }
        if parents.chain([stem]).any(|name| VAGUE_NAMES.contains(&name)) {
            faults.push(format!("{}: a name that says nothing", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_test_file_is_registered() {
    let main = std::fs::read_to_string(root().join("tests/it/main.rs")).unwrap();
    let registered: BTreeSet<&str> =
        main.lines().filter_map(|line| line.trim().strip_prefix("mod ")?.strip_suffix(';')).collect();
    let forgotten: Vec<String> =
        names_in("tests/it", "rs").into_iter().filter(|name| !registered.contains(&**name)).collect();
    assert_eq!(forgotten, ["main"], "tests/it/main.rs names every file beside it");
}

#[test]
fn every_kind_is_registered() {
    let folders = folders_in("src/kinds").into_iter().filter(|name| name != "shared");
    let registered: BTreeSet<String> = KINDS.iter().map(|kind| kind.name().to_string()).collect();
    assert_eq!(folders.collect::<BTreeSet<_>>(), registered);
}

#[test]
fn every_command_stands_in_the_help_text() {
    let output = Command::new(env!("CARGO_BIN_EXE_pv")).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let shown: BTreeSet<&str> = help.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    let files = names_in("src/cli/commands", "rs").into_iter().chain(folders_in("src/cli/commands"));
    let missing: Vec<String> =
        files.filter(|name| name != "mod" && !shown.contains(&*name.trim_end_matches('_').replace('_', "-"))).collect();
    assert!(missing.is_empty(), "not in `pv --help`: {missing:?}");
}

#[test]
fn rule_ids_are_unique_and_well_formed() {
    let rules = classify::rules();
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id).collect();
    for id in &ids {
        let same: Vec<_> =
            KINDS.iter().flat_map(|kind| pv::kinds::rules(kind.name())).filter(|rule| rule.id == *id).collect();
        let first = same.first().map(|rule| rule.summary);
        assert!(same.iter().all(|rule| Some(rule.summary) == first), "two rules have the id {id}");
    }
    let malformed: Vec<&str> = ids.into_iter().filter(|id| !is_rule_id(id)).collect();
    assert!(malformed.is_empty(), "not `<kind>/<thing>-<past participle>`: {malformed:?}");
}

#[test]
fn every_rule_explains_itself() {
    let is_said = |text: &str| !text.trim().is_empty();
    for rule in classify::rules() {
        assert!(
            is_said(rule.summary) && is_said(rule.why) && is_said(rule.remedy),
            "{}: summary, why, remedy",
            rule.id
        );
        assert!(!rule.summary.ends_with('.'), "{}: a summary is one line without a full stop", rule.id);
    }
}

#[test]
fn every_rule_has_a_pair_of_fixtures_and_every_pair_a_rule() {
    let kinds = folders_in("fixtures/rules");
    let pairs: BTreeSet<String> = kinds
        .iter()
        .flat_map(|kind| {
            folders_in(&format!("fixtures/rules/{kind}")).into_iter().map(move |rule| format!("{kind}/{rule}"))
        })
        .collect();
    let mut rules: BTreeSet<String> = classify::rules().iter().map(|rule| rule.id.to_owned()).collect();
    assert!(rules.remove(UNPROVOKED), "a rule of that id");
    let missing: Vec<&String> = rules.difference(&pairs).collect();
    let stray: Vec<&String> = pairs.difference(&rules).collect();
    assert!(
        missing.is_empty() && stray.is_empty(),
        "rules without a pair: {missing:#?}\npairs without a rule: {stray:#?}"
    );
}

fn is_rule_id(id: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && !word.ends_with('-')
            && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
    };
    id.split_once('/').is_some_and(|(kind, name)| is_word(kind) && is_word(name))
}

/// A file below src/, with its path from there.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    fn module(&self) -> String {
        self.path.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned()
    }

    /// What this file names of the crate that its own module may not.
    fn upward_names(&self) -> Vec<String> {
        let module = self.module();
        let Some(own) = rank(&module) else {
            let is_root = ["lib", "main", "bin"].contains(&&*module);
            return if is_root { Vec::new() } else { vec![format!("src/{module} has no rank in tests/it/tidy.rs")] };
        };
        let code: String =
            self.text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let refused = names_of_the_crate(&code)
            .into_iter()
            .filter(|name| *name != module && rank(name).is_none_or(|rank| rank >= own));
        let mut faults: Vec<String> = refused
            .map(|name| format!("src/{}: `crate::{name}` is not below `{module}`", self.path.display()))
            .collect();
        if code.contains(&"super::".repeat(self.depth())) {
            faults.push(format!("src/{}: `super` as far as the crate; say `crate`", self.path.display()));
        }
        faults
    }

    /// How many `super` lead from this file's module to the crate.
    fn depth(&self) -> usize {
        self.path.components().count() - usize::from(self.path.ends_with("mod.rs"))
    }
}

fn rank(module: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank)
}

/// The names right behind `crate::` and `crate::{`.
fn names_of_the_crate(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            Some(list) => names.extend(first_level(list).iter().map(|item| first_word(item.trim_start()))),
            None => _ = names.insert(first_word(rest)),
        }
    }
    names
}

/// The items of a `use` list whose opening brace is already read.
fn first_level(list: &str) -> Vec<String> {
    let (mut depth, mut items) = (0, vec![String::new()]);
    for letter in list.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(String::new()),
            _ => items.last_mut().unwrap().push(letter),
        }
    }
    items.retain(|item| !item.trim().is_empty());
    items
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let files = ignore::WalkBuilder::new(&src).standard_filters(false).build().map(Result::unwrap);
    let paths = files.map(ignore::DirEntry::into_path).filter(|path| path.extension().is_some_and(|ext| ext == "rs"));
    let source = |path: PathBuf| Source {
        text: std::fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(&src).unwrap().to_owned(),
    };
    paths.map(source).collect()
}

/// The names of the folders in `directory`; none where there is no such directory.
fn folders_in(directory: &str) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(root().join(directory)) else { return BTreeSet::new() };
    let folders = entries.map(Result::unwrap).filter(|entry| entry.path().is_dir());
    folders.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// The names, without extension, of the files in `directory` that have `extension`.
fn names_in(directory: &str, extension: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join(directory)).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|ext| ext == extension));
    files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}
