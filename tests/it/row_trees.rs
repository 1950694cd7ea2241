//! `pv snapshot`: rows from files to a tree of chunks.
