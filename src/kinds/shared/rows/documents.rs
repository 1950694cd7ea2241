//! Source documents as rows: path, size and digest of each, and its text.

use super::Sort;
use super::gather::{Batch, Gathering};
use super::record::Record;
use crate::domain::Problem;
use crate::kinds::shared::node::write_json_string;

/// How many bytes of rows a batch has, about.
const BATCH: usize = 1 << 20;

/// Gathers documents into batches of rows.
pub struct Documents<'k> {
    gathering: Gathering<'k>,
    record: Record,
    source: &'k str,
    count: usize,
}

impl<'k> Documents<'k> {
    /// Documents of the directory `source` as rows that the columns `key` tell apart.
    pub fn new(source: &'k str, key: &'k [String]) -> Self {
        Self { gathering: Gathering::new(key), record: Record::default(), source, count: 0 }
    }

    /// Adds the document at `path`.
    pub fn add(&mut self, path: &str, bytes: u64, digest: &str, text: Option<&str>) {
        let record = &mut self.record;
        record.clear();
        let texts = [("path", Some(path)), ("digest", Some(digest)), ("text", text)];
        for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text?))) {
            record.push(name, |out| {
                write_json_string(text, out);
                Some(Sort::TEXT)
            });
        }
        record.push("bytes", |out| {
            out.push_str(&bytes.to_string());
            Some(Sort::NUMBER)
        });
        record.settle();
        if let Some(fault) = self.gathering.row(record, self.count) {
            let place = format!("{}/{path}", self.source);
            self.fault(Problem::of_path(&place, fault.code(), fault.to_string(), fault.help()));
        }
        self.count += 1;
    }

    /// Notes that a document cannot be a row.
    pub fn fault(&mut self, problem: Problem) {
        self.gathering.fault(|| vec![problem]);
    }

    /// The rows at hand, when they make a batch.
    pub fn full(&mut self) -> Option<Batch> {
        (self.gathering.length() >= BATCH).then(|| self.gathering.batch())
    }

    /// The rows at hand.
    pub fn rest(&mut self) -> Batch {
        self.gathering.batch()
    }
}
