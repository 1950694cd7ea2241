//! Which row of the new side is which of the old one.

use std::cmp::Ordering;

use super::{Hash, Row};

/// Rows of both sides, matched; numbers are places in the slices that were matched.
#[derive(Debug, Default)]
pub(super) struct Matched {
    /// Rows that are the same one and say something else, in the order of the old side.
    pub(super) changed: Vec<(u32, u32)>,
    pub(super) removed: Vec<u32>,
    pub(super) added: Vec<u32>,
    /// How many matched rows stand elsewhere in the order.
    pub(super) moved: usize,
    /// How many rows stand on both sides.
    pub(super) both: usize,
}

/// No row.
const NONE: u32 = u32::MAX;

/// Matches rows by `key`. Of rows with one key those that say the same belong together, then the others in turn.
pub(super) fn matched(old: &[Row], new: &[Row], key: impl Fn(&Row) -> Hash + Copy) -> Matched {
    let same = |(old, new): &(&Row, &Row)| old.whole == new.whole && key(old) == key(new);
    let head = old.iter().zip(new).take_while(same).count();
    let (inner_old, inner_new) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = inner_old.iter().rev().zip(inner_new.iter().rev()).take_while(same).count();
    let twins = twins((head, old.len() - tail, old), (head, new.len() - tail, new), key);
    let mut found = Matched { both: head + tail, ..Matched::default() };
    let mut order = Vec::with_capacity(twins.len());
    let mut is_taken = vec![false; new.len() - tail - head];
    for (from, &to) in (index(head)..).zip(&twins) {
        if to == NONE {
            found.removed.push(from);
            continue;
        }
        found.both += 1;
        order.push(to);
        if let Some(taken) = is_taken.get_mut(to as usize - head) {
            *taken = true;
        }
        if whole(old, from) != whole(new, to) {
            found.changed.push((from, to));
        }
    }
    found.added = (index(head)..).zip(is_taken).filter(|(_, taken)| !taken).map(|(at, _)| at).collect();
    found.moved = order.len() - longest_rise(&order);
    found
}

/// A range of rows: from, to, and all of them.
type Range<'r> = (usize, usize, &'r [Row]);

/// The new row of every old one of a range, or [`NONE`].
fn twins(old: Range<'_>, new: Range<'_>, key: impl Fn(&Row) -> Hash + Copy) -> Vec<u32> {
    let mut twins = vec![NONE; old.1 - old.0];
    let (left, right) = (by_key(old, key), by_key(new, key));
    let (mut left, mut right) = (groups(&left, old.2, key).peekable(), groups(&right, new.2, key).peekable());
    while let (Some(ones), Some(others)) = (left.peek(), right.peek()) {
        match ones.key.cmp(&others.key) {
            Ordering::Less => drop(left.next()),
            Ordering::Greater => drop(right.next()),
            Ordering::Equal => {
                for (from, to) in pairs((ones, old.2), (others, new.2)) {
                    if let Some(twin) = twins.get_mut(from as usize - old.0) {
                        *twin = to;
                    }
                }
                left.next();
                right.next();
            }
        }
    }
    twins
}

/// Rows that have one key, in order of what they say.
struct Group {
    key: Hash,
    first: u32,
    more: Vec<u32>,
}

/// The rows of a range by the head of their key, which tells nearly all of them apart and keeps sorting quick.
fn by_key((from, to, rows): Range<'_>, key: impl Fn(&Row) -> Hash) -> Vec<(u64, u32)> {
    let rows = rows.get(from..to).unwrap_or_default();
    let mut order: Vec<(u64, u32)> = (index(from)..).zip(rows).map(|(at, row)| (head(key(row)), at)).collect();
    order.sort_unstable();
    order
}

/// The first half of a digest, as a number that sorts as the digest does.
pub(super) fn head(hash: Hash) -> u64 {
    hash.iter().take(8).fold(0, |head, byte| head << 8 | u64::from(*byte))
}

/// Rows in order of the heads of their keys, in order of their keys.
fn groups<'s>(
    sorted: &'s [(u64, u32)],
    rows: &'s [Row],
    key: impl Fn(&Row) -> Hash + Copy + 's,
) -> impl Iterator<Item = Group> + 's {
    let key_at = move |at: u32| rows.get(at as usize).map(key).unwrap_or_default();
    sorted.chunk_by(|one, other| one.0 == other.0).flat_map(move |alike| {
        let (single, several) = match alike {
            [(_, at)] => (Some(Group { key: key_at(*at), first: *at, more: Vec::new() }), &[][..]),
            several => (None, several),
        };
        let mut places: Vec<u32> = several.iter().map(|(_, at)| *at).collect();
        places.sort_unstable_by_key(|&at| (key_at(at), whole(rows, at), at));
        let group = |places: &[u32]| {
            let (first, more) = places.split_first()?;
            Some(Group { key: key_at(*first), first: *first, more: more.to_vec() })
        };
        let groups = places.chunk_by(|&one, &other| key_at(one) == key_at(other)).filter_map(group);
        single.into_iter().chain(groups.collect::<Vec<_>>())
    })
}

/// Pairs rows with one key, both sides in order of what they say.
fn pairs((ones, old): (&Group, &[Row]), (others, new): (&Group, &[Row])) -> Vec<(u32, u32)> {
    let places = |group: &Group| std::iter::once(group.first).chain(group.more.clone());
    let (mut left, mut right) = (places(ones).peekable(), places(others).peekable());
    let (mut found, mut gone, mut come) = (Vec::new(), Vec::new(), Vec::new());
    while let (Some(&one), Some(&other)) = (left.peek(), right.peek()) {
        match whole(old, one).cmp(&whole(new, other)) {
            Ordering::Equal => {
                found.push((one, other));
                left.next();
                right.next();
            }
            Ordering::Less => gone.extend(left.next()),
            Ordering::Greater => come.extend(right.next()),
        }
    }
    found.extend(gone.into_iter().chain(left).zip(come.into_iter().chain(right)));
    found
}

fn whole(rows: &[Row], at: u32) -> Option<Hash> {
    rows.get(at as usize).map(|row| row.whole)
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}

/// The length of the longest rising subsequence.
fn longest_rise(order: &[u32]) -> usize {
    let mut tails: Vec<u32> = Vec::new();
    for &at in order {
        let place = tails.partition_point(|&tail| tail < at);
        match tails.get_mut(place) {
            Some(tail) => *tail = at,
            None => tails.push(at),
        }
    }
    tails.len()
}
