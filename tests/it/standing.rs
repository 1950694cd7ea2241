//! `pv at`, `pv timeline`: what was live when.
