//! Where the artefact stands, or will.

use std::path::Path;

use crate::cli::load::{self, Session};
use crate::diff::Census;
use crate::domain::{ArtefactId, KindName, SourceFile};
use crate::kinds::shared::row_tree::{self, RowTree};
use crate::store::bounded;

/// A manifest larger than this is none, in bytes.
const LARGEST: u64 = 4 << 20;

/// The artefact whose rows are kept.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) id: ArtefactId,
    /// Its directory, from the repository's root.
    pub(super) directory: String,
}

impl Target {
    /// Where `kind:name` stands: in `dir`, else where it is already, else where its kind is at home.
    ///
    /// # Errors
    /// When the name could not be that of a directory.
    pub(super) fn of(kind: KindName, name: &str, dir: Option<&Path>, session: &Session) -> miette::Result<Self> {
        let root = session.root()?;
        let id = ArtefactId::new(kind, name);
        if let Some(dir) = dir {
            let directory = load::in_repository(&session.repository, dir);
            return Ok(Self { id, directory });
        }
        let census = session.census(&session.snapshot("worktree")?);
        let standing = census.artefacts.iter().find(|one| one.id == id && root.join(&one.path).is_dir());
        if let Some(standing) = standing {
            return Ok(Self { id, directory: standing.path.clone() });
        }
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if !name.chars().all(is_word) {
            return Err(miette::miette!(
                code = "snapshot::name",
                help = "say where it stands with --dir DIR, or use letters, digits, `-` and `_`",
                "`{name}` makes no directory of its own"
            ));
        }
        let home = if kind == KindName::Eval { "evals" } else { "indexes" };
        Ok(Self { id, directory: format!("{home}/{name}") })
    }

    /// The path of its manifest of rows.
    pub(super) fn manifest(&self) -> String {
        format!("{}/{}", self.directory, row_tree::FILE)
    }

    /// The rows that it has now, as far as they are told.
    pub(super) fn standing(&self, root: &Path) -> Option<RowTree> {
        let path = self.manifest();
        let text = String::from_utf8(bounded::read(&root.join(&path), LARGEST).ok()?).ok()?;
        row_tree::decode(&SourceFile::new(path, text)).ok()
    }

    /// What a person has to do before pv takes the directory as this artefact; nothing: it does.
    pub(super) fn advice(&self, census: &Census, session: &Session) -> Option<String> {
        let Self { id, directory } = self;
        let mut here = census.artefacts.iter().filter(|one| one.path == *directory);
        if let Some(other) = census.artefacts.iter().find(|one| one.id == *id && one.path != *directory) {
            return Some(format!(
                "{id} is also {}: remove that, or leave it out of pv.toml, so that the name is this one's alone.",
                other.path
            ));
        }
        match here.next() {
            Some(found) if found.id == *id => None,
            Some(found) => Some(format!("pv calls it {}, after its directory and its manifest.", found.id)),
            None => Some(self.entry(session.is_configured)),
        }
    }

    /// The lines of `pv.toml` that take the directory as this artefact.
    fn entry(&self, is_configured: bool) -> String {
        let Self { id, directory } = self;
        let first = if is_configured {
            format!("pv.toml does not take {directory}/ as an artefact yet. Add to it, before entries that match files in it:")
        } else {
            format!("pv does not take {directory}/ as an artefact by its name. Run `pv init`, and add to pv.toml:")
        };
        format!("{first}\n\n[[artefact]]\nkind = \"{}\"\npaths = [\"{directory}/\"]", id.kind)
    }
}
