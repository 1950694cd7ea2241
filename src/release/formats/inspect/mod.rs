//! Inspect.
use super::{Format, Report};
/// The reader.
pub const FORMAT: Format = Format {
    name: "inspect",
    summary: "Inspect",
    gate: crate::domain::Gate::Eval,
    detect: |_: &Report| false,
    belongs: |_, _| false,
    read: |_, _| Ok(super::Reading::default()),
};
