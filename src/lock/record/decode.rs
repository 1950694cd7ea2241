//! Reading a record.

use super::encode::{HEADER, SENTINEL};
use super::{Record, SEAL_KEY, Shipped, claim, seal};
use crate::domain::{Digest, Problem, SourceFile, Span};
use crate::lock::FORMAT;
use crate::lock::decode::{artefacts, entry, version};
use crate::lock::plain;
use crate::lock::read::{self, Document, Section, Table};
use crate::store::listing;

/// The record in `file`, its seal verified.
///
/// # Errors
/// Every problem found, as for `pv.lock`; `record-edited` when the text is not the one that was sealed.
pub fn decode(file: &SourceFile) -> Result<Record, Vec<Problem>> {
    let record = decode_unsealed(file)?;
    let expected = seal(&file.text);
    if claim(&file.text).as_ref() == Some(&expected) { Ok(record) } else { Err(vec![edited(file, &expected)]) }
}

/// The record in `file`, whether or not it is the one that was sealed.
pub(in crate::lock) fn decode_unsealed(file: &SourceFile) -> Result<Record, Vec<Problem>> {
    plainly(&file.text).map_or_else(|| decode_in_general(file), Ok)
}

/// The record in `text`, if that is laid out as pv does it.
pub(in crate::lock) fn plainly(text: &str) -> Option<Record> {
    let (header, artefacts) = plain::read(text, (HEADER, SENTINEL), |it| header(it), |it| shipped(it))?;
    Some(Record { artefacts, ..header? })
}

/// The record in `file`, laid out in whichever way.
pub(in crate::lock) fn decode_in_general(file: &SourceFile) -> Result<Record, Vec<Problem>> {
    let (mut record, unknown) = Document::read(file, SENTINEL, FORMAT, record)?;
    record.unknown = unknown;
    Ok(record)
}

fn edited(file: &SourceFile, digest: &Digest) -> Problem {
    let at = file.text.find(&format!("\n{SEAL_KEY}")).map_or(0, |at| at + 1);
    let end = file.text.get(at..).and_then(|rest| rest.find('\n')).map_or(file.text.len(), |length| at + length);
    let message = format!("the record was edited after the release was cut: its text has the digest {digest}");
    let help = "records are never edited; bring it back with `git checkout <release tag> -- <file>`";
    Problem::at(file, Span::new(at, end), "record-edited", message, help)
}

fn record(root: &Section<'_, '_>) -> Option<Record> {
    let artefacts = artefacts(root, |it| shipped(it));
    let Some(header) = root.section("release") else {
        root.report(0..0, "the record has no [release] table");
        return None;
    };
    let header = self::header(&header)?;
    Some(Record { artefacts, ..header })
}

/// The release's own table; without artefacts.
fn header(header: &impl Table) -> Option<Record> {
    let name = header.required("name", read::value);
    let previous = header.optional("previous", read::value);
    header.required("digest", read::value::<Digest>);
    let commit = header.optional("commit", commit);
    let cut = header.required("cut", instant);
    let policy = header.optional("policy", read::value);
    let overrides = header.list("overrides", read::text).into_iter().collect();
    header.remember_unknown();
    let (artefacts, unknown) = Default::default();
    Some(Record { name: name?, previous, commit, cut: cut?, policy, overrides, artefacts, unknown })
}

fn shipped(section: &impl Table) -> Option<Shipped> {
    let entry = entry(section);
    let file = section.optional("file", read::value);
    let is_directory = section.optional("listing", listing_form).is_some();
    let types = section.list("types", read::word).into_iter().collect();
    let class = section.optional("class", read::word);
    let bump = section.required("bump", read::word);
    let reason = section.required("reason", read::text);
    let from = section.optional("from", version);
    let evidence = section.list("evidence", read::value).into_iter().collect();
    let owner = section.optional("owner", read::text);
    let lowered = section.optional("lowered", read::text);
    let parameters = section.texts("parameters").into_iter().collect();
    Some(Shipped {
        entry: entry?,
        file,
        is_directory,
        types,
        class,
        bump: bump?,
        reason: reason?,
        from,
        evidence,
        owner,
        lowered,
        parameters,
    })
}

/// The form of a directory's listing; there is one.
fn listing_form(text: &str) -> Result<(), String> {
    if text == listing::FORM {
        Ok(())
    } else {
        Err(format!("`{}` is no form of listing that this pv knows", text.escape_debug()))
    }
}

/// A git object id, SHA-1 or SHA-256.
fn commit(text: &str) -> Result<String, String> {
    let is_id = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { Ok(text.to_owned()) } else { Err(format!("`{}` is not a commit id", text.escape_debug())) }
}

/// `2026-11-21T10:00:00+05:30`, with `[Asia/Kolkata]` behind it where a zone is known.
fn instant(text: &str) -> Result<String, String> {
    let (stamp, zone) = text.split_once('[').map_or((text, None), |(stamp, zone)| (stamp, Some(zone)));
    let is_zoned = zone.is_none_or(|zone| zone.len() > 1 && zone.ends_with(']'));
    let is_stamp = stamp
        .parse::<toml::value::Datetime>()
        .is_ok_and(|stamp| stamp.date.is_some() && stamp.time.is_some() && stamp.offset.is_some());
    if is_stamp && is_zoned {
        return Ok(text.to_owned());
    }
    Err(format!("`{}` is not an instant with its offset (2026-11-21T10:00:00+05:30)", text.escape_debug()))
}
