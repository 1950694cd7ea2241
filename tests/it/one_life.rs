//! One whole life of a change, also interrupted.
