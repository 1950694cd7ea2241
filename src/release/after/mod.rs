//! What is learnt from releases: what was live when, postmortems, the checklist.

pub mod bisect;
pub mod checklist;
pub mod postmortem;
