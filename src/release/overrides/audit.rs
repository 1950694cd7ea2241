//! How often the discipline is left out: per rule, per team, per month.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::release::standing::History;

use super::register::{Exception, Register};

/// What is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Each month in which releases were cut.
    Month,
    /// Each rule that was left out.
    Gate,
    /// Each owner of what was changed.
    Team,
}

/// How often releases were cut, and how often with an exception.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rate {
    /// Releases.
    pub releases: usize,
    /// Those of them that left something out.
    pub bypassed: usize,
}

/// The rates of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// All releases of the period together.
    pub total: Rate,
    /// The same, apart.
    pub rows: BTreeMap<String, Rate>,
}

/// The rates of the releases that were cut from `since` on. The first release owes no plan, and is not counted.
pub fn audit(register: &Register<'_>, since: Option<Date>, by: By) -> Audit {
    let is_meant = |history: &&History| {
        let cut = history.cut().filter(|cut| cut.timestamp() <= register.at.timestamp()).map(|cut| cut.day());
        history.record.previous.is_some() && cut.is_some_and(|day| since.is_none_or(|since| day >= since))
    };
    let meant: Vec<&History> = register.histories.iter().filter(is_meant).collect();
    let mut audit = Audit::default();
    for history in &meant {
        let used: Vec<&Exception> =
            register.of_release(&history.record.name).filter(|one| register.owes(one)).collect();
        audit.total.count(!used.is_empty());
        for (key, is_bypassed) in keys(history, &used, by) {
            audit.rows.entry(key).or_default().count(is_bypassed);
        }
    }
    if by == By::Gate {
        audit.rows.values_mut().for_each(|rate| rate.releases = meant.len());
    }
    audit
}

impl Rate {
    fn count(&mut self, is_bypassed: bool) {
        self.releases += 1;
        self.bypassed += usize::from(is_bypassed);
    }

    /// The share in percent, rounded.
    pub fn percent(&self) -> usize {
        (self.bypassed * 100 + self.releases / 2).checked_div(self.releases).unwrap_or(0)
    }
}

/// Under what a release is counted, and whether as one with an exception.
fn keys(history: &History, used: &[&Exception], by: By) -> Vec<(String, bool)> {
    match by {
        By::Month => {
            let month = history.cut().map_or_else(String::new, |cut| cut.date().chars().take(7).collect());
            vec![(month, !used.is_empty())]
        }
        By::Gate => {
            let rules: BTreeSet<&str> =
                used.iter().flat_map(|one| &one.record.bypass).map(|bypass| bypass.rule.as_str()).collect();
            rules.into_iter().map(|rule| (rule.to_owned(), true)).collect()
        }
        By::Team => teams(history).into_iter().map(|team| (team, !used.is_empty())).collect(),
    }
}

/// The owners of what a release changed.
fn teams(history: &History) -> BTreeSet<String> {
    let changed =
        history.record.artefacts.values().filter(|shipped| shipped.from.as_ref() != Some(&shipped.entry.version));
    changed.map(|shipped| shipped.owner.clone().unwrap_or_else(|| "(no owner)".to_owned())).collect()
}
