//! The release side: from a change to what became of it, as pure functions of files, policy and an instant.
//!
//! A report of an eval tool is read by one of [`formats`] into [`evidence`], which names the digests that it was run on.
//! [`gates`] asks what each change owes and what the evidence shows, by [`statistics`]. A [`plan`] says in which order
//! and by which steps a release goes live ([`coordination`] of features, [`calendar`] of windows and freezes); its
//! [`log`] says what happened, and the [`standing`] is what all logs together come to at an instant. [`rollout`] and
//! [`rollback`] judge what may happen next, [`overrides`] what may be left out and what that owes, on whose [`signatures`], [`notices`] who has to
//! be told, [`after`] what is learnt; [`export`] tells other tools. Whatever is refused is one of [`checks`], and has a
//! page in `pv explain`.

pub mod after;
pub mod calendar;
pub mod checks;
pub mod coordination;
pub mod evidence;
pub mod export;
pub mod formats;
pub mod gates;
pub mod ground;
pub mod intents;
pub mod log;
pub mod notices;
pub mod overrides;
pub mod plan;
pub mod records;
pub mod rollback;
pub mod rollout;
pub mod signatures;
pub mod standing;
pub mod statistics;
