//! One finding of a comparison, by its fingerprint.

use crate::classify::{self, Classified};
use crate::diff;
use crate::domain::Finding;

use super::load::Session;
use super::sides::Sides;

/// Fewer digits than this name no finding.
const SHORTEST: usize = 4;

/// The comparison that a finding is looked for in: as `pv diff` takes it.
#[derive(Debug, clap::Args)]
pub(super) struct Revisions {
    /// The old side, or a range, as for `pv diff`
    #[arg(value_name = "A")]
    pub(super) old: Option<String>,
    /// The new side
    #[arg(value_name = "B")]
    pub(super) new: Option<String>,
    /// Compare what is staged with HEAD (or with A)
    #[arg(long, visible_alias = "cached", conflicts_with = "new")]
    pub(super) staged: bool,
}

/// A judged artefact, and which of its findings is meant.
#[derive(Debug)]
pub(super) struct Found {
    /// The artefact.
    pub(super) classified: Classified,
    at: usize,
}

impl Found {
    /// The finding.
    pub(super) fn finding(&self) -> Option<&Finding> {
        self.classified.findings.get(self.at)
    }
}

/// Whether `text` can be the beginning of a fingerprint.
pub(super) fn is_fingerprint(text: &str) -> bool {
    (SHORTEST..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The finding whose fingerprint begins with `typed`.
///
/// # Errors
/// When a side cannot be read, and when no finding or more than one is called so.
pub(super) fn find(session: &Session, typed: &str, revisions: &Revisions) -> miette::Result<Found> {
    let sides = Sides::of(session, revisions.old.as_deref(), revisions.new.as_deref(), revisions.staged)?;
    let mut comparison = diff::between(&sides.old, &sides.new, &session.discovery());
    sides.restrict(&mut comparison);
    let classified = classify::all(comparison.artefacts, &session.policy());
    let typed = typed.to_ascii_lowercase();
    let matches: Vec<(usize, usize)> = classified
        .iter()
        .enumerate()
        .flat_map(|(row, one)| one.findings.iter().enumerate().map(move |(at, finding)| (row, at, finding)))
        .filter(|(_, _, finding)| finding.fingerprint.starts_with(&typed))
        .map(|(row, at, _)| (row, at))
        .collect();
    match matches.as_slice() {
        [(row, at)] => {
            let at = *at;
            classified
                .into_iter()
                .nth(*row)
                .map(|classified| Found { classified, at })
                .ok_or_else(|| none(&typed, &sides))
        }
        [] => Err(none(&typed, &sides)),
        several => Err(ambiguous(&typed, &classified, several)),
    }
}

fn none(typed: &str, sides: &Sides) -> miette::Report {
    miette::miette!(
        code = "cli::unknown_finding",
        help = "`pv diff --full` shows the fingerprint of every finding; name the same revisions here as there",
        "no finding between {} and {} is called {typed}",
        sides.old.spec(),
        sides.new.spec()
    )
}

fn ambiguous(typed: &str, classified: &[Classified], several: &[(usize, usize)]) -> miette::Report {
    let finding = |(row, at): &(usize, usize)| classified.get(*row).and_then(|one| one.findings.get(*at));
    let named =
        several.iter().filter_map(finding).map(|finding| format!("{} {}", finding.fingerprint, finding.rule.id));
    miette::miette!(
        code = "cli::ambiguous_finding",
        help = format!("give more digits: {}", named.collect::<Vec<_>>().join(", ")),
        "{} findings begin with {typed}",
        several.len()
    )
}
