//! Commits and tags that pv makes.
