//! The whole discipline, asked at once: what stands against a release at a stage, exceptions already taken off.

use super::load::{Session, held};
use super::shipped::Shelf;
use super::{Context, histories};
use crate::domain::{Instant, Stage, Verdict};
use crate::git::{Resolved, Snapshot};
use crate::release::checks::Judgement;
use crate::release::coordination::Feature;
use crate::release::gates::Judged;
use crate::release::ground::{Ground, Papers};
use crate::release::plan::Plan;
use crate::release::standing::{self, History, Standing};
use crate::release::{calendar, coordination, notices, overrides, plan, rollback, rollout};

/// Everything there is to judge a release by.
#[derive(Debug)]
pub(super) struct Situation {
    /// Everything that was released.
    pub(super) histories: Vec<History>,
    /// What is live.
    pub(super) standing: Standing,
    /// The features of a release that is not cut yet.
    pub(super) features: Vec<Feature>,
    /// The texts beside the releases.
    pub(super) papers: Papers,
    /// The instant.
    pub(super) at: Instant,
}

impl Situation {
    /// The situation of a repository at the instant of the command.
    ///
    /// # Errors
    /// When a record, a plan or a log cannot be read.
    pub(super) fn of(session: &Session, context: &Context) -> miette::Result<Self> {
        let shelf = Shelf::of(&session.repository)?;
        let (histories, at) = (histories::all(&shelf)?, context.now());
        let standing = standing::at(&histories, &at);
        Ok(Self { standing, features: Vec::new(), papers: papers(session, &shelf)?, histories, at })
    }

    /// The situation with the features of the release that is about to be cut.
    pub(super) fn with(self, features: Vec<Feature>) -> Self {
        Self { features, ..self }
    }

    /// What `plan` is judged by at `stage`.
    pub(super) fn ground<'a>(&'a self, session: &'a Session, plan: &'a Plan, stage: Stage) -> Ground<'a> {
        Ground {
            plan,
            config: &session.config,
            histories: &self.histories,
            standing: &self.standing,
            features: &self.features,
            at: &self.at,
            papers: &self.papers,
            stage,
        }
    }
}

/// What stands against what `ground` is about, besides gates and intents: errors first.
pub(super) fn judge(ground: &Ground<'_>) -> Vec<Judgement> {
    let families = [
        plan::judge,
        coordination::judge,
        rollout::judge,
        rollback::judge,
        notices::judge,
        overrides::judge,
        calendar::judge,
    ];
    let mut judgements = overrides::waived(ground, families.iter().flat_map(|judge| judge(ground)).collect());
    judgements.sort_by_key(|one| one.severity);
    judgements
}

/// Turns the gates that stop at the ground's stage into waived ones, where a valid exception of the release leaves out
/// everything that stands against them.
pub(super) fn waive_gates(judged: &mut [Judged], ground: &Ground<'_>) {
    for one in judged.iter_mut().filter(|one| one.verdict.blocks(ground.stage)) {
        let reasons = one.rules();
        let waived: Vec<_> = reasons.iter().map_while(|rule| overrides::is_waived(ground, rule)).collect();
        if !reasons.is_empty() && waived.len() == reasons.len() {
            one.verdict = Verdict::Waived;
            one.notes.splice(0..0, waived.iter().map(ToString::to_string));
        }
    }
}

/// The texts beside the releases.
fn papers(session: &Session, shelf: &Shelf) -> miette::Result<Papers> {
    let mut papers = Papers::new();
    for name in shelf.folders() {
        let folder = name.folder();
        for part in ["rehearsals", "overrides", "notices"] {
            papers.extend(shelf.texts_in(&format!("{folder}/{part}/")));
        }
        for file in ["notes.md", "postmortem.md"] {
            let path = format!("{folder}/{file}");
            papers.extend(shelf.read(&path).map(|bytes| (path, String::from_utf8_lossy(&bytes).into_owned())));
        }
    }
    papers.extend(held(&trusted(session)?, overrides::SIGNERS)?.map(|(_, text)| (overrides::SIGNERS.to_owned(), text)));
    Ok(papers)
}

/// The commit that says who may sign: where the protected branch and `HEAD` part, so that nobody on a branch of their own
/// adds a signer and has it sign. Where there is no such branch, `HEAD`.
fn trusted(session: &Session) -> miette::Result<Snapshot> {
    let (repository, branch) = (&session.repository, &session.config.protected_branch);
    if repository.branch().as_deref() != Some(branch) && repository.head()?.is_some() {
        for spec in [format!("origin/{branch}...HEAD"), format!("{branch}...HEAD")] {
            if let Ok(Resolved::Range { old, .. }) = repository.resolve(&spec) {
                return session.snapshot(&old.spec);
            }
        }
    }
    session.head()
}
