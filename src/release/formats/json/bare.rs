//! Python writes `NaN` and `Infinity` into JSON, which has neither: texts of the same length stand for them while it is read.

use std::borrow::Cow;

/// Stands for a character of a bare token: allowed inside JSON strings, and written by nobody.
const BARE: u8 = 0x7f;
/// The tokens that Python's `json` writes and JSON does not know, the longest first.
const TOKENS: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];
/// What stands for `NaN`, quotes included.
pub(in super::super) const NAN: &str = "\"\u{7f}\"";

/// Whether `text`, without its quotes, stands for a bare token.
pub(super) fn was(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == BARE)
}

/// With each bare token as a string of as many bytes, so that places stay what they are.
pub(super) fn quoted(mut bytes: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'"' => string_length(&bytes[at..]),
            b'-' | b'I' | b'N' => match TOKENS.iter().find(|token| begins(&bytes[at..], token)) {
                Some(token) => {
                    let slot = &mut bytes.to_mut()[at..at + token.len()];
                    slot.fill(BARE);
                    slot[0] = b'"';
                    slot[token.len() - 1] = b'"';
                    token.len()
                }
                None => 1,
            },
            _ => 1,
        };
    }
    bytes
}

fn begins(rest: &[u8], token: &[u8]) -> bool {
    let after = rest.strip_prefix(token);
    after.is_some_and(|after| after.first().is_none_or(|next| b",]} \t\r\n".contains(next)))
}

/// How many bytes the string that `rest` begins with has, quotes included; all of them when it does not end.
pub(super) fn string_length(rest: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bare_words_are_replaced() {
        let python = br#"{"NaN": "Infinity \" NaN", "a": [NaN, -Infinity, Infinity], "b": Nano}"#;
        let read = quoted(Cow::Borrowed(python));
        let (seven, six) = ("\u{7f}".repeat(7), "\u{7f}".repeat(6));
        let expected = format!(r#"{{"NaN": "Infinity \" NaN", "a": [{NAN}, "{seven}", "{six}"], "b": Nano}}"#);
        assert_eq!(std::str::from_utf8(&read).unwrap(), expected);
        assert_eq!(read.len(), python.len());
        assert!(matches!(quoted(Cow::Borrowed(b"{\"a\": \"NaN\"}")), Cow::Borrowed(_)));
    }
}
