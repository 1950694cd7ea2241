//! Diffs two CSV files with the csv-diff crate, the engine of `qsv diff`, and prints how many rows it found.
//!
//! usage: csv-diff OLD NEW      (the first column is the key)

use std::env;
use std::fs::File;

use csv_diff::csv::Csv;
use csv_diff::csv_diff::CsvByteDiffLocal;
use csv_diff::diff_row::DiffByteRecord;

fn main() {
    let paths: Vec<String> = env::args().skip(1).collect();
    let open = |path: &String| Csv::with_reader_seek(File::open(path).expect("a readable file"));
    let differ = CsvByteDiffLocal::new().expect("threads");
    let rows = differ.diff(open(&paths[0]), open(&paths[1])).expect("two CSV files with the same columns");
    let (mut added, mut removed, mut changed) = (0, 0, 0);
    for row in rows.as_slice() {
        match row {
            DiffByteRecord::Add(_) => added += 1,
            DiffByteRecord::Delete(_) => removed += 1,
            DiffByteRecord::Modify { .. } => changed += 1,
        }
    }
    println!("changed {changed} added {added} removed {removed}");
}
