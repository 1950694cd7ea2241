//! Characters that nobody sees and every model reads.

/// How many invisible characters `text` has.
pub fn count(text: &str) -> usize {
    found(text).count()
}

/// `text` without them.
pub fn strip(text: &str) -> String {
    let mut places = found(text).map(|(at, _)| at).peekable();
    text.char_indices().filter(|(at, _)| places.next_if_eq(at).is_none()).map(|(_, c)| c).collect()
}

/// Invisible characters and their places. Joiners between letters of scripts that need them (and in emoji) are no
/// surprise, so they are left out.
pub fn found(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (at, c) = chars.next()?;
            let after = chars.peek().map_or(' ', |(_, next)| *next);
            let joins = matches!(c, '\u{200c}' | '\u{200d}') && !before.is_ascii() && !after.is_ascii();
            let is_flag = ('\u{e0020}'..='\u{e007f}').contains(&c) && (before == '\u{1f3f4}' || before >= '\u{e0020}');
            before = c;
            if is_invisible(c) && !joins && !is_flag {
                return Some((at, c));
            }
        }
    })
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::{count, strip};

    #[test]
    fn what_is_invisible_is_counted_and_what_joins_is_not() {
        assert_eq!(count("a\u{200b}b\u{202e}c"), 2);
        assert_eq!(count("👩\u{200d}🚀 می\u{200c}خواهم 🏴\u{e0067}\u{e0062}\u{e007f}"), 0);
        assert_eq!(strip("a\u{200b}b"), "ab");
    }
}
