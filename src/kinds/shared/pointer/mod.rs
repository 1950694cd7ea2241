//! Pointers: files that stand for content which another store holds, one file a store.
//!
//! What is meant as a pointer and cannot be read as one is a problem with its place, never content.

mod annex;
mod dvc;
mod external;
mod held;
mod lfs;
mod paths;
mod told;

pub use annex::link;
pub use dvc::pipeline;
pub use external::{compare as compare_external, is_about as is_external, read as external};
pub use held::{Fault, check, content, entries, is_of, is_of_all, state, text};
pub use told::{Side, behind, same, unseen};

use crate::domain::{Digest, Elsewhere, Keeper, Place, Problem, Quote, SourceFile, Span};

/// Pointers are shorter than this: longer files are content.
pub const LIMIT: usize = 1024;

/// One content that another store holds, and where it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// The store, the size, the name there, and the file that names it.
    pub elsewhere: Elsewhere,
    /// Path in the repository of what it stands for.
    pub stands_for: String,
    /// What the content digests to; `None`: by a function that pv does not know, or nothing says.
    pub digest: Option<Digest>,
    /// Whether it is a directory: the digest is of a list of its files.
    pub is_directory: bool,
    /// Whether the digest may be of the text with the line ends of Unix, as DVC took it before 3.0.
    pub unix_lines: bool,
    /// Where it is named; the text is the address.
    pub quote: Quote,
}

/// What `file` points to; `None`: it is ordinary content.
///
/// # Errors
/// When it is meant as a pointer and cannot be read as one.
pub fn read(file: &SourceFile) -> Option<Result<Vec<Pointer>, Vec<Problem>>> {
    if file.is_large() {
        return None;
    }
    let one = |read: Result<Pointer, Problem>| read.map(|pointer| vec![pointer]).map_err(|problem| vec![problem]);
    let short = || (file.text.len() < LIMIT).then(|| lfs::read(file).or_else(|| annex::read(file))).flatten();
    dvc::read(file).or_else(|| short().map(one))
}

impl Pointer {
    /// What tells the content from every other: its digest where one is known, else its name in the store.
    pub fn name(&self) -> &str {
        self.digest.as_ref().map_or(&self.elsewhere.address, |digest| digest.as_str())
    }

    /// The address with the size, for people.
    pub fn told(&self) -> String {
        told(&self.elsewhere.address, self.elsewhere.size)
    }

    /// How the bytes come to this machine.
    pub fn remedy(&self) -> &'static str {
        match self.elsewhere.keeper {
            Keeper::Lfs => "`git lfs fetch --all` brings the bytes of every commit",
            Keeper::Dvc => "`dvc fetch --all-commits` brings the bytes of every commit",
            Keeper::Annex => "`git annex get --all` brings the bytes of every commit",
            Keeper::External | Keeper::Rows => "compare the two where they are",
        }
    }

    /// Whether the digest can be forged on purpose.
    pub fn is_weak(&self) -> bool {
        is_weak(&self.elsewhere)
    }
}

/// The pointer that a lock recorded as `elsewhere`.
fn recorded(elsewhere: &Elsewhere) -> Pointer {
    let address = elsewhere.address.as_str();
    let digest = match elsewhere.keeper {
        Keeper::Annex => annex::digest(address),
        Keeper::External => address.split(' ').next().and_then(|digest| digest.parse().ok()),
        Keeper::Lfs | Keeper::Dvc | Keeper::Rows => address.trim_end_matches(".dir").parse().ok(),
    };
    let path = elsewhere.path.as_str();
    let is_own = path.ends_with(".dvc") || matches!(elsewhere.keeper, Keeper::Lfs | Keeper::Annex);
    let place = Place { path: path.into(), line: 1, column: 1 };
    Pointer {
        elsewhere: elsewhere.clone(),
        stands_for: if is_own { stands_for(path).to_owned() } else { String::new() },
        digest,
        is_directory: elsewhere.keeper == Keeper::Dvc && address.ends_with(".dir"),
        unix_lines: elsewhere.keeper == Keeper::Dvc,
        quote: Quote { place, text: address.to_owned() },
    }
}

/// Whether what names `elsewhere` can be forged on purpose: MD5 and SHA-1 hold against accidents alone.
pub fn is_weak(elsewhere: &Elsewhere) -> bool {
    ["md5:", "MD5", "SHA1", "sha1:"].iter().any(|weak| elsewhere.address.starts_with(weak))
}

/// An address and a size, for people.
pub fn told(address: &str, size: Option<u64>) -> String {
    match size {
        Some(1) => format!("{address} (1 byte)"),
        Some(size) => format!("{address} ({size} bytes)"),
        None => address.to_owned(),
    }
}

/// The path of what the file at `path` stands for, as far as its name tells: `docs.jsonl.dvc` for `docs.jsonl`.
pub fn stands_for(path: &str) -> &str {
    match path.strip_suffix(".dvc") {
        Some(rest) if !rest.is_empty() && !rest.ends_with('/') => rest,
        _ => path,
    }
}

/// A problem with what is meant as a pointer.
fn malformed(file: &SourceFile, span: Span, message: impl Into<String>) -> Problem {
    Problem::at(
        file,
        span,
        "pointer-malformed",
        message,
        "restore the pointer as its store wrote it (`git checkout <commit> -- <file>`); pv never guesses what it meant",
    )
}

/// The first mark of a merge conflict in `file`, as a problem.
fn conflict(file: &SourceFile) -> Option<Problem> {
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let bare = line.trim_end();
        let is_mark =
            ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|mark| bare.starts_with(mark)) || bare == "=======";
        if is_mark {
            return Some(Problem::at(
                file,
                Span::new(at, at + bare.len()),
                "pointer-conflicted",
                "the pointer has marks of a merge conflict, so it names no content",
                "take one side whole: `git checkout --ours -- <file>` or `git checkout --theirs -- <file>`, then `git add`",
            ));
        }
        at += line.len();
    }
    None
}
