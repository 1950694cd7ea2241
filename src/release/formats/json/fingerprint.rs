//! What a case asks, in a few letters: the order of keys and the spelling of strings do not matter.

use serde_json::value::RawValue;

use super::Text;
use crate::release::checks::{Refused, report};

/// Deeper nesting than this is refused.
const DEEPEST: usize = 64;

/// A hash over values, in the order that they are added.
#[derive(Default)]
pub(in super::super) struct Fingerprint(blake3::Hasher);

impl Fingerprint {
    /// Adds what `value`, a part of `file`, means; `None` is `null`.
    ///
    /// # Errors
    /// When it is nested too deep, or an object has a key twice or too many of them.
    pub(in super::super) fn add(&mut self, file: &Text<'_>, value: Option<&RawValue>) -> Result<(), Refused> {
        match value {
            Some(value) => self.canonical(file, value, DEEPEST),
            None => {
                self.0.update(b"null,");
                Ok(())
            }
        }
    }

    /// Adds a text. Its length goes first, so that no two run together into the same bytes.
    pub(in super::super) fn add_text(&mut self, text: &str) {
        self.0.update(b"\"").update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    }

    /// 16 hex digits.
    pub(in super::super) fn finish(&self) -> String {
        self.0.finalize().to_hex().chars().take(16).collect()
    }

    fn canonical(&mut self, file: &Text<'_>, value: &RawValue, levels: usize) -> Result<(), Refused> {
        if levels == 0 {
            let message = format!("{}: values nested more than {DEEPEST} deep", file.place(value.get(), (1, 1)));
            return Err(Refused::by(&report::UNREADABLE, message));
        }
        match value.get().as_bytes().first() {
            Some(b'{') => {
                self.0.update(b"{");
                for (key, value) in file.entries(Some(value), |_| true)? {
                    self.add_text(&key);
                    self.canonical(file, value, levels - 1)?;
                }
                self.0.update(b"}");
            }
            Some(b'[') => {
                self.0.update(b"[");
                file.each(value, |element| self.canonical(file, element, levels - 1))?;
                self.0.update(b"]");
            }
            Some(b'"') => match serde_json::from_str::<String>(value.get()) {
                Ok(text) => self.add_text(&text),
                Err(error) => return Err(file.damaged(value.get(), &error)),
            },
            _ => _ = self.0.update(value.get().as_bytes()).update(b","),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(text: &str) -> Result<String, Refused> {
        let text = Text::of("r.json", text.as_bytes())?;
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(&text, text.read()?)?;
        Ok(fingerprint.finish())
    }

    #[test]
    fn a_fingerprint_is_of_what_is_meant() {
        let same = [r#"{"a": 1, "b": ["x", null]}"#, r#"{"b":["\u0078",null],"a":1}"#];
        assert_eq!(hash(same[0]).unwrap(), hash(same[1]).unwrap());
        let others = [
            r#"["a", "b"]"#,
            r#"["b", "a"]"#,
            r#"["ab"]"#,
            r#"["a", ["b"]]"#,
            r#"[["a"], "b"]"#,
            r#"{"a": "b"}"#,
            "[1, 2]",
            "[12]",
            r#"["1", "2"]"#,
        ];
        let hashes: std::collections::BTreeSet<_> = others.iter().map(|text| hash(text).unwrap()).collect();
        assert_eq!(hashes.len(), others.len());
        assert!(hash(r#"{"a": 1, "a": 1}"#).is_err());
        let deep = hash(&format!("{}{}", "[".repeat(70), "]".repeat(70))).unwrap_err().message;
        assert_eq!(deep, "r.json:1:65: values nested more than 64 deep");
    }
}
