//! Lists of as many elements as a run has rows, and of no more.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use crate::release::formats::cases::MOST_ROWS;

/// The rows of a report: no more of them than any run has.
#[derive(Debug)]
pub(in super::super) struct Rows<T>(pub(in super::super) Vec<T>);

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RowsVisitor(PhantomData))
    }
}

struct RowsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for RowsVisitor<T> {
    type Value = Rows<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = list.next_element()? {
            if rows.len() == MOST_ROWS {
                return Err(A::Error::custom(format_args!("more than {MOST_ROWS} rows")));
            }
            rows.push(row);
        }
        Ok(Rows(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_without_end_is_not_kept() {
        let list = |rows: usize| serde_json::from_str::<Rows<u8>>(&format!("[0{}]", ",0".repeat(rows - 1)));
        assert_eq!(list(MOST_ROWS).unwrap().0.len(), MOST_ROWS);
        assert!(list(MOST_ROWS + 1).unwrap_err().to_string().contains("more than 1000000 rows"));
    }
}
