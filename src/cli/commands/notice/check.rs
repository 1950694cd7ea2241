//! `pv notice check`.

use serde_json::json;

use super::subject::Subject;
use crate::cli::{Context, Exit, intents};
use crate::domain::{Severity, Stage};
use crate::lock::ReleaseName;
use crate::release::checks::Judgement;
use crate::release::standing::Phase;
use crate::release::{notices, overrides};
use crate::report::Page;

/// Whether those were told who have to be, as if the next step were taken now
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The release, cut or to come; default the one that was cut last
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let subject = Subject::of(args.release.as_ref(), context)?;
    let ground = subject.situation.ground(&subject.session, &subject.plan, Stage::Step);
    let phase = ground.standing.rollouts.get(&subject.plan.release).map(|rollout| rollout.phase);
    let mut judgements = notices::judge(&ground);
    if phase == Some(Phase::Done) {
        judgements.extend(notices::may_close(&ground));
    }
    let judgements = overrides::waived(&ground, judgements);
    let exit = Exit::of_judgements(&judgements);
    context.show_page(page(&subject, judgements))?;
    Ok(exit)
}

fn page(subject: &Subject, judgements: Vec<Judgement>) -> Page {
    let errors = judgements.iter().filter(|one| one.severity == Severity::Error).count();
    let told: Vec<_> = judgements.into_iter().map(intents::refusal).collect();
    let outcome = if errors == 0 { "passed" } else { "failed" };
    let release = &subject.plan.release;
    let data = json!({"schema": "pv/notice-check/1", "release": release, "outcome": outcome, "refusals": told});
    let page = told.iter().fold(Page::of(data), |page, one| {
        let severity = if one.severity == Severity::Error { "error" } else { "warning" };
        let place = one.place.as_ref().map_or_else(String::new, |place| format!("{}:{}: ", place.path, place.line));
        let line = format!("{severity}: {place}{}  [{}]", one.refused.message, one.refused.check.id);
        page.verbatim(format!("{line}\n  help: {}", one.refused.remedy))
    });
    match errors {
        0 => page.outcome(true, format!("release {release}: everybody was told who has to be told before its next step")),
        1 => page.outcome(false, format!("release {release}: 1 thing is in the way")),
        _ => page.outcome(false, format!("release {release}: {errors} things are in the way")),
    }
}
