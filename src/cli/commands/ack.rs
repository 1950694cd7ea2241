//! `pv ack`: answer for a finding.

use jiff::civil::Date;
use serde_json::json;

use crate::classify::{self, ACKS, UNREADABLE};
use crate::cli::found::{self, Found, Revisions};
use crate::cli::load::{Session, read_text};
use crate::cli::{Context, Exit};
use crate::config::acks;
use crate::domain::{Ack, Finding, Place, Waiver};
use crate::report::Page;
use crate::store::write_below;

/// Answer for a finding: it stays in every output, marked, and no longer stands in the way
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Writes an entry into .pv/acks.toml, to be committed and reviewed like code. It holds for this finding and this
very edit: any other content of the artefact needs another look.

Of a breaking finding, --until is needed; of an integrity finding, --role and --until.

Examples:
  pv ack a3f8c21b9d04 --reason \"callers migrated\" --until 2026-12-31
  pv ack a3f8 main --reason \"only a rename\" --until 2026-12-31 --waive level --waive bump")]
pub struct Args {
    /// The finding's fingerprint, or its first digits
    #[arg(value_name = "FINGERPRINT")]
    fingerprint: String,
    #[command(flatten)]
    revisions: Revisions,
    /// Why it is in order
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    /// The last day on which it holds, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    approved_by: Option<String>,
    /// In which role
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// What is waived: that it blocks (level), that it raises the version (bump), a gate (gate:NAME)
    #[arg(long = "waive", value_name = "WHAT", default_value = "level")]
    waives: Vec<Waiver>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let found = found::find(&session, &args.fingerprint, &args.revisions)?;
    let finding = found.finding();
    let ack = ack(args, &found, finding);
    if let Some(refusal) = refusal(&ack, finding, &session) {
        return Err(refusal);
    }
    let before = read_text(session.root()?, ACKS)?.unwrap_or_default();
    let after = acks::with(&before, &ack);
    write_below(session.root()?, ACKS, after.as_bytes())?;
    context.show_page(written(&ack, finding))?;
    Ok(Exit::Pass)
}

fn ack(args: &Args, found: &Found, finding: &Finding) -> Ack {
    let diff = found.diff();
    let digest = |side: &Option<crate::diff::Artefact>| side.as_ref().map(|artefact| artefact.digest.clone());
    let mut waives = args.waives.clone();
    waives.sort_unstable();
    waives.dedup();
    Ack {
        fingerprint: finding.fingerprint.clone(),
        rule: finding.rule.id.to_owned(),
        artefact: diff.artefact().map_or_else(String::new, |artefact| artefact.id.to_string()),
        from: digest(&diff.before),
        to: digest(&diff.after),
        reason: args.reason.clone(),
        approved_by: args.approved_by.clone(),
        role: args.role.clone(),
        until: args.until,
        waives,
        place: Place { path: ACKS.into(), line: 1, column: 1 },
    }
}

/// What an acknowledgement like this one lacks.
fn refusal(ack: &Ack, finding: &Finding, session: &Session) -> Option<miette::Report> {
    if ack.rule == UNREADABLE {
        return Some(miette::miette!(
            code = "ack::unreadable",
            help = "mend it at the place that `pv diff` underlines",
            "a file that cannot be read cannot be acknowledged"
        ));
    }
    if let Some(key) = classify::missing_in_ack(ack, finding.class) {
        return Some(miette::miette!(
            code = "ack::too_broad",
            help = format!("add --{key} {}", if key == "until" { "YYYY-MM-DD" } else { "ROLE" }),
            "acknowledging a finding of class {} needs --{key}",
            finding.class
        ));
    }
    ack.is_expired(session.today).then(|| {
        miette::miette!(
            code = "ack::expired",
            help = "name a day that is still to come",
            "--until {} is over already",
            ack.until.map_or_else(String::new, |until| until.to_string())
        )
    })
}

fn written(ack: &Ack, finding: &Finding) -> Page {
    let waives: Vec<String> = ack.waives.iter().map(ToString::to_string).collect();
    let data = json!({
        "schema": "pv/ack/1", "fingerprint": ack.fingerprint, "rule": ack.rule, "artefact": ack.artefact,
        "waives": waives, "until": ack.until.map(|until| until.to_string()), "path": ACKS,
    });
    Page::of(data)
        .paragraph(format!("{}: {}", ack.artefact, finding.message))
        .outcome(true, format!("acknowledged in {ACKS} (waives {}): commit it with the change", waives.join(", ")))
}
