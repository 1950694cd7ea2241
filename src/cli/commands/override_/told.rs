//! Exceptions in words.

use serde_json::json;

use crate::cli::{intents, judged};
use crate::release::checks::Judgement;
use crate::release::overrides::{Exception, Override, Register};
use crate::report::Page;

/// What an exception leaves out and owes, as data.
pub(super) fn data(record: &Override) -> serde_json::Value {
    json!({
        "id": record.id, "release": record.release, "category": record.category, "harm": record.harm,
        "plan": record.plan, "requester": record.requester, "requested-at": record.requested_at,
        "expires": record.expires, "rehearsal": record.rehearsal, "bypass": record.bypass,
    })
}

/// That it is not written, and why.
pub(super) fn refused(exception: &Exception, faults: &[Judgement]) -> Page {
    let refusals: Vec<_> = faults.iter().cloned().map(|one| json!(intents::refusal(one))).collect();
    let data = json!({
        "schema": "pv/override/1", "outcome": "refused", "override": data(&exception.record), "refusals": refusals,
    });
    let page = faults.iter().fold(Page::of(data), |page, one| page.verbatim(judged::line(one)));
    page.outcome(false, "nothing was written")
}

/// That it was asked for, what it owes, and who approves it.
pub(super) fn requested(exception: &Exception, register: &Register<'_>, committed: bool) -> Page {
    let record = &exception.record;
    let needed = register.needed(exception);
    let data = json!({
        "schema": "pv/override/1", "outcome": "requested", "override": data(record), "path": exception.path,
        "needs": needed,
    });
    let page = facts(Page::of(data).heading(format!("exception {}", record.id)), exception);
    let page = page.outcome(true, format!("written: {}{}", exception.path, place(committed)));
    let approvals = register.approvals(exception);
    if approvals.faults.is_empty() {
        return page.paragraph("Nobody else can approve it, so it holds as it stands.");
    }
    let by = if needed.is_empty() { "somebody else".to_owned() } else { needed.join(" and ") };
    page.paragraph(format!("It waives nothing until it is approved by {by}: pv override approve {}", record.id))
}

/// That it was approved, and what is missing yet.
pub(super) fn approved(exception: &Exception, register: &Register<'_>, paths: &[String], committed: bool) -> Page {
    let record = &exception.record;
    let approvals = register.approvals(exception);
    let names: Vec<&str> = approvals.approvers.iter().map(|signed| signed.signer.name()).collect();
    let missing: Vec<&str> = approvals.faults.iter().map(|fault| fault.message.as_str()).collect();
    let data = json!({
        "schema": "pv/override/1", "outcome": "approved", "override": data(record), "approvers": names,
        "missing": missing, "paths": paths,
    });
    let page = facts(Page::of(data).heading(format!("exception {}", record.id)), exception);
    let page = page.outcome(true, format!("written: {}{}", paths.join(", "), place(committed)));
    match missing.as_slice() {
        [] => {
            let expires = record.expires.as_ref().map(ToString::to_string).unwrap_or_default();
            page.paragraph(format!("Approved by {}. It holds for release {} until {expires}.", names.join(" and "), record.release))
        }
        missing => page.paragraph(format!("It waives nothing yet: {}.", missing.join("; "))),
    }
}

/// What it is for, leaves out and owes.
fn facts(page: Page, exception: &Exception) -> Page {
    let record = &exception.record;
    let expires = record.expires.as_ref().map(ToString::to_string).unwrap_or_default();
    let facts = [
        ("release", record.release.to_string()),
        ("plan", record.plan.to_string()),
        ("category", record.category.to_string()),
        ("harm of waiting", record.harm.clone()),
        ("asked for by", format!("{} ({})", record.requester.principal, record.requester.key)),
        ("holds until", expires),
        ("way back", record.rehearsal.clone().unwrap_or_else(|| "nothing to go back to".to_owned())),
        ("told", record.communication.clone().unwrap_or_default()),
        ("nobody else", record.separation_because.clone().unwrap_or_default()),
    ];
    let mut table = vec![["property", "value"].map(str::to_owned).to_vec()];
    table.extend(facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| vec![name.to_owned(), value]));
    let mut owes = vec![["leaves out", "because", "owes", "by"].map(str::to_owned).to_vec()];
    owes.extend(record.bypass.iter().map(|bypass| {
        let due = bypass.due.as_ref().map(ToString::to_string).unwrap_or_default();
        vec![bypass.rule.clone(), bypass.why.clone(), bypass.compensation.clone(), due]
    }));
    page.table(table).table(owes)
}

fn place(committed: bool) -> &'static str {
    if committed { ", committed" } else { ", not committed" }
}
