//! `pv gc`: what is needed stays.
