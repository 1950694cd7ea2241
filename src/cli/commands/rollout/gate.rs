//! `pv rollout gate`: what the feedback on a step came to.

use std::collections::BTreeMap;

use super::asked::{self, Feedback};
use super::rolling::{self, Rolling};
use super::told;
use crate::cli::{Context, Exit, histories};
use crate::cli::shipped::Shelf;
use crate::domain::{Verdict, Instant};
use crate::lock::ReleaseName;
use crate::release::checks::{Refused, rollout as checks};
use crate::release::log::{Event, EventKind};
use crate::release::plan::PlannedStep;
use crate::release::records;
use crate::release::rollout::Decision;
use crate::store::write_below;

/// Record what the feedback on the current step came to: what reports show, or what somebody decided
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --verdict, the reports that were added with `pv gate add --gate feedback` are asked, and what they show is recorded
(exit 1 when it fails, 3 when it is too little to tell). With it, somebody decides: for figures that no report holds. A
decision never makes up for a report that fails.

Examples:
  pv rollout gate
  pv rollout gate --verdict pass --reason 'within 2 sigma in every stratum' --window 24h \\
      --baseline '2.1 % negative' --observed '2.2 %' --threshold '2 sigma'")]
pub(super) struct Args {
    /// The release; default the one that is under way
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// What somebody decided
    #[arg(long, value_name = "VERDICT", requires = "reason")]
    verdict: Option<Decided>,
    /// Why
    #[arg(long, value_name = "TEXT", requires = "verdict")]
    reason: Option<String>,
    /// Who decided; default the user that git knows
    #[arg(long, value_name = "NAME", requires = "verdict")]
    by: Option<String>,
    #[command(flatten)]
    figures: Figures,
    /// When it was decided, where that is earlier than now
    #[arg(long, value_name = "INSTANT")]
    happened: Option<Instant>,
    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,
}

/// What was looked at.
#[derive(Debug, clap::Args)]
struct Figures {
    /// The time that was looked at, such as 24h
    #[arg(long, value_name = "TEXT", requires = "verdict")]
    window: Option<String>,
    /// What those without the change showed
    #[arg(long, value_name = "TEXT", requires = "verdict")]
    baseline: Option<String>,
    /// What those with the change showed
    #[arg(long, value_name = "TEXT", requires = "verdict")]
    observed: Option<String>,
    /// How far apart the two may be
    #[arg(long, value_name = "TEXT", requires = "verdict")]
    threshold: Option<String>,
}

/// A verdict as it is typed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Decided {
    /// It holds
    Pass,
    /// It does not
    Fail,
    /// It is too little to tell
    Inconclusive,
}

impl From<Decided> for Verdict {
    fn from(decided: Decided) -> Self {
        match decided {
            Decided::Pass => Self::Pass,
            Decided::Fail => Self::Fail,
            Decided::Inconclusive => Self::Inconclusive,
        }
    }
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let _guard = rolling::guard(context)?;
    let rolling = Rolling::open(args.release.as_ref(), args.happened.as_ref(), context)?;
    rolling.unaltered()?;
    rolling.in_order()?;
    let position = rolling.position()?;
    let Some(taken) = position.taken else {
        let why = format!("release {} has taken no step, so nobody has met it yet", rolling.release);
        return Err(Refused::by(&checks::FEEDBACK_MISSING, why).remedy("pv rollout step").into());
    };
    match args.verdict {
        Some(verdict) => decide(&rolling, taken, verdict.into(), (args, context)),
        None => measure(&rolling, taken, (args, context)),
    }
}

/// Records what reports show.
fn measure(rolling: &Rolling, taken: &PlannedStep, (args, context): (&Args, &Context)) -> miette::Result<Exit> {
    let (found, silent) = asked::of_taken(rolling, context)?;
    let Some(Feedback { verdict, evidence }) = found else {
        let why = if silent.is_empty() { "no artefact of it owes any".to_owned() } else { silent.join("; ") };
        return Err(Refused::by(&checks::FEEDBACK_MISSING, format!("no report shows the feedback on step {}: {why}", taken.n)).into());
    };
    let event = Event { verdict: Some(verdict), evidence, ..event(rolling, taken)? };
    write(rolling, (event, None), args, context)?;
    Ok(match verdict {
        Verdict::Pass | Verdict::Waived => Exit::Pass,
        Verdict::Inconclusive => Exit::Inconclusive,
        Verdict::Fail => Exit::Refused,
    })
}

/// Records what somebody decided.
fn decide(rolling: &Rolling, taken: &PlannedStep, verdict: Verdict, (args, context): (&Args, &Context)) -> miette::Result<Exit> {
    let decision = decision(rolling, taken, verdict, args)?;
    let text = decision.encode().map_err(|error| miette::miette!("{error}"))?;
    let shelf = Shelf::of(&rolling.session.repository)?;
    let chain = histories::intact(histories::chain(&shelf, &rolling.release))?;
    // An interrupted run may have recorded this very decision.
    let is_this = |event: &Event| event.kind == EventKind::Gate && event.evidence == [records::digest(&text)].into();
    let begun = chain.links.last().map(|link| &link.event).filter(|event| is_this(event));
    let number = begun.map_or_else(|| chain.next_number(), |event| event.n);
    let subject = Decision::subject(number);
    let path = format!("{}/{subject}", rolling.release.folder());
    write_below(rolling.session.root()?, &path, text.as_bytes())?;
    let evidence = [records::digest(&text)].into();
    let event = Event { verdict: Some(verdict), evidence, subject: Some(subject), actor: decision.by, ..event(rolling, taken)? };
    write(rolling, (event, Some(path)), args, context)?;
    Ok(Exit::Pass)
}

fn decision(rolling: &Rolling, taken: &PlannedStep, verdict: Verdict, args: &Args) -> miette::Result<Decision> {
    let (history, figures) = (rolling.history()?, &args.figures);
    let subjects: BTreeMap<_, _> =
        taken.artefacts.iter().filter_map(|id| Some((id.clone(), history.serving(id)?.digest))).collect();
    Ok(Decision {
        version: records::FORMAT,
        release: rolling.release.clone(),
        step: taken.n,
        verdict,
        at: rolling.at().clone(),
        by: args.by.clone().or_else(|| rolling.session.repository.user_name()),
        reason: args.reason.clone().unwrap_or_default(),
        window: figures.window.clone(),
        baseline: figures.baseline.clone(),
        observed: figures.observed.clone(),
        threshold: figures.threshold.clone(),
        subjects,
    })
}

fn event(rolling: &Rolling, taken: &PlannedStep) -> miette::Result<Event> {
    let lock = rolling.history()?.lock.clone();
    Ok(Event { step: Some(taken.n), ..Event::new(EventKind::Gate, rolling.release.clone(), lock, rolling.at().clone()) })
}

fn write(rolling: &Rolling, (event, decision): (Event, Option<String>), args: &Args, context: &Context) -> miette::Result<()> {
    let (step, verdict) = (event.step.unwrap_or_default(), event.verdict.unwrap_or(Verdict::Fail));
    let event = rolling.record(rolling.told(event, args.reason.as_deref()))?;
    let paths: Vec<String> = decision.into_iter().chain([event]).collect();
    if args.commit {
        rolling.commit(&paths, &format!("Release {}: feedback on step {step}", rolling.release))?;
    }
    let text = format!("feedback on step {step} of release {}: {verdict}", rolling.release);
    let page = told::recorded("gate", rolling, (&paths, args.commit), text);
    context.show_page(page)
}
