//! `pv export`: releases for other tools.
