//! The form in which the memo keeps things: numbers, texts and lists, one after the other.

/// Bytes in the making.
#[derive(Debug, Default)]
pub(super) struct Out(pub(super) Vec<u8>);

/// Bytes being read; everything is `None` once they are not of the form.
#[derive(Debug)]
pub(super) struct In<'a>(pub(super) &'a [u8]);

impl Out {
    /// A number: seven bits a byte, the lowest first.
    pub(super) fn number(&mut self, mut number: u64) -> &mut Self {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
        self
    }

    /// A text, its length first.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// A text, or none.
    pub(super) fn optional(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.number(1).text(text),
            None => self.number(0),
        }
    }

    /// A list, its length first.
    pub(super) fn list<T>(&mut self, items: &[T], each: impl Fn(&mut Self, &T)) -> &mut Self {
        self.number(items.len() as u64);
        items.iter().for_each(|item| each(self, item));
        self
    }
}

impl<'a> In<'a> {
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    #[expect(clippy::option_option, reason = "the outer one: whether the bytes are of the form")]
    pub(super) fn optional(&mut self) -> Option<Option<&'a str>> {
        match self.number()? {
            0 => Some(None),
            _ => self.text().map(Some),
        }
    }

    pub(super) fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        // No element takes less than a byte: a length that lies asks for no memory.
        let length = usize::try_from(self.number()?).ok().filter(|length| *length <= self.0.len())?;
        (0..length).map(|_| each(self)).collect()
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{In, Out};
    use proptest::prelude::{any, proptest};

    proptest! {
        #[test]
        fn comes_back_and_damage_is_none_or_another_value(number in any::<u64>(), texts in any::<Vec<String>>(), cut in any::<usize>()) {
            let mut out = Out::default();
            out.number(number).list(&texts, |out, text| {
                out.optional(Some(text));
            });
            let read = |bytes: &[u8]| {
                let mut bytes = In(bytes);
                let value = (bytes.number()?, bytes.list(|bytes| Some(bytes.optional()??.to_owned()))?);
                bytes.is_at_end().then_some(value)
            };
            assert_eq!(read(&out.0), Some((number, texts)));
            assert_eq!(read(&out.0[..cut % out.0.len()]), None);
        }
    }
}
