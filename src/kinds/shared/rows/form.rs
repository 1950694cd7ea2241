//! The canonical form of rows, which their meaning is the digest of.
//!
//! Of a set that is held in memory it is taken while the rows are read. Of a large one it is taken only when it is asked
//! for, by reading the rows again: whether two sets mean the same is told by their prints, at a fraction of the time.

use super::{Hash, Rows, Table, pass};
use crate::domain::Meaning;
use crate::kinds::shared::print;

/// The canonical form of one set of rows: how many there are, then the digest of every row in order.
struct Form {
    tables: Vec<Table>,
    digests: Option<Vec<Hash>>,
    print: Hash,
}

impl Form {
    fn of(rows: &Rows) -> Self {
        let wholes: Vec<u8> = rows.rows.iter().flat_map(|row| row.whole.to_le_bytes()).collect();
        Self { tables: rows.tables.clone(), digests: rows.digests.clone(), print: print::long(&wholes) }
    }

    fn write(&self, out: &mut Vec<u8>) {
        let again = || pass::each_row(&self.tables, |record| Some(record.digest()));
        let read = if self.digests.is_none() { again() } else { Vec::new() };
        let digests = self.digests.as_ref().unwrap_or(&read);
        out.extend_from_slice(&(digests.len() as u64).to_le_bytes());
        out.extend(digests.iter().flatten());
    }
}

impl Rows {
    /// Appends the canonical form: how many rows there are, then every row's digest in order.
    pub fn write_canonical(&self, out: &mut Vec<u8>) {
        Form::of(self).write(out);
    }
}

/// The meaning of an artefact whose canonical form is `before`, then every set of rows (or that there is none), then
/// `after`.
pub fn meaning(before: Vec<u8>, sets: &[Option<&Rows>], after: Vec<u8>) -> Meaning {
    let forms: Vec<Option<Form>> = sets.iter().map(|rows| rows.map(Form::of)).collect();
    let is_at_hand = forms.iter().flatten().all(|form| form.digests.is_some());
    let mut prints = before.clone();
    for form in &forms {
        prints.push(u8::from(form.is_some()));
        prints.extend(form.iter().flat_map(|form| form.print));
    }
    prints.extend_from_slice(&after);
    let canonical = move || {
        let mut canonical = before;
        for form in &forms {
            canonical.push(u8::from(form.is_some()));
            form.iter().for_each(|form| form.write(&mut canonical));
        }
        canonical.extend_from_slice(&after);
        canonical
    };
    if is_at_hand { Meaning::of(&canonical()) } else { Meaning::later(print::long(&prints), canonical) }
}
