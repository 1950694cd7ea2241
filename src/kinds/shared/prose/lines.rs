//! Lines: what a line of Markdown, tags or template control is, by itself and after what stands before it.

use super::words;

/// Lines at least this long that do not end a sentence are taken for wrapped.
const WRAPPED: usize = 60;

/// A line of its own with more words than this is no heading, whatever its dress.
const MAX_HEADING_WORDS: usize = 8;

/// The mark of the code fence that a line opens.
pub(super) fn opens_fence(trimmed: &str) -> Option<&str> {
    let mark = fence_mark(trimmed)?;
    // "```x```" on one line is code in a sentence.
    (!trimmed[mark.len()..].contains('`')).then_some(mark)
}

/// Whether a line closes the fence that `mark` opened.
pub(super) fn closes_fence(trimmed: &str, mark: &str) -> bool {
    fence_mark(trimmed).is_some_and(|found| found.len() == trimmed.len() && found.starts_with(mark))
}

fn fence_mark(trimmed: &str) -> Option<&str> {
    let first = trimmed.chars().next().filter(|first| matches!(first, '`' | '~'))?;
    let length = trimmed.len() - trimmed.trim_start_matches(first).len();
    (length >= 3).then(|| &trimmed[..length])
}

/// The level of `# Heading`, or of a short line that is bold as a whole.
pub(super) fn heading_level(trimmed: &str) -> Option<usize> {
    let level = trimmed.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&level) && trimmed[level..].starts_with([' ', '\t']) {
        return Some(level);
    }
    is_bold_heading(trimmed).then_some(7)
}

fn is_bold_heading(trimmed: &str) -> bool {
    let bare = trimmed.strip_suffix(':').unwrap_or(trimmed);
    let inside = |mark| bare.strip_prefix(mark)?.strip_suffix(mark).filter(|text: &&str| !text.contains(mark));
    inside("**").or_else(|| inside("__")).is_some_and(is_title)
}

/// The level that a line of `=` or `-` gives to the `paragraph` before it, where that reads as a heading.
pub(super) fn underline_level(paragraph: &str, trimmed: &str) -> Option<usize> {
    let is_line_of = |mark| trimmed.len() >= 3 && trimmed.trim_start_matches(mark).is_empty();
    let level = if is_line_of('=') {
        1
    } else if is_line_of('-') {
        2
    } else {
        return None;
    };
    let text = paragraph.trim();
    (!text.contains('\n') && words::marker_length(text) == 0 && is_title(text)).then_some(level)
}

/// A heading without the line below that makes it one.
pub(super) fn without_underline(heading: &str) -> &str {
    match heading.rsplit_once('\n') {
        Some((text, underline)) if is_rule(underline) => text,
        _ => heading,
    }
}

/// A few words that neither end like a sentence nor tell anybody to do something.
fn is_title(text: &str) -> bool {
    const TELLING: &[&str] = &[
        "never", "always", "must", "not", "don't", "don’t", "do", "only", "avoid", "should", "cannot", "ensure", "no",
    ];
    let text = text.trim();
    let is_sentence = text.ends_with(['.', '!', '?', ';', ',']);
    let mut count = 0;
    let tells = text.split_whitespace().any(|word| {
        count += 1;
        TELLING.contains(&word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str())
    });
    count > 0 && count <= MAX_HEADING_WORDS && !is_sentence && !tells
}

/// The name of the tag that is all there is on a line: `<rules>`, `<doc id="1">`.
pub(super) fn opening_tag(trimmed: &str) -> Option<&str> {
    let inside = trimmed.strip_prefix('<')?.strip_suffix('>')?;
    let name = tag_name(inside)?;
    let attributes = inside[name.len()..].trim_start();
    let is_plain = !inside.ends_with('/') && !inside.contains(['<', '>']);
    (is_plain && (attributes.is_empty() || attributes.contains('='))).then_some(name)
}

/// The name of the closing tag that is all there is on a line.
pub(super) fn closing_tag(trimmed: &str) -> Option<&str> {
    let inside = trimmed.strip_prefix("</")?.strip_suffix('>')?.trim_end();
    tag_name(inside).filter(|name| name.len() == inside.len())
}

fn tag_name(inside: &str) -> Option<&str> {
    let end =
        inside.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))).unwrap_or(inside.len());
    let name = &inside[..end];
    name.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(name)
}

/// Table rows, thematic breaks, and lines that are nothing but one template tag or one XML tag.
pub(super) fn stands_alone(trimmed: &str) -> bool {
    let is_tag = |open: &str, close: &str| {
        trimmed.starts_with(open) && trimmed.ends_with(close) && trimmed.matches(open).count() == 1
    };
    trimmed.starts_with('|') || is_tag("{%", "%}") || is_tag("{{", "}}") || is_tag("<", ">") || is_rule(trimmed)
}

/// Whether a text is nothing but a line drawn with one character: `---`, `* * *`, `=====`.
pub(super) fn is_rule(text: &str) -> bool {
    let mut marks = text.chars().filter(|c| !matches!(c, ' ' | '\t'));
    let Some(first) = marks.next().filter(|first| matches!(first, '-' | '=' | '*' | '_' | '~' | '#')) else {
        return false;
    };
    let mut count = 1;
    marks.all(|mark| {
        count += 1;
        mark == first
    }) && count >= 3
}

/// Whether a line goes on with the sentence of the paragraph before it (a wrapped line).
pub(super) fn continues(paragraph: &str, trimmed: &str) -> bool {
    let is_item = words::marker_length(trimmed) > 0;
    let before = paragraph.trim_end();
    let starts_low = trimmed.chars().next().is_some_and(|first| first.is_lowercase() || first == '(');
    !is_item && (starts_low || !paragraph.ends_with("  \n") && is_unfinished(before))
}

/// Whether a text stops where no sentence does: at a wrapping column, after a comma or a word that leads on.
fn is_unfinished(before: &str) -> bool {
    const LEADING_ON: &[&str] =
        &["a", "an", "the", "and", "or", "of", "to", "in", "for", "with", "by", "that", "your", "their", "from", "as"];
    let last_line = before.lines().last().unwrap_or_default();
    let last_word = last_line.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_closed = before.ends_with(['.', '!', '?', ':', ';', '}', '>']);
    before.ends_with(',') || LEADING_ON.contains(&last_word) || !is_closed && last_line.chars().count() >= WRAPPED
}
