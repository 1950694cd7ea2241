//! Records of the release side: small TOML files that pv writes and people read, one struct each.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::{Digest, Problem, SourceFile, Span};

/// The newest version of the format of records that this pv reads; the one it writes.
pub const FORMAT: i64 = 1;

/// A record larger than this is none, in bytes.
pub const LARGEST: usize = 4 << 20;

/// The text of `record`: `header` as a comment, then its fields in the order of the struct, tables last.
///
/// # Errors
/// When a value has no form in TOML.
pub fn encode(header: &str, record: &impl Serialize) -> Result<String, toml::ser::Error> {
    Ok(format!("# {header}\n{}", toml::to_string_pretty(record)?))
}

/// What the record at `path` says.
///
/// # Errors
/// What is wrong with it, where, and what to do.
pub fn decode<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, Problem> {
    let file = SourceFile::new(path, text);
    let help = "pv writes this file: `git log` has it as it was; `git checkout` brings it back";
    if text.len() > LARGEST {
        return Err(Problem::at(&file, Span::new(0, 0), "record-too-large", "no record is as large as this", help));
    }
    if let Some(newer) = version(text).filter(|version| *version > FORMAT) {
        let message = format!("the file is of format {newer}, and this pv reads up to {FORMAT}");
        return Err(Problem::at(&file, Span::new(0, 0), "record-newer", message, "update pv"));
    }
    toml::from_str(text).map_err(|error| {
        let range = error.span().unwrap_or(0..0);
        let span = Span::new(range.start.min(text.len()), range.end.min(text.len()));
        Problem::at(&file, span, "record-unreadable", error.message(), help)
    })
}

/// What a file says of its format.
fn version(text: &str) -> Option<i64> {
    toml::from_str::<toml::Table>(text).ok()?.get("version")?.as_integer()
}

/// The digest of a record's text, with LF line ends, which git may have changed.
pub fn digest(text: &str) -> Digest {
    Digest::of(text.replace("\r\n", "\n").as_bytes())
}
