//! What differs between two versions of a tool.

use super::Tool;
use crate::domain::Fact;
use crate::kinds::shared::part;
use crate::kinds::shared::schema::{self, Flow};

pub(super) fn compare(old: &Tool, new: &Tool) -> Vec<Fact> {
    let mut facts = part::compare(&old.parts, &new.parts);
    let input = schema::compare_optional(old.input.as_ref(), new.input.as_ref(), Flow::Input);
    let output = schema::compare_optional(old.output.as_ref(), new.output.as_ref(), Flow::Output);
    facts.extend(input.into_iter().map(|fact| fact.marked("input")));
    facts.extend(output.into_iter().map(|fact| fact.marked("output")));
    facts
}
