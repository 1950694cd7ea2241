//! What `--from` names: files of rows, and directories of documents.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::cli::Context;
use crate::domain::{Digest, Place, Problem, SourceFile};
use crate::git::Repository;
use crate::kinds::shared::document::Syntax;
use crate::kinds::shared::row_tree::{Format, Source};
use crate::kinds::shared::rows::stream::{self, Documents, Parquet, Take};
use crate::kinds::shared::rows::{Layout, Profile, Table};
use crate::store::{bounded, opened};

/// A JSON list is held in memory as a whole, and above this many bytes it is not.
const LONGEST_LIST: u64 = 32 << 20;
/// Of a document no more than this many bytes are kept as its text.
const LONGEST_TEXT: u64 = 64 << 10;

/// A file or directory that rows are read from.
#[derive(Debug)]
pub(super) struct Input {
    /// As the manifest names it.
    pub(super) path: String,
    pub(super) format: Format,
    place: PathBuf,
    rows: Rows,
}

#[derive(Debug)]
enum Rows {
    Table(Table),
    Parquet(Parquet),
    /// The files of a directory, each with the path below it.
    Documents(Vec<(String, PathBuf)>),
}

/// Opens what was typed.
///
/// # Errors
/// When something cannot be read, is in no known format, or not in the same as the others.
pub(super) fn open(typed: &[PathBuf], repository: &Repository, context: &Context) -> miette::Result<Vec<Input>> {
    let mut inputs = Vec::new();
    for path in typed {
        inputs.push(Input::open(&context.start().join(path), &shown(path, repository, context))?);
    }
    let formats: Vec<Format> = inputs.iter().map(|input: &Input| input.format).collect();
    if let (Some(first), Some(other)) = (formats.first(), formats.iter().find(|format| Some(*format) != formats.first())) {
        return Err(miette::miette!(
            code = "snapshot::mixed",
            help = "the same value is not written alike in them: bring all files into one format",
            "{} and {} do not make one set of rows",
            first.name(),
            other.name()
        ));
    }
    Ok(inputs)
}

/// The path from the repository's root where it is inside, else as typed.
fn shown(typed: &Path, repository: &Repository, context: &Context) -> String {
    let inside = || {
        let root = repository.workdir()?.canonicalize().ok()?;
        let place = context.start().join(typed).canonicalize().ok()?;
        place.strip_prefix(&root).ok().map(Path::to_owned)
    };
    let path = inside().filter(|path| path.components().next().is_some()).unwrap_or_else(|| typed.to_owned());
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/").trim_end_matches('/').to_owned()
}

impl Input {
    fn open(place: &Path, path: &str) -> miette::Result<Self> {
        let unreadable = |error: io::Error| {
            miette::miette!(
                code = "snapshot::unreadable",
                help = "name a file of rows, or a directory of documents, that you may read",
                "{path} could not be read: {error}"
            )
        };
        let format = format_of(place).map_err(unreadable)?.ok_or_else(|| unknown(path))?;
        let rows = match format {
            Format::Directory => Rows::Documents(documents(place).map_err(unreadable)?),
            Format::Parquet => {
                let content = bounded::open(place).and_then(opened::content).map_err(unreadable)?;
                Rows::Parquet(Parquet::open(path, content).map_err(|problem| faulty(path, vec![problem]))?)
            }
            Format::Json => Rows::Table(list(place, path).map_err(unreadable)?),
            Format::Jsonl | Format::Csv | Format::Tsv => {
                let content = bounded::open(place).and_then(opened::content).map_err(unreadable)?;
                let layout = match format {
                    Format::Csv => Layout::Csv(b','),
                    Format::Tsv => Layout::Csv(b'\t'),
                    _ => Layout::JsonLines,
                };
                Rows::Table(Table { file: SourceFile::large(path, content), layout })
            }
        };
        Ok(Self { path: path.to_owned(), format, place: place.to_owned(), rows })
    }

    /// Reads the rows, batch by batch.
    pub(super) fn read(&self, key: &[String], take: &mut Take<'_>) {
        match &self.rows {
            Rows::Table(table) => stream::read(table, key, take),
            Rows::Parquet(file) => file.read(key, take),
            Rows::Documents(files) => {
                let mut gathered = Documents::new(&self.path, key);
                let goes_on = files.iter().all(|(path, place)| {
                    match document(place) {
                        Ok((digest, bytes, text)) => gathered.add(path, bytes, digest.as_str(), text.as_deref()),
                        Err(error) => gathered.fault(unreadable_document(&self.path, path, &error)),
                    }
                    gathered.full().is_none_or(&mut *take)
                });
                if goes_on {
                    take(gathered.rest());
                }
            }
        }
    }

    /// Where the row at `at` stands, as [`stream::Keyed::at`] tells it, and a problem with it.
    pub(super) fn place(&self, at: usize) -> Place {
        match &self.rows {
            Rows::Table(table) => table.file.place(at),
            _ => Place { path: self.path.as_str().into(), line: at + 1, column: 1 },
        }
    }

    /// The problem that `message` tells of the row at `at`.
    pub(super) fn problem(&self, at: usize, code: &'static str, message: String, help: &str) -> Problem {
        match &self.rows {
            Rows::Table(table) => {
                let span = crate::domain::Span::new(at, at);
                Problem::at(&table.file, span, code, message, help)
            }
            _ => Problem::of_path(&self.path, code, format!("row {}: {message}", at + 1), help),
        }
    }

    /// What the manifest says of it.
    ///
    /// # Errors
    /// When it can no longer be read.
    pub(super) fn source(&self) -> io::Result<Source> {
        let (digest, bytes) = match &self.rows {
            Rows::Documents(files) => listing(files)?,
            _ => digest_of(&self.place)?,
        };
        Ok(Source { path: self.path.clone(), format: self.format, digest, bytes })
    }
}

/// The columns that tell the rows of `inputs` apart, as the first of them show.
pub(super) fn infer_key(inputs: &[Input], profile: &Profile) -> Vec<String> {
    match inputs.first().map(|input| &input.rows) {
        Some(Rows::Documents(_)) => vec!["path".to_owned()],
        Some(Rows::Parquet(file)) => file.infer_key(profile),
        _ => {
            let tables = inputs.iter().filter_map(|input| match &input.rows {
                Rows::Table(table) => Some(table.clone()),
                _ => None,
            });
            stream::infer_key(&tables.collect::<Vec<_>>(), profile)
        }
    }
}

/// The format that the name of a file announces, else its first bytes.
fn format_of(place: &Path) -> io::Result<Option<Format>> {
    if std::fs::metadata(place)?.is_dir() {
        return Ok(Some(Format::Directory));
    }
    let extension = place.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let known = match extension.as_str() {
        "jsonl" | "ndjson" => Some(Format::Jsonl),
        "json" => None,
        "csv" => Some(Format::Csv),
        "tsv" => Some(Format::Tsv),
        "parquet" | "pq" => Some(Format::Parquet),
        _ => None,
    };
    let mut head = Vec::new();
    bounded::open(place)?.take(1024).read_to_end(&mut head)?;
    let text = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&head).trim_ascii_start();
    Ok(known.or(match text.first() {
        _ if head.starts_with(b"PAR1") => Some(Format::Parquet),
        Some(b'{') => Some(Format::Jsonl),
        Some(b'[') => Some(Format::Json),
        _ => None,
    }))
}

fn unknown(path: &str) -> miette::Report {
    miette::miette!(
        code = "snapshot::format",
        help = "rows are read from .jsonl, .csv, .tsv, .json (a list) and .parquet files, uncompressed, and from directories",
        "what rows {path} has is not to be told from its name or its first bytes"
    )
}

pub(super) fn faulty(what: &str, problems: Vec<Problem>) -> miette::Report {
    crate::report::Unreadable::new(what, problems).into()
}

/// A JSON list, as a whole.
fn list(place: &Path, path: &str) -> io::Result<Table> {
    let bytes = bounded::read(place, LONGEST_LIST).map_err(|error| {
        let way_out = format!("write it as JSON Lines, which are read piece by piece: jq -c '.[]' {path} > rows.jsonl");
        if error.kind() == io::ErrorKind::Other { io::Error::other(format!("{error}; {way_out}")) } else { error }
    })?;
    let text = String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8"))?;
    Ok(Table { file: SourceFile::new(path, text), layout: Layout::Document(Syntax::Json, Vec::new()) })
}

/// Every regular file below `directory`, sorted by path; links and `.git` are left out.
fn documents(directory: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let walk = ignore::WalkBuilder::new(directory).standard_filters(false).follow_links(false).build();
    for entry in walk {
        let entry = entry.map_err(io::Error::other)?;
        let below = entry.path().strip_prefix(directory).map_err(io::Error::other)?;
        let is_git = below.components().any(|part| part.as_os_str() == ".git");
        if entry.file_type().is_some_and(|sort| sort.is_file()) && !is_git {
            let name = below.to_str().ok_or_else(|| io::Error::other(format!("the name {below:?} is not UTF-8")))?;
            found.push((name.replace(std::path::MAIN_SEPARATOR, "/"), entry.into_path()));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Digest, size and text of a document.
fn document(place: &Path) -> io::Result<(Digest, u64, Option<String>)> {
    let mut file = bounded::open(place)?;
    if file.metadata()?.len() > LONGEST_TEXT {
        return digest_of(place).map(|(digest, bytes)| (digest, bytes, None));
    }
    let mut bytes = Vec::new();
    (&mut file).take(LONGEST_TEXT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST_TEXT {
        return digest_of(place).map(|(digest, bytes)| (digest, bytes, None));
    }
    Ok((Digest::of(&bytes), bytes.len() as u64, String::from_utf8(bytes).ok()))
}

fn unreadable_document(source: &str, path: &str, error: &io::Error) -> Problem {
    let message = format!("it could not be read: {error}");
    Problem::of_path(&format!("{source}/{path}"), "unreadable", message, "make it readable, or take it out of the directory")
}

fn digest_of(place: &Path) -> io::Result<(Digest, u64)> {
    let mut hasher = blake3::Hasher::new();
    let file: File = bounded::open(place)?;
    hasher.update_reader(file)?;
    Ok((Digest::from_blake3(hasher.finalize()), hasher.count()))
}

/// The digest of a directory's listing (a line for each file: digest, size and path), and the size of its files.
fn listing(files: &[(String, PathBuf)]) -> io::Result<(Digest, u64)> {
    let mut hasher = blake3::Hasher::new();
    let mut total = 0;
    for (path, place) in files {
        let (digest, bytes) = digest_of(place)?;
        hasher.update(format!("{digest} {bytes} {path}\n").as_bytes());
        total += bytes;
    }
    Ok((Digest::from_blake3(hasher.finalize()), total))
}
