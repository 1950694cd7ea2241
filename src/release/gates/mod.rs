//! Gates: what a change owes, which evidence counts for it, and what that shows.

mod ask;
mod baseline;
mod judge;
mod judged;
mod ledger;
mod owed;
mod scope;
mod words;

pub use judge::judge;
pub use judged::{Checked, Judged};
pub use owed::{Grounds, Owed, Recorded};
