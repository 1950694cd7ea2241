//! `pv postmortem`, `pv checklist`.
