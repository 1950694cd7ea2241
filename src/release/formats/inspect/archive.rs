//! `.eval` logs: a ZIP whose members are in Zstandard (method 93) or deflated. What it says of itself is not believed.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipReadOptions;
use zip::result::ZipError;

use crate::release::checks::{Refused, report};
use crate::release::formats::LARGEST;

/// How a ZIP begins: the signature of its first member.
const MEMBER: &[u8] = b"PK\x03\x04";
/// The signature of an entry of its directory.
const ENTRY: &[u8] = b"PK\x01\x02";
/// A log of more samples than this is refused.
const MOST_ENTRIES: usize = 1_000_000;
/// What a run writes first.
const START: &str = "_journal/start.json";

pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(MEMBER)
}

/// Whether a ZIP is a log: by its name, or by its first member.
pub(super) fn is_log(file: &str, bytes: &[u8]) -> bool {
    /// Where the name of a member stands after its signature.
    const NAME: usize = 30;
    let first = bytes.get(NAME..).unwrap_or_default();
    let known = ["_journal/", "header.json", "summaries.json", "samples/"];
    is_archive(bytes) && (file.ends_with(".eval") || known.iter().any(|name| first.starts_with(name.as_bytes())))
}

/// An archive in memory.
pub(super) struct Archive<'a> {
    file: &'a str,
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// How many bytes may still be unpacked.
    left: u64,
}

impl<'a> Archive<'a> {
    /// Reads the directory.
    ///
    /// # Errors
    /// When it is damaged, has a name twice, or has too many members.
    pub(super) fn open(file: &'a str, bytes: &'a [u8]) -> Result<Self, Refused> {
        let entries = bytes.windows(ENTRY.len()).filter(|window| *window == ENTRY).count();
        if entries > MOST_ENTRIES {
            let message = format!("{file} has {entries} members; pv reads up to {MOST_ENTRIES}");
            return Err(Refused::by(&report::TOO_LARGE, message));
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(file, &error))?;
        if zip.has_duplicate_names() {
            return Err(Refused::by(&report::UNREADABLE, format!("{file} has two members of one name")));
        }
        Ok(Self { file, zip, left: LARGEST as u64 })
    }

    /// The bytes of a member, checked against its checksum.
    ///
    /// # Errors
    /// When it is damaged, encrypted, packed in another way, or larger than what may be unpacked.
    pub(super) fn member(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refused> {
        let place = format!("{}/{name}", self.file);
        let Some(index) = self.zip.index_for_name_raw(name.as_bytes()) else { return Ok(None) };
        let options = ZipReadOptions::new().enforce_header_consistency(true);
        let member = self.zip.by_index_with_options(index, options).map_err(|error| damaged(&place, &error))?;
        let mut bytes = Vec::new();
        let read = member.take(self.left + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > self.left {
            let message = format!("{place} unpacks to more than {LARGEST} bytes");
            return Err(Refused::by(&report::TOO_LARGE, message));
        }
        read.map_err(|error| Refused::by(&report::UNREADABLE, format!("{place} is damaged: {error}")))?;
        self.left -= bytes.len() as u64;
        Ok(Some(bytes))
    }

    /// Why there is no `header.json`, which a run writes last.
    pub(super) fn without_header(&self) -> Refused {
        let file = self.file;
        if self.zip.index_for_name_raw(START.as_bytes()).is_some() {
            return Refused::by(
                &report::INCOMPLETE,
                format!("{file}: the run did not end; its log has no header.json"),
            );
        }
        Refused::by(&report::UNREADABLE, format!("{file} is a ZIP without a header.json: no log of Inspect's"))
    }
}

fn damaged(place: &str, error: &ZipError) -> Refused {
    Refused::by(&report::UNREADABLE, format!("{place} cannot be unpacked: {error}"))
}
