//! Which row of the new side is which of the old one.

use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};

use rayon::prelude::*;

use super::detail::Details;
use super::{Hash, Row, Rows};

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

/// Matches rows of two `sets` by `key`. Of rows with one key those that say the same belong together, then the others in
/// turn.
pub(super) fn matched(
    sets: (&Rows, &Rows),
    (old, new): (&[Row], &[Row]),
    key: impl Fn(&Row) -> Hash + Copy,
) -> Matched {
    let same = |(old, new): &(&Row, &Row)| old.whole == new.whole && key(old) == key(new);
    let head = old.iter().zip(new).take_while(same).count();
    let (inner_old, inner_new) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = inner_old.iter().rev().zip(inner_new.iter().rev()).take_while(same).count();
    let mut again = (Details::new(sets.0), Details::new(sets.1));
    let twins = twins((head, old.len() - tail, old), (head, new.len() - tail, new), &mut again, key);
    let mut found = Matched { both: head + tail, ..Matched::default() };
    let mut order = Vec::with_capacity(twins.len());
    let mut is_taken = vec![false; new.len() - tail - head];
    for (from, &to) in (index(head)..).zip(&twins) {
        let is_twin = old.get(from as usize).map(key) == new.get(to as usize).map(key);
        if to == NONE || !is_twin {
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
///
/// Of rows alone with the head of their key the rest is not looked at here: in this order that costs a cache miss each.
fn twins(old: Range<'_>, new: Range<'_>, again: &mut Again<'_>, key: impl Fn(&Row) -> Hash + Copy) -> Vec<u32> {
    let mut twins = vec![NONE; old.1 - old.0];
    let sorted = |(from, to, rows): Range<'_>| by_head(from, rows.get(from..to).unwrap_or_default(), key);
    let (left, right) = (sorted(old), sorted(new));
    let alike = |one: &(u64, u32), other: &(u64, u32)| one.0 == other.0;
    let (mut left, mut right) = (left.chunk_by(alike).peekable(), right.chunk_by(alike).peekable());
    while let (Some(&ones), Some(&others)) = (left.peek(), right.peek()) {
        match ones.first().map(|one| one.0).cmp(&others.first().map(|other| other.0)) {
            Ordering::Less => drop(left.next()),
            Ordering::Greater => drop(right.next()),
            Ordering::Equal => {
                for (from, to) in pairs((ones, old.2), (others, new.2), again, key) {
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

/// What reads rows of both sides again.
type Again<'r> = (Details<'r>, Details<'r>);

/// Places of rows, by the head of their key.
type Heads<'s> = &'s [(u64, u32)];

/// The rows by the head of their key, which tells nearly all of them apart and keeps sorting quick; `from` is the place
/// of the first of them.
pub(super) fn by_head(from: usize, rows: &[Row], key: impl Fn(&Row) -> Hash) -> Vec<(u64, u32)> {
    let mut order: Vec<(u64, u32)> = (index(from)..).zip(rows).map(|(at, row)| (head(key(row)), at)).collect();
    order.par_sort_unstable();
    order
}

/// The first half of a digest, as a number that sorts as the digest does.
fn head(hash: Hash) -> u64 {
    hash.first_chunk().map_or(0, |head| u64::from_be_bytes(*head))
}

/// Pairs rows of one head: by their whole keys, and of those with one key first the rows that say the same.
fn pairs(
    (ones, old): (Heads<'_>, &[Row]),
    (others, new): (Heads<'_>, &[Row]),
    again: &mut Again<'_>,
    key: impl Fn(&Row) -> Hash + Copy,
) -> Vec<(u32, u32)> {
    if let ([(_, one)], [(_, other)]) = (ones, others) {
        return vec![(*one, *other)];
    }
    let (before, after) = (by_key(ones, old, key), by_key(others, new, key));
    before
        .iter()
        .filter_map(|(key, ones)| Some((ones, after.get(key)?)))
        .flat_map(|(ones, others)| in_turn((ones, old), (others, new), again))
        .collect()
}

fn by_key(heads: Heads<'_>, rows: &[Row], key: impl Fn(&Row) -> Hash) -> BTreeMap<Hash, Vec<u32>> {
    let mut places: BTreeMap<Hash, Vec<u32>> = BTreeMap::new();
    for &(_, at) in heads {
        places.entry(rows.get(at as usize).map(&key).unwrap_or_default()).or_default().push(at);
    }
    places
}

/// Pairs rows with one key: those that say the same, then what is left in order of its digests, so that neither the order
/// of rows nor the prints of this process decide.
fn in_turn((ones, old): (&[u32], &[Row]), (others, new): (&[u32], &[Row]), again: &mut Again<'_>) -> Vec<(u32, u32)> {
    let mut same: BTreeMap<Option<u64>, VecDeque<u32>> = BTreeMap::new();
    others.iter().for_each(|&other| same.entry(whole(new, other)).or_default().push_back(other));
    let (mut found, mut gone) = (Vec::new(), Vec::new());
    for &one in ones {
        match same.get_mut(&whole(old, one)).and_then(VecDeque::pop_front) {
            Some(other) => found.push((one, other)),
            None => gone.push(one),
        }
    }
    let mut come: Vec<u32> = same.into_values().flatten().collect();
    if !gone.is_empty() && !come.is_empty() {
        gone.sort_by_cached_key(|&at| (old.get(at as usize).and_then(|row| again.0.digest(row)), at));
        come.sort_by_cached_key(|&at| (new.get(at as usize).and_then(|row| again.1.digest(row)), at));
    }
    found.extend(gone.into_iter().zip(come));
    found
}

fn whole(rows: &[Row], at: u32) -> Option<u64> {
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
