//! What two or more kinds use.

pub mod node;
pub mod part;
pub mod template;
