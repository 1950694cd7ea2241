//! Python writes NaN and Infinity into JSON, which has neither: they are replaced by tokens of the same length.

use std::borrow::Cow;

/// What stands for NaN: a text of one letter that nothing else writes, so that places keep their columns.
pub(super) const NAN: &str = "\"\u{7f}\"";
const INFINITY: &str = "1e999999";

/// `bytes` as JSON: as they are, where there is neither.
pub(super) fn json(bytes: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let places = places(&bytes);
    if places.is_empty() {
        return bytes;
    }
    let mut bytes = bytes.into_owned();
    for (place, token) in places {
        bytes[place..place + token.len()].copy_from_slice(token.as_bytes());
    }
    Cow::Owned(bytes)
}

/// Where they stand outside of texts, and what is to stand there.
fn places(bytes: &[u8]) -> Vec<(usize, &'static str)> {
    let mut places = Vec::new();
    let mut in_text = false;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if in_text => at += 1,
            b'"' => in_text = !in_text,
            b'N' if !in_text && bytes[at..].starts_with(b"NaN") => places.push((at, NAN)),
            b'I' if !in_text && bytes[at..].starts_with(b"Infinity") => places.push((at, INFINITY)),
            _ => {}
        }
        at += 1;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bare_words_are_replaced() {
        let python = br#"{"NaN": "Infinity \" NaN", "a": [NaN, -Infinity, Infinity]}"#;
        let read = json(Cow::Borrowed(python));
        let text = std::str::from_utf8(&read).unwrap();
        assert_eq!(text, format!(r#"{{"NaN": "Infinity \" NaN", "a": [{NAN}, -1e999999, 1e999999]}}"#));
        assert_eq!(read.len(), python.len());
        assert!(matches!(json(Cow::Borrowed(b"{\"a\": \"NaN\"}")), Cow::Borrowed(_)));
    }
}
