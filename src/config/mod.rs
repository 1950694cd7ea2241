//! `pv.toml`: read with all its faults at once, and turned into what it means.
//!
//! [`Config::parse`] reads the spanned tree of the file section by section over the built-in defaults (`defaults.toml`).
//! Pure: text in, values out.

pub mod acks;
mod calendar;
mod civil;
mod concerned;
mod discipline;
mod effective;
mod fault;
mod gates;
mod intents;
mod keys;
mod levels;
mod models;
mod notice;
mod overrides;
mod pattern;
mod quantity;
mod raw;
mod rehearsal;
mod scaffold;
mod selector;
mod storage;
mod valid;
mod zone;

pub use calendar::{Calendar, Freeze, Window};
pub use civil::{CivilDate, TimeOfDay, Weekday};
pub use concerned::Concerned;
pub use discipline::{Discipline, Rollback, RollbackMethod, Share, Step};
pub use fault::{ConfigError, Fault, MOST_FAULTS};
pub use gates::{Check, GatePolicy, RatioLimit, Scope};
pub use intents::Intents;
pub use levels::{Classify, KnownRules, Level, Override};
pub use notice::Notice;
pub use overrides::{Category, Element, Exceptions};
pub use pattern::Patterns;
pub use quantity::{Duration, Percent, Size};
pub(crate) use raw::did_you_mean;
pub use rehearsal::{Rehearsing, When};
pub use scaffold::{Found, scaffold};
pub use selector::{Selected, Selector, default_versioning};
pub use storage::Storage;
pub use valid::Config;
