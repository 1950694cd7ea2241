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

#[cfg(test)]
mod tests {
    use super::{padded, widest};

    #[test]
    fn a_wide_character_fills_two_columns() {
        assert_eq!(padded("日本", 6), "日本  ");
        assert_eq!(widest(&["日本".to_owned(), "abc".to_owned()]), 4);
    }
}
