//! A product of every kind of artefact, released once and measured, in a directory that is copied for each release.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "copies files; a failed step is a failed test"
)]

use std::path::Path;
use std::sync::Mutex;

use super::people;
use crate::harness::Repo;
use crate::runs::{self, Run};

/// Cases of the eval set.
const CASES: usize = 60;
/// When the product was released and measured, before the releases of the set.
const EARLIER: &str = "2026-11-02T10:30:00+05:30[Asia/Kolkata]";
/// A Thursday on which the releases of the set are measured and their way back is rehearsed.
pub(super) const READY: &str = "2026-11-05T12:00:00+05:30[Asia/Kolkata]";

/// The product's repository, the instant at which things happen to it, and what was typed last.
pub(super) struct Product {
    /// Its repository.
    pub(super) repo: Repo,
    at: Mutex<String>,
    typed: Mutex<Vec<String>>,
}

impl Product {
    /// The product as r1 released it, with a run of each of its artefacts.
    pub(super) fn released() -> Self {
        let repo = Repo::new();
        repo.lay(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/seeded/product"));
        repo.write("evals/support.jsonl", runs::eval_set(CASES)).write(".pv/allowed_signers", people::signers());
        repo.commit("the product");
        let product = Self::of(repo);
        product.on(EARLIER).must("lock --name r1 --write --commit --tag");
        for about in ["prompt:greet", "prompt:answer", "model:writer", "tool:lookup", "index:products"] {
            product.measure(about, "eval", |run| run);
        }
        product.measure("model:writer", "cost", |run| run).measure("model:writer", "safety", |run| run);
        product.repo.commit("how it does");
        product
    }

    fn of(repo: Repo) -> Self {
        Self { repo, at: Mutex::new(EARLIER.to_owned()), typed: Mutex::default() }
    }

    /// Another directory with the same files and history.
    pub(super) fn copy(&self) -> Self {
        let repo = Repo::directory();
        copy_below(self.repo.root(), repo.root());
        let copy = Self::of(repo);
        copy.on(&self.at.lock().unwrap()).typed.lock().unwrap().clone_from(&self.typed.lock().unwrap());
        copy
    }

    /// It is `at` now.
    pub(super) fn on(&self, at: &str) -> &Self {
        at.clone_into(&mut self.at.lock().unwrap());
        self
    }

    /// What `pv` says to a command line; `~` is a blank within a word.
    pub(super) fn pv(&self, line: &str) -> String {
        let at = self.at.lock().unwrap().clone();
        self.typed.lock().unwrap().push(format!("pv {line} --at {at}"));
        let words: Vec<String> = line.split(' ').map(|word| word.replace('~', " ")).collect();
        self.repo.pv(&words.iter().map(String::as_str).chain(["--at", &at]).collect::<Vec<_>>())
    }

    /// What `pv` says to a command line that has to succeed.
    pub(super) fn must(&self, line: &str) -> String {
        let said = self.pv(line);
        assert!(!said.contains("[exit code"), "{}\n{said}", self.typed());
        said
    }

    /// The command lines so far.
    pub(super) fn typed(&self) -> String {
        self.typed.lock().unwrap().join("\n")
    }

    /// Replaces `from`, which is there, by `to` in a file.
    pub(super) fn edit(&self, path: &str, from: &str, to: &str) -> &Self {
        let text = self.read(path);
        assert!(text.contains(from), "{from} in {path}: {text}");
        self.repo.write(path, text.replacen(from, to, 1));
        self
    }

    /// The text of a file.
    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.repo.path(path)).unwrap()
    }

    /// Removes a file.
    pub(super) fn remove(&self, path: &str) -> &Self {
        std::fs::remove_file(self.repo.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        self
    }

    /// Adds lines at the end of a file.
    pub(super) fn append(&self, path: &str, more: &str) -> &Self {
        self.repo.write(path, self.read(path) + more);
        self
    }

    /// Writes the intent of a change.
    pub(super) fn describe(&self, id: &str, change_type: &str, class: &str) -> &Self {
        let path = format!("changes/{}.md", id.replace(':', "-"));
        let audience = "audience:\n  customer: Answers are friendlier.\n  support: Answers changed; nothing to do.\n";
        let head = format!("artefacts: [{id}]\ntype: [{change_type}]\nclass: {class}\nowner: platform-lead\n");
        self.repo.write(&path, format!("---\n{head}why: better answers\n{audience}---\n"));
        self
    }

    /// Records a run of an artefact as it stands, over all cases, as evidence for a gate.
    pub(super) fn measure(&self, about: &str, gate: &str, change: impl FnOnce(Run) -> Run) -> &Self {
        let closure = [&[about][..], needs(about), &["eval:support"]].concat();
        let rows = std::fs::read_to_string(self.repo.path("evals/support.jsonl")).unwrap();
        let every = (0..rows.lines().count())
            .fold(Run::about(&self.repo, &closure), |run, number| run.case(&runs::name(number), 3, 3.0));
        let made = self.at.lock().unwrap().parse::<jiff::Zoned>().unwrap().timestamp().to_string();
        std::fs::write(self.repo.beside("report.json"), change(every.metric("cost", 1.0).made(&made)).text()).unwrap();
        let report = self.repo.beside("report.json").display().to_string();
        self.must(&format!("gate add {report} --gate {gate}"));
        self
    }

    /// Tells an audience of a release.
    pub(super) fn tell(&self, audience: &str, more: &str) -> &Self {
        let path = self.repo.beside("notice.txt");
        std::fs::write(&path, "What changes; when the canary starts; how it goes back.").unwrap();
        let line = format!("notice record --audience {audience} --channel #releases --file {}", path.display());
        self.must(format!("{line} {more}").trim_end());
        self
    }
}

/// What an artefact is run with.
fn needs(about: &str) -> &'static [&'static str] {
    match about {
        "prompt:greet" => &["model:writer", "tool:lookup"],
        "prompt:answer" => &["model:writer", "tool:search", "index:policies"],
        _ => &[],
    }
}

/// Copies every file below `from` to below `to`.
fn copy_below(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_below(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
