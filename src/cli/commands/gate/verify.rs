//! `pv gate verify`: is every piece of evidence what was recorded, and what its report says?

use serde_json::json;

use crate::cli::commands::show::present;
use crate::cli::evidence::{self, Ledger};
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit};
use crate::release::checks::{Refused, evidence as checks};
use crate::report::Page;

/// Verify the evidence: each file by its digest, and again from the report that it was read from
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit 5 when something was altered, 1 when a report is missing.\n\nExamples:\n  pv gate verify")]
pub(super) struct Args {}

pub(super) fn run(_: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let present = present(&session)?;
    let shelf = Shelf::of(&session.repository)?;
    let ledger = shelf.with_objects(|objects| evidence::ledger((&present, None), objects, |_| true));
    let faults = faults(&ledger);
    context.show_page(page(&ledger, &faults))?;
    Ok(match faults.as_slice() {
        [] => Exit::Pass,
        faults if faults.iter().any(|fault| fault.check.id != checks::REPORT_MISSING.id) => Exit::Integrity,
        _ => Exit::Refused,
    })
}

fn faults(ledger: &Ledger) -> Vec<&Refused> {
    let of_files = ledger.altered.iter().map(|(_, refused)| refused);
    of_files.chain(ledger.recorded.iter().flat_map(|one| &one.faults)).collect()
}

fn page(ledger: &Ledger, faults: &[&Refused]) -> Page {
    let told: Vec<_> = faults
        .iter()
        .map(|fault| json!({ "check": fault.check.id, "message": fault.message, "remedy": fault.remedy }))
        .collect();
    let count = ledger.recorded.len() + ledger.altered.len();
    let mut page = Page::of(json!({ "schema": "pv/gate-verify/1", "evidence": count, "faults": told }));
    for fault in faults {
        page = page.outcome(false, format!("{}: {}", fault.check.id, fault.message)).paragraph(fault.remedy.clone());
    }
    let sound = count - ledger.altered.len() - ledger.recorded.iter().filter(|one| !one.faults.is_empty()).count();
    page.outcome(faults.is_empty(), format!("{sound} of {count} pieces of evidence are what their reports say"))
}
