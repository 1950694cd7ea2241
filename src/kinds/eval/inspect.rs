//! What is unfit about an eval set as it is.

use super::EvalSet;
use super::roles::CASES;
use crate::domain::Fact;
use crate::kinds::shared::rows;

pub(super) fn inspect(set: &EvalSet) -> Vec<Fact> {
    set.cases.as_ref().map_or_else(Vec::new, |cases| rows::unfit(cases, &CASES))
}
