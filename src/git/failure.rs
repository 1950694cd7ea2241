//! Why a repository could not be opened, read or written, and what to do about it.

use std::path::PathBuf;

use miette::Diagnostic;

/// What stopped a question to a repository.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum GitError {
    /// There is no repository here.
    #[error("{} is not in a git repository", start.display())]
    #[diagnostic(
        code(git::not_a_repository),
        help(
            "run `git init` there, name a repository with `--repo DIR`, or compare plain files with `pv diff --no-index OLD NEW`"
        )
    )]
    NotARepository {
        /// Where the search began.
        start: PathBuf,
    },
    /// The repository belongs to somebody else, whose configuration could name programs to run.
    #[error("the repository at {} is owned by someone else", path.display())]
    #[diagnostic(
        code(git::untrusted_owner),
        help("if you trust it, run `git config --global --add safe.directory '{}'`", path.display())
    )]
    Untrusted {
        /// The worktree, or the git directory of a bare repository.
        path: PathBuf,
    },
    /// No commit was made yet.
    #[error("`{spec}` names no commit yet: nothing was committed on this branch")]
    #[diagnostic(code(git::unborn), help("make a first commit with `git commit`"))]
    Unborn {
        /// The revision as it was asked for.
        spec: String,
    },
    /// A revision that git does not know either.
    #[error("`{spec}` is no revision in this repository")]
    #[diagnostic(code(git::unknown_revision), help("{}", unknown_revision_help(base.as_deref(), nearest, *shallow)))]
    UnknownRevision {
        /// The revision as it was asked for.
        spec: String,
        /// The revision it starts from (`main` of `main~9`), if that one is known.
        base: Option<String>,
        /// Branches and tags with a similar name, the most similar first.
        nearest: Vec<String>,
        /// Whether the repository is a shallow clone, where history is missing.
        shallow: bool,
    },
    /// The revision names a file.
    #[error("`{spec}` names a {found}, not a commit or a tree")]
    #[diagnostic(code(git::not_a_tree), help("name a commit, a tag, a branch or a tree"))]
    NotATree {
        /// The revision as it was asked for.
        spec: String,
        /// What it is.
        found: String,
    },
    /// A range where one revision is wanted.
    #[error("`{spec}` is a range, one revision is wanted here")]
    #[diagnostic(code(git::range), help("name one commit, tag, branch or tree"))]
    Range {
        /// The range as it was asked for.
        spec: String,
    },
    /// Two revisions without a common ancestor.
    #[error("`{old}` and `{new}` have no common ancestor here")]
    #[diagnostic(code(git::no_merge_base), help("{}", no_merge_base_help(old, new, *shallow)))]
    NoMergeBase {
        /// The first revision.
        old: String,
        /// The second revision.
        new: String,
        /// Whether the repository is a shallow clone, where history is missing.
        shallow: bool,
    },
    /// The index holds unresolved conflicts.
    #[error("the index has unresolved conflicts: {}", paths.join(", "))]
    #[diagnostic(code(git::conflicted), help("resolve them and `git add` the files, or look at the worktree instead"))]
    Conflicted {
        /// The paths in conflict.
        paths: Vec<String>,
    },
    /// The repository has no worktree.
    #[error("the repository at {} is bare: it has no worktree", git_dir.display())]
    #[diagnostic(code(git::bare), help("name revisions, for instance `pv diff HEAD~1 HEAD`"))]
    Bare {
        /// The git directory.
        git_dir: PathBuf,
    },
    /// The tag exists and names another commit.
    #[error("the tag `{name}` already names {found}, not {wanted}")]
    #[diagnostic(code(git::tag_exists), help("choose another name; pv never moves a tag"))]
    TagExists {
        /// The tag.
        name: String,
        /// What it names.
        found: String,
        /// What it should name.
        wanted: String,
    },
    /// The `git` program could not be started.
    #[error("the `git` program could not be started")]
    #[diagnostic(code(git::no_program), help("install git 2.31 or newer and make sure it is on PATH"))]
    NoProgram {
        /// Why.
        source: std::io::Error,
    },
    /// The message of a commit or a tag could not be handed over.
    #[error("the message could not be written to a temporary file")]
    #[diagnostic(code(git::message), help("make room in the directory for temporary files (TMPDIR)"))]
    Message {
        /// Why.
        source: std::io::Error,
    },
    /// The `git` program refused.
    #[error("`git {command}` failed: {said}")]
    #[diagnostic(code(git::program))]
    Program {
        /// Its arguments.
        command: String,
        /// What it said.
        said: String,
    },
    /// The repository's files do not hold what they should.
    #[error("{action}: {cause}")]
    #[diagnostic(code(git::unreadable), help("`git fsck` tells whether the repository is damaged"))]
    Unreadable {
        /// What was tried.
        action: String,
        /// Every cause, outermost first.
        cause: String,
    },
    /// A plain file or directory could not be read.
    #[error("{} could not be read", path.display())]
    #[diagnostic(code(git::io))]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl GitError {
    /// `error`, with its chain of causes, as what stopped `action`.
    pub(super) fn unreadable(action: impl Into<String>, error: &gix::Error) -> Self {
        let causes: Vec<String> = error.iter_errors().map(ToString::to_string).collect();
        Self::Unreadable { action: action.into(), cause: causes.join(": ") }
    }
}

const DEEPEN: &str =
    "this is a shallow clone: fetch the history with `git fetch --unshallow` (in CI: `fetch-depth: 0`)";

fn unknown_revision_help(base: Option<&str>, nearest: &[String], shallow: bool) -> String {
    match (base, nearest) {
        (Some(_), _) | (None, []) if shallow => DEEPEN.to_owned(),
        (Some(base), _) => {
            format!("`{base}` is there, but not this of it; `git log --oneline {base}` shows its history")
        }
        (None, []) => "`git branch --all` and `git tag` list the names".to_owned(),
        (None, names) => {
            let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("did you mean {}?", quoted.join(", "))
        }
    }
}

fn no_merge_base_help(old: &str, new: &str, shallow: bool) -> String {
    if shallow { DEEPEN.to_owned() } else { format!("compare them directly with `{old}..{new}`") }
}
