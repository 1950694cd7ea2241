//! The checklist: twenty items, each answered by a file or a command that proves it, or not at all.
//!
//! Items 1 to 15 are the course's, in other words. What it asks in 16 to 20 did not reach us: those are our
//! reconstruction from its chapters on communication, windows, emergencies and postmortems.

mod communicate;
mod gate;
mod operate;
mod recognise;
mod roll_out;
mod version;

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::checks::Judgement;
use super::super::ground::Papers;
use super::super::standing::History;
use crate::config::Config;
use crate::domain::Instant;
use crate::lock::ReleaseName;
use crate::release::log::{Event, EventKind};
use crate::release::plan::Plan;

/// What the items are answered from.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The policy.
    pub config: &'a Config,
    /// Whether it stands in a `pv.toml`; else it is built in, and proves nothing.
    pub is_configured: bool,
    /// Everything that was released, in the order of the cuts.
    pub histories: &'a [History],
    /// The texts beside the releases.
    pub papers: &'a Papers,
    /// The instant.
    pub at: &'a Instant,
    /// The file of a CI system that runs `pv check` or `pv gate run`.
    pub ci: Option<&'a str>,
    /// Shipped prompts whose bytes are not in the store any more, within the retention: `prompt:greet@1.0.0`.
    pub lost: &'a [String],
    /// What stands against the newest release's way back.
    pub rollback: &'a [Judgement],
    /// How many things each release's postmortem leaves open.
    pub postmortems: &'a BTreeMap<ReleaseName, usize>,
}

/// An item, answered.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Its number, from 1.
    pub n: usize,
    /// The part of the discipline that it belongs to.
    pub section: &'static str,
    /// What is asked.
    pub item: &'static str,
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Whether it is so.
    pub outcome: Outcome,
    /// The file that shows it, or the command.
    pub proof: Option<String>,
    /// What was seen.
    pub because: String,
}

/// Whether something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is, and something proves it.
    Pass,
    /// It is not.
    Fail,
    /// Nothing here tells.
    Unknown,
}

impl Outcome {
    /// The name as written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

impl Answer {
    /// It is so, and `proof` shows it.
    fn pass(proof: impl Into<String>, because: impl Into<String>) -> Self {
        Self { outcome: Outcome::Pass, proof: Some(proof.into()), because: because.into() }
    }

    /// It is not so, and `proof` shows it.
    fn fail(proof: impl Into<String>, because: impl Into<String>) -> Self {
        Self { outcome: Outcome::Fail, proof: Some(proof.into()), because: because.into() }
    }

    /// Nothing tells.
    fn unknown(because: impl Into<String>) -> Self {
        Self { outcome: Outcome::Unknown, proof: None, because: because.into() }
    }
}

/// What an item asks, and how it is answered.
type Item = (&'static str, &'static str, fn(&Inputs<'_>) -> Answer);

/// The items, in order.
const ITEMS: [Item; 20] = [
    ("Recognise", "every change has its type, and the discipline of that type", recognise::typed),
    (
        "Recognise",
        "changes are treated as data, statistically, per call, with a pointer to go back to",
        recognise::different,
    ),
    ("Recognise", "each release says which of its changes are material", recognise::material),
    ("Gate", "CI stops a prompt or model change without a passing eval", gate::enforced),
    ("Gate", "feedback is judged at each canary step before the next", gate::feedback),
    ("Gate", "models owe a cost gate, data a schema gate, agent code integration tests", gate::of_types),
    ("Gate", "exceptions are documented, approved and counted", gate::exceptions),
    ("Roll out", "every change goes by a canary, or by a documented exception", roll_out::by_canary),
    ("Roll out", "steps fit the type of the change", roll_out::fitting),
    ("Roll out", "the way back was rehearsed for this release", roll_out::rehearsed),
    ("Roll out", "the way back is fast: 5 minutes for prompts, 10 for models", roll_out::fast),
    ("Version", "prompts have versions, and earlier ones are kept", version::prompts),
    ("Version", "models are pinned, and the mapping before is kept", version::models),
    ("Version", "parameters, evidence, dependencies and owners are recorded", version::context),
    ("Communicate", "those who have to know were told before", communicate::before),
    ("Communicate", "a status was told at each canary step", communicate::during),
    ("Communicate", "a summary was told at the end", communicate::after),
    ("Operate", "windows and freezes are defined", operate::windows),
    ("Operate", "the path for emergencies is there before it is needed", operate::emergencies),
    ("Operate", "what went wrong has a postmortem, and its items are owned, dated and done", operate::postmortems),
];

/// Every item, answered.
pub fn rows(inputs: &Inputs<'_>) -> Vec<Row> {
    let rows = ITEMS.iter().zip(1..).map(|((section, item, ask), n)| Row { n, section, item, answer: ask(inputs) });
    rows.collect()
}

/// Where the policy stands.
const POLICY: &str = "pv.toml";

impl Inputs<'_> {
    /// The release that was cut last with a plan: what the discipline was applied to.
    fn planned(&self) -> Option<(&History, &Plan)> {
        self.histories.iter().rev().find_map(|history| Some((history, history.plan.as_ref()?)))
    }

    /// All releases with a plan, the newest first.
    fn all_planned(&self) -> impl Iterator<Item = (&History, &Plan)> {
        self.histories.iter().rev().filter_map(|history| Some((history, history.plan.as_ref()?)))
    }

    /// The policy's file as a proof; without one, what it is built in is no proof.
    fn by_policy(&self, because: impl Into<String>) -> Answer {
        if self.is_configured {
            return Answer::pass(POLICY, because);
        }
        Answer::unknown(format!("there is no {POLICY}: only the built-in policy says so"))
    }
}

/// What is said of releases that nothing was planned for.
fn unplanned() -> Answer {
    Answer::unknown("no release was cut by a plan yet")
}

/// The steps of a log, in order.
fn steps(history: &History) -> impl Iterator<Item = &Event> {
    history.events.iter().filter(|event| matches!(event.kind, EventKind::Step | EventKind::Promote))
}
