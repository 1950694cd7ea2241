//! Who is told what and when: notes, notices, and whether they still say what is planned.

mod draft;
mod facts;
mod judge;
mod notes;
mod record;
mod verdicts;

pub use draft::{Draft, draft};
pub use facts::{Facts, first_exposing, reach, told_seconds, way_back};
pub use judge::{judge, may_close};
pub use notes::{Entry, Group, Line, Notes, Section, Shipment, notes, rollback};
pub use record::{FORMAT, Notice, Phase, decode};
pub use verdicts::{evidence_words, gate_words};
