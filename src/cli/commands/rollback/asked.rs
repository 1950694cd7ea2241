//! What is to be taken back: a flag, an artefact, or everything.

use std::collections::BTreeSet;

use super::start::Start;
use crate::domain::{ArtefactId, Version};
use crate::lock::ReleaseName;
use crate::release::checks::shell_word;
use crate::release::rollback::{Way, cascade};

/// What is to be taken back.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "What to take back")]
pub(super) struct Asked {
    /// Take the flag's exposure to 0: nothing else moves. With --change, the artefacts that it switches may stay
    #[arg(long, value_name = "NAME", required_unless_present_any = ["change", "to"], conflicts_with = "to")]
    pub(super) flag: Option<String>,
    /// Take this artefact back to its previous version, and everything that does not fit that version
    #[arg(long, value_name = "ARTEFACT", conflicts_with = "to")]
    pub(super) change: Option<ArtefactId>,
    /// With --change: back to this version
    #[arg(long, value_name = "VERSION", requires = "change")]
    pub(super) to_version: Option<Version>,
    /// With --change: nothing else may move; refused when something live would not fit
    #[arg(long, requires = "change")]
    pub(super) only: bool,
    /// Take everything back to what RELEASE shipped
    #[arg(long, value_name = "RELEASE")]
    pub(super) to: Option<ReleaseName>,
}

impl Asked {
    /// What would be done, as things are. The flag that is asked for goes to 0 in any case.
    ///
    /// # Errors
    /// When it names something that never shipped, or `--only` would leave something live behind that does not fit.
    pub(super) fn way(&self, start: &Start) -> miette::Result<Way> {
        let dropped: BTreeSet<String> = self.flag.iter().cloned().collect();
        let present = start.present(&dropped);
        let mut way = match (&self.change, &self.to) {
            (Some(id), _) => cascade::change(&present, id, self.to_version.as_ref())?,
            (None, Some(name)) => cascade::release(&present, start.release(name)?),
            (None, None) => Way::default(),
        };
        if let Some(refused) = start.unproven(self.to.as_ref(), &way) {
            return Err(refused.into());
        }
        if let Some(refused) = self.change.as_ref().filter(|_| self.only).and_then(|id| cascade::left(&way, id)) {
            return Err(refused.into());
        }
        if let Some(flag) = &self.flag {
            start.refuse_unknown_flag(flag)?;
            if !start.is_at_none(flag) {
                way.flags.insert(flag.clone(), "asked for".to_owned());
            }
        }
        Ok(way)
    }

    /// Whether only flags are concerned: then no release comes of it.
    pub(super) fn is_flag_alone(&self) -> bool {
        self.change.is_none() && self.to.is_none()
    }

    /// As it is typed.
    pub(super) fn words(&self) -> String {
        let mut words = Vec::new();
        words.extend(self.flag.iter().map(|flag| format!("--flag {}", shell_word(flag))));
        words.extend(self.change.iter().map(|id| format!("--change {}", shell_word(&id.to_string()))));
        words.extend(self.to_version.iter().map(|version| format!("--to-version {}", shell_word(&version.to_string()))));
        words.extend(self.only.then(|| "--only".to_owned()));
        words.extend(self.to.iter().map(|name| format!("--to {name}")));
        words.join(" ")
    }

    /// In words.
    pub(super) fn subject(&self) -> String {
        match (&self.change, &self.to, &self.flag) {
            (Some(id), ..) => id.to_string(),
            (None, Some(name), _) => format!("everything, to {name}"),
            (None, None, flag) => format!("the flag {}", flag.as_deref().unwrap_or_default()),
        }
    }
}
