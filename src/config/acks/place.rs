//! Where the entries of `.pv/acks.toml` stand, with the comments above them.

use std::ops::Range;

/// The lines of every entry: from the first comment right above its header to the line before the next entry's lines.
pub(super) fn entries(text: &str) -> Vec<Range<usize>> {
    let starts: Vec<usize> = starts(text);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

/// What of an entry is its own keys: without the comments above, and without what follows its last key.
pub(super) fn keys(text: &str, entry: &Range<usize>) -> Range<usize> {
    let body = text.get(entry.clone()).unwrap_or_default();
    let header = lines(body).find(|(_, line)| is_header(line)).map_or(0, |(at, _)| at);
    let is_said = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let end = lines(body).filter(|(_, line)| is_said(line)).last().map_or(body.len(), |(at, line)| at + line.len());
    entry.start + header..entry.start + end
}

fn starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut comment: Option<usize> = None;
    for (at, line) in lines(text) {
        if is_header(line) {
            starts.push(comment.unwrap_or(at));
        }
        comment = if line.trim_start().starts_with('#') { comment.or(Some(at)) } else { None };
    }
    starts
}

fn is_header(line: &str) -> bool {
    line.trim_start().starts_with("[[ack]]")
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    })
}
