//! Which part of the discipline a rule belongs to.

use crate::config::{Element, did_you_mean};
use crate::release::checks::{self, Check};

/// The part of the discipline that the check `rule` belongs to; `None`: to none that an exception could leave out.
pub fn of(rule: &str) -> Option<Element> {
    match rule.split_once('/')? {
        ("gate" | "evidence", _) => Some(Element::EvalGate),
        ("rollout", _) => Some(Element::Canary),
        ("window", thing) if thing.starts_with("freeze-") => Some(Element::Freeze),
        ("window", _) => Some(Element::ChangeWindow),
        ("rollback", _) => Some(Element::Rehearsal),
        ("notice", _) => Some(Element::Notice),
        _ => None,
    }
}

/// The checks of one part of the discipline.
pub fn rules_of(element: Element) -> Vec<&'static Check> {
    checks::all().into_iter().filter(|check| of(check.id) == Some(element)).collect()
}

/// What to write instead of `rule`, which is no check.
pub(super) fn suggestion(rule: &str) -> String {
    let all = checks::all();
    let ids: Vec<&str> = all.iter().map(|check| check.id).filter(|id| of(id).is_some()).collect();
    if rule.contains('*') {
        return "name each rule that is left out; `pv rules` lists them".to_owned();
    }
    match did_you_mean(rule, &ids) {
        question if question.starts_with("did you mean") => question,
        _ => "`pv rules` lists them".to_owned(),
    }
}
