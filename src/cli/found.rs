//! One finding of a comparison, by its fingerprint.

use crate::classify::{self, Classified};
use crate::diff::{self, ArtefactDiff};
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
    classified: Classified,
    finding: Finding,
    /// What the old side is called.
    pub(super) old: String,
    /// What the new side is called.
    pub(super) new: String,
}

impl Found {
    /// The finding.
    pub(super) fn finding(&self) -> &Finding {
        &self.finding
    }

    /// The difference that it is about.
    pub(super) fn diff(&self) -> &ArtefactDiff {
        &self.classified.diff
    }

    /// The artefact with this finding alone.
    pub(super) fn alone(self) -> Classified {
        Classified { findings: vec![self.finding], ..self.classified }
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
    if matches.len() > 1 {
        return Err(ambiguous(&typed, &classified, &matches));
    }
    let (row, at) = matches.first().copied().ok_or_else(|| none(&typed, &sides))?;
    let mut classified = classified.into_iter().nth(row).ok_or_else(|| none(&typed, &sides))?;
    let finding = classified.findings.swap_remove(at);
    let [old, new] = [&sides.old, &sides.new].map(|side| side.spec().to_owned());
    Ok(Found { classified, finding, old, new })
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
