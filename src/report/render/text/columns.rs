//! Columns of a terminal: wide characters take two.

use unicode_width::UnicodeWidthStr;

/// `text` filled up with blanks to `width` columns.
pub(super) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// The columns of the widest text.
pub(super) fn widest<'a>(texts: impl IntoIterator<Item = &'a String>) -> usize {
    texts.into_iter().map(|text| text.width()).max().unwrap_or(0)
}

/// The words of `text` in lines of at most `width` columns; a longer word has a line of its own.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{padded, widest};

    #[test]
    fn a_wide_character_fills_two_columns() {
        assert_eq!(padded("日本", 6), "日本  ");
        assert_eq!(widest(&["日本".to_owned(), "abc".to_owned()]), 4);
    }
}
