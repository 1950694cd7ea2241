//! What the discipline judges a release by, at a stage and an instant.

use std::collections::BTreeMap;

use crate::config::Config;
use crate::domain::{Instant, Stage};

use super::coordination::Feature;
use super::plan::Plan;
use super::standing::{History, Standing};

/// Texts by their paths.
pub type Papers = BTreeMap<String, String>;

/// What every part of the discipline looks at. Each answers with the judgements of its own family of checks.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The plan of the release that is judged.
    pub plan: &'a Plan,
    /// The policy.
    pub config: &'a Config,
    /// Everything that was released, in the order of their cuts; the release that is judged is in it once it is cut.
    pub histories: &'a [History],
    /// What is live at the instant.
    pub standing: &'a Standing,
    /// The features of the files that the release is cut from; those of a release that was cut are in its record.
    pub features: &'a [Feature],
    /// The instant, in the calendar's zone where it has one.
    pub at: &'a Instant,
    /// The texts that people and pv keep beside the releases, by path: `releases/*/{rehearsals,overrides,notices}/*`,
    /// `releases/*/{notes,postmortem}.md`, and `.pv/allowed_signers` as it is committed.
    pub papers: &'a Papers,
    /// What is about to be done: `lock` cuts the release, `step` exposes it for the first time, `promote` further.
    pub stage: Stage,
}

impl Ground<'_> {
    /// The release that is judged, once it is cut.
    pub fn history(&self) -> Option<&History> {
        self.histories.iter().find(|history| history.record.name == self.plan.release)
    }
}
