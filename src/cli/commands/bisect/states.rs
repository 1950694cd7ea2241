//! States to be asked about: laid out in a scratch directory each, and remembered.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::cli::Context;
use crate::cli::scratch::{self, Ended, Task};
use crate::cli::shipped::{Shelf, ShippedFile};
use crate::domain::ArtefactId;
use crate::lock::ReleaseName;
use crate::lock::record::{Record, Shipped};
use crate::release::after::bisect::{Answer, Choice, Differing};
use crate::release::checks::{Refused, rollback as checks};

/// The longest that one run may take.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// More runs than this are no search any more.
const MOST_RUNS: usize = 1000;

/// What the two ends were found to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ends {
    /// The one that is said to be good.
    pub(super) good: Answer,
    /// The one that is said to be bad.
    pub(super) bad: Answer,
}

/// One run.
#[derive(Debug)]
pub(super) struct Ran {
    /// Of which release.
    pub(super) release: ReleaseName,
    /// With which artefacts of it alone; `None`: with all.
    pub(super) changed: Option<Vec<String>>,
    /// What came of it.
    pub(super) answer: Answer,
}

/// Asks a command about states.
pub(super) struct States<'a> {
    shelf: &'a Shelf,
    command: &'a str,
    context: &'a Context,
    /// Every run, in order.
    pub(super) runs: Vec<Ran>,
}

/// A state: of which release, with which artefacts of it alone, and all that it holds.
struct State<'a> {
    release: &'a ReleaseName,
    changed: Option<BTreeSet<&'a ArtefactId>>,
    artefacts: BTreeMap<&'a ArtefactId, &'a Shipped>,
}

impl<'a> States<'a> {
    /// Asks `command`, in the repository of `shelf`.
    pub(super) fn new(shelf: &'a Shelf, command: &'a str, context: &'a Context) -> miette::Result<Self> {
        Ok(Self { shelf, command, context, runs: Vec::new() })
    }

    /// What the command says of a release as it shipped.
    pub(super) fn release(&mut self, record: &Record) -> miette::Result<Answer> {
        self.ask(&State { release: &record.name, changed: None, artefacts: record.artefacts.iter().collect() })
    }

    /// What the command says of the release before, with some of `release`'s artefacts.
    pub(super) fn combination(
        &mut self,
        release: &ReleaseName,
        differing: &Differing<'_>,
        choice: &Choice,
    ) -> miette::Result<Answer> {
        let (changed, artefacts) = (Some(differing.ids(choice)), differing.combined(choice));
        self.ask(&State { release, changed, artefacts })
    }

    fn ask(&mut self, state: &State<'_>) -> miette::Result<Answer> {
        if self.runs.len() >= MOST_RUNS {
            return Err(miette::miette!(
                code = "bisect::endless",
                help = "narrow it down: name releases that are closer to each other",
                "{MOST_RUNS} runs were not enough"
            ));
        }
        let scratch = scratch::directory()?;
        scratch::lay(scratch.path(), &self.files(state)?)?;
        let changed: Vec<String> = state.changed.iter().flatten().map(ToString::to_string).collect();
        let variables = vec![
            ("PV_DIR", scratch.path().display().to_string()),
            ("PV_RELEASE", state.release.to_string()),
            ("PV_CHANGED", changed.join(" ")),
        ];
        let ended =
            scratch::run(&Task { command: self.command, directory: scratch.path(), variables, limit: LONGEST })?;
        let answer = answer(ended)?;
        let ran = Ran { release: state.release.clone(), changed: state.changed.as_ref().map(|_| changed), answer };
        self.context.shell.note(&format!("pv: run {}: {} is {}", self.runs.len() + 1, ran.subject(), ran.word()));
        self.runs.push(ran);
        Ok(answer)
    }

    fn files(&self, state: &State<'_>) -> miette::Result<Vec<ShippedFile>> {
        let mut files = BTreeMap::new();
        for (id, shipped) in &state.artefacts {
            match self.shelf.files_of(shipped) {
                Ok(found) => files.extend(found.into_iter().map(|file| (file.path.clone(), file))),
                Err(error) if error.is_integrity() => {
                    let message = format!("{id}@{} cannot be brought back: {error}", shipped.entry.version);
                    return Err(Refused::by(&checks::BYTES_MISSING, message).into());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(files.into_values().collect())
    }
}

impl Ran {
    /// The state, in words.
    pub(super) fn subject(&self) -> String {
        match &self.changed {
            None => self.release.to_string(),
            Some(ids) => ids.join(", "),
        }
    }

    /// What came of it, in a word.
    pub(super) fn word(&self) -> &'static str {
        word(self.answer)
    }
}

/// An answer, in a word.
pub(super) fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Good => "good",
        Answer::Bad => "bad",
        Answer::Skip => "skipped",
    }
}

/// As `git bisect run` reads exit codes.
fn answer(ended: Ended) -> miette::Result<Answer> {
    let said = match ended {
        Ended::Code(Some(0)) => return Ok(Answer::Good),
        Ended::Code(Some(125)) => return Ok(Answer::Skip),
        Ended::Code(Some(1..=127)) => return Ok(Answer::Bad),
        Ended::Code(Some(code)) => format!("it ended with exit code {code}"),
        Ended::Code(None) => "it was ended by a signal".to_owned(),
        Ended::TooLong => format!("it was ended after {} minutes", LONGEST.as_secs() / 60),
    };
    Err(miette::miette!(
        code = "bisect::stopped",
        help = "0 is good, 125 cannot be told, 1 to 127 is bad: let the command end so",
        "the command said neither good nor bad: {said}"
    ))
}
