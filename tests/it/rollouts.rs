//! `pv rollout`: steps, holds, feedback.
