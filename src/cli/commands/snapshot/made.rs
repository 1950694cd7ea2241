//! Building a snapshot: chunks first, then the manifest that names them.

use super::build::{self, Tree};
use super::source::{self, Input};
use super::target::Target;
use super::{Args, told};
use crate::cli::load::Session;
use crate::cli::{Context, Exit};
use crate::domain::KindName;
use crate::kinds::shared::row_tree::{self, RowTree};
use crate::kinds::shared::rows::Profile;
use crate::kinds::{eval, index};
use crate::store::staging::Staged;
use crate::store::{at_hand, flock, write_below};

/// A snapshot that was built.
pub(super) struct Made<'m> {
    pub(super) target: &'m Target,
    pub(super) tree: &'m RowTree,
    pub(super) staged: Staged,
    /// How many chunks the tree has.
    pub(super) chunks: u64,
    /// What was written into the repository.
    pub(super) written: Vec<String>,
    /// Whether nobody named the key.
    pub(super) is_inferred: bool,
    /// What is left to do before pv takes it as the artefact.
    pub(super) advice: Option<String>,
}

pub(super) fn run(args: &Args, session: &Session, context: &Context) -> miette::Result<Exit> {
    let (kind, name) = args.id(&args.name)?;
    let target = Target::of(kind, &name, args.dir.as_deref(), session)?;
    let inputs = source::open(&args.from, &session.repository, context)?;
    let (key, is_inferred) = key_of(args, &inputs, &target, session)?;
    let common_dir = session.repository.common_dir();
    let large = at_hand::large(common_dir);
    // No collection before the manifest names the chunks.
    let _kept = flock::share_large(common_dir)?;
    let tree = build::build(&inputs, &key, &large)?;
    let manifest = manifest(&tree, &inputs, key)?;
    let chunks = tree.built.chunks;
    let staged = tree.settle()?;
    let written = write(&target, &manifest, session)?;
    let advice = target.advice(&session.census(&session.snapshot("worktree")?), session);
    let made = Made { target: &target, tree: &manifest, staged, chunks, written, is_inferred, advice };
    context.show_page(told::made(&made))?;
    Ok(Exit::Pass)
}

/// The columns that tell the rows apart, and whether they are a guess.
fn key_of(args: &Args, inputs: &[Input], target: &Target, session: &Session) -> miette::Result<(Vec<String>, bool)> {
    if args.by_content || !args.key.is_empty() {
        return Ok((args.key.clone(), false));
    }
    let manifest = target.manifest();
    if let Some(key) = session.config.select(&manifest).and_then(|selected| selected.selector.settings.key.clone()) {
        return Ok((vec![key], false));
    }
    if let Some(standing) = target.standing(session.root()?) {
        return Ok((standing.key, false));
    }
    Ok((source::infer_key(inputs, profile(target.id.kind)), true))
}

fn profile(kind: KindName) -> &'static Profile {
    if kind == KindName::Eval { &eval::CASES } else { &index::DOCUMENTS }
}

fn manifest(tree: &Tree, inputs: &[Input], key: Vec<String>) -> miette::Result<RowTree> {
    let mut sources = Vec::new();
    for input in inputs {
        sources.push(input.source().map_err(|error| {
            miette::miette!(
                code = "snapshot::unreadable",
                help = "leave the files alone while they are read, and run it again",
                "{} could not be read again: {error}",
                input.path
            )
        })?);
    }
    sources.sort();
    let built = &tree.built;
    let schema = tree.columns.schema().collect();
    Ok(RowTree { root: built.root.clone(), rows: built.rows, bytes: built.bytes, key, schema, sources })
}

/// Writes the manifest of the rows, and beside it one for the author where there is none.
fn write(target: &Target, tree: &RowTree, session: &Session) -> miette::Result<Vec<String>> {
    let root = session.root()?;
    let mut written = Vec::new();
    let has_manifest = ["toml", "yaml", "yml", "json"]
        .iter()
        .any(|extension| root.join(&target.directory).join(format!("manifest.{extension}")).exists());
    if target.id.kind == KindName::Index && !has_manifest {
        let path = format!("{}/manifest.toml", target.directory);
        write_below(root, &path, starter(&target.id.name).as_bytes())?;
        written.push(path);
    }
    // Last: from here on the chunks have a name.
    write_below(root, &target.manifest(), row_tree::encode(tree).as_bytes())?;
    written.push(target.manifest());
    Ok(written)
}

/// What a person writes down about an index: every line is one that a diff tells of.
fn starter(name: &str) -> String {
    let name = toml::Value::from(name);
    format!(
        "name = {name}\n\
         # How the index is built from the rows. Uncomment what holds: a change of any of it is told.\n\
         # build = \"full\"                 # or \"incremental\"\n\
         # dimension = 1536\n\
         # metric = \"cosine\"\n\
         #\n\
         # [embedding]\n\
         # model = \"text-embedding-3-small\"\n\
         #\n\
         # [chunking]\n\
         # size = 512\n\
         # overlap = 64\n"
    )
}
