//! What two or more kinds use.

pub mod document;
pub mod front_matter;
mod json;
pub mod leaf;
mod lenient;
pub mod lifecycle;
pub mod node;
pub mod part;
pub mod schema;
pub mod text;
mod toml;
mod tree;
mod yaml;
