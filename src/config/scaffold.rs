//! The `pv.toml` that `pv init` writes: a few readable patterns that select exactly what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::pattern::{Patterns, is_well_formed};
use crate::domain::KindName;

/// Folders that by convention hold one sort of artefact: what is added beside the found ones is one, too.
const HOMES: [&str; 14] = [
    "prompts",
    "evals",
    "tools",
    "models",
    "agents",
    "subagents",
    "skills",
    "indexes",
    "features",
    ".claude/commands",
    ".cursor/rules",
    ".cursor/commands",
    ".github/instructions",
    ".github/chatmodes",
];

/// What `pv init` found in a repository. All paths are `/`-separated and from its root.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The artefacts by kind: files, and folders taken as one with a trailing slash.
    pub artefacts: &'a [(KindName, Vec<String>)],
    /// Every other tracked file (those inside of the folders too), so that no pattern takes in what was not found.
    pub others: &'a [String],
}

/// The commented `pv.toml` of the project `name` whose releases come from `protected_branch`.
///
/// Each found path selects its kind, and no other file is selected. Same input, same bytes.
pub fn scaffold(name: &str, protected_branch: &str, found: &Found<'_>) -> String {
    let mut out = "#:schema ./.pv/pv.schema.json\n\
         # What pv takes as artefacts here. `pv schema pv` prints the schema of this file, with every key explained.\n\n\
         [project]\n"
        .to_owned();
    for (key, value) in [("name", name), ("protected-branch", protected_branch)] {
        if !value.trim().is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{key} = {}", quoted(value));
        }
    }
    out.push_str("\n# The first entry that matches a file wins. A trailing slash takes a folder as one artefact.\n");
    // Files first: a folder taken as one would also take the artefacts inside it.
    let mut entries = Vec::new();
    for is_directory in [false, true] {
        for kind in KindName::ALL {
            let ours = paths_of(found, kind, is_directory);
            let patterns = covering(&ours, &strangers(found, kind, is_directory), is_directory);
            entries.extend((!patterns.is_empty()).then_some((kind, patterns)));
        }
    }
    for (kind, patterns) in &entries {
        write_entry(&mut out, *kind, patterns);
    }
    if entries.is_empty() {
        out.push_str("# Nothing was found. An entry looks like this:\n# [[artefact]]\n# kind = \"prompt\"\n# paths = [\"prompts/**/*.md\"]\n");
    }
    out
}

fn write_entry(out: &mut String, kind: KindName, patterns: &[String]) {
    let lines = match patterns {
        [one] => quoted(one),
        many => many.iter().fold("\n".to_owned(), |lines, pattern| lines + &format!("  {},\n", quoted(pattern))),
    };
    let _ = write!(out, "\n[[artefact]]\nkind = \"{kind}\"\npaths = [{lines}]\n");
}

fn paths_of<'a>(found: &Found<'a>, kind: KindName, is_directory: bool) -> BTreeSet<&'a str> {
    let of_kind = found.artefacts.iter().filter(|(name, _)| *name == kind);
    of_kind
        .flat_map(|(_, paths)| paths)
        .map(String::as_str)
        .filter(|path| path.ends_with('/') == is_directory)
        .collect()
}

/// The files that patterns of `kind` must not take in. Found files have their entries before those of folders, so to
/// folders they are no strangers.
fn strangers<'a>(found: &Found<'a>, kind: KindName, is_directory: bool) -> Vec<&'a str> {
    let ours = paths_of(found, kind, true);
    let is_ours = |path: &str| is_directory && path.match_indices('/').any(|(at, _)| ours.contains(&path[..=at]));
    let others = found.others.iter().map(String::as_str).filter(|path| !is_ours(path));
    let rivals = found.artefacts.iter().filter(|(name, _)| *name != kind && !is_directory).flat_map(|(_, paths)| paths);
    others.chain(rivals.map(String::as_str)).collect()
}

/// Patterns that take in all of `ours` and none of `strangers`: those that take in first, those that take out last.
fn covering(ours: &BTreeSet<&str>, strangers: &[&str], is_directory: bool) -> Vec<String> {
    let mut cover = Cover { ours, strangers, is_directory, taken_in: BTreeSet::new(), taken_out: BTreeSet::new() };
    let mut groups: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for path in ours {
        let bare = path.trim_end_matches('/');
        groups.entry((top(bare), extension(bare))).or_default().push(bare);
    }
    for (_, paths) in groups {
        cover.add(&paths);
    }
    cover.taken_in.into_iter().chain(cover.taken_out).filter(|pattern| is_well_formed(pattern)).collect()
}

struct Cover<'a> {
    ours: &'a BTreeSet<&'a str>,
    strangers: &'a [&'a str],
    is_directory: bool,
    taken_in: BTreeSet<String>,
    taken_out: BTreeSet<String>,
}

impl Cover<'_> {
    /// Covers `paths`, which have one top folder and one extension: by one pattern if it takes in few strangers, else in parts.
    fn add(&mut self, paths: &[&str]) {
        if let Some(pattern) = self.open(paths) {
            self.taken_in.insert(pattern);
            return;
        }
        if let [path] = paths {
            self.taken_in.insert(self.literal(path));
            return;
        }
        let pattern = self.widened(self.shape(paths), common_folder(paths));
        if let Some(taken_out) = self.few_strangers(&pattern, paths) {
            self.taken_in.insert(pattern);
            self.taken_out.extend(taken_out);
            return;
        }
        for part in parts(paths) {
            if part.len() < paths.len() {
                self.add(&part);
            } else {
                let literals: Vec<String> = part.iter().map(|path| self.literal(path)).collect();
                self.taken_in.extend(literals);
            }
        }
    }

    /// The pattern that takes in what will be added beside `paths` too, where they are at home and no stranger is.
    fn open(&self, paths: &[&str]) -> Option<String> {
        let home = home(common_folder(paths))?;
        let end = match (self.is_directory, paths.first().map_or("", |path| extension(path))) {
            (true, _) => "*/".to_owned(),
            (false, "") => return None,
            (false, extension) => format!("*.{}", escaped(extension)),
        };
        let is_deep = |path: &&str| path.trim_end_matches('/')[home.len()..].contains('/');
        let is_flat = !self.ours.iter().filter(|path| path.starts_with(home)).any(is_deep);
        let depths: &[&str] = if self.is_directory { &[""] } else { &["**/", ""] };
        let usable = depths.iter().filter(|depth| !depth.is_empty() || is_flat);
        let mut patterns = usable.map(|depth| rooted(format!("{}{depth}{end}", escaped(home))));
        patterns.find(|pattern| self.strangers_taken(pattern, home).is_some_and(|mut taken| taken.next().is_none()))
    }

    /// The pattern that says what `paths` have in common: their folder, their depth, their name or extension.
    fn shape(&self, paths: &[&str]) -> String {
        let folder = common_folder(paths);
        let depths: BTreeSet<usize> = paths.iter().map(|path| path[folder.len()..].matches('/').count()).collect();
        let between = match depths.iter().copied().collect::<Vec<_>>()[..] {
            [depth] if depth <= 2 => "*/".repeat(depth),
            _ => "**/".to_owned(),
        };
        let names: BTreeSet<&str> = paths.iter().map(|path| name(path)).collect();
        let last = match (names.len(), paths.first().map_or("", |path| extension(path))) {
            (1, _) => names.first().map(|name| escaped(name)).unwrap_or_default(),
            (_, "") => "*".to_owned(),
            (_, extension) => format!("*.{}", escaped(extension)),
        };
        rooted(format!("{}{between}{last}{}", escaped(folder), self.end()))
    }

    /// `pattern` for every depth below `folder`, where that is a home and it takes in no more strangers.
    fn widened(&self, pattern: String, folder: &str) -> String {
        let last = pattern.strip_prefix(&escaped(folder)).filter(|last| last.starts_with("*."));
        let Some(last) = last.filter(|_| home(folder) == Some(folder)) else { return pattern };
        let wide = format!("{}**/{last}", escaped(folder));
        let taken = |pattern: &str| self.strangers_taken(pattern, folder).map(Iterator::count);
        if taken(&wide) == taken(&pattern) { wide } else { pattern }
    }

    /// What `pattern` takes because of strangers below `folder`; nothing when it is no pattern.
    fn strangers_taken<'s>(&'s self, pattern: &str, folder: &'s str) -> Option<impl Iterator<Item = &'s str>> {
        let matcher = Patterns::new(vec![pattern.to_owned()]).ok()?;
        let near = self.strangers.iter().filter(move |stranger| stranger.starts_with(folder));
        Some(near.filter_map(move |stranger| self.taken(&matcher, stranger)))
    }

    /// What must be taken out again if `pattern` is used for `paths`; nothing when that is too much to be readable.
    fn few_strangers(&self, pattern: &str, paths: &[&str]) -> Option<Vec<String>> {
        let folder = common_folder(paths);
        let taken: BTreeSet<&str> = self.strangers_taken(pattern, folder)?.collect();
        (taken.len() * 2 <= paths.len()).then(|| self.taken_out(folder, &taken))
    }

    /// Patterns that take `strangers` below `folder` out again: those of one name (`README.md`) by one pattern.
    fn taken_out(&self, folder: &str, strangers: &BTreeSet<&str>) -> Vec<String> {
        let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for stranger in strangers {
            by_name.entry(name(stranger)).or_default().push(stranger);
        }
        let is_strange = |called: &str| {
            !self.is_directory && !self.ours.iter().any(|path| path.split('/').any(|part| part == called))
        };
        let patterns = by_name.into_iter().flat_map(|(called, paths)| match paths.len() {
            2.. if is_strange(called) => vec![rooted(format!("{}**/{}", escaped(folder), escaped(called)))],
            _ => paths.iter().map(|path| self.literal(path)).collect(),
        });
        patterns.map(|pattern| format!("!{pattern}")).collect()
    }

    /// What `matcher` takes because of `stranger`: the file, or the folder that it is in.
    fn taken<'s>(&self, matcher: &Patterns, stranger: &'s str) -> Option<&'s str> {
        match self.is_directory {
            true => matcher.directory_of(stranger),
            false => matcher.matches_file(stranger).then_some(stranger),
        }
    }

    fn literal(&self, path: &str) -> String {
        rooted(format!("{}{}", escaped(path), self.end()))
    }

    fn end(&self) -> &'static str {
        if self.is_directory { "/" } else { "" }
    }
}

/// The same paths in smaller groups: by a name that several share, else by the next folder.
fn parts<'p>(paths: &[&'p str]) -> Vec<Vec<&'p str>> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in paths {
        by_name.entry(name(path)).or_default().push(path);
    }
    let is_shared = |group: &Vec<&str>| group.len() > 2 && group.len() < paths.len();
    let (shared, single): (Vec<_>, Vec<_>) = by_name.into_values().partition(is_shared);
    let rest: Vec<&str> = single.into_iter().flatten().collect();
    let folder = common_folder(&rest);
    let mut by_folder: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in rest {
        let below = &path[folder.len()..];
        by_folder.entry(below.split_once('/').map_or("", |(next, _)| next)).or_default().push(path);
    }
    shared.into_iter().chain(by_folder.into_values()).collect()
}

/// The longest folder that all `paths` are in, with its slash.
fn common_folder<'p>(paths: &[&'p str]) -> &'p str {
    let Some(first) = paths.first() else { return "" };
    let shared = paths.iter().fold(first.len(), |shared, path| {
        let same = first.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
        shared.min(same)
    });
    let end = first.as_bytes()[..shared].iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    &first[..end]
}

/// The innermost conventional folder that `folder` is or is in, with its slash.
fn home(folder: &str) -> Option<&str> {
    let is_home = |path: &str| {
        HOMES.iter().any(|home| path.strip_suffix(home).is_some_and(|rest| rest.is_empty() || rest.ends_with('/')))
    };
    folder.match_indices('/').rev().map(|(at, _)| at).find(|at| is_home(&folder[..*at])).map(|at| &folder[..=at])
}

fn top(path: &str) -> &str {
    path.split_once('/').map_or("", |(top, _)| top)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn extension(path: &str) -> &str {
    name(path).rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or("", |(_, extension)| extension)
}

/// `pattern` so that it starts at the root, even where it could be read otherwise.
fn rooted(pattern: String) -> String {
    let has_folder = pattern.trim_end_matches('/').contains('/');
    if has_folder && is_well_formed(&pattern) { pattern } else { format!("./{pattern}") }
}

/// `text` with every character that patterns read specially taken literally; `?` stands for what none can hold.
fn escaped(text: &str) -> String {
    let (first, last) = (0, text.chars().count().saturating_sub(1));
    let pieces = text.chars().enumerate().map(|(at, c)| match c {
        '*' | '?' | '[' | ']' | '{' | '}' | '!' | '#' | '\\' => format!("\\{c}"),
        c if c.is_control() || (c.is_whitespace() && (at == first || at == last)) => "?".to_owned(),
        c => c.to_string(),
    });
    pieces.collect()
}

/// `text` as a TOML string on one line.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
