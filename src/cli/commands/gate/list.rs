//! `pv gate list`: the evidence there is, and whether it is about the content as it stands.

use serde_json::{Value, json};

use super::told;
use crate::cli::commands::show::present;
use crate::cli::evidence::{self, Ledger};
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit};
use crate::domain::ArtefactId;
use crate::release::evidence::{Evidence, Tree};
use crate::release::gates::{self, Recorded};
use crate::report::Page;

/// List the evidence: what it is about, and whether that still stands
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  pv gate list\n  pv gate list prompt:explain_refund")]
pub(super) struct Args {
    /// Only what was run with this artefact
    #[arg(value_name = "ID")]
    artefact: Option<ArtefactId>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let present = present(&session)?;
    let is_wanted = |one: &Evidence| args.artefact.as_ref().is_none_or(|id| one.subjects.contains_key(id));
    let shelf = Shelf::of(&session.repository)?;
    let ledger = shelf.with_objects(|objects| evidence::ledger((&present, None), objects, is_wanted));
    let now = evidence::tree(&present, &session.discovery());
    context.show_page(page(&ledger, &now))?;
    Ok(if ledger.altered.is_empty() { Exit::Pass } else { Exit::Integrity })
}

fn page(ledger: &Ledger, now: &Tree) -> Page {
    let mut rows = vec![["evidence", "gate", "about", "standing", "run"].map(str::to_owned).to_vec()];
    rows.extend(ledger.recorded.iter().map(|one| told::row(one, standing(one, now))));
    rows.extend(ledger.altered.iter().map(|(path, refused)| vec![path.clone(), String::new(), String::new(), refused.to_string()]));
    let data: Vec<Value> = ledger.recorded.iter().map(|one| data(one, now)).collect();
    let altered: Vec<Value> =
        ledger.altered.iter().map(|(path, refused)| json!({ "path": path, "check": refused.check.id, "message": refused.message })).collect();
    let page = Page::of(json!({ "schema": "pv/gate-list/1", "evidence": data, "altered": altered }));
    if rows.len() == 1 { page.paragraph("No evidence is recorded; `pv gate add REPORT` records some.") } else { page.table(rows) }
}

/// `current`, or which artefacts moved, or what is wrong with it.
fn standing(one: &Recorded, now: &Tree) -> String {
    if let Some(fault) = one.faults.first() {
        return fault.check.id.to_owned();
    }
    match gates::moved(&one.evidence, now).as_slice() {
        [] => "current".to_owned(),
        moved => {
            let ids = moved.iter().filter_map(|what| what.split_whitespace().next());
            format!("stale: {}", ids.collect::<Vec<_>>().join(", "))
        }
    }
}

fn data(one: &Recorded, now: &Tree) -> Value {
    let faults: Vec<Value> = one.faults.iter().map(|fault| json!({ "check": fault.check.id, "message": fault.message })).collect();
    json!({
        "path": one.path, "gate": one.evidence.gate, "about": one.evidence.about,
        "moved": gates::moved(&one.evidence, now), "faults": faults,
    })
}
