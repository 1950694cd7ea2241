//! `pv plan`, and `pv lock` by a plan.
