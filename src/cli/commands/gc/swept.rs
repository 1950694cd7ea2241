//! Which files among the large objects go, and which stay.

use jiff::Timestamp;

use super::marked::Marked;
use crate::cli::load::Session;
use crate::config::Duration;
use crate::domain::Instant;
use crate::store::leavings::{self, Leaving};
use crate::store::{StoreError, at_hand};

/// Some files, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// How many.
    pub(super) files: u64,
    /// Their bytes.
    pub(super) bytes: u64,
}

impl Sum {
    /// Of these files.
    pub(super) fn of<'f>(files: impl IntoIterator<Item = &'f Leaving>) -> Self {
        files.into_iter().fold(Self::default(), |sum, file| Self { files: sum.files + 1, bytes: sum.bytes + file.size })
    }
}

/// What is to become of the files.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// What goes: objects, and what interrupted runs left.
    pub(super) goes: Vec<Leaving>,
    /// What stays because it is named.
    pub(super) named: Sum,
    /// What nothing names, and stays because it is young.
    pub(super) young: Sum,
}

impl Plan {
    /// What nothing names goes, unless it was written or relied on within `grace` before `now`.
    ///
    /// # Errors
    /// When the objects cannot be listed.
    pub(super) fn of(session: &Session, marked: &Marked, (grace, now): (Duration, &Instant)) -> Result<Self, StoreError> {
        let mut plan = Self::default();
        let mut young = Vec::new();
        for file in leavings::leavings(&at_hand::large(session.repository.common_dir()))? {
            if file.digest.as_ref().is_some_and(|digest| marked.has(digest)) {
                plan.named = Sum { files: plan.named.files + 1, bytes: plan.named.bytes + file.size };
            } else if is_young(&file, grace, now) {
                young.push(file);
            } else {
                plan.goes.push(file);
            }
        }
        plan.young = Sum::of(&young);
        Ok(plan)
    }

    /// Deletes what goes; gives what went. A run that is cut off has deleted a part of it, and the next goes on.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn carry_out(&self) -> Result<Sum, StoreError> {
        let mut gone = Vec::new();
        for file in &self.goes {
            if file.remove()? {
                gone.push(file);
            }
        }
        Ok(Sum::of(gone))
    }
}

/// Without a grace period nothing is young, whatever the clocks say.
fn is_young(file: &Leaving, grace: Duration, now: &Instant) -> bool {
    let modified = Timestamp::try_from(file.modified).unwrap_or(Timestamp::MAX);
    let age = now.timestamp().duration_since(modified).as_secs();
    grace.seconds > 0 && u64::try_from(age).unwrap_or(0) < grace.seconds
}
