//! Features: what each depends on, in which order that ships, and how far it may be exposed.

mod dependants;
mod draw;
mod faults;
mod graph;
mod land;
mod manifest;
mod operations;
mod order;
mod sets;
mod steps;
#[cfg(test)]
mod tests;

pub use dependants::dependants;
pub use draw::{dot, mermaid};
pub use faults::Manifest;
pub use graph::{Graph, Node};
pub use land::{Land, Target};
pub use manifest::Feature;
pub use operations::{Operation, Operations, operations, state};
pub use order::{Requires, closure, cycle, foundation_rank, ordered};
pub use sets::{Measures, measures};
pub use steps::judge;
