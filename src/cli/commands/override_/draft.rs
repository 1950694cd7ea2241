//! What an exception is to be, as it is typed or written by hand.

use std::path::Path;

use jiff::{Span, SpanRelativeTo};
use serde::Deserialize;

use crate::cli::load::read_text;
use crate::config::Category;
use crate::domain::Instant;
use crate::release::overrides::{Bypass, element_of};
use crate::release::records;
use crate::report::Unreadable;

/// An exception as it is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Draft {
    pub(super) category: Category,
    pub(super) harm: String,
    #[serde(default)]
    pub(super) expires: Option<String>,
    #[serde(default)]
    pub(super) rehearsal: Option<String>,
    #[serde(default)]
    pub(super) communication: Option<String>,
    #[serde(default)]
    pub(super) alone: Option<String>,
    #[serde(default)]
    pub(super) bypass: Vec<Wish>,
}

/// A rule that is to be left out.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Wish {
    pub(super) rule: String,
    #[serde(default)]
    pub(super) why: String,
    #[serde(default)]
    pub(super) compensation: String,
    #[serde(default)]
    pub(super) due: String,
}

/// The draft in a file.
///
/// # Errors
/// When there is none, or it says something else.
pub(super) fn of_file(file: &Path) -> miette::Result<Draft> {
    let shown = file.display().to_string();
    let Some(text) = read_text(Path::new("."), &shown)? else {
        return Err(miette::miette!(code = "override::no_file", help = "name a file that is there", "{shown}: there is no such file"));
    };
    records::decode(&shown, &text).map_err(|problem| Unreadable::new(&shown, vec![problem]).into())
}

/// The wishes from lists: the first reason belongs to the first rule, and so on; one alone belongs to all.
///
/// # Errors
/// When a list has another length.
pub(super) fn wishes(rules: &[String], lists: [(&str, &[String]); 3]) -> miette::Result<Vec<Wish>> {
    for (name, list) in lists {
        if list.len() > 1 && list.len() != rules.len() || list.is_empty() && !rules.is_empty() {
            return Err(miette::miette!(
                code = "override::uneven",
                help = "give it once for all rules, or once for each, in the order of --bypass",
                "there are {} --bypass and {} --{name}",
                rules.len(),
                list.len()
            ));
        }
    }
    let [why, compensation, due] = lists.map(|(_, list)| list);
    let nth = |list: &[String], n: usize| list.get(n).or(list.first()).cloned().unwrap_or_default();
    let wish = |(n, rule): (usize, &String)| Wish {
        rule: rule.clone(),
        why: nth(why, n),
        compensation: nth(compensation, n),
        due: nth(due, n),
    };
    Ok(rules.iter().enumerate().map(wish).collect())
}

impl Wish {
    /// What it leaves out, asked for at `at`.
    ///
    /// # Errors
    /// When the date is none.
    pub(super) fn bypass(&self, at: &Instant) -> miette::Result<Bypass> {
        let due = if self.due.trim().is_empty() { None } else { Some(moment(&self.due, at)?) };
        Ok(Bypass {
            rule: self.rule.clone(),
            element: element_of(&self.rule),
            why: self.why.clone(),
            compensation: self.compensation.clone(),
            due,
        })
    }
}

/// An instant, or a time from `at` on: `24h`, `3d`. A day is 24 hours.
///
/// # Errors
/// When it is neither.
pub(super) fn moment(text: &str, at: &Instant) -> miette::Result<Instant> {
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let after = || {
        let span: Span = text.parse().ok()?;
        let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        at.zoned().checked_add(duration).ok().map(Instant::from)
    };
    after().ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        miette::miette!(
            code = "override::moment",
            help = "write a time from now such as 24h or 3d, or an instant such as 2026-11-21T10:00:00+05:30",
            "`{}` is no moment",
            shown.escape_debug()
        )
    })
}
