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
    let (left, right) = (sorted(old, key), sorted(new, key));
    let (mut left, mut right) = (&*left, &*right);
    let key_at = |rows: &[Row], at: Option<&u32>| at.and_then(|&at| rows.get(at as usize)).map(key);
    while let (Some(a), Some(b)) = (key_at(old.2, left.first()), key_at(new.2, right.first())) {
        let (ones, rest) = left.split_at(left.partition_point(|at| key_at(old.2, Some(at)) <= Some(a.min(b))));
        let (others, more) = right.split_at(right.partition_point(|at| key_at(new.2, Some(at)) <= Some(a.min(b))));
        (left, right) = (rest, more);
        for (from, to) in pairs((ones, old.2), (others, new.2)) {
            if let Some(twin) = twins.get_mut(from as usize - old.0) {
                *twin = to;
            }
        }
    }
    twins
}

/// The rows of a range by key, then by what they say, then by place.
fn sorted((from, to, rows): Range<'_>, key: impl Fn(&Row) -> Hash) -> Vec<u32> {
    let mut order: Vec<u32> = (index(from)..index(to)).collect();
    order.sort_unstable_by_key(|&at| (rows.get(at as usize).map(|row| (key(row), row.whole)), at));
    order
}

/// Pairs rows with one key, both sides in order of what they say.
fn pairs((ones, old): (&[u32], &[Row]), (others, new): (&[u32], &[Row])) -> Vec<(u32, u32)> {
    if let ([one], [other]) = (ones, others) {
        return vec![(*one, *other)];
    }
    let (mut left, mut right) = (ones.iter().peekable(), others.iter().peekable());
    let (mut found, mut gone, mut come) = (Vec::new(), Vec::new(), Vec::new());
    while let (Some(&&one), Some(&&other)) = (left.peek(), right.peek()) {
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
    found.extend(gone.into_iter().chain(left).copied().zip(come.into_iter().chain(right).copied()));
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
