//! `pv notice draft`.

use serde_json::json;

use super::subject::Subject;
use crate::cli::{Context, Exit};
use crate::domain::{Audience, Instant};
use crate::lock::ReleaseName;
use crate::release::calendar;
use crate::release::notices::{self, Draft, Phase};
use crate::report::Page;

/// The draft of a notice, to be edited and sent
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The release, cut or to come; default the one that was cut last
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// Whom it is for: engineering, support or customer
    #[arg(long, value_name = "AUDIENCE", default_value = "engineering", value_parser = super::audience)]
    audience: Audience,
    /// When: pre, during or post
    #[arg(long, value_name = "PHASE", default_value = "pre", value_parser = super::phase)]
    phase: Phase,
    /// The step that a status is about; default the one that was taken last
    #[arg(long, value_name = "N")]
    step: Option<u32>,
    /// When the first step that exposes somebody will be taken
    #[arg(long, value_name = "INSTANT")]
    starts: Option<Instant>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let subject = Subject::of(args.release.as_ref(), context)?;
    let rollout = subject.situation.standing.rollouts.get(&subject.plan.release);
    let earliest = earliest(&subject);
    let text = notices::draft(&Draft {
        plan: &subject.plan,
        intents: &subject.intents,
        audience: args.audience,
        phase: args.phase,
        step: args.step.or(rollout.and_then(|rollout| rollout.step)),
        starts: args.starts.as_ref(),
        earliest: earliest.as_ref(),
        lead: subject.session.config.notice.lead,
    });
    let data = json!({
        "schema": "pv/notice-draft/1", "release": subject.plan.release, "audience": args.audience,
        "phase": args.phase, "channel": subject.session.config.notice.channel(args.audience), "text": text,
    });
    context.show_page(Page::of(data).verbatim(text))?;
    Ok(Exit::Pass)
}

/// When the first step that exposes somebody can be taken, as windows and freezes allow: of a material change, when
/// customers who are told now have had their time.
fn earliest(subject: &Subject) -> Option<Instant> {
    let (plan, config) = (&subject.plan, &subject.session.config);
    let is_material = plan.change.iter().any(|change| change.material);
    let lead = if is_material { i64::try_from(config.notice.lead.seconds).ok()? } else { 0 };
    let after = subject.situation.at.zoned().checked_add(jiff::SignedDuration::from_secs(lead)).ok()?;
    let first = notices::first_exposing(plan)?.n;
    let occasions = calendar::occasions(plan, &subject.situation.histories, 1);
    let projection = calendar::next_fit(&config.calendar, &occasions, &Instant::from(after))?;
    projection.steps.into_iter().find(|step| step.n == first).map(|step| step.at)
}
