//! From a unit of a snapshot to its parsed artefacts and problems.

use std::sync::Arc;

use crate::domain::{ArtefactId, Digest, Elsewhere, KindName, Meaning, Problem, SourceFile, Span};
use crate::git::{Entry, Mode, ReadError, Snapshot};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::pointer::{self, Pointer};
use crate::kinds::shared::{front_matter, rows, text};
use crate::kinds::{self, AnyArtefact, AnyKind, Candidate, Item, KINDS, Parsed, Unit};

use super::artefact::{Artefact, ListedFile, Text, listing, relative};
use super::foreign::Whole;
use super::frame::Frame;
use super::names::Names;
use super::pipeline;
use super::sniffed::sniffed;
use super::units::UnitPath;

/// How much of a file is read before it is only hashed.
#[derive(Debug, Clone, Copy)]
pub struct Limits;

impl Limits {
    /// Files above this many bytes are compared by digest alone: parsing one costs several times its size in memory.
    pub const PARSED: u64 = 512 << 20;
    /// Files of rows above this many bytes are read piece by piece, and never held in memory.
    const HELD: u64 = 8 << 20;
    /// A longer link leads nowhere, in bytes.
    const LINK: u64 = 64 << 10;
}

/// One side of a unit: its artefacts and problems.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub(super) artefacts: Vec<Artefact>,
    pub(super) problems: Vec<Problem>,
    /// Whether the unit exists on this side at all.
    pub(super) exists: bool,
    /// The kind that read it.
    pub(super) kind: Option<KindName>,
    /// Of a file that holds several artefacts: what it says outside of them.
    pub(super) frame: Option<Frame>,
}

/// Reads and parses one side of a unit; a unit that the snapshot lacks is empty.
pub(super) fn side(snapshot: &Snapshot, unit: &UnitPath, names: &Names) -> Side {
    side_as(snapshot, unit, names, None)
}

/// Both sides of a unit. A file that one side can be recognised by is of that kind on the other side, too, when it is
/// too broken there to be recognised.
pub(super) fn sides(
    (old, old_names): (&Snapshot, &Names),
    (new, new_names): (&Snapshot, &Names),
    unit: &UnitPath,
) -> (Side, Side) {
    let after = side(new, unit, new_names);
    let before = side_as(old, unit, old_names, after.kind);
    let (before, after) = match (before.kind, after.kind) {
        (Some(kind), None) if after.exists => (before, side_as(new, unit, new_names, Some(kind))),
        _ => (before, after),
    };
    if let ([was], [is]) = (before.artefacts.as_slice(), after.artefacts.as_slice()) {
        let content = |snapshot: &Snapshot, path: &str| snapshot.large(snapshot.entry(path)?).ok();
        was.whole.prove(&was.files, &is.whole, |path| content(old, path));
        is.whole.prove(&is.files, &was.whole, |path| content(new, path));
    }
    (before, after)
}

fn side_as(snapshot: &Snapshot, unit: &UnitPath, names: &Names, broken: Option<KindName>) -> Side {
    let entries = entries_of(snapshot, unit);
    if entries.is_empty() {
        return Side::default();
    }
    let mut side = Side { exists: true, ..Side::default() };
    let mut loaded = match &unit.output {
        Some(output) => load_output(snapshot, (&entries, output), &mut side.problems),
        None => load(snapshot, (&entries, Limits::HELD), &mut side.problems),
    };
    if loaded.sources.is_empty() && loaded.pointers.is_empty() {
        side.problems.retain(|problem| unit.is_certain() || problem.code.starts_with("pointer-"));
        return side;
    }
    let mut parsed_unit = Unit {
        path: unit.path.as_str().into(),
        files: std::mem::take(&mut loaded.sources),
        is_directory: unit.is_directory,
        settings: unit.selected.settings.clone(),
        at_hand: snapshot.at_hand(),
    };
    let Some(kind) = kind_of(unit, &parsed_unit, broken) else {
        side.problems.retain(|_| unit.is_certain());
        return side;
    };
    side.kind = Some(kind.name());
    if !kind.reads_rows() && parsed_unit.files.iter().any(SourceFile::is_large) {
        side.problems.clear();
        loaded = load(snapshot, (&entries, Limits::PARSED), &mut side.problems);
        parsed_unit.files = std::mem::take(&mut loaded.sources);
    }
    let parsed = if parsed_unit.files.is_empty() { stand_in(loaded.part) } else { kind.parse(&parsed_unit) };
    side.problems.extend(parsed.problems);
    let Loaded { files, pointers, stand_ins, .. } = loaded;
    let whole = Arc::new(Whole::new(parsed_unit, unit.place(), pointers, stand_ins));
    let reader = ItemReader { unit, whole, files: &files, kind, names };
    side.artefacts = parsed.items.into_iter().map(|item| reader.artefact(item)).collect();
    // What a pipeline says beside its outputs is no artefact.
    side.frame = if unit.output.is_none() { Frame::of(&side.artefacts, &files) } else { None };
    side
}

pub(super) fn entries_of<'s>(snapshot: &'s Snapshot, unit: &UnitPath) -> Vec<&'s Entry> {
    if !unit.is_directory {
        return snapshot.entry(&unit.path).into_iter().filter(|entry| entry.mode != Mode::Submodule).collect();
    }
    let prefix = format!("{}/", unit.path);
    let from = snapshot.entries().partition_point(|entry| entry.path < prefix);
    let below = snapshot.entries().get(from..).unwrap_or_default();
    below
        .iter()
        .take_while(|entry| entry.path.starts_with(&prefix))
        .filter(|entry| entry.mode != Mode::Submodule)
        .collect()
}

/// The files of a unit.
#[derive(Default)]
struct Loaded {
    /// Those that are content.
    sources: Vec<SourceFile>,
    files: Vec<ListedFile>,
    /// What the others stand for.
    pointers: Vec<Pointer>,
    /// Those others.
    stand_ins: Vec<SourceFile>,
    /// The part of the only file that names what it stands for.
    part: Option<Span>,
}

impl Loaded {
    /// Takes a file that is text: content, or a pointer to it.
    fn text(&mut self, file: SourceFile, problems: &mut Vec<Problem>) {
        match pointer::read(&file) {
            None => self.sources.push(file),
            Some(Err(found)) => problems.extend(found),
            Some(Ok(pointers)) => {
                self.pointers.extend(pointers);
                self.stand_ins.push(file);
            }
        }
    }

    /// Takes a link into the objects of git-annex; `None`: it leads elsewhere.
    fn link(&mut self, snapshot: &Snapshot, entry: &Entry) -> Option<()> {
        let bytes = snapshot.read(entry, Limits::LINK).ok()?;
        let target = String::from_utf8(bytes).ok()?;
        self.pointers.push(pointer::link(&entry.path, &target)?);
        self.files.push(listed(entry, (Digest::of(target.as_bytes()), target.len() as u64), true));
        self.stand_ins.push(SourceFile::new(entry.path.as_str(), target));
        Some(())
    }
}

/// What stands for an artefact of which git holds nothing but pointers. Nothing of it depends on whether the content is
/// at hand: it is named by its path, and its meaning is what the pointers name.
fn stand_in(span: Option<Span>) -> Parsed<AnyArtefact> {
    let artefact: AnyArtefact = Box::new(());
    let meaning = Meaning::of(b"");
    let item = Item { name: None, span, version: None, references: Vec::new(), meaning, artefact };
    Parsed { items: vec![item], problems: Vec::new() }
}

/// Reads files; those of rows that are larger than `held` only piece by piece.
fn load(snapshot: &Snapshot, (entries, held): (&[&Entry], u64), problems: &mut Vec<Problem>) -> Loaded {
    let mut loaded = Loaded::default();
    for entry in entries {
        if entry.mode == Mode::Symlink {
            if loaded.link(snapshot, entry).is_none() {
                problems.push(symlink(&entry.path));
            }
            continue;
        }
        let held = if rows::layout_of(&entry.path).is_some() { held } else { Limits::PARSED };
        match read(snapshot, entry, (entries.len() == 1, held)) {
            Ok((file, source)) => {
                loaded.files.push(file);
                if let Some(source) = source {
                    loaded.text(source, problems);
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    loaded
}

/// Reads of a `dvc.lock` what it names for one output.
fn load_output(snapshot: &Snapshot, (entries, output): (&[&Entry], &str), problems: &mut Vec<Problem>) -> Loaded {
    let mut loaded = Loaded::default();
    let [entry] = entries else { return loaded };
    let found = match pipeline::outputs(snapshot, entry) {
        Ok((file, mut outputs)) => outputs.remove(output).map(|named| (file, named)),
        Err(found) => {
            problems.extend(found);
            return loaded;
        }
    };
    if let Some((file, (pointer, span))) = found {
        let measured = (Digest::of(file.text.as_bytes()), file.text.len() as u64);
        loaded.files.push(listed(entry, measured, true));
        loaded.pointers.push(pointer);
        loaded.stand_ins.push(file);
        loaded.part = Some(span);
    }
    loaded
}

type Read = (ListedFile, Option<SourceFile>);

/// Reads a file, which may be the only one of its unit, and is held in memory up to a size.
fn read(snapshot: &Snapshot, entry: &Entry, (alone, held): (bool, u64)) -> Result<Read, Problem> {
    // Of a directory, only text is worth its memory.
    match snapshot.read(entry, if alone { held } else { held.min(Limits::HELD) }) {
        Ok(bytes) => {
            let measured = (Digest::of(&bytes), bytes.len() as u64);
            match text::decode(&entry.path, &bytes) {
                Ok(source) => Ok((listed(entry, measured, true), Some(source))),
                Err(problem) if alone => Err(problem),
                Err(_) => Ok((listed(entry, measured, false), None)),
            }
        }
        Err(ReadError::TooLarge { .. }) if held < Limits::PARSED => {
            streamed(snapshot, entry).map_or_else(|| read(snapshot, entry, (alone, Limits::PARSED)), Ok)
        }
        Err(ReadError::TooLarge { .. }) if !alone => {
            let found = sniffed(snapshot, entry).map_err(|error| error.problem())?;
            if !found.is_text || found.size > Limits::PARSED {
                return Ok((listed(entry, (found.digest, found.size), false), None));
            }
            let bytes = snapshot.read(entry, Limits::PARSED).map_err(|error| error.problem())?;
            let source = text::decode(&entry.path, &bytes)?;
            Ok((listed(entry, (found.digest, found.size), true), Some(source)))
        }
        Err(error) => Err(error.problem()),
    }
}

/// The file as one that is read piece by piece, if it is text throughout.
fn streamed(snapshot: &Snapshot, entry: &Entry) -> Option<Read> {
    let source = SourceFile::large(entry.path.as_str(), snapshot.large(entry).ok()?);
    let measured = (text::digest(&source)?, source.whole().len() as u64);
    Some((listed(entry, measured, true), Some(source)))
}

fn listed(entry: &Entry, (digest, size): (Digest, u64), is_text: bool) -> ListedFile {
    ListedFile { path: entry.path.clone(), digest, size, executable: entry.mode == Mode::Executable, is_text }
}

fn symlink(path: &str) -> Problem {
    Problem::of_path(
        path,
        "symlink-not-followed",
        "this is a symbolic link, and pv never follows one",
        "name the file it points to in pv.toml, or replace the link by the file",
    )
}

/// The kind that reads a unit: the one that was asked for, else the first that recognises the content, else the kind
/// that a `broken` document is known to be of.
fn kind_of(unit: &UnitPath, parsed_unit: &Unit, broken: Option<KindName>) -> Option<&'static dyn AnyKind> {
    if let Some(name) = unit.selected.kind {
        return kinds::kind(name);
    }
    let Some(file) = parsed_unit.files.first() else { return kinds::kind(unit.suggested?) };
    let syntax = document::syntax_of(&file.path).or_else(|| looks_like_json(file));
    let document = syntax.and_then(|syntax| document::read(file, file.whole(), syntax).root);
    let candidate = Candidate { file, document: document.as_ref() };
    let recognised = KINDS.iter().copied().find(|kind| kind.is_likely(&file.path) && kind.recognises(&candidate));
    let is_broken = match syntax {
        Some(_) => document.is_none(),
        None => front_matter::read(file).is_err(),
    };
    recognised.or_else(|| kinds::kind(broken.filter(|_| is_broken)?))
}

fn looks_like_json(file: &SourceFile) -> Option<Syntax> {
    file.text.trim_start().starts_with(['{', '[']).then_some(Syntax::Json)
}

struct ItemReader<'a> {
    unit: &'a UnitPath,
    whole: Arc<Whole>,
    files: &'a [ListedFile],
    kind: &'static dyn AnyKind,
    names: &'a Names,
}

impl ItemReader<'_> {
    fn artefact(&self, item: Item<AnyArtefact>) -> Artefact {
        let name = item.name.clone().unwrap_or_else(|| self.names.name(self.kind, self.unit.place()));
        let (digest, size) = self.digest(item.span);
        Artefact {
            named: item.name.is_some(),
            id: ArtefactId::new(self.kind.name(), name),
            path: self.unit.path.clone(),
            is_directory: self.unit.is_directory,
            part: item.span,
            digest,
            size,
            meaning: self.meaning(item.meaning),
            declared: item.version,
            references: item.references,
            versioning: self.unit.selected.versioning.unwrap_or_else(|| self.kind.versioning()),
            files: self.files.to_vec(),
            text: self.text(item.span),
            elsewhere: self.elsewhere(&item.artefact),
            whole: self.whole.clone(),
            parsed: item.artefact,
        }
    }

    fn elsewhere(&self, artefact: &AnyArtefact) -> Vec<Elsewhere> {
        let behind = self.whole.pointers().iter().map(|pointer| pointer.elsewhere.clone());
        self.kind.elsewhere(artefact).into_iter().chain(behind).collect()
    }

    fn digest(&self, part: Option<Span>) -> (Digest, u64) {
        match (part, self.files) {
            (Some(span), _) if !self.unit.is_directory => {
                let bytes = self.text(Some(span));
                (Digest::of(bytes.as_str().as_bytes()), span.len() as u64)
            }
            (_, [file]) if !self.unit.is_directory => (file.digest.clone(), file.size),
            (_, files) => {
                let listing = listing(&self.unit.path, files).encode();
                (Digest::of(&listing), files.iter().map(|file| file.size).sum())
            }
        }
    }

    /// The kind's meaning, and with it the bytes of the files that it could not read as text, and what pointers name.
    fn meaning(&self, meaning: Meaning) -> Meaning {
        let opaque: Vec<&ListedFile> = self.files.iter().filter(|file| !file.is_text).collect();
        if opaque.is_empty() && self.whole.pointers().is_empty() {
            return meaning;
        }
        let mut canonical = meaning.as_str().to_owned();
        for file in opaque {
            canonical.push('\n');
            canonical.push_str(relative(&self.unit.path, &file.path));
            canonical.push('\0');
            canonical.push_str(file.digest.as_str());
        }
        self.whole.write_canonical(&mut canonical);
        Meaning::of(canonical.as_bytes())
    }

    fn text(&self, part: Option<Span>) -> Text {
        let file = self.whole.first().cloned().unwrap_or_else(|| SourceFile::new("", ""));
        let span = part.unwrap_or_else(|| file.whole());
        Text { file, span }
    }
}
