//! Two trees: the rows that differ, found by reading only chunks that differ.

use std::cmp::Ordering;

use super::TreeError;
use super::cursor::{Cursor, Standing};
use crate::domain::{AtHand, Digest};

/// A row that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'c> {
    /// Only the new tree has it: key and value.
    Added(&'c [u8], &'c [u8]),
    /// Only the old tree has it: key and value.
    Removed(&'c [u8], &'c [u8]),
    /// Both have it, with other values: key, old and new value.
    Changed(&'c [u8], &'c [u8], &'c [u8]),
}

/// How many chunks were read to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    /// Of the old tree.
    pub old: u64,
    /// Of the new tree.
    pub new: u64,
}

/// A tree: its root, and where its chunks are.
pub type Tree<'h> = (&'h Digest, &'h dyn AtHand);

/// Hands on the rows that differ between two trees, in the order of their keys. Chunks that both have are not read.
///
/// # Errors
/// When a chunk is not to be had or malformed, and whatever `visit` fails with.
pub fn diff<E: From<TreeError>>(
    old: Tree<'_>,
    new: Tree<'_>,
    visit: &mut dyn FnMut(Change<'_>) -> Result<(), E>,
) -> Result<Touched, E> {
    if old.0 == new.0 {
        return Ok(Touched { old: 0, new: 0 });
    }
    let (mut old, mut new) = (Cursor::at_start(old.0, old.1)?, Cursor::at_start(new.0, new.1)?);
    loop {
        let step = match (old.standing(), new.standing()) {
            (None, None) => return Ok(Touched { old: old.read, new: new.read }),
            (Some(one), None) => {
                alone(one, (Step::PassOld, Step::EnterOld), visit, |key, value| Change::Removed(key, value))?
            }
            (None, Some(other)) => {
                alone(other, (Step::PassNew, Step::EnterNew), visit, |key, value| Change::Added(key, value))?
            }
            (Some(one), Some(other)) => both(one, other, visit)?,
        };
        step.take(&mut old, &mut new)?;
    }
}

/// What comes next.
#[derive(Debug, Clone, Copy)]
enum Step {
    PassOld,
    PassNew,
    PassBoth,
    EnterOld,
    EnterNew,
    EnterBoth,
}

impl Step {
    fn take(self, old: &mut Cursor<'_>, new: &mut Cursor<'_>) -> Result<(), TreeError> {
        match self {
            Self::PassOld => old.pass(),
            Self::PassNew => new.pass(),
            Self::PassBoth => {
                old.pass();
                new.pass();
            }
            Self::EnterOld => old.enter()?,
            Self::EnterNew => new.enter()?,
            Self::EnterBoth => {
                old.enter()?;
                new.enter()?;
            }
        }
        Ok(())
    }
}

type Visit<'v, E> = dyn FnMut(Change<'_>) -> Result<(), E> + 'v;

/// What stands on one side only: rows are told, chunks are read.
fn alone<E>(
    standing: Standing<'_>,
    (pass, enter): (Step, Step),
    visit: &mut Visit<'_, E>,
    change: for<'c> fn(&'c [u8], &'c [u8]) -> Change<'c>,
) -> Result<Step, E> {
    match standing {
        Standing::Row(key, value) => visit(change(key, value)).map(|()| pass),
        Standing::Chunk(..) => Ok(enter),
    }
}

fn both<E>(one: Standing<'_>, other: Standing<'_>, visit: &mut Visit<'_, E>) -> Result<Step, E> {
    match (one, other) {
        (Standing::Chunk(a, low), Standing::Chunk(b, high)) => Ok(match a.first.cmp(&b.first) {
            _ if a.hash == b.hash => Step::PassBoth,
            // A chunk that begins earlier has rows that the other side's has not.
            Ordering::Less => Step::EnterOld,
            Ordering::Greater => Step::EnterNew,
            Ordering::Equal => match low.cmp(&high) {
                Ordering::Less => Step::EnterNew,
                Ordering::Greater => Step::EnterOld,
                Ordering::Equal => Step::EnterBoth,
            },
        }),
        (Standing::Row(key, value), Standing::Chunk(b, _)) if key < b.first.as_slice() => {
            visit(Change::Removed(key, value)).map(|()| Step::PassOld)
        }
        (Standing::Row(..), Standing::Chunk(..)) => Ok(Step::EnterNew),
        (Standing::Chunk(a, _), Standing::Row(key, value)) if key < a.first.as_slice() => {
            visit(Change::Added(key, value)).map(|()| Step::PassNew)
        }
        (Standing::Chunk(..), Standing::Row(..)) => Ok(Step::EnterOld),
        (Standing::Row(a, was), Standing::Row(b, is)) => rows((a, was), (b, is), visit),
    }
}

fn rows<E>((a, was): (&[u8], &[u8]), (b, is): (&[u8], &[u8]), visit: &mut Visit<'_, E>) -> Result<Step, E> {
    match a.cmp(b) {
        Ordering::Less => visit(Change::Removed(a, was)).map(|()| Step::PassOld),
        Ordering::Greater => visit(Change::Added(b, is)).map(|()| Step::PassNew),
        Ordering::Equal if was == is => Ok(Step::PassBoth),
        Ordering::Equal => visit(Change::Changed(a, was, is)).map(|()| Step::PassBoth),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use proptest::prelude::{any, prop, proptest};

    use super::{Change, diff};
    use crate::domain::{AtHand, Content, Digest, Unheld};
    use crate::tree::{Builder, Built, TreeError, each_chunk, each_row};

    /// Chunks in memory.
    #[derive(Debug, Default)]
    struct Held(BTreeMap<Digest, Vec<u8>>);

    impl AtHand for Held {
        fn bytes(&self, digest: &Digest) -> Result<Vec<u8>, Unheld> {
            self.0.get(digest).cloned().ok_or_else(|| Unheld::Absent(digest.clone()))
        }

        fn content(&self, digest: &Digest) -> Result<Arc<dyn Content>, Unheld> {
            Err(Unheld::Absent(digest.clone()))
        }
    }

    type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

    fn tree(rows: &Rows, held: &mut Held) -> Built {
        let mut builder = Builder::new(|digest: &Digest, bytes| {
            held.0.insert(digest.clone(), bytes);
            Ok(())
        });
        rows.iter().for_each(|(key, value)| builder.push(key, value).unwrap());
        builder.finish().unwrap()
    }

    fn numbered(count: usize) -> Rows {
        (0..count).map(|n| (format!("doc-{n:07}").into_bytes(), format!("{n:0>180}").into_bytes())).collect()
    }

    fn told(old: &Built, new: &Built, held: &Held) -> (Vec<String>, super::Touched) {
        let mut told = Vec::new();
        let touched = diff((&old.root, held), (&new.root, held), &mut |change| -> Result<(), TreeError> {
            told.push(match change {
                Change::Added(key, _) => format!("+{}", String::from_utf8_lossy(key)),
                Change::Removed(key, _) => format!("-{}", String::from_utf8_lossy(key)),
                Change::Changed(key, ..) => format!("~{}", String::from_utf8_lossy(key)),
            });
            Ok(())
        });
        (told, touched.unwrap())
    }

    #[test]
    fn a_diff_reads_what_changed_and_a_path_to_it() {
        let mut held = Held::default();
        let before = numbered(100_000);
        let mut after = before.clone();
        after.insert(b"doc-0050000".to_vec(), b"edited".to_vec());
        after.remove(b"doc-0070000".as_slice());
        after.insert(b"doc-0090000b".to_vec(), b"new".to_vec());
        let (old, new) = (tree(&before, &mut held), tree(&after, &mut held));
        assert!(old.levels >= 2 && old.chunks > 200 && old.rows == 100_000 && old.bytes == 18_000_000, "{old:?}");
        let (told, touched) = told(&old, &new, &held);
        assert_eq!(told, ["~doc-0050000", "-doc-0070000", "+doc-0090000b"]);
        assert!(touched.old <= 12 && touched.new <= 12, "{touched:?}");
    }

    #[test]
    fn two_versions_share_their_chunks() {
        let mut held = Held::default();
        let mut rows = numbered(50_000);
        tree(&rows, &mut held);
        let before = held.0.len();
        rows.insert(b"doc-0000000a".to_vec(), vec![b'x'; 180]);
        tree(&rows, &mut held);
        assert!(held.0.len() - before <= 4, "{} new chunks", held.0.len() - before);
    }

    #[test]
    fn every_row_and_every_chunk_is_there() {
        let mut held = Held::default();
        let rows = numbered(20_000);
        let built = tree(&rows, &mut held);
        let mut found = Rows::new();
        each_row(&built.root, &held, &mut |key, value| -> Result<(), TreeError> {
            found.insert(key.to_vec(), value.to_vec());
            Ok(())
        })
        .unwrap();
        assert_eq!(found, rows);
        let mut named = std::collections::BTreeSet::new();
        each_chunk(&built.root, &held, &mut |digest| named.insert(digest.clone())).unwrap();
        assert!(named.iter().eq(held.0.keys()));
    }

    #[test]
    fn no_rows_are_a_tree_too_and_bad_rows_are_refused() {
        let mut held = Held::default();
        let (empty, some) = (tree(&Rows::new(), &mut held), tree(&numbered(3), &mut held));
        assert_eq!(empty.levels, 1);
        assert_eq!(told(&empty, &some, &held).0.len(), 3);
        let mut builder = Builder::new(|_: &Digest, _| Ok(()));
        builder.push(b"b", b"").unwrap();
        assert!(matches!(builder.push(b"b", b""), Err(TreeError::Unordered { .. })));
        assert!(matches!(builder.push(&[b'c'; 2000], b""), Err(TreeError::TooLong { .. })));
    }

    #[test]
    fn large_rows_still_make_a_tree() {
        let mut held = Held::default();
        let rows: Rows = (0..40_u8).map(|n| (vec![n; 1000], vec![n; 300_000])).collect();
        let built = tree(&rows, &mut held);
        assert!(built.levels <= 3 && built.rows == 40, "{built:?}");
    }

    proptest! {
        #[test]
        fn a_diff_is_what_maps_say(
            before in prop::collection::btree_map("[a-d]{1,4}", "[xy]{0,3}", 0..200),
            after in prop::collection::btree_map("[a-d]{1,4}", "[xy]{0,3}", 0..200),
            fill in 0..40_000_usize,
        ) {
            let rows = |rows: BTreeMap<String, String>| -> Rows {
                rows.into_iter().map(|(key, value)| (key.into_bytes(), [value.into_bytes(), vec![b'.'; fill]].concat())).collect()
            };
            let (before, after) = (rows(before), rows(after));
            let mut held = Held::default();
            let (old, new) = (tree(&before, &mut held), tree(&after, &mut held));
            let shown = |key: &Vec<u8>| String::from_utf8_lossy(key).into_owned();
            let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
            let expected: Vec<String> = keys.into_iter().filter_map(|key| match (before.get(key), after.get(key)) {
                (Some(_), None) => Some(format!("-{}", shown(key))),
                (None, Some(_)) => Some(format!("+{}", shown(key))),
                (was, is) => (was != is).then(|| format!("~{}", shown(key))),
            }).collect();
            assert_eq!(told(&old, &new, &held).0, expected);
            assert_eq!(old.root == new.root, before == after);
        }

        #[test]
        fn no_bytes_make_a_chunk_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = crate::tree::Chunk::decode([crate::tree::FORM.as_bytes(), &bytes].concat());
        }
    }
}
