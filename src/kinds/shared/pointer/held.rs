//! What this machine holds of the content behind a pointer, held against the digest that names it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use md5::Md5;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{Pointer, paths};
use crate::domain::{AtHand, Content, Digest, Elsewhere, Keeper, SourceFile, Unheld};
use crate::kinds::shared::text as texts;

/// Contents of at most this many bytes are held in memory; larger ones are read piece by piece.
const HELD: usize = 8 << 20;

/// The list of a directory is no larger than this, in bytes: some 500,000 files.
const LARGEST_LIST: usize = 64 << 20;

/// Why the content behind a pointer is not to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not on this machine.
    Absent,
    /// Its name is no digest that pv can take, so nothing could be held against it.
    Unnamed,
    /// What is held here is not what the pointer names.
    Damaged(String),
}

/// The content of the file behind `pointer`, as it was found to be what its digest says.
///
/// # Errors
/// When it is not at hand, or is not that.
pub fn content(pointer: &Pointer, at_hand: &dyn AtHand) -> Result<Arc<dyn Content>, Fault> {
    // The file itself may stand in the worktree though no cache has it.
    stored(pointer, at_hand).or_else(|fault| standing(pointer, at_hand).ok_or(fault))
}

/// The content as its store holds it here.
fn stored(pointer: &Pointer, at_hand: &dyn AtHand) -> Result<Arc<dyn Content>, Fault> {
    let digest = pointer.digest.as_ref().ok_or(Fault::Unnamed)?;
    let content = kept(&pointer.elsewhere, digest, at_hand)?;
    verified(&*content, pointer).map_err(Fault::Damaged)?;
    Ok(content)
}

/// The file that the pointer stands for, where it stands in the worktree as it should be.
fn standing(pointer: &Pointer, at_hand: &dyn AtHand) -> Option<Arc<dyn Content>> {
    let is_file = pointer.digest.is_some() && !pointer.is_directory && !pointer.stands_for.is_empty();
    let content = at_hand.standing(&pointer.stands_for).filter(|_| is_file)?;
    verified(&*content, pointer).is_ok().then_some(content)
}

/// What the store of `elsewhere` holds here under `digest`.
fn kept(elsewhere: &Elsewhere, digest: &Digest, at_hand: &dyn AtHand) -> Result<Arc<dyn Content>, Fault> {
    if elsewhere.keeper == Keeper::Annex {
        return at_hand.keyed(&elsewhere.address).ok_or(Fault::Absent);
    }
    at_hand.content(digest).map_err(|unheld| match unheld {
        Unheld::Absent(_) => Fault::Absent,
        Unheld::Damaged { why, .. } => Fault::Damaged(why),
    })
}

/// Whether what is held here of `elsewhere`, as a lock records it, is what its own digest says.
///
/// # Errors
/// When it is not at hand, has no digest, or is not that.
pub fn check(elsewhere: &Elsewhere, at_hand: &dyn AtHand) -> Result<(), Fault> {
    let whole = |pointer: &Pointer| match stored(pointer, at_hand) {
        // A damaged copy is told, though the worktree may have a good one.
        Err(Fault::Absent) => standing(pointer, at_hand).map(drop).ok_or(Fault::Absent),
        stored => stored.map(drop),
    };
    let pointer = super::recorded(elsewhere);
    match pointer.is_directory {
        true => entries(&pointer, at_hand)?.iter().try_for_each(whole),
        false => whole(&pointer),
    }
}

/// What is known of a content, in one word: `intact`, `absent`, `unnamed`, `damaged`.
pub fn state(held: &Result<(), Fault>) -> &'static str {
    match held {
        Ok(()) => "intact",
        Err(Fault::Absent) => "absent",
        Err(Fault::Unnamed) => "unnamed",
        Err(Fault::Damaged(_)) => "damaged",
    }
}

/// The text of the file behind `pointer`; `None`: it is no text.
///
/// # Errors
/// As [`content`].
pub fn text(pointer: &Pointer, at_hand: &dyn AtHand) -> Result<Option<SourceFile>, Fault> {
    let content = content(pointer, at_hand)?;
    let path = pointer.stands_for.as_str();
    if content.size() > HELD {
        let file = SourceFile::large(path, content);
        return Ok(texts::digest(&file).map(|_| file));
    }
    let mut bytes = vec![0; content.size()];
    let read = content.read_at(0, &mut bytes).map_err(|error| Fault::Damaged(error.to_string()))?;
    bytes.truncate(read);
    Ok(texts::decode(path, &bytes).ok())
}

/// One file of a directory, as DVC lists it.
#[derive(Deserialize)]
struct Member {
    md5: String,
    relpath: String,
}

/// The files of the directory behind `pointer`, by the list that DVC keeps of them.
///
/// # Errors
/// When the list is not at hand, is not what its digest says, or is none.
pub fn entries(pointer: &Pointer, at_hand: &dyn AtHand) -> Result<Vec<Pointer>, Fault> {
    let damaged = |why: &str| Fault::Damaged(why.to_owned());
    let mut list = pointer.clone();
    list.is_directory = true;
    list.elsewhere.size = None;
    let content = content(&list, at_hand)?;
    if content.size() > LARGEST_LIST {
        return Err(damaged("the list of its files is larger than 64 MiB"));
    }
    let mut bytes = vec![0; content.size()];
    let read = content.read_at(0, &mut bytes).map_err(|error| Fault::Damaged(error.to_string()))?;
    bytes.truncate(read);
    let members: Vec<Member> =
        serde_json::from_slice(&bytes).map_err(|error| Fault::Damaged(format!("the list of its files: {error}")))?;
    let mut seen = BTreeSet::new();
    members.into_iter().map(|member| entry(pointer, member, &mut seen)).collect()
}

fn entry(pointer: &Pointer, member: Member, seen: &mut BTreeSet<String>) -> Result<Pointer, Fault> {
    let is_plain = member.relpath.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let inside = paths::from_root(&pointer.stands_for, &member.relpath).filter(|_| is_plain);
    let Some(stands_for) = inside.filter(|path| seen.insert(path.clone())) else {
        return Err(Fault::Damaged(format!("the list of its files has `{}`, which is no path in it", member.relpath)));
    };
    let address = format!("md5:{}", member.md5);
    let digest =
        address.parse().map_err(|_| Fault::Damaged(format!("the list of its files has `{}` as an MD5", member.md5)))?;
    let elsewhere = Elsewhere { size: None, address: address.clone(), ..pointer.elsewhere.clone() };
    let mut quote = pointer.quote.clone();
    quote.text = address;
    Ok(Pointer {
        elsewhere,
        stands_for,
        digest: Some(digest),
        is_directory: false,
        unix_lines: pointer.unix_lines,
        quote,
    })
}

/// Whether `content` is what `pointer` names; else what it is.
fn verified(content: &dyn Content, pointer: &Pointer) -> Result<(), String> {
    let Some(digest) = &pointer.digest else { return Ok(()) };
    let size = content.size() as u64;
    let is_sized = pointer.is_directory || pointer.unix_lines || pointer.elsewhere.size.is_none_or(|told| told == size);
    if !is_sized {
        return Err(format!("it has {size} bytes"));
    }
    let found =
        hashed(content, Hasher::of(digest.algorithm()).ok_or("no known digest")?).map_err(|error| error.to_string())?;
    if found == digest.as_str() {
        return Ok(());
    }
    if pointer.unix_lines && !pointer.is_directory {
        let unix = hashed(content, Hasher::unix_lines()).map_err(|error| error.to_string())?;
        if unix == digest.as_str() {
            return Ok(());
        }
    }
    Err(format!("it is {found}"))
}

/// Whether `pointer` names exactly `content`.
pub fn is_of(pointer: &Pointer, content: &dyn Content) -> bool {
    pointer.digest.is_some() && !pointer.is_directory && verified(content, pointer).is_ok()
}

impl Content for SourceFile {
    fn size(&self) -> usize {
        self.whole().len()
    }

    fn read_at(&self, offset: usize, into: &mut [u8]) -> std::io::Result<usize> {
        Self::read_at(self, offset, into)
    }
}

/// Whether `pointer`, of a directory, names exactly these files: paths from the repository's root.
pub fn is_of_all(pointer: &Pointer, files: &[&SourceFile]) -> bool {
    let Some(digest) = pointer.digest.as_ref().filter(|_| pointer.is_directory) else { return false };
    let folder = format!("{}/", pointer.stands_for);
    let mut listed = Vec::new();
    for file in files {
        let Some(relative) = file.path.strip_prefix(&folder) else { return false };
        let Some(hash) = Hasher::of("md5").and_then(|hasher| hashed(*file, hasher).ok()) else { return false };
        listed.push((relative, hash));
    }
    // The order and the form of Python's `json.dumps`, which is what DVC takes the digest of.
    listed.sort();
    let members: Vec<String> = listed
        .iter()
        .map(|(path, hash)| {
            format!("{{\"md5\": \"{}\", \"relpath\": {}}}", hash.trim_start_matches("md5:"), as_ascii(path))
        })
        .collect();
    let list = format!("[{}]", members.join(", "));
    Hasher::of("md5").is_some_and(|hasher| hasher.updated(list.as_bytes()).finish() == digest.as_str())
}

/// A JSON string of ASCII characters alone.
fn as_ascii(text: &str) -> String {
    let mut out = String::new();
    for unit in serde_json::Value::from(text).to_string().encode_utf16() {
        match u8::try_from(unit).ok().filter(u8::is_ascii) {
            Some(byte) => out.push(char::from(byte)),
            None => {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// How many bytes are read at once.
const PIECE: usize = 1 << 20;

fn hashed(content: &dyn Content, mut hasher: Hasher) -> std::io::Result<String> {
    let mut piece = vec![0; content.size().clamp(1, PIECE)];
    let mut at = 0;
    while at < content.size() {
        let read = content.read_at(at, &mut piece)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        hasher.update(piece.get(..read).unwrap_or_default());
        at += read;
    }
    Ok(hasher.finish())
}

/// Takes a digest piece by piece.
#[derive(Debug, Clone)]
enum Hasher {
    /// SHA-256.
    Sha256(Sha256),
    /// MD5.
    Md5(Md5),
    /// MD5 of a text with the line ends of Unix; whether the last byte was a carriage return.
    UnixMd5(Md5, bool),
    /// BLAKE3.
    Blake3(Box<blake3::Hasher>),
}

impl Hasher {
    /// The one that digests called `algorithm` are taken with.
    fn of(algorithm: &str) -> Option<Self> {
        match algorithm {
            "sha256" => Some(Self::Sha256(Sha256::new())),
            "md5" => Some(Self::Md5(Md5::new())),
            "blake3" => Some(Self::Blake3(Box::default())),
            _ => None,
        }
    }

    fn unix_lines() -> Self {
        Self::UnixMd5(Md5::new(), false)
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Md5(hasher) => hasher.update(bytes),
            Self::Blake3(hasher) => {
                hasher.update(bytes);
            }
            Self::UnixMd5(hasher, pending) => {
                for line in bytes.split_inclusive(|&byte| byte == b'\r') {
                    if *pending && line.first() != Some(&b'\n') {
                        hasher.update(b"\r");
                    }
                    *pending = line.ends_with(b"\r");
                    hasher.update(line.strip_suffix(b"\r").unwrap_or(line));
                }
            }
        }
    }

    fn updated(mut self, bytes: &[u8]) -> Self {
        self.update(bytes);
        self
    }

    /// The digest of everything, algorithm first.
    fn finish(self) -> String {
        match self {
            Self::Sha256(hasher) => named("sha256", &hasher.finalize()),
            Self::Md5(hasher) => named("md5", &hasher.finalize()),
            Self::UnixMd5(mut hasher, pending) => {
                if pending {
                    hasher.update(b"\r");
                }
                named("md5", &hasher.finalize())
            }
            Self::Blake3(hasher) => Digest::from_blake3(hasher.finalize()).to_string(),
        }
    }
}

fn named(algorithm: &str, bytes: &[u8]) -> String {
    bytes.iter().fold(format!("{algorithm}:"), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
