//! `pv override request`: the record of an exception, checked and signed by the one who asks.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::draft::{self, Draft};
use super::{Office, told};
use crate::cli::cut;
use crate::cli::planning;
use crate::cli::shipped::Shelf;
use crate::cli::signing::Key;
use crate::cli::{Context, Exit, histories};
use crate::config::Category;
use crate::domain::{Instant, Severity, Stage};
use crate::lock::ReleaseName;
use crate::release::checks::overrides::{APPROVAL_MISSING, ROLE_MISSING};
use crate::release::checks::Judgement;
use crate::release::overrides::{Exception, Override, Register, Requester, Separation, request_path};
use crate::release::plan::Plan;
use crate::release::{records, signatures};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each --bypass has its --why, --compensation and --due, in the same order; one that is given once holds for all. FILE says
the same in TOML: category, harm, expires, rehearsal, communication, alone, and [[bypass]] with rule, why, compensation,
due.

Examples:
  pv override request --release 2026.11.20 --category security --harm 'addresses of customers are shown' \\
    --bypass rollout/first-step-exceeded --why 'every call shows one' \\
    --compensation 'watch every answer for the first two hours' --due 4h \\
    --bypass window/closed --why 'it is 22:00' --compensation 'two people stay until midnight' --due 4h
  pv override request --release 2026.11.20 --file exception.toml --expires 6h")]
pub(super) struct Request {
    /// The release, cut or not
    #[arg(long, value_name = "NAME")]
    release: ReleaseName,
    /// Why it is made: security, regulatory, incident or customer-blocking
    #[arg(long, value_parser = category, required_unless_present = "file", conflicts_with = "file")]
    category: Option<Category>,
    /// What harm waiting would do
    #[arg(long, value_name = "TEXT", required_unless_present = "file", conflicts_with = "file")]
    harm: Option<String>,
    /// A rule to leave out: its id, as the refusal gives it
    #[arg(long, value_name = "RULE", required_unless_present = "file", conflicts_with = "file")]
    bypass: Vec<String>,
    /// Why it cannot be met
    #[arg(long, value_name = "TEXT", conflicts_with = "file")]
    why: Vec<String>,
    /// What is done instead
    #[arg(long, value_name = "TEXT", conflicts_with = "file")]
    compensation: Vec<String>,
    /// By when: an instant, or a time from now such as 24h or 3d
    #[arg(long, value_name = "WHEN", conflicts_with = "file")]
    due: Vec<String>,
    /// When it ends; default, and the longest: `max-age` of [override] from now
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    /// The rehearsal that shows that the way back works; default the release's newest
    #[arg(long, value_name = "PATH")]
    rehearsal: Option<String>,
    /// What is said to whom
    #[arg(long, value_name = "TEXT")]
    communication: Option<String>,
    /// Why nobody else can approve it; counts only where .pv/allowed_signers knows nobody else
    #[arg(long, value_name = "REASON")]
    alone: Option<String>,
    /// Read it from FILE
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The key to sign with, private or public (its other half in an agent); default the key that git signs with
    #[arg(long, visible_alias = "key", value_name = "KEY")]
    sign: Option<PathBuf>,
    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,
}

fn category(text: &str) -> Result<Category, String> {
    let names = Category::ALL.map(|(name, _)| name).join(", ");
    let found = Category::ALL.into_iter().find(|(name, _)| *name == text);
    found.map(|(_, category)| category).ok_or_else(|| format!("one of: {names}"))
}

pub(super) fn run(args: &Request, context: &Context) -> miette::Result<Exit> {
    let office = Office::open(context)?;
    let key = Key::find(args.sign.as_deref(), &office.session)?;
    let plan = plan_of(&args.release, &office)?;
    let record = record(args, &office, (&plan, &key))?;
    let text = record.encode().map_err(|error| miette::miette!("{error}"))?;
    let path = record.path();
    let signature = key.sign(signatures::OVERRIDE, &text)?;
    let signed = (request_path(&path), signature);
    let signatures = BTreeMap::from([signed.clone()]);
    let exception = Exception { path: path.clone(), text: text.clone(), record, signatures, closing: None };
    let register = office.register();
    let faults = standing_faults(&register, &exception, (&office, &plan));
    if !faults.is_empty() {
        context.show_page(told::refused(&exception, &faults))?;
        return Ok(Exit::of_judgements(&faults));
    }
    let paths = [path.clone(), signed.0.clone()];
    let guard = office.guard()?;
    office.write(&[(path, text), signed])?;
    drop(guard);
    if args.commit {
        office.commit(&paths, &format!("Ask for the exception {}", exception.record.id))?;
    }
    context.show_page(told::requested(&exception, &register, args.commit))?;
    Ok(Exit::Pass)
}

/// What stands against an exception besides that it is not approved yet. Here it stops, whatever it is.
pub(super) fn standing_faults(
    register: &Register<'_>,
    exception: &Exception,
    (office, plan): (&Office<'_>, &Plan),
) -> Vec<Judgement> {
    let ground = office.situation.ground(&office.session, plan, Stage::Lock);
    let is_pending = |one: &Judgement| [APPROVAL_MISSING.id, ROLE_MISSING.id].contains(&one.refused.check.id);
    let faults = register.faults(exception, &ground).into_iter().filter(|one| !is_pending(one));
    faults.map(|one| Judgement { severity: Severity::Error, ..one }).collect()
}

/// The plan of a release: as it was cut, or as `pv plan` computes it now.
pub(super) fn plan_of(name: &ReleaseName, office: &Office<'_>) -> miette::Result<Plan> {
    let (session, context) = (&office.session, office.context);
    let shelf = Shelf::of(&session.repository)?;
    let nothing = || {
        miette::miette!(
            code = "override::no_plan",
            help = "an exception is for one plan: `pv plan` shows what there is",
            "release {name} has no plan: it is the first one, or nothing changed"
        )
    };
    if shelf.record_text(name).is_some() {
        return histories::plan(&shelf, name)?.ok_or_else(nothing);
    }
    let next = cut::plan(session, session.snapshot("HEAD")?, shelf.lock()?, context)?;
    if !next.refusals.is_empty() || !next.problems.is_empty() {
        let help = "`pv plan` says what stands against it";
        return Err(miette::miette!(code = "override::no_plan", help = help, "release {name} cannot be planned"));
    }
    let choices = planning::choices(session, name)?;
    let planned = planning::planned(&next, name, &choices, (session, context))?;
    Ok(planned.ok_or_else(nothing)?.plan)
}

fn record(args: &Request, office: &Office<'_>, (plan, key): (&Plan, &Key)) -> miette::Result<Override> {
    let draft = draft(args)?;
    let at = office.context.now();
    let bypass = draft.bypass.iter().map(|wish| wish.bypass(&at)).collect::<miette::Result<Vec<_>>>()?;
    let rehearsal = draft.rehearsal.clone().or_else(|| newest_rehearsal(&args.release, office));
    Ok(Override {
        version: records::FORMAT,
        id: free_id(draft.category, &at, office),
        release: args.release.clone(),
        plan: plan.digest().map_err(|error| miette::miette!("{error}"))?,
        category: draft.category,
        harm: draft.harm,
        expires: Some(expires(draft.expires.as_deref(), &at, office)?),
        requested_at: at,
        rollback_verified: rehearsal.is_some(),
        rehearsal,
        communication: draft.communication,
        separation: draft.alone.as_ref().map(|_| Separation::Unavailable),
        separation_because: draft.alone,
        requester: Requester { principal: principal(key, office), key: key.fingerprint() },
        bypass,
    })
}

fn draft(args: &Request) -> miette::Result<Draft> {
    let typed = match (&args.file, args.category) {
        (Some(file), _) => draft::of_file(file)?,
        (None, Some(category)) => {
            let lists = [("why", &*args.why), ("compensation", &*args.compensation), ("due", &*args.due)];
            let bypass = draft::wishes(&args.bypass, lists)?;
            let harm = args.harm.clone().unwrap_or_default();
            Draft { category, harm, expires: None, rehearsal: None, communication: None, alone: None, bypass }
        }
        (None, None) => return Err(miette::miette!("name the --category, or a --file that does")),
    };
    Ok(Draft {
        expires: args.expires.clone().or(typed.expires),
        rehearsal: args.rehearsal.clone().or(typed.rehearsal),
        communication: args.communication.clone().or(typed.communication),
        alone: args.alone.clone().or(typed.alone),
        ..typed
    })
}

fn expires(wanted: Option<&str>, at: &Instant, office: &Office<'_>) -> miette::Result<Instant> {
    let longest = office.session.config.exceptions.max_age.seconds;
    draft::moment(wanted.unwrap_or(&format!("{longest}s")), at)
}

/// Under which name the one who asks signs: git's address, where the key may sign as that.
fn principal(key: &Key, office: &Office<'_>) -> String {
    let address = office.session.repository.setting("user.email");
    let able = office.register().signers.able(signatures::OVERRIDE, &office.situation.at);
    let signer = able.into_iter().find(|(fingerprint, _)| *fingerprint == key.fingerprint()).map(|(_, signer)| signer);
    match (signer, address) {
        (Some(signer), Some(address)) if signer.is(&address) => address,
        (Some(signer), _) => signer.name().to_owned(),
        (None, address) => address.unwrap_or_else(|| key.fingerprint()),
    }
}

/// The rehearsal of the release that stands last in its folder.
fn newest_rehearsal(release: &ReleaseName, office: &Office<'_>) -> Option<String> {
    let folder = format!("{}/rehearsals/", release.folder());
    let mut papers = office.situation.papers.keys();
    papers.rfind(|path| path.starts_with(&folder) && path.ends_with(".toml")).cloned()
}

/// The category and the day, with a number where that is taken in any release.
fn free_id(category: Category, at: &Instant, office: &Office<'_>) -> String {
    let name = format!("{category}-{}", at.date());
    let is_taken = |id: &str| office.situation.papers.keys().any(|path| path.ends_with(&format!("/overrides/{id}.toml")));
    let names = std::iter::once(name.clone()).chain((2..).map(|n: u32| format!("{name}-{n}")));
    names.into_iter().find(|id| !is_taken(id)).unwrap_or(name)
}

