//! Gates: what a change owes, which evidence counts for it, and what that shows.

mod judged;

pub use judged::{Checked, Judged};
