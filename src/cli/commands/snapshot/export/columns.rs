//! Columns of a Parquet file while a row group is gathered.

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType};
use parquet::errors::Result;
use parquet::file::writer::SerializedColumnWriter;
use parquet::schema::types::Type;
use serde_json::Value;

use crate::kinds::shared::row_tree::Sort;

/// A column that holds one sort of value, or nothing.
pub(super) struct Column {
    pub(super) name: String,
    values: Values,
    /// For each row, whether it has a value.
    levels: Vec<i16>,
    is_required: bool,
}

enum Values {
    Texts(Vec<ByteArray>),
    Numbers(Vec<f64>),
    Bools(Vec<bool>),
}

impl Column {
    /// A column of texts that every row has.
    pub(super) fn required(name: &str) -> Self {
        Self { name: name.to_owned(), values: Values::Texts(Vec::new()), levels: Vec::new(), is_required: true }
    }

    /// A column of `sort`, if that is a scalar.
    pub(super) fn optional(name: &str, sort: Sort) -> Option<Self> {
        let values = match sort {
            Sort::Text => Values::Texts(Vec::new()),
            Sort::Number => Values::Numbers(Vec::new()),
            Sort::Bool => Values::Bools(Vec::new()),
            Sort::List | Sort::Map | Sort::Null => return None,
        };
        Some(Self { name: name.to_owned(), values, levels: Vec::new(), is_required: false })
    }

    pub(super) fn schema(&self) -> Result<Type> {
        let repetition = if self.is_required { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        let (physical, logical) = match self.values {
            Values::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Numbers(_) => (Physical::DOUBLE, None),
            Values::Bools(_) => (Physical::BOOLEAN, None),
        };
        Type::primitive_type_builder(&self.name, physical)
            .with_repetition(repetition)
            .with_logical_type(logical)
            .build()
    }

    pub(super) fn push_text(&mut self, text: &[u8]) {
        if let Values::Texts(texts) = &mut self.values {
            texts.push(ByteArray::from(text.to_vec()));
        }
    }

    /// Adds what a row has here; nothing, null and what is of another sort are no value.
    pub(super) fn push(&mut self, value: Option<&Value>) {
        let is_there = match (&mut self.values, value) {
            (Values::Texts(texts), Some(Value::String(text))) => {
                texts.push(ByteArray::from(text.as_str()));
                true
            }
            (Values::Numbers(numbers), Some(Value::Number(number))) => {
                let number = number.as_f64();
                numbers.extend(number);
                number.is_some()
            }
            (Values::Bools(bools), Some(Value::Bool(value))) => {
                bools.push(*value);
                true
            }
            _ => false,
        };
        self.levels.push(i16::from(is_there));
    }

    /// Writes what was gathered, and is empty again.
    pub(super) fn write(&mut self, writer: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let levels = std::mem::take(&mut self.levels);
        let levels = (!self.is_required).then_some(levels.as_slice());
        match &mut self.values {
            Values::Texts(texts) => {
                writer.typed::<ByteArrayType>().write_batch(&std::mem::take(texts), levels, None)?;
            }
            Values::Numbers(numbers) => {
                writer.typed::<DoubleType>().write_batch(&std::mem::take(numbers), levels, None)?;
            }
            Values::Bools(bools) => {
                writer.typed::<BoolType>().write_batch(&std::mem::take(bools), levels, None)?;
            }
        }
        Ok(())
    }
}
