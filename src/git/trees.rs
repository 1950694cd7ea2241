//! The files of a tree: out of the index as far as that knows its trees, else read.

use std::collections::HashMap;

use gix::bstr::{BStr, BString, ByteSlice};
use gix::index::State;
use gix::index::entry::Flags;
use gix::index::extension::Tree;

use super::entry::{Entry, Mode, Oid};
use super::stage;

/// Every file below `tree`, in no order. The index remembers which tree each of its folders was, which a commit or a
/// checkout tells it and an edit makes it forget: such a folder needs no reading.
pub(super) fn files(repository: &gix::Repository, tree: Oid) -> gix::Result<Vec<Entry>> {
    let index = stage::load(repository).ok().filter(|index| !index.is_sparse());
    let index = index.as_ref().map(|index| -> &State { index });
    let mut known = HashMap::new();
    if let Some(root) = index.and_then(State::tree) {
        remember(root, BString::default(), &mut known);
    }
    let mut walk = Walk { repository, index, known, files: Vec::new(), left: vec![(BString::default(), tree.0)] };
    while let Some((prefix, tree)) = walk.left.pop() {
        walk.look_into(&prefix, tree)?;
    }
    Ok(walk.files)
}

/// The folders of an index whose trees it knows: where each begins, and how many entries it has.
type Known = HashMap<gix::ObjectId, (BString, usize)>;

fn remember(tree: &Tree, prefix: BString, known: &mut Known) {
    for child in &tree.children {
        let folder = [prefix.as_slice(), child.name.as_slice(), b"/"].concat();
        remember(child, folder.into(), known);
    }
    if let Some(count) = tree.num_entries.and_then(|count| usize::try_from(count).ok()) {
        known.insert(tree.id, (prefix, count));
    }
}

struct Walk<'r> {
    repository: &'r gix::Repository,
    index: Option<&'r State>,
    known: Known,
    files: Vec<Entry>,
    /// The trees to look into, and the folders that they are.
    left: Vec<(BString, gix::ObjectId)>,
}

impl Walk<'_> {
    /// Adds the files of `tree`, which is the folder `prefix` (empty, or with a slash at its end).
    fn look_into(&mut self, prefix: &BString, tree: gix::ObjectId) -> gix::Result<()> {
        if let Some(files) = self.indexed(prefix.as_bstr(), &tree) {
            self.files.extend(files);
            return Ok(());
        }
        let tree = self.repository.find_tree(tree)?;
        for entry in tree.iter() {
            let entry = entry?;
            let mut path = BString::from([prefix.as_slice(), entry.filename().as_bytes()].concat());
            if entry.mode().is_tree() {
                path.push(b'/');
                self.left.push((path, entry.object_id()));
            } else if let Some(mode) = Mode::from_bits(entry.mode().value().into()) {
                self.files.push(Entry::new(path, mode, Some(Oid(entry.object_id()))));
            }
        }
        Ok(())
    }

    /// The files of `tree` at `prefix`, where the index has that very tree there.
    fn indexed(&self, prefix: &BStr, tree: &gix::ObjectId) -> Option<Vec<Entry>> {
        let (index, (folder, count)) = (self.index?, self.known.get(tree)?);
        if folder != prefix {
            return None;
        }
        let entries = index.entries().get(index.prefixed_entries_range(prefix)?)?;
        let is_plain =
            |entry: &&gix::index::Entry| entry.stage_raw() == 0 && !entry.flags.contains(Flags::INTENT_TO_ADD);
        if entries.len() != *count || !entries.iter().all(|entry| is_plain(&entry)) {
            return None;
        }
        Some(entries.iter().filter_map(|entry| stage::recorded(index, entry)).collect())
    }
}
