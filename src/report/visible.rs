//! Text that others wrote, made fit to be shown: nothing in it can drive a terminal, hide, or break a line.

/// `text` on one line: control characters, line breaks among them, and invisible ones are written out as escapes.
pub(super) fn line(text: &str) -> String {
    escaped(text, |_| false)
}

/// `text` with its line breaks and tabs; the other control characters and invisible ones are written out as escapes.
pub(super) fn block(text: &str) -> String {
    escaped(&text.replace("\r\n", "\n"), |c| matches!(c, '\n' | '\t'))
}

fn escaped(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) && !is_kept(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Controls (C0, C1), bidirectional overrides and isolates, line separators, and the invisible characters in which text
/// can be smuggled past a reader. The joiners that scripts and emoji need stay.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{block, line};

    #[test]
    fn an_escape_sequence_cannot_reach_the_terminal() {
        assert_eq!(line("a\x1b[2Jb\u{9b}31mc\x07"), r"a\u{1b}[2Jb\u{9b}31mc\u{7}");
    }

    #[test]
    fn a_bidirectional_override_is_shown() {
        assert_eq!(line("\u{202e}live\u{2066}"), r"\u{202e}live\u{2066}");
    }

    #[test]
    fn a_name_stays_on_its_line() {
        assert_eq!(line("a\nb\r\nc\td\u{2028}"), r"a\nb\r\nc\td\u{2028}");
    }

    #[test]
    fn a_block_keeps_its_lines_but_not_a_lone_return() {
        assert_eq!(block("a\r\nb\tc\rd"), "a\nb\tc\\rd");
    }

    #[test]
    fn letters_of_any_script_stay() {
        let text = "naïve 日本語 क्ष 👩\u{200d}🔬 \u{a0}";
        assert_eq!(line(text), text);
    }
}
