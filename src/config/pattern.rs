//! Path patterns: gitignore-style globs over `/`-separated paths of the repository.
//!
//! A pattern without a slash matches at any depth, `./name` only at the root, `**` any number of folders, `{a,b}` either.
//! A pattern that matches a folder takes everything below it; with a trailing slash the folder itself is what is meant.
//! `!pattern` takes out again what an earlier one matched.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::raw::{Value, Wrong, printable};

/// How long a pattern may be, in bytes.
const LONGEST: usize = 1024;

/// A list of patterns, ready to match.
#[derive(Debug, Clone)]
pub struct Patterns {
    written: Vec<String>,
    files: Gitignore,
    directories: Gitignore,
}

impl Patterns {
    /// The patterns of a `paths` list; every bad one is noted.
    pub(super) fn read(value: &Value<'_>) -> Option<Self> {
        let items = value.some_items();
        let written: Vec<String> = items.iter().filter_map(|item| item.read_or("bad-pattern", checked)).collect();
        if items.is_empty() || written.len() < items.len() {
            return None;
        }
        if written.iter().all(|pattern| pattern.starts_with('!')) {
            let help = "name first what is meant; `!` takes out of that";
            value.fault("bad-pattern", Wrong::new("the list takes nothing in", help));
        }
        Self::new(written).map_err(|wrong| value.fault("bad-pattern", wrong)).ok()
    }

    /// A matcher of `written`, which are well-formed one by one.
    pub(super) fn new(written: Vec<String>) -> Result<Self, Wrong> {
        let (to_directory, to_file): (Vec<&String>, Vec<&String>) =
            written.iter().filter(|pattern| !pattern.starts_with('!')).partition(|pattern| pattern.ends_with('/'));
        let taken_out: Vec<&String> = written.iter().filter(|pattern| pattern.starts_with('!')).collect();
        let lines = |taken_in: &[&String]| -> Vec<String> {
            let is_used = |pattern: &&String| taken_in.contains(pattern) || taken_out.contains(pattern);
            written.iter().filter(is_used).map(|pattern| anchored(pattern)).collect()
        };
        let files = matcher(lines(&to_file).iter().flat_map(|line| with_everything_below(line)))?;
        let directories = matcher(lines(&to_directory).into_iter())?;
        Ok(Self { written, files, directories })
    }

    /// The patterns as written.
    pub fn written(&self) -> &[String] {
        &self.written
    }

    /// Whether the file at `path` is meant, by itself.
    pub fn matches_file(&self, path: &str) -> bool {
        !path.is_empty() && self.files.matched(path, false).is_ignore()
    }

    /// The outermost folder that is meant as a whole and holds the file at `path`.
    pub fn directory_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.directories.is_empty() {
            return None;
        }
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]).filter(|folder| !folder.is_empty());
        folders.into_iter().find(|folder| self.directories.matched(folder, true).is_ignore())
    }
}

/// Whether `pv.toml` may say `pattern`.
pub(super) fn is_well_formed(pattern: &str) -> bool {
    checked(pattern).is_ok()
}

/// `pattern`, if it is well-formed.
fn checked(pattern: &str) -> Result<String, Wrong> {
    let wrong =
        |what: &str, help: String| Err(Wrong::new(format!("the pattern `{}` {what}", printable(pattern)), help));
    let bare = pattern.strip_prefix('!').unwrap_or(pattern);
    if pattern.len() > LONGEST {
        return wrong("is too long", format!("write at most {LONGEST} bytes; several short patterns read better"));
    }
    if pattern.chars().any(char::is_control) {
        return wrong(
            "has a line break or control character",
            "write one pattern an element; `?` matches any one character".to_owned(),
        );
    }
    if bare.starts_with('/')
        || bare.starts_with("~/")
        || bare.get(1..3).is_some_and(|drive| drive == ":/" || drive == ":\\")
    {
        return wrong(
            "is an absolute path",
            "write it from the root of the repository: `./prompts/x.md` or `prompts/**`".to_owned(),
        );
    }
    if bare.split('/').any(|part| part == "..") {
        return wrong(
            "climbs out with `..`",
            "patterns see only the repository; write the path from its root".to_owned(),
        );
    }
    if pattern.starts_with('#') || pattern != pattern.trim() || matches!(bare.trim_matches('/'), "" | ".") {
        return wrong(
            "matches nothing",
            "escape a leading `#` as `\\\\#`, remove blanks at the ends, name something".to_owned(),
        );
    }
    if let Some(escaped) = needless_escape(bare) {
        return wrong(
            &format!("escapes `{escaped}`"),
            "separate folders with `/`; a backslash only takes a special character literally".to_owned(),
        );
    }
    matcher(std::iter::once(anchored(pattern))).map(|_| pattern.to_owned())
}

/// The first character after a backslash that has no special meaning: a Windows path, most likely.
fn needless_escape(pattern: &str) -> Option<char> {
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next() } else { None };
        if let Some(escaped) = escaped.filter(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
            return Some(escaped);
        }
    }
    None
}

/// `pattern` as a gitignore line: `./x` is spelled `/x` there.
fn anchored(pattern: &str) -> String {
    match pattern.strip_prefix('!') {
        Some(rest) => format!("!{}", anchored(rest)),
        None => pattern.strip_prefix('.').filter(|rest| rest.starts_with('/')).unwrap_or(pattern).to_owned(),
    }
}

/// A line, and the line for what is below a folder that it matches.
fn with_everything_below(line: &str) -> [String; 2] {
    let (sign, pattern) = line.strip_prefix('!').map_or(("", line), |rest| ("!", rest));
    let folder = pattern.trim_end_matches('/');
    let depth = if folder.contains('/') { "" } else { "**/" };
    [line.to_owned(), format!("{sign}{depth}{folder}/**")]
}

fn matcher(lines: impl Iterator<Item = String>) -> Result<Gitignore, Wrong> {
    let mut builder = GitignoreBuilder::new("");
    builder.allow_unclosed_class(false);
    let mut added = Ok(());
    for line in lines {
        added = added.and(builder.add_line(None, &line).map(|_| ()));
    }
    let built = added.and_then(|()| builder.build());
    built.map_err(|error| {
        Wrong::new(glob_message(&error), "close what is opened: `[…]`, `{…}`; escape with a backslash")
    })
}

fn glob_message(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { glob: Some(glob), err } => format!("the pattern `{}` is no glob: {err}", printable(glob)),
        other => format!("no glob: {}", printable(&other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(written: &[&str]) -> Patterns {
        let written = written.iter().map(|pattern| checked(pattern).ok().unwrap()).collect();
        Patterns::new(written).ok().unwrap()
    }

    #[test]
    fn files_match_as_in_a_gitignore() {
        let all = patterns(&["prompts/**/*.md", "*.prompty", "./CLAUDE.md", "src/agents"]);
        for path in ["prompts/a.md", "prompts/x/y/a.md", "deep/er/a.prompty", "CLAUDE.md", "src/agents/x/y.py"] {
            assert!(all.matches_file(path), "{path}");
        }
        for path in ["a.md", "other/prompts/a.md", "sub/CLAUDE.md", "src/agentsx/y.py", "", "/"] {
            assert!(!all.matches_file(path), "{path}");
        }
    }

    #[test]
    fn a_later_negation_takes_out_a_file_or_all_below_a_folder() {
        let kept = patterns(&["prompts/**/*.md", "!prompts/README.md", "!prompts/old/"]);
        assert!(kept.matches_file("prompts/a.md"));
        assert!(!kept.matches_file("prompts/README.md"));
        assert!(!kept.matches_file("prompts/old/a.md"));
    }

    #[test]
    fn a_trailing_slash_means_the_folder_itself() {
        let skills = patterns(&["skills/*/", "!skills/tmp/"]);
        assert_eq!(skills.directory_of("skills/pdf/SKILL.md"), Some("skills/pdf"));
        assert_eq!(skills.directory_of("skills/pdf/references/a.md"), Some("skills/pdf"));
        assert_eq!(skills.directory_of("skills/tmp/SKILL.md"), None);
        assert_eq!(skills.directory_of("skills/README.md"), None);
        assert!(!skills.matches_file("skills/pdf/SKILL.md"));
        assert_eq!(patterns(&["idx/"]).directory_of("a/idx/b/idx/c"), Some("a/idx"));
    }

    #[test]
    fn bad_patterns_are_refused() {
        let long = "x".repeat(LONGEST + 1);
        let bad = [
            "/etc/*",
            "!/etc",
            "~/x",
            "C:/x",
            "C:\\x",
            "a/../b",
            "..",
            "a\nb",
            "",
            " ",
            "a ",
            "#x",
            "./",
            "!",
            "[a",
            "{a",
            "prompts\\x.md",
            &long,
        ];
        for pattern in bad {
            assert!(checked(pattern).is_err(), "{pattern:?}");
        }
    }
}
