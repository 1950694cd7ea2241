//! Conflict markers: telling that a file has them, and splitting it into its sides.

use std::ops::Range;

use crate::domain::{Problem, SourceFile, Span};

/// The texts that git could not merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// The file as the current branch has it.
    pub ours: String,
    /// The file before both changes; only with `merge.conflictStyle` `diff3` or `zdiff3`.
    pub base: Option<String>,
    /// The file as the merged branch has it.
    pub theirs: String,
}

/// Where a line stands with respect to the conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Region {
    Common,
    Ours,
    Base,
    Theirs,
}

/// Whether `text` has a line that is a conflict marker.
pub fn is_conflicted(text: &str) -> bool {
    first_marker(text).is_some()
}

/// The first line that opens, divides or closes a conflict.
pub(super) fn first_marker(text: &str) -> Option<Range<usize>> {
    lines(text).find(|(line, _)| marker(line).is_some()).map(|(line, at)| at..at + line.len())
}

/// Splits a file with conflict markers (two-way or diff3) into its sides. Without markers all sides are the file.
///
/// # Errors
/// A marker in the wrong place, or a conflict that does not end.
pub fn split(file: &SourceFile) -> Result<Sides, Vec<Problem>> {
    // Markers of a conflict inside the base (a criss-cross merge) are longer; they are part of the base's text.
    let width = first_marker(&file.text).and_then(|at| marker(file.text.get(at)?)).map_or(0, |(_, width)| width);
    let mut sides = Sides { ours: String::new(), base: None, theirs: String::new() };
    let mut base = String::new();
    let mut region = Region::Common;
    for (line, at) in lines(&file.text) {
        if let Some((mark, _)) = marker(line).filter(|(_, found)| *found == width) {
            region = after(region, mark).ok_or_else(|| vec![misplaced(file, at, line)])?;
            sides.base = sides.base.or((region == Region::Base).then(String::new));
            continue;
        }
        let parts = [(Region::Ours, &mut sides.ours), (Region::Base, &mut base), (Region::Theirs, &mut sides.theirs)];
        for (_, part) in parts.into_iter().filter(|(part, _)| region == Region::Common || region == *part) {
            part.push_str(line);
        }
    }
    if region != Region::Common {
        return Err(vec![misplaced(file, file.text.len(), "")]);
    }
    sides.base = sides.base.map(|_| base);
    Ok(sides)
}

fn after(region: Region, mark: u8) -> Option<Region> {
    match (region, mark) {
        (Region::Common, b'<') => Some(Region::Ours),
        (Region::Ours, b'|') => Some(Region::Base),
        (Region::Ours | Region::Base, b'=') => Some(Region::Theirs),
        (Region::Theirs, b'>') => Some(Region::Common),
        _ => None,
    }
}

/// The character and length of a marker line: at least seven of `<`, `|`, `=` or `>`, then a blank or the end.
/// No line of TOML that pv writes begins so.
fn marker(line: &str) -> Option<(u8, usize)> {
    let line = line.trim_end_matches(['\r', '\n']);
    let first = line.bytes().next().filter(|first| b"<|=>".contains(first))?;
    let width = line.bytes().take_while(|byte| *byte == first).count();
    let ends = matches!(line.as_bytes().get(width), None | Some(b' '));
    (width >= 7 && ends).then_some((first, width))
}

/// The lines with their ends, and where each begins.
fn lines(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((line, start))
    })
}

fn misplaced(file: &SourceFile, at: usize, line: &str) -> Problem {
    let message =
        if line.is_empty() { "a merge conflict does not end" } else { "a conflict marker in the wrong place" };
    let help = "take one side with `git checkout --ours -- <file>` or `--theirs`, then run `pv lock`";
    Problem::at(file, Span::new(at, at + line.len()), "lock-conflict-malformed", message, help)
}
