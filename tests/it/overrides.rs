//! `pv override`, `pv obligations`: exceptions and what they owe.
