//! `pv override list`.

use serde_json::json;

use super::{Office, told};
use crate::cli::{Context, Exit, judged};
use crate::lock::ReleaseName;
use crate::release::checks::Judgement;
use crate::release::checks::overrides::RECORD_UNREADABLE;
use crate::release::checks::Refused;
use crate::release::overrides::{Exception, Register, State};
use crate::report::Page;

pub(super) fn run(release: Option<&ReleaseName>, context: &Context) -> miette::Result<Exit> {
    let office = Office::open(context)?;
    let register = office.register();
    let is_meant = |one: &&Exception| release.is_none_or(|release| one.record.release == *release);
    let mut table = vec![["id", "release", "category", "asked for by", "approved by", "until", "state"].map(str::to_owned).to_vec()];
    let mut rows = Vec::new();
    for one in register.exceptions.iter().filter(is_meant) {
        let record = &one.record;
        let approvals = register.approvals(one);
        let approvers: Vec<String> = approvals.approvers.iter().map(|signed| signed.signer.name().to_owned()).collect();
        let state = state(one, &register);
        table.push(vec![
            record.id.clone(),
            record.release.to_string(),
            record.category.to_string(),
            record.requester.principal.clone(),
            if approvers.is_empty() { "-".to_owned() } else { approvers.join(", ") },
            record.expires.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
            state.to_owned(),
        ]);
        rows.push(json!({"override": told::data(record), "approvers": approvers, "state": state}));
    }
    let none = rows.is_empty();
    let page = Page::of(json!({"schema": "pv/override-list/1", "overrides": rows})).table(table);
    let page = if none { page.paragraph("No exception was asked for.") } else { page };
    let page = register.problems.iter().chain(&register.signers.problems).fold(page, |page, problem| {
        let refused = Refused::by(&RECORD_UNREADABLE, problem.message.clone()).remedy(problem.help.clone());
        page.verbatim(judged::line(&Judgement::warning(refused).at(problem.place.clone())))
    });
    context.show_page(page)?;
    Ok(Exit::Pass)
}

/// How an exception stands, in a word.
fn state(one: &Exception, register: &Register<'_>) -> &'static str {
    if !register.form(one).is_empty() {
        return "refused";
    }
    let obligations = register.obligations();
    let own: Vec<State> = obligations.iter().filter(|other| other.exception.path == one.path).map(|other| other.state).collect();
    let is_over = one.record.expires.as_ref().is_some_and(|expires| expires.timestamp() <= register.at.timestamp());
    match own.iter().min() {
        Some(State::Overdue) => "overdue",
        Some(State::Fulfilled) => "closed",
        Some(State::Open) if is_over => "owes",
        _ if !register.approvals(one).faults.is_empty() => "not approved",
        _ if is_over => "ended",
        _ => "approved",
    }
}
