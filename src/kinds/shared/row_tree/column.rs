//! What the values of a column are: `text`, `number|null`, `text?`.

use std::fmt;
use std::str::FromStr;

/// The sort of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// A string.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A list.
    List,
    /// A map.
    Map,
    /// Nothing.
    Null,
}

/// The sorts of values in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Column {
    sorts: u8,
    /// Whether some rows have no such column.
    pub is_optional: bool,
}

impl Sort {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Text, "text"),
        (Self::Number, "number"),
        (Self::Bool, "bool"),
        (Self::List, "list"),
        (Self::Map, "map"),
        (Self::Null, "null"),
    ];

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(sort, _)| sort == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

impl Column {
    /// Adds values of sort `sort`.
    pub fn add(&mut self, sort: Sort) {
        self.sorts |= sort.bit();
    }

    /// Adds the values of another piece of the same column.
    pub fn merge(&mut self, other: Self) {
        self.sorts |= other.sorts;
        self.is_optional |= other.is_optional;
    }

    /// The same column, which some rows have not, or all have.
    #[must_use]
    pub fn optional(self, is_optional: bool) -> Self {
        Self { is_optional, ..self }
    }

    /// The sorts of its values.
    pub fn sorts(self) -> impl Iterator<Item = Sort> {
        Sort::ALL.into_iter().map(|(sort, _)| sort).filter(move |sort| self.sorts & sort.bit() != 0)
    }

    /// The sort of all its values but null, when there is one only.
    pub fn only(self) -> Option<Sort> {
        let mut sorts = self.sorts().filter(|sort| *sort != Sort::Null);
        sorts.next().filter(|_| sorts.next().is_none())
    }
}

/// The sorts joined by `|`; `?` at the end when some rows have no such column.
impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Sort::ALL.iter().filter(|(sort, _)| self.sorts & sort.bit() != 0).map(|(_, name)| *name);
        let names: Vec<&str> = names.collect();
        write!(f, "{}{}", names.join("|"), if self.is_optional { "?" } else { "" })
    }
}

impl FromStr for Column {
    type Err = ColumnParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || ColumnParseError(text.to_owned());
        let (names, is_optional) = text.strip_suffix('?').map_or((text, false), |names| (names, true));
        let mut column = Self { sorts: 0, is_optional };
        for name in names.split('|') {
            let (sort, _) = Sort::ALL.iter().find(|(_, known)| *known == name).ok_or_else(unknown)?;
            column.add(*sort);
        }
        Ok(column)
    }
}

/// The text says no sorts of values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not what values are: text, number, bool, list, map or null, joined by `|`, with `?` at the end")]
pub struct ColumnParseError(pub String);

#[cfg(test)]
mod tests {
    use super::{Column, Sort};

    #[test]
    fn comes_back_from_its_text() {
        for text in ["text", "text?", "number|null", "text|number|bool|list|map|null?"] {
            assert_eq!(text.parse::<Column>().unwrap().to_string(), text);
        }
        for text in ["", "?", "string", "text|", "text??", "Text"] {
            assert!(text.parse::<Column>().is_err(), "{text}");
        }
    }

    #[test]
    fn one_sort_is_told_past_nulls() {
        assert_eq!("number|null?".parse::<Column>().unwrap().only(), Some(Sort::Number));
        assert_eq!("number|text".parse::<Column>().unwrap().only(), None);
        assert_eq!("null".parse::<Column>().unwrap().only(), None);
    }
}
