//! Blocks of a template that are open: which branch is being read, and whether it is rendered when nothing is given.

use std::collections::BTreeSet;
use std::ops::Range;

use super::expression::Reading;
use super::{Guard, Scan};

/// One branch of a block.
#[derive(Debug, Clone, Default)]
pub(super) struct Branch {
    /// Names without any one of which it is not rendered.
    asks: BTreeSet<String>,
    /// Whether the text renders without it when nothing is given.
    is_guarded: bool,
    /// Whether it is what renders when nothing is given, so that later branches do not.
    is_taken: bool,
}

impl Branch {
    /// A branch that is always rendered (or that pv takes for one).
    pub(super) fn always() -> Self {
        Self::default()
    }

    /// A branch that is rendered when the condition `holds`, or when it does not.
    pub(super) fn on(condition: &Reading<'_>, holds: bool) -> Self {
        let is_taken = condition.value.truth() == Some(holds);
        let asks = condition.asks.iter().filter(|_| holds && !is_taken).map(|name| (*name).to_owned()).collect();
        Self { asks, is_guarded: !is_taken, is_taken }
    }

    /// A branch of which a name says by itself when it is rendered.
    pub(super) fn asking(name: Option<&str>, is_guarded: bool) -> Self {
        Self { asks: name.into_iter().map(str::to_owned).collect(), is_guarded, is_taken: !is_guarded }
    }
}

/// A block that is open.
#[derive(Debug)]
pub(super) struct Block {
    /// The word that opened it.
    pub(super) word: String,
    /// Its tags so far.
    tags: Vec<Range<usize>>,
    /// The branch that is being read.
    branch: Branch,
    /// Whether it stands in a branch that is not rendered when nothing is given.
    is_inside: bool,
    /// Whether an earlier branch is the one that renders when nothing is given.
    was_taken: bool,
    /// Names that hold only inside.
    pub(super) locals: Vec<String>,
}

impl Block {
    /// The block that `word` opens at `range`.
    pub(super) fn new(word: &str, range: Range<usize>, branch: Branch, locals: Vec<String>) -> Self {
        Self { word: word.to_owned(), tags: vec![range], branch, is_inside: false, was_taken: false, locals }
    }

    /// The block as it stands inside of `outer`.
    pub(super) fn within(mut self, outer: Option<&Self>) -> Self {
        self.is_inside = outer.is_some_and(Self::is_guarded);
        self
    }

    /// Whether the text renders without what stands here.
    pub(super) fn is_guarded(&self) -> bool {
        self.is_inside || self.branch.is_guarded
    }

    /// The tag that opened it.
    pub(super) fn opening(&self) -> Range<usize> {
        self.tags.first().cloned().unwrap_or_default()
    }

    /// Goes on with `branch`, which opens at `range`; gives the guards of the last one.
    pub(super) fn enter(&mut self, branch: Branch, range: Range<usize>) -> Vec<Guard> {
        let guards = self.guards(range.start);
        self.was_taken |= self.branch.is_taken;
        self.branch = branch;
        self.branch.is_guarded |= self.was_taken;
        self.tags.push(range);
        guards
    }

    /// The block ends at `range`.
    pub(super) fn finish(mut self, range: Range<usize>, scan: &mut Scan) {
        scan.guards.extend(self.guards(range.end));
        self.tags.push(range);
        scan.blocks.push(self.tags);
    }

    fn guards(&self, end: usize) -> Vec<Guard> {
        let start = self.tags.last().map_or(end, |tag| tag.start);
        self.branch.asks.iter().map(|name| Guard { name: name.clone(), range: start..end }).collect()
    }
}

/// A closing tag closes one of this many innermost blocks, or nothing.
const MAX_UNCLOSED: usize = 100;

/// The innermost of the `open` blocks that `fits`.
pub(super) fn find<B>(open: &[B], fits: impl Fn(&B) -> bool) -> Option<usize> {
    let innermost = (0..open.len()).rev().take(MAX_UNCLOSED);
    innermost.into_iter().find(|at| open.get(*at).is_some_and(&fits))
}
