//! Rows as Parquet: key, digest and canonical JSON of each, and the columns that hold one sort of scalar.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use serde_json::{Map, Value};

use super::Stop;
use super::columns::Column;
use crate::kinds::shared::row_tree::RowTree;
use crate::store::Shelves;
use crate::tree::each_row;

/// How many bytes of rows make a row group, and how many rows: one is held in memory.
const GROUP: usize = 16 << 20;
const GROUP_ROWS: usize = 100_000;

type Writer<'f> = SerializedFileWriter<BufWriter<&'f mut File>>;

impl From<ParquetError> for Stop {
    fn from(error: ParquetError) -> Self {
        Self::Output(error.to_string())
    }
}

/// A row group in the making: the three columns that every file has, then those of the rows.
struct Group {
    fixed: [Column; 3],
    typed: Vec<Column>,
    rows: usize,
    bytes: usize,
}

/// Writes the rows of `tree` to `file`. The same rows make the same bytes.
pub(super) fn write(tree: &RowTree, shelves: &Shelves, file: &mut File) -> Result<(), Stop> {
    let mut group = Group::of(tree);
    let schema = Arc::new(group.schema()?);
    let properties = WriterProperties::builder()
        .set_created_by("pv".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?));
    let mut writer = Writer::new(BufWriter::new(file), schema, Arc::new(properties.build()))?;
    each_row(&tree.root, shelves, &mut |key, row| -> Result<(), Stop> {
        group.push(key, row)?;
        if group.bytes >= GROUP || group.rows >= GROUP_ROWS { Ok(group.write(&mut writer)?) } else { Ok(()) }
    })?;
    if group.rows > 0 {
        group.write(&mut writer)?;
    }
    writer.close()?;
    Ok(())
}

impl Group {
    fn of(tree: &RowTree) -> Self {
        let fixed = ["key", "digest", "row"].map(Column::required);
        let mut typed: Vec<Column> = Vec::new();
        for (name, column) in &tree.schema {
            // Engines tell names apart without their case.
            let is_taken = fixed.iter().chain(&typed).any(|other| other.name.eq_ignore_ascii_case(name));
            let column = column.only().filter(|_| !is_taken && !name.is_empty());
            typed.extend(column.and_then(|sort| Column::optional(name, sort)));
        }
        Self { fixed, typed, rows: 0, bytes: 0 }
    }

    fn schema(&self) -> Result<Type> {
        let fields: Result<Vec<_>> = self.fixed.iter().chain(&self.typed).map(|it| Ok(Arc::new(it.schema()?))).collect();
        Type::group_type_builder("rows").with_fields(fields?).build()
    }

    fn push(&mut self, key: &[u8], row: &[u8]) -> Result<(), Stop> {
        let digest = blake3::hash(row).to_hex();
        let [keys, digests, rows] = &mut self.fixed;
        keys.push_text(key);
        digests.push_text(digest.as_bytes());
        rows.push_text(row);
        if !self.typed.is_empty() {
            let values: Map<String, Value> =
                serde_json::from_slice(row).map_err(|error| Stop::Output(format!("a row is no JSON: {error}")))?;
            self.typed.iter_mut().for_each(|column| column.push(values.get(&column.name)));
        }
        self.rows += 1;
        self.bytes += key.len() + row.len();
        Ok(())
    }

    fn write(&mut self, writer: &mut Writer<'_>) -> Result<()> {
        let mut group = writer.next_row_group()?;
        for column in self.fixed.iter_mut().chain(&mut self.typed) {
            if let Some(mut writing) = group.next_column()? {
                column.write(&mut writing)?;
                writing.close()?;
            }
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}
