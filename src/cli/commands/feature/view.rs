//! What the commands look at: the features of the files, and what is released and live.

use std::collections::BTreeMap;

use crate::cli::Context;
use crate::cli::commands::show;
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::histories;
use crate::diff;
use crate::domain::{ArtefactId, Digest, KindName, Problem};
use crate::release::coordination::{Feature, Graph, Land, Manifest};
use crate::release::evidence::Tree;
use crate::release::standing::{self, History, Standing};

/// Features, and what they are looked at against.
#[derive(Debug)]
pub(super) struct View {
    /// The repository.
    pub(super) session: Session,
    /// The features of the files.
    pub(super) features: Vec<Feature>,
    tree: Tree,
    present: BTreeMap<ArtefactId, Digest>,
    histories: Vec<History>,
    standing: Standing,
}

impl View {
    /// The features of the worktree or of the revision `rev`, and what is live at the instant of the command.
    ///
    /// # Errors
    /// When the files or the releases cannot be read.
    pub(super) fn of(rev: Option<&str>, context: &Context) -> miette::Result<Self> {
        let session = Session::open(context)?;
        let snapshot = match rev {
            Some(rev) => session.snapshot(rev)?,
            None => show::present(&session)?,
        };
        let session = if rev.is_some() { session.judging(&snapshot, context)? } else { session };
        let inventory = diff::inventory(&snapshot, &session.discovery());
        unread(&inventory.problems, context);
        let histories = histories::all(&Shelf::of(&session.repository)?)?;
        let standing = standing::at(&histories, &context.now());
        let present = inventory.artefacts.iter().map(|one| (one.id.clone(), one.digest.clone())).collect();
        let (features, tree) = (Feature::all_of(&inventory), Tree::of(snapshot.spec(), &inventory));
        Ok(Self { session, features, tree, present, histories, standing })
    }

    /// What is released, and who gets it.
    pub(super) fn land(&self) -> Land<'_> {
        Land::newest(&self.histories, &self.standing)
    }

    /// The features against `land`.
    pub(super) fn manifest<'a>(&'a self, land: &'a Land<'a>) -> Manifest<'a> {
        Manifest { features: &self.features, present: &self.present, land }
    }

    /// The graph of all features, or of the one called `name`.
    ///
    /// # Errors
    /// When there is no such feature.
    pub(super) fn graph(&self, name: Option<&str>) -> miette::Result<Graph> {
        let graph = Graph::of(&self.manifest(&self.land()), &self.tree, &self.session.config);
        let Some(name) = name else { return Ok(graph) };
        let id = ArtefactId::new(KindName::Feature, name.strip_prefix("feature:").unwrap_or(name));
        let known = self.features.iter().map(|feature| &feature.id);
        if !known.clone().any(|known| *known == id) {
            return Err(show::unknown(&id, known));
        }
        Ok(graph.about(&id))
    }

    /// By what it is told what is deployed.
    pub(super) fn basis(&self) -> String {
        match (&self.standing.newest, self.standing.is_tracked) {
            (None, _) => "No release was cut yet, so nothing counts as deployed: the first `pv lock --write` records \
                          what is live."
                .to_owned(),
            (Some(newest), true) => format!("What is deployed is what the logs of the releases say; the newest is {newest}."),
            (Some(newest), false) => {
                format!("No step of a rollout was ever recorded, so everything in the lock of {newest} counts as deployed.")
            }
        }
    }
}

/// Says which files could not be read: what they hold is missing below.
fn unread(problems: &[Problem], context: &Context) {
    for problem in problems.iter().filter(|problem| problem.is_error()) {
        let place = format!("{}:{}", problem.place.path, problem.place.line);
        context.shell.note(&format!("pv: {place}: {}", problem.message));
    }
}
