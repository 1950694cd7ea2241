//! The store: content-addressed objects and the other files that pv writes, each written whole or not at all.

pub mod at_hand;
pub mod below;
pub mod bounded;
pub mod committed;
pub mod contained;
pub mod durable;
pub mod flock;
pub mod hashed;
mod incoming;
pub mod leavings;
pub mod listing;
pub mod memo;
pub mod objects;
pub mod opened;
#[cfg(feature = "remote")]
pub mod remote;
pub mod room;
pub mod sorting;
pub mod source;
pub mod staging;
mod store_error;
mod writers;

pub use at_hand::Shelves;
pub use below::write_below;
pub use committed::CommittedObjects;
pub use listing::Listing;
pub use memo::{Key, Memo};
pub use objects::Objects;
pub use source::ObjectSource;
pub use store_error::StoreError;
