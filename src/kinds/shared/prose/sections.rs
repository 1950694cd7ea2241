//! Sections: which units stand under a heading or between a tag and its closing.

use std::collections::HashMap;

use super::unit::{Unit, UnitKind};

/// What a unit heads: a heading with its level, or a tag with its name that opens or closes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Head<'t> {
    Heading(usize),
    Opens(&'t str),
    Closes(&'t str),
}

/// Gives headings and closed tags the ends of their sections. `heads` rise; linear.
pub(super) fn nest(units: &mut [Unit], heads: &[(usize, Head<'_>)]) {
    let closed = closed_tags(heads);
    for (&opening, &closing) in &closed {
        units[opening].kind = UnitKind::Heading;
        units[opening].section_end = closing + 1;
        units[closing].opened_by = Some(opening);
    }
    // The headings that are open; `None` stands for a tag.
    let mut open: Vec<Option<(usize, usize)>> = Vec::new();
    for &(at, head) in heads {
        match head {
            Head::Heading(level) => {
                while let Some(&Some((other, rank))) = open.last()
                    && rank >= level
                {
                    units[other].section_end = at;
                    open.pop();
                }
                open.push(Some((at, level)));
            }
            Head::Opens(_) if closed.contains_key(&at) => open.push(None),
            Head::Closes(_) if units[at].opened_by.is_some() => {
                while let Some(Some((other, _))) = open.pop() {
                    units[other].section_end = at;
                }
            }
            Head::Opens(_) | Head::Closes(_) => {}
        }
    }
    let end = units.len();
    open.into_iter().flatten().for_each(|(other, _)| units[other].section_end = end);
}

/// The opening tags that are closed, properly nested, with where they are.
fn closed_tags(heads: &[(usize, Head<'_>)]) -> HashMap<usize, usize> {
    let mut closed = HashMap::new();
    let mut open: Vec<(usize, &str)> = Vec::new();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for &(at, head) in heads {
        match head {
            Head::Opens(name) => {
                open.push((at, name));
                *counts.entry(name).or_default() += 1;
            }
            Head::Closes(name) if counts.get(name).is_some_and(|&count| count > 0) => {
                while let Some((opening, other)) = open.pop() {
                    counts.entry(other).and_modify(|count| *count -= 1);
                    if other == name {
                        closed.insert(opening, at);
                        break;
                    }
                }
            }
            Head::Heading(_) | Head::Closes(_) => {}
        }
    }
    closed
}
