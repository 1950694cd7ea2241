//! `pv override close`: what an exception owes was done.

use serde_json::json;

use super::{Office, approve, find, proof};
use crate::cli::{Context, Exit};
use crate::domain::Verdict;
use crate::release::overrides::{Closing, Exception, Fulfilled, Obligation, State, closing_path};
use crate::release::records;
use crate::report::Page;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A gate that was left out is made good when it passes: judged again for what the release shipped, by the policy that it
was cut under and the evidence that is committed now (`pv gate add`). Or what it is about is taken back.

Examples:
  pv override close security-2026-11-20 --rule gate/evidence-missing --outcome 'passed: 0.91' --evidence .pv/evidence/6f1c2ab4.json
  pv override close security-2026-11-20 --outcome 'watched until 00:30, nothing seen'")]
pub(super) struct Close {
    /// Which: its id, or RELEASE/ID
    #[arg(value_name = "ID")]
    id: String,
    /// What came of it
    #[arg(long, value_name = "TEXT")]
    outcome: String,
    /// The rule whose compensation was done; default every one that is open
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
    /// The file that shows it
    #[arg(long, value_name = "PATH")]
    evidence: Option<String>,
    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,
}

pub(super) fn run(args: &Close, context: &Context) -> miette::Result<Exit> {
    let office = Office::open(context)?;
    let register = office.register();
    let exception = find(&register, &args.id)?;
    let obligations = register.obligations();
    let meant = meant(args, exception, &obligations)?;
    let evidence = args.evidence.as_deref().map(|path| proof::read(path, &office)).transpose()?;
    for obligation in meant.iter().filter(|one| one.is_of_a_gate()) {
        proof::must_show(obligation, evidence.as_ref(), &office)?;
    }
    let done = meant.iter().map(|one| Fulfilled {
        rule: one.bypass.rule.clone(),
        at: context.now(),
        outcome: args.outcome.clone(),
        by: office.session.repository.user_name(),
        evidence: evidence.as_ref().map(|file| file.path.clone()),
        digest: evidence.as_ref().map(|file| file.digest.clone()),
    });
    let closing = closing(exception, done.collect());
    let still_open = exception.record.bypass.len() - closing.fulfilled.len();
    let path = closing_path(&exception.path);
    let text = closing.encode().map_err(|error| miette::miette!("{error}"))?;
    let guard = office.guard()?;
    office.write(&[(path.clone(), text)])?;
    let verdict = (still_open == 0).then_some(Verdict::Pass);
    let event = if verdict.is_some() { approve::log(&office, exception, verdict)? } else { None };
    drop(guard);
    if args.commit {
        let paths: Vec<String> = std::iter::once(path.clone()).chain(event.map(|event| event.path())).collect();
        office.commit(&paths, &format!("Close the exception {}", exception.record.id))?;
    }
    context.show_page(told(exception, &closing, &path))?;
    Ok(Exit::Pass)
}

/// The open obligations that are meant.
fn meant<'r>(args: &Close, exception: &Exception, all: &[Obligation<'r>]) -> miette::Result<Vec<Obligation<'r>>> {
    let is_own = |one: &&Obligation<'_>| one.exception.path == exception.path;
    let own: Vec<Obligation<'r>> = all.iter().filter(is_own).copied().collect();
    if own.is_empty() {
        let help = "an exception owes something once it is approved and its release is cut: `pv override list`";
        return Err(miette::miette!(code = "override::owes_nothing", help = help, "the exception `{}` owes nothing", args.id));
    }
    let rules: Vec<&str> = own.iter().map(|one| one.bypass.rule.as_str()).collect();
    if let Some(unknown) = args.rule.iter().find(|rule| !rules.contains(&rule.as_str())) {
        let help = format!("it left out: {}", rules.join(", "));
        return Err(miette::miette!(code = "override::unknown_rule", help = help, "the exception `{}` owes nothing for `{unknown}`", args.id));
    }
    let is_meant = |one: &&Obligation<'_>| {
        one.state != State::Fulfilled && (args.rule.is_empty() || args.rule.contains(&one.bypass.rule))
    };
    let meant: Vec<Obligation<'r>> = own.iter().filter(is_meant).copied().collect();
    if meant.is_empty() {
        let help = "`pv obligations` lists what is open";
        return Err(miette::miette!(code = "override::closed", help = help, "that is done already"));
    }
    Ok(meant)
}

/// What was done before, and now.
fn closing(exception: &Exception, done: Vec<Fulfilled>) -> Closing {
    let record = exception.digest();
    let before = exception.closing.as_ref().filter(|closing| closing.record == record);
    let mut fulfilled = before.map(|closing| closing.fulfilled.clone()).unwrap_or_default();
    fulfilled.extend(done);
    Closing { version: records::FORMAT, id: exception.record.id.clone(), record, fulfilled }
}

fn told(exception: &Exception, closing: &Closing, path: &str) -> Page {
    let done: Vec<&str> = closing.fulfilled.iter().map(|one| one.rule.as_str()).collect();
    let bypassed = exception.record.bypass.iter().map(|bypass| bypass.rule.as_str());
    let open: Vec<&str> = bypassed.filter(|rule| !done.contains(rule)).collect();
    let data = json!({
        "schema": "pv/override/1", "outcome": "closed", "id": closing.id, "path": path, "fulfilled": closing.fulfilled,
        "open": open,
    });
    let page = Page::of(data).outcome(true, format!("written: {path}"));
    match open.as_slice() {
        [] => page.paragraph(format!("The exception {} owes nothing any more.", closing.id)),
        open => page.paragraph(format!("Still open: {}.", open.join(", "))),
    }
}
