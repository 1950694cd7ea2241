//! `pv window`: windows and freezes.
