//! Conditions and loops that came or went: the tags of one block are one change.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::kinds::prompt::artefact::Message;
use crate::kinds::shared::prose::Change;

/// Where blocks are opened by tags that came or went.
pub(super) struct Openings {
    old: BTreeSet<usize>,
    new: BTreeSet<usize>,
}

impl Openings {
    /// The openings among `changes` between two messages.
    pub(super) fn among(changes: &[Change], old: &Message, new: &Message) -> Self {
        let gone = changes.iter().filter(|change| change.new.is_none()).filter_map(|change| change.old.as_ref());
        let come = changes.iter().filter(|change| change.old.is_none()).filter_map(|change| change.new.as_ref());
        Self { old: openings(old, gone), new: openings(new, come) }
    }

    /// Whether `change` is nothing but the middle or the end of such a block, which its opening tells.
    pub(super) fn tell(&self, change: &Change, old: &Message, new: &Message) -> bool {
        match (&change.old, &change.new) {
            (Some(was), None) => is_tail(old, was, &self.old),
            (None, Some(is)) => is_tail(new, is, &self.new),
            _ => false,
        }
    }
}

fn openings<'c>(message: &Message, ranges: impl Iterator<Item = &'c Range<usize>>) -> BTreeSet<usize> {
    let mut ranges: Vec<&Range<usize>> = ranges.collect();
    ranges.sort_by_key(|range| range.start);
    let is_covered = |start: &usize| {
        let next = ranges.partition_point(|range| range.end <= *start);
        ranges.get(next).is_some_and(|range| range.contains(start))
    };
    let first = message.scan.blocks.iter().filter_map(|tags| tags.first());
    first.map(|tag| tag.start).filter(is_covered).collect()
}

fn is_tail(message: &Message, range: &Range<usize>, openings: &BTreeSet<usize>) -> bool {
    let is_here = |tag: &Range<usize>| range.start <= tag.start && tag.end <= range.end;
    let mut touched = message.scan.blocks.iter().filter(|tags| tags.iter().any(is_here)).peekable();
    let opens_elsewhere =
        |tags: &Vec<Range<usize>>| tags.first().is_some_and(|first| openings.contains(&first.start) && !is_here(first));
    touched.peek().is_some() && touched.all(opens_elsewhere)
}
