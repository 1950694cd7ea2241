//! Parquet: rows in canonical form, row group by row group, without trust in the file.
//!
//! What JSON has no value for becomes text: dates `2026-05-20`, times `09:30:00`, timestamps in UTC
//! `2026-05-20T09:30:00.25Z`, decimals with all their digits `12.50`, bytes that are no UTF-8 `hex:00ff`, numbers that
//! are none `NaN`. Lists are lists, groups and maps are maps; a map whose keys repeat is a list of its entries.

mod content;
mod value;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Row;
use parquet::schema::types::{ColumnDescriptor, Type};

use super::Profile;
use super::gather::Gathering;
use super::record::Record;
use super::stream::{Take, key_of};
use crate::domain::{Content, Problem};
use content::Pieces;

/// How many bytes of rows a batch has, about.
const BATCH: usize = 1 << 20;
/// How many rows say which columns may be the key.
const SAMPLE: usize = 4096;
/// How deeply columns may nest.
const MAX_DEPTH: usize = 32;

/// A Parquet file whose rows can be read.
pub struct Parquet {
    path: String,
    reader: SerializedFileReader<Pieces>,
    /// The columns whose integers count nanoseconds since 1970.
    nanoseconds: Vec<String>,
}

impl std::fmt::Debug for Parquet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parquet").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Parquet {
    /// The file `content`, called `path`.
    ///
    /// # Errors
    /// When it is damaged or truncated, or has columns that cannot be read.
    pub fn open(path: &str, content: Arc<dyn Content>) -> Result<Self, Problem> {
        let pieces = Pieces::of(content);
        let checked = pieces.checked();
        let reader = contained(|| SerializedFileReader::new(pieces)).map_err(|why| damaged(path, &why))?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        if depth(schema.root_schema(), 0) > MAX_DEPTH {
            let message = format!("its columns nest more than {MAX_DEPTH} deep");
            return Err(Problem::of_path(path, "parquet-column", message, "flatten them before"));
        }
        if let Some(why) = schema.columns().iter().find_map(|column| unreadable(column)) {
            return Err(Problem::of_path(path, "parquet-column", why, "cast the column to another type before"));
        }
        let chunks = reader.metadata().row_groups().iter().flat_map(|group| group.columns());
        if let Some(chunk) = chunks.into_iter().find(|chunk| !is_known(chunk.compression())) {
            let message = format!("it is compressed with {}, which pv does not read", chunk.compression());
            return Err(Problem::of_path(path, "parquet-codec", message, "write it with ZSTD, Snappy, GZIP or LZ4"));
        }
        checked.on();
        let nanoseconds = schema.root_schema().get_fields().iter().filter(|field| counts_nanoseconds(field));
        let nanoseconds = nanoseconds.map(|field| field.name().to_owned()).collect();
        Ok(Self { path: path.to_owned(), reader, nanoseconds })
    }

    /// Reads the rows, keyed by the columns `key`, batch by batch.
    pub fn read(&self, key: &[String], take: &mut Take<'_>) {
        let (mut gathering, mut record, mut count) = (Gathering::new(key), Record::default(), 0);
        let mut goes_on = true;
        let read = self.each(&mut |row| {
            match self.record(row, &mut record) {
                true => {
                    if let Some(fault) = gathering.row(&record, count) {
                        let message = format!("row {}: {fault}", count + 1);
                        gathering.fault(|| vec![Problem::of_path(&self.path, fault.code(), message, fault.help())]);
                    }
                }
                false => gathering.fault(|| vec![self.repeated(count)]),
            }
            count += 1;
            if gathering.length() >= BATCH {
                goes_on = take(gathering.batch());
            }
            goes_on
        });
        if let Err(why) = read {
            let message = format!("after row {count}: {why}");
            gathering.fault(|| vec![damaged(&self.path, &message)]);
        }
        if goes_on {
            take(gathering.batch());
        }
    }

    /// The columns that tell its rows apart, as the first of them show.
    pub fn infer_key(&self, profile: &Profile) -> Vec<String> {
        let mut sample = Vec::new();
        // What is wrong with the file is told when all of it is read.
        let _ = self.each(&mut |row| {
            let mut record = Record::default();
            if self.record(row, &mut record) {
                sample.push(record);
            }
            sample.len() < SAMPLE
        });
        key_of(&sample, profile)
    }

    /// Hands on the rows until `visit` has enough.
    fn each(&self, visit: &mut dyn FnMut(&Row) -> bool) -> Result<(), String> {
        contained(|| {
            for at in 0..self.reader.num_row_groups() {
                let group = self.reader.get_row_group(at)?;
                for row in group.get_row_iter(None)? {
                    if !visit(&row?) {
                        return Ok(());
                    }
                }
            }
            Ok(())
        })
    }

    /// Reads `row` into `record`; `false`: a column stands twice in it.
    fn record(&self, row: &Row, record: &mut Record) -> bool {
        record.clear();
        for (name, field) in row.get_column_iter() {
            record.push(name, |out| {
                let is_nanoseconds = self.nanoseconds.iter().any(|column| column == name);
                Some(value::write(field, is_nanoseconds, out))
            });
        }
        record.settle()
    }

    fn repeated(&self, at: usize) -> Problem {
        let message = format!("row {}: two columns have the same name", at + 1);
        Problem::of_path(&self.path, "parquet-column", message, "give every column its own name")
    }
}

fn damaged(path: &str, why: &str) -> Problem {
    Problem::of_path(path, "parquet-damaged", why, "write the file anew: it is cut off, damaged, or no Parquet")
}

/// What `read` gives, also where the reader of the file gives up in a panic on what it did not expect.
fn contained<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, String> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let read = catch_unwind(AssertUnwindSafe(read));
    std::panic::set_hook(hook);
    match read {
        Ok(read) => read.map_err(|error| error.to_string()),
        Err(_) => Err("the file contradicts itself".to_owned()),
    }
}

fn depth(column: &Type, above: usize) -> usize {
    if column.is_primitive() || above > MAX_DEPTH {
        return above;
    }
    column.get_fields().iter().map(|field| depth(field, above + 1)).max().unwrap_or(above)
}

fn is_known(codec: Compression) -> bool {
    !matches!(codec, Compression::LZO | Compression::BROTLI(_))
}

/// Why the values of a column cannot be read, where they cannot.
fn unreadable(column: &ColumnDescriptor) -> Option<String> {
    use ConvertedType as As;
    let (physical, converted) = (column.physical_type(), column.converted_type());
    let is_readable = match physical {
        Physical::INT32 => matches!(
            converted,
            As::NONE
                | As::INT_8
                | As::INT_16
                | As::INT_32
                | As::UINT_8
                | As::UINT_16
                | As::UINT_32
                | As::DATE
                | As::TIME_MILLIS
                | As::DECIMAL
        ),
        Physical::INT64 => matches!(
            converted,
            As::NONE
                | As::INT_64
                | As::UINT_64
                | As::TIME_MICROS
                | As::TIMESTAMP_MILLIS
                | As::TIMESTAMP_MICROS
                | As::DECIMAL
        ),
        Physical::BYTE_ARRAY => {
            matches!(converted, As::NONE | As::UTF8 | As::ENUM | As::JSON | As::BSON | As::DECIMAL)
        }
        Physical::FIXED_LEN_BYTE_ARRAY => matches!(converted, As::NONE | As::DECIMAL),
        Physical::BOOLEAN | Physical::INT96 | Physical::FLOAT | Physical::DOUBLE => true,
    };
    let name = || column.path().string();
    (!is_readable).then(|| format!("the column `{}` holds {converted} as {physical}, which pv does not read", name()))
}

fn counts_nanoseconds(field: &Type) -> bool {
    let logical = field.get_basic_info().logical_type_ref();
    field.is_primitive() && matches!(logical, Some(LogicalType::Timestamp(sort)) if sort.unit == TimeUnit::NANOS)
}
