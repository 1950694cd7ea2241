//! Where a Markdown text is code: fences and inline code, in which a placeholder is an example.

use std::collections::HashMap;
use std::ops::Range;

/// The byte ranges of code in `text`, in order.
pub(super) fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut fence: Option<(&str, usize)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mark = fence_mark(line);
        match (fence, mark) {
            (None, Some(mark)) => fence = Some((mark, start)),
            (Some((open, from)), Some(mark)) if closes(line, open, mark) => {
                ranges.push(from..start + line.len());
                fence = None;
            }
            (None, None) => ranges.extend(inline(line, start)),
            _ => {}
        }
        start += line.len();
    }
    if let Some((_, from)) = fence {
        ranges.push(from..text.len());
    }
    ranges
}

/// The run of backticks or tildes that makes `line` open or close a fence.
fn fence_mark(line: &str) -> Option<&str> {
    let trimmed = line.trim_start_matches([' ', '\t', '>']);
    let run = ['`', '~'].into_iter().map(|mark| trimmed.len() - trimmed.trim_start_matches(mark).len()).max()?;
    let (mark, info) = trimmed.split_at(run);
    (run >= 3 && !info.contains('`')).then_some(mark)
}

/// A fence is closed by a bare line of at least as many of its marks.
fn closes(line: &str, open: &str, mark: &str) -> bool {
    mark.starts_with(open) && line.trim_matches(|c: char| c.is_whitespace() || c == '>') == mark
}

/// Inline code of one line: from a run of backticks to the next run that is as long.
fn inline(line: &str, offset: usize) -> Vec<Range<usize>> {
    let runs = runs(line);
    let mut next_of_length: HashMap<usize, usize> = HashMap::new();
    let mut partner = vec![None; runs.len()];
    for (at, run) in runs.iter().enumerate().rev() {
        partner[at] = next_of_length.insert(run.len(), at);
    }
    let mut ranges = Vec::new();
    let mut at = 0;
    while at < runs.len() {
        at = match partner[at] {
            Some(close) => {
                ranges.push(offset + runs[at].start..offset + runs[close].end);
                close + 1
            }
            None => at + 1,
        };
    }
    ranges
}

fn runs(line: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in line.match_indices('`') {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::ranges;

    fn code(text: &str) -> Vec<&str> {
        ranges(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn fences_and_inline_code_are_code() {
        assert_eq!(code("a `b` c ``d ` e`` f `g"), ["`b`", "``d ` e``"]);
        assert_eq!(code("x\n```py\n`y\n```\nz"), ["```py\n`y\n```\n"]);
        assert_eq!(code("  ````md\n```\nin\n```\n  ````\nout"), ["  ````md\n```\nin\n```\n  ````\n"]);
        assert_eq!(code("~~~\nto the end"), ["~~~\nto the end"]);
    }

    #[test]
    fn a_line_of_inline_code_is_no_fence() {
        assert_eq!(code("```a``` b\nc"), ["```a```"]);
    }
}
