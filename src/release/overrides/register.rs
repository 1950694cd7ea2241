//! All exceptions of a repository, as their files tell them.

use std::collections::BTreeMap;

use crate::config;
use crate::domain::{Digest, Instant, Place, Problem, SourceFile};
use crate::lock::ReleaseName;
use crate::release::ground::{Ground, Papers};
use crate::release::records;
use crate::release::signatures::Signers;
use crate::release::standing::History;

use super::record::{self, Closing, Override};

/// Where those stand who may sign.
pub const SIGNERS: &str = ".pv/allowed_signers";

/// Every exception, and what they are judged by.
#[derive(Debug)]
pub struct Register<'a> {
    /// Who may make which.
    pub policy: &'a config::Exceptions,
    /// Everything that was released.
    pub histories: &'a [History],
    /// The instant.
    pub at: &'a Instant,
    /// Who may sign.
    pub signers: Signers,
    /// The exceptions, by their paths.
    pub exceptions: Vec<Exception>,
    /// Files that cannot be read, and count for nothing.
    pub problems: Vec<Problem>,
    /// The paths of all texts beside the releases.
    pub(super) papers: &'a Papers,
}

/// An exception with what stands beside it.
#[derive(Debug, Clone)]
pub struct Exception {
    /// The path of its record.
    pub path: String,
    /// Its record's text, which is what is signed.
    pub text: String,
    /// Its record.
    pub record: Override,
    /// The signatures, by their paths.
    pub signatures: BTreeMap<String, String>,
    /// What became of what it owes.
    pub closing: Option<Closing>,
}

impl<'a> Register<'a> {
    /// The exceptions among what a release is judged by.
    pub fn of(ground: &Ground<'a>) -> Self {
        Self::read(&ground.config.exceptions, ground.histories, ground.papers, ground.at)
    }

    /// The exceptions among `papers`.
    pub fn read(policy: &'a config::Exceptions, histories: &'a [History], papers: &'a Papers, at: &'a Instant) -> Self {
        let signers = papers.get(SIGNERS).map(|text| Signers::read(SIGNERS, text)).unwrap_or_default();
        let mut register =
            Self { policy, histories, at, signers, exceptions: Vec::new(), problems: Vec::new(), papers };
        for (path, text) in papers.iter().filter(|(path, _)| is_record(path)) {
            match record::decode(path, text) {
                Ok(record) => {
                    let exception = register.exception(path, text, record);
                    register.exceptions.push(exception);
                }
                Err(problem) => register.problems.push(problem),
            }
        }
        register
    }

    fn exception(&mut self, path: &str, text: &str, record: Override) -> Exception {
        let signatures = self.papers.range(path.to_owned()..).take_while(|(other, _)| other.starts_with(path));
        let signatures = signatures.filter(|(other, _)| other.ends_with(".sig"));
        let signatures = signatures.map(|(path, text)| (path.clone(), text.clone())).collect();
        let closing = closing_path(path);
        let closing = self.papers.get(&closing).and_then(|text| match record::decode_closing(&closing, text) {
            Ok(closing) => Some(closing),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        });
        Exception { path: path.to_owned(), text: text.to_owned(), record, signatures, closing }
    }

    /// The exceptions in the folder of a release.
    pub fn of_release(&self, release: &ReleaseName) -> impl Iterator<Item = &Exception> {
        let folder = record::folder(release);
        self.exceptions.iter().filter(move |one| one.path.starts_with(&folder))
    }

    /// What was released under a name.
    pub fn history(&self, release: &ReleaseName) -> Option<&History> {
        self.histories.iter().find(|history| history.record.name == *release)
    }
}

impl Exception {
    /// Digest of its record.
    pub fn digest(&self) -> Digest {
        records::digest(&self.text)
    }

    /// Where its record first says `what`; its first line where it does not.
    pub fn place(&self, what: &str) -> Place {
        SourceFile::new(self.path.as_str(), self.text.as_str()).place(self.text.find(what).unwrap_or(0))
    }

    /// The path of the signature of whoever asks.
    pub fn request_path(&self) -> String {
        request_path(&self.path)
    }
}

/// The path of the signature of whoever asks for the exception at `path`.
pub fn request_path(path: &str) -> String {
    format!("{path}.request.sig")
}

/// The path of the closing record of the exception at `path`.
pub fn closing_path(path: &str) -> String {
    format!("{}.closed.toml", path.strip_suffix(".toml").unwrap_or(path))
}

/// Whether an exception's record stands at `path`.
fn is_record(path: &str) -> bool {
    path.contains("/overrides/") && path.ends_with(".toml") && !path.ends_with(".closed.toml")
}
