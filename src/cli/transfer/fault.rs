//! What was wrong with the objects of a run, as a page and an exit code.

use miette::Diagnostic;
use serde_json::json;

use super::counted;
use crate::cli::{Context, Exit};
use crate::report::Page;
use crate::store::remote::RemoteError;

/// Shows `page` with what was wrong and how it ended: `good`, when nothing was.
///
/// # Errors
/// When the remote did not answer or refused: then only that is told, and what is wrong besides.
pub(super) fn conclude(
    mut page: Page,
    faults: Vec<RemoteError>,
    good: String,
    context: &Context,
) -> miette::Result<Exit> {
    let (integrity, failed): (Vec<_>, Vec<_>) = faults.into_iter().partition(RemoteError::is_integrity);
    let failed = failed.into_iter().next().map(miette::Report::new);
    if integrity.is_empty() {
        if let Some(failed) = failed {
            return Err(failed);
        }
        context.show_page(page.outcome(true, good))?;
        return Ok(Exit::Pass);
    }
    if let Some(data) = page.data.as_object_mut() {
        data.insert("faults".to_owned(), integrity.iter().map(data_of).collect());
    }
    for fault in &integrity {
        page = page.verbatim(told(fault));
    }
    context.show_page(page.outcome(false, format!("{} wrong", counted(integrity.len() as u64, "object"))))?;
    failed.iter().for_each(|failed| context.shell.explain(failed));
    Ok(Exit::Integrity)
}

fn told(fault: &RemoteError) -> String {
    let (code, help) = words(fault);
    format!("{code}: {fault}\n  help: {help}")
}

fn data_of(fault: &RemoteError) -> serde_json::Value {
    let (code, help) = words(fault);
    json!({"code": code, "message": fault.to_string(), "help": help})
}

fn words(fault: &RemoteError) -> (String, String) {
    let said = |word: Option<Box<dyn std::fmt::Display + '_>>| word.map(|word| word.to_string()).unwrap_or_default();
    (said(fault.code()), said(fault.help()))
}
