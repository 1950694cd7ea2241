//! What two or more kinds use.

pub mod base;
pub mod catalogue;
pub mod directive;
pub mod document;
pub mod front_matter;
pub mod instruction;
pub mod invisible;
mod json;
pub mod leaves;
mod lenient;
pub mod lifecycle;
pub mod node;
mod offsets;
pub mod part;
pub mod pointer;
pub mod print;
pub mod prose;
pub mod row_tree;
pub mod rows;
pub mod schema;
pub mod sentence;
pub mod template;
pub mod text;
mod toml;
mod tree;
pub mod tree_diff;
mod yaml;
