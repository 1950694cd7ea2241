//! The release side: evidence, gates and intents, as pure functions of files, policy and an instant.
//!
//! A report of an eval tool is read by one of [`formats`] into [`evidence`], which names the digests that it was run on.
//! [`gates`] asks what each change owes and what the evidence shows, by [`statistics`]. Whatever is refused is one of
//! [`checks`], and has a page in `pv explain`.

pub mod checks;
pub mod evidence;
pub mod formats;
pub mod gates;
pub mod intents;
pub mod statistics;
