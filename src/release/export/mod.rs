//! Releases in the formats of other tools.
