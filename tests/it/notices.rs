//! `pv notes`, `pv notice`: who is told what.
