//! Everything that git keeps by a name, and so may be asked for again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::entry::Oid;
use super::{GitError, Repository, porcelain};

/// A state of the files that git keeps, and one name that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// A reference, an entry of a reflog, or a worktree.
    pub name: String,
    /// The tree: a revision like any other.
    pub tree: Oid,
}

/// A worktree of a repository, linked or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linked {
    /// Its root.
    pub root: PathBuf,
    /// Whether it is one that `git worktree lock` keeps although it may not be there.
    pub is_locked: bool,
    /// What is checked out there.
    head: Option<String>,
    is_bare: bool,
}

impl Repository {
    /// Every state that a reference (of whatever kind), the head of a worktree, or an entry of a reflog leads to; so also
    /// everything stashed. Each tree once, in the order of the trees.
    ///
    /// # Errors
    /// When one of them cannot be read: what git only warns of is an error here.
    pub fn kept(&self) -> Result<Vec<Kept>, GitError> {
        let references = self.program.strict(&["for-each-ref", "--format=%(objectname) %(objecttype) %(refname)"])?;
        let named = references.lines().filter_map(|line| {
            let mut words = line.splitn(3, ' ');
            let (oid, kind, name) = (words.next()?, words.next()?, words.next()?);
            (kind != "blob").then(|| (oid.to_owned(), name.to_owned()))
        });
        let mut named: Vec<(String, String)> = named.collect();
        let logged = self.program.strict(&["log", "--walk-reflogs", "--all", "--format=%H %gD"]).or_else(unborn)?;
        named.extend(
            logged.lines().filter_map(|line| line.split_once(' ')).map(|(oid, name)| (oid.into(), name.into())),
        );
        named.extend(
            self.worktrees()?
                .into_iter()
                .filter_map(|linked| Some((linked.head?, format!("the head of {}", linked.root.display())))),
        );
        self.trees(named)
    }

    /// Every worktree of the repository, this one and those that are linked to it.
    ///
    /// # Errors
    /// When git cannot tell.
    pub fn worktrees(&self) -> Result<Vec<Linked>, GitError> {
        let listed = self.program.line(&["worktree", "list", "--porcelain"])?;
        let mut worktrees: Vec<Linked> = Vec::new();
        for line in listed.lines() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match (word, worktrees.last_mut()) {
                ("worktree", _) => worktrees.push(Linked { root: rest.into(), ..Linked::default() }),
                ("HEAD", Some(last)) => last.head = rest.bytes().any(|digit| digit != b'0').then(|| rest.to_owned()),
                ("bare", Some(last)) => last.is_bare = true,
                ("locked", Some(last)) => last.is_locked = true,
                _ => {}
            }
        }
        worktrees.retain(|worktree| !worktree.is_bare);
        Ok(worktrees)
    }

    /// The trees of the objects that are given with their names.
    fn trees(&self, mut named: Vec<(String, String)>) -> Result<Vec<Kept>, GitError> {
        named.sort();
        named.dedup_by(|a, b| a.0 == b.0);
        let questions: String = named.iter().map(|(oid, _)| format!("{oid}^{{tree}}\n")).collect();
        let answers = self.program.run(&["cat-file", "--batch-check=%(objectname)"], questions.as_bytes())?;
        let answers = String::from_utf8_lossy(&answers);
        let mut trees = BTreeMap::new();
        for ((oid, name), answer) in named.iter().zip(answers.lines()) {
            match answer.parse::<Oid>() {
                Ok(tree) => drop(trees.entry(tree).or_insert_with(|| name.clone())),
                // A tag may name a blob; everything else has a tree.
                Err(_) if self.program.line(&["cat-file", "-t", &format!("{oid}^{{}}")])? == "blob" => {}
                Err(_) => return Err(porcelain::unexpected(&format!("the tree of {name} ({oid}) is missing"))),
            }
        }
        Ok(trees.into_iter().map(|(tree, name)| Kept { name, tree }).collect())
    }
}

/// Before the first commit there is nothing to walk, which some versions of git call a fault.
fn unborn(error: GitError) -> Result<String, GitError> {
    match error {
        GitError::Program { said, .. } if said.contains("does not have any commits yet") => Ok(String::new()),
        error => Err(error),
    }
}
