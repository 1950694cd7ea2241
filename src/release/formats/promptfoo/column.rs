//! Which prompt and which provider of the report are meant, and whether its totals are those of its rows.

use std::collections::BTreeSet;

use super::document::{Counts, Results, Row};
use crate::release::checks::{Refused, report};
use crate::release::evidence::Options;
use crate::release::formats::json::Text;

/// The combination that was chosen: a prompt as one provider was given it.
pub(super) struct Column<'a, 'de> {
    /// Its place in `results.prompts`, which `promptIdx` counts.
    pub(super) index: usize,
    /// The id of its provider.
    pub(super) provider: &'a str,
    /// Its rows.
    pub(super) rows: Vec<&'a Row<'de>>,
}

/// Checks what the report says it counted.
///
/// # Errors
/// When its rows say otherwise.
pub(super) fn totals_agree(file: &Text<'_>, results: &Results<'_>) -> Result<(), Refused> {
    let mut counted: Vec<Counts> = results.prompts.0.iter().map(|_| Counts::NONE).collect();
    let mut overall = Counts::NONE;
    for row in &results.results.0 {
        let Some(column) = counted.get_mut(row.prompt_idx) else {
            let message = format!(
                "{file}: the row of test {} is of prompt {}, and the report has {} prompts",
                row.test_idx,
                row.prompt_idx,
                results.prompts.0.len()
            );
            return Err(Refused::by(&report::CONTRADICTORY, message));
        };
        column.add(row);
        overall.add(row);
    }
    let stats = &results.stats;
    let told =
        Counts { test_pass_count: stats.successes, test_fail_count: stats.failures, test_error_count: stats.errors };
    told.is(&overall, file, "results.stats")?;
    for (index, (prompt, column)) in results.prompts.0.iter().zip(&counted).enumerate() {
        if let Some(metrics) = &prompt.metrics {
            metrics.is(column, file, &format!("results.prompts[{index}].metrics"))?;
        }
    }
    Ok(())
}

impl Counts {
    const NONE: Self = Self { test_pass_count: 0, test_fail_count: 0, test_error_count: 0 };

    fn add(&mut self, row: &Row<'_>) {
        match (row.success, row.failure_reason) {
            (true, _) => self.test_pass_count += 1,
            (false, 2) => self.test_error_count += 1,
            (false, _) => self.test_fail_count += 1,
        }
    }

    fn is(&self, rows: &Self, file: &Text<'_>, place: &str) -> Result<(), Refused> {
        if self.told() == rows.told() {
            return Ok(());
        }
        let (told, seen) = (self.told(), rows.told());
        Err(Refused::by(&report::CONTRADICTORY, format!("{file}: `{place}` says {told}; its rows say {seen}")))
    }

    fn told(&self) -> String {
        let Self { test_pass_count: passed, test_fail_count: failed, test_error_count: errors } = self;
        format!("{passed} passed, {failed} failed, {errors} ended in errors")
    }
}

/// The column that `options` ask for, or the only one.
///
/// # Errors
/// When that leaves more than one or none, and when its rows are of several providers.
pub(super) fn select<'a, 'de>(
    file: &Text<'_>,
    results: &'a Results<'de>,
    options: &Options,
) -> Result<Column<'a, 'de>, Refused> {
    let fits = |index: &usize| {
        options.prompt.is_none_or(|wanted| wanted == *index)
            && options.provider.as_deref().is_none_or(|wanted| is_of(results, *index, wanted))
    };
    let fitting: Vec<usize> = (0..results.prompts.0.len()).filter(fits).collect();
    let [index] = fitting[..] else { return Err(unclear(file, results, &fitting)) };
    let rows: Vec<&Row<'de>> = results.results.0.iter().filter(|row| row.prompt_idx == index).collect();
    let providers: BTreeSet<&str> = rows.iter().map(|row| &*row.provider.id).collect();
    match providers.iter().copied().collect::<Vec<&str>>()[..] {
        [] => Err(Refused::by(&report::EMPTY, format!("{file} holds no result of prompt {index}"))),
        [provider] => Ok(Column { index, provider, rows }),
        ref several => {
            let message = format!("{file}: the results of prompt {index} are of {}", several.join(" and "));
            Err(Refused::by(&report::MIXED, message))
        }
    }
}

fn is_of(results: &Results<'_>, index: usize, wanted: &str) -> bool {
    results.prompts.0.get(index).is_some_and(|prompt| prompt.provider == wanted)
        || results.results.0.iter().any(|row| row.prompt_idx == index && row.provider.is(wanted))
}

impl super::document::Provider<'_> {
    fn is(&self, wanted: &str) -> bool {
        self.id == wanted || self.label.as_deref() == Some(wanted)
    }
}

fn unclear(file: &Text<'_>, results: &Results<'_>, fitting: &[usize]) -> Refused {
    if results.prompts.0.is_empty() {
        return Refused::by(&report::EMPTY, format!("{file} holds no prompt"));
    }
    let all: Vec<usize> = (0..results.prompts.0.len()).collect();
    let (check, what, choices) = match fitting {
        [] => (&report::AMBIGUOUS, "no such prompt and provider; it has", &*all),
        several => (&report::MIXED, "more than one prompt or provider is meant:", several),
    };
    let choices: Vec<String> = choices.iter().take(12).map(|index| described(results, *index)).collect();
    Refused::by(check, format!("{file}: {what} {}", choices.join("; ")))
        .remedy("Choose one with --prompt NUMBER, or --provider NAME where that leaves one.")
}

fn described(results: &Results<'_>, index: usize) -> String {
    let Some(prompt) = results.prompts.0.get(index) else { return index.to_string() };
    let label: String = prompt.label.as_deref().unwrap_or(&prompt.raw).chars().take(60).collect();
    format!("{index} ({}: {label})", prompt.provider)
}
