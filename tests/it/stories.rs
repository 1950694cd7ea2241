//! The stories of the discipline, typed.
