//! Scopes: which cases a check looks at, and whether any of them went missing.

use std::collections::BTreeSet;

use crate::config::Scope;
use crate::release::checks::{Refused, gate as checks};
use crate::release::evidence::Case;

/// One scope of a check: all cases, or one stratum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slice {
    /// All cases.
    Overall,
    /// The cases with this value of this key.
    Stratum(String, String),
}

impl std::fmt::Display for Slice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Overall => f.write_str("overall"),
            Self::Stratum(key, value) => write!(f, "{key}={value}"),
        }
    }
}

impl Slice {
    /// Whether `case` is in it.
    pub(super) fn has(&self, case: &Case) -> bool {
        match self {
            Self::Overall => true,
            Self::Stratum(key, value) => case.strata.get(key) == Some(value),
        }
    }

    fn of<'c>(&self, cases: &'c [Case]) -> impl Iterator<Item = &'c Case> {
        cases.iter().filter(move |case| self.has(case))
    }
}

/// The slices that `scope` means: those of the run and of the baseline, so that none can vanish.
///
/// # Errors
/// When a stratum that is asked for has no case, or fewer than the baseline has.
pub(super) fn slices(scope: &Scope, run: &[Case], baseline: Option<&[Case]>) -> Result<Vec<Slice>, Refused> {
    let before = baseline.unwrap_or_default();
    let slices: BTreeSet<Slice> = match scope {
        Scope::Overall => [Slice::Overall].into(),
        Scope::Stratum { key, value } => [Slice::Stratum(key.clone(), value.clone())].into(),
        Scope::Each(key) => {
            let values = run.iter().chain(before).filter_map(|case| case.strata.get(key));
            values.map(|value| Slice::Stratum(key.clone(), value.clone())).collect()
        }
    };
    if slices.is_empty() {
        let message = format!("no case has a stratum `{scope}` asks for");
        return Err(Refused::by(&checks::STRATUM_MISSING, message).remedy(add_strata(scope)));
    }
    for slice in &slices {
        whole(slice, run, before, scope)?;
    }
    Ok(slices.into_iter().collect())
}

fn whole(slice: &Slice, run: &[Case], before: &[Case], scope: &Scope) -> Result<(), Refused> {
    let here: BTreeSet<&str> = slice.of(run).map(|case| case.id.as_str()).collect();
    let gone: Vec<&str> = slice.of(before).map(|case| case.id.as_str()).filter(|id| !here.contains(id)).collect();
    if here.is_empty() {
        let was = if gone.is_empty() { String::new() } else { format!(", and the baseline has {}", gone.len()) };
        let message = format!("the stratum {slice} has no case in the evidence{was}");
        return Err(Refused::by(&checks::STRATUM_MISSING, message).remedy(add_strata(scope)));
    }
    if gone.is_empty() {
        return Ok(());
    }
    let message = format!("{slice}: {} of the baseline's cases are missing: {}", gone.len(), some(&gone));
    Err(Refused::by(&checks::STRATUM_SHRUNK, message))
}

fn add_strata(scope: &Scope) -> String {
    match scope {
        Scope::Each(key) | Scope::Stratum { key, .. } => {
            format!("Run all cases, and record them with `pv gate add REPORT --strata {key}`.")
        }
        Scope::Overall => checks::STRATUM_MISSING.remedy.to_owned(),
    }
}

/// The first few of many names, each on one line.
pub(super) fn some(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    let on_one_line = |name: &&str| name.replace(char::is_control, " ");
    let shown: Vec<String> = names.iter().take(SHOWN).map(on_one_line).collect();
    let more = names.len().saturating_sub(SHOWN);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}
