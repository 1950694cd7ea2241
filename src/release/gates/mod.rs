//! Gates: what a change owes, which evidence counts for it, and what that shows.

mod ask;
mod baseline;
mod calibrate;
mod judge;
mod judged;
mod ledger;
mod owed;
mod scope;
mod words;

pub use calibrate::{Calibrated, calibrate};
pub use judge::judge;
pub use judged::{Checked, Judged};
pub use ledger::{moved, refresh};
pub use owed::{Grounds, Owed, Recorded};
