//! Text that others wrote, made fit for Markdown: it is shown, and formats, links, mentions and injects nothing.

use crate::report::render::spans::{Piece, pieces};
use crate::report::visible;

/// A sentence on one line. What stands between backticks becomes code, everything else is literal.
pub(in crate::report::render) fn prose(text: &str) -> String {
    let text = visible::line(text);
    let shown = pieces(&text).into_iter().map(|piece| match piece {
        Piece::Words(words) => literal(words),
        Piece::Quote(quote) => code(quote),
    });
    begun(&shown.collect::<String>())
}

/// Escaped Markdown as the beginning of a line: it opens no list, heading or indented block there.
pub(super) fn begun(markdown: &str) -> String {
    let (number, rest) = markdown.split_at(markdown.bytes().take_while(u8::is_ascii_digit).count());
    match rest.chars().next() {
        Some('.' | ')') => format!("{number}\\{rest}"),
        Some('-' | '+' | '=') if number.is_empty() => format!("\\{rest}"),
        Some(' ') if number.is_empty() => format!("&nbsp;{}", rest.trim_start()),
        _ => markdown.to_owned(),
    }
}

/// Literal text: everything that Markdown, HTML or a forge would act on is defused.
pub(in crate::report::render) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Forges look for mentions and references after Markdown is rendered; a comment parts the word.
            '@' | '#' => out.extend([&c.to_string(), "<!-- -->"]),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | ':' | '$' => out.extend(['\\', c]),
            '.' if out.ends_with("www") => out.push_str("\\."),
            c => out.push(c),
        }
    }
    out
}

/// A code span.
pub(in crate::report::render) fn code(text: &str) -> String {
    let text = visible::line(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

/// A cell of a table, of Markdown that is escaped already.
pub(super) fn cell(markdown: &str) -> String {
    // What is literal has its bars escaped; those in code are not.
    markdown.replace("\\|", "|").replace('|', "\\|")
}

/// A code block of the language `language`, whose fence no line of `text` can close.
pub(super) fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{block, cell, code, prose};

    #[test]
    fn html_and_markup_are_shown() {
        assert_eq!(prose("<img src=x> **a** [b](c)"), r"&lt;img src=x&gt; \*\*a\*\* \[b\](c)");
    }

    #[test]
    fn nobody_is_mentioned() {
        assert_eq!(prose("ask @team in #12"), "ask @<!-- -->team in #<!-- -->12");
    }

    #[test]
    fn names_between_backticks_become_code_whatever_they_hold() {
        assert_eq!(prose("takes `<b>|x` now"), "takes `<b>|x` now");
        assert_eq!(prose("an odd ` stays"), r"an odd \` stays");
    }

    #[test]
    fn no_list_heading_or_indented_block_begins() {
        assert_eq!(prose("- a - b"), r"\- a - b");
        assert_eq!(prose("12. a. b"), r"12\. a. b");
        assert_eq!(prose("    a"), "&nbsp;a");
        assert_eq!(prose("see www.example.com"), r"see www\.example.com");
    }

    #[test]
    fn a_bar_does_not_end_its_cell() {
        assert_eq!(cell(&code("a|b")), r"`a\|b`");
        assert_eq!(cell(&prose("a|b")), r"a\|b");
    }

    #[test]
    fn a_code_span_holds_backticks_and_line_breaks() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\nb"), r"`a\nb`");
    }

    #[test]
    fn no_line_closes_its_block() {
        assert_eq!(block("diff", "+ ```\n"), "````diff\n+ ```\n````\n");
    }
}
