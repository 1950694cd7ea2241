//! The hook's check: what is staged, and only what matters of it.

use crate::cli::commands::check;
use crate::cli::load::Session;
use crate::cli::{Context, Exit, verified};
use crate::report::Report;
use crate::report::render::Layout;

pub(super) fn run(stage: &str, context: &Context) -> miette::Result<Exit> {
    if context.variable("PV_SKIP").is_some_and(|value| value != "0") {
        context.shell.note("pv: skipped because PV_SKIP is set");
        return Ok(Exit::Pass);
    }
    let session = Session::open(context)?;
    if stage == "pre-push" {
        return verified::latest(&session, context);
    }
    let changes = check::staged(session, context)?;
    let passed = changes.verdict.as_ref().is_none_or(|verdict| verdict.passed);
    if !(passed && changes.artefacts.is_empty() && changes.code.is_empty()) {
        let layout = Layout { stat: passed, ..context.shell.layout() };
        context.show(&Report::Changes(Box::new(changes)), &layout)?;
    }
    Ok(if passed { Exit::Pass } else { Exit::Refused })
}
