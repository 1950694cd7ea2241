//! Which edits of the text only follow from the interface, and which only steer rendering.

use std::ops::Range;

use crate::kinds::prompt::artefact::Message;
use crate::kinds::shared::invisible;
use crate::kinds::shared::prose::{self, Change, Edit};

use super::exposure;
use super::interface::Interface;

/// Who tells an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// A fact of the interface already does.
    Interface,
    /// It is a condition or a loop.
    ControlFlow,
    /// Only characters that nobody sees came.
    Invisible,
    /// It is an edit of the text.
    Text,
}

/// How many words beside a placeholder are a mere label of it (`Order id: {{order_id}}`).
pub(super) const LABEL_WORDS: usize = 4;

/// One side of a pair of messages, with what the interface explains on it.
pub(super) struct Explained<'a> {
    content: &'a str,
    /// Placeholders that came or went, sorted.
    placeholders: Vec<Range<usize>>,
    /// Tags that steer rendering, sorted.
    controls: Vec<Range<usize>>,
    /// Text under conditions on optional variables that came or went, sorted.
    guarded: Vec<Range<usize>>,
}

impl<'a> Explained<'a> {
    /// The old message.
    pub(super) fn old(message: &'a Message, interface: &Interface) -> Self {
        let is_told = |name: &str| interface.gone.contains(name) || interface.exposure.told.contains(name);
        Self::new(message, is_told, |name| interface.gone_optional.contains(name))
    }

    /// The new message.
    pub(super) fn new_side(message: &'a Message, interface: &Interface) -> Self {
        let is_told = |name: &str| interface.came.contains(name) || interface.exposure.told.contains(name);
        Self::new(message, is_told, |name| interface.came_optional.contains(name))
    }

    fn new(message: &'a Message, is_told: impl Fn(&str) -> bool, is_optional: impl Fn(&str) -> bool) -> Self {
        let scan = &message.scan;
        let text = &message.text.content;
        let told = scan.uses.iter().filter(|found| is_told(&found.name));
        let uses = told.map(|found| exposure::with_tags(text, &found.range));
        let includes = scan.includes.iter().filter(|found| is_told(&format!(">{}", found.name)));
        let mut placeholders: Vec<Range<usize>> = uses.chain(includes.map(|found| found.range.clone())).collect();
        // The other tags of a block that a told variable opens.
        let opened = scan.blocks.iter().filter(|tags| tags.first().is_some_and(|tag| placeholders.contains(tag)));
        let closing: Vec<Range<usize>> = opened.flat_map(|tags| tags.iter().skip(1).cloned()).collect();
        placeholders.extend(closing);
        let mut controls = scan.controls.clone();
        let mut guarded: Vec<Range<usize>> =
            scan.guards.iter().filter(|guard| is_optional(&guard.name)).map(|guard| guard.range.clone()).collect();
        for ranges in [&mut placeholders, &mut controls, &mut guarded] {
            ranges.sort_by_key(|range| (range.start, range.end));
            ranges.dedup();
        }
        Self { content: &message.text.content, placeholders, controls, guarded }
    }

    fn has_placeholder(&self, range: &Range<usize>) -> bool {
        !within(&self.placeholders, range).is_empty()
    }

    fn is_guarded(&self, range: &Range<usize>) -> bool {
        self.guarded.iter().any(|guard| guard.start <= range.start && range.end <= guard.end)
    }

    /// The words of `range` without `cut` ranges, blanks squeezed.
    fn without(&self, range: &Range<usize>, cuts: &[&[Range<usize>]]) -> String {
        let mut gaps: Vec<&Range<usize>> = cuts.iter().flat_map(|cut| within(cut, range)).collect();
        gaps.sort_by_key(|gap| gap.start);
        let mut rest = String::new();
        let mut at = range.start;
        for gap in gaps {
            rest.push_str(self.content.get(at..gap.start.max(at)).unwrap_or_default());
            at = at.max(gap.end);
        }
        rest.push_str(self.content.get(at..range.end).unwrap_or_default());
        rest.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn text(&self, range: &Range<usize>) -> String {
        self.without(range, &[])
    }
}

/// The ranges of a sorted list that lie in `range`.
fn within<'r>(sorted: &'r [Range<usize>], range: &Range<usize>) -> &'r [Range<usize>] {
    let from = sorted.partition_point(|one| one.start < range.start);
    let rest = sorted.get(from..).unwrap_or_default();
    let until = rest.partition_point(|one| one.end <= range.end && one.start < range.end);
    rest.get(..until).unwrap_or_default()
}

/// Who tells `change`.
pub(super) fn claim(old: &Explained<'_>, new: &Explained<'_>, change: &Change) -> Claim {
    match (&change.old, &change.new) {
        (Some(was), Some(is)) if change.edit != Edit::Moved => both(old, new, (was, is)),
        (None, Some(is)) => alone(new, is),
        (Some(was), None) => alone(old, was),
        _ => Claim::Text,
    }
}

fn both(old: &Explained<'_>, new: &Explained<'_>, (was, is): (&Range<usize>, &Range<usize>)) -> Claim {
    let is_explained = old.has_placeholder(was) || new.has_placeholder(is);
    let (old_cut, new_cut) = (old.without(was, &[&old.placeholders]), new.without(is, &[&new.placeholders]));
    if is_explained && old_cut == new_cut {
        return Claim::Interface;
    }
    let uncontrolled = |side: &Explained<'_>, range| side.without(range, &[&side.placeholders, &side.controls]);
    if uncontrolled(old, was) == uncontrolled(new, is) && old_cut != new_cut {
        return if is_explained { Claim::Interface } else { Claim::ControlFlow };
    }
    let (was, is) = (old.text(was), new.text(is));
    if was != is && invisible::count(&is) > 0 && was == invisible::strip(&is) { Claim::Invisible } else { Claim::Text }
}

fn alone(side: &Explained<'_>, range: &Range<usize>) -> Claim {
    if side.is_guarded(range) {
        return Claim::Interface;
    }
    let rest = side.without(range, &[&side.placeholders, &side.controls]);
    let is_label = prose::word_count(&rest) <= LABEL_WORDS && !rest.contains('\n');
    if side.has_placeholder(range) && is_label {
        Claim::Interface
    } else if rest.is_empty() && !within(&side.controls, range).is_empty() {
        Claim::ControlFlow
    } else {
        Claim::Text
    }
}
