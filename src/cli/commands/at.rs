//! `pv at`: what was live at an instant.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::cli::discipline::Situation;
use crate::cli::load::Session;
use crate::cli::{Context, Exit};
use crate::domain::{ArtefactId, Digest, Instant, Weight};
use crate::release::log::Event;
use crate::release::standing::{self, Served, Serving, Standing};
use crate::report::Page;

/// Say what was live at an instant: the release, every version with its share, flags, rollouts, open overrides
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The first release is what was live when pv came; every later one is served as its log says, and by nothing else: cutting a
release serves it to nobody. What was recorded later than it happened stands where it happened, and is marked.

Examples:
  pv at                                    now
  pv at 2026-11-24T09:00:00+05:30
  pv at --format json")]
pub struct Args {
    /// The instant; default that of --at, or else now
    #[arg(value_name = "INSTANT")]
    instant: Option<Instant>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let mut situation = Situation::of(&session, context)?;
    if let Some(instant) = &args.instant {
        situation.at = instant.clone();
    }
    let zone = session.config.calendar.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok());
    situation.at = zone.map_or_else(|| situation.at.clone(), |zone| situation.at.in_zone(&zone));
    situation.standing = standing::at(&situation.histories, &situation.at);
    context.show_page(page(&situation))?;
    Ok(Exit::Pass)
}

fn page(situation: &Situation) -> Page {
    let standing = &situation.standing;
    let page = Page::of(data(situation)).heading(format!("at {}", situation.at));
    if standing.rollouts.is_empty() {
        return page.paragraph("Nothing was released yet.");
    }
    let late: Vec<String> = standing.events.iter().filter_map(late).collect();
    let page = page
        .paragraph(live(situation))
        .table(artefacts(standing))
        .table(flags(standing))
        .table(rollouts(standing))
        .paragraph(overrides(standing));
    late.into_iter().fold(page, Page::paragraph)
}

fn lock(situation: &Situation) -> Option<&Digest> {
    let live = situation.standing.live.as_ref()?;
    situation.histories.iter().find(|history| history.record.name == *live).map(|history| &history.lock)
}

fn live(situation: &Situation) -> String {
    let standing = &situation.standing;
    let live = match (&standing.live, lock(situation)) {
        (Some(live), Some(lock)) => format!("Release {live} is live, lock {lock}."),
        _ => "No one release is live as a whole: what everybody gets comes from several.".to_owned(),
    };
    match standing.newest.as_ref().filter(|newest| standing.live.as_ref() != Some(newest)) {
        None => live,
        Some(newest) if !standing.is_tracked => format!("{live} Release {newest} was cut last, and no step of it was recorded."),
        Some(newest) => format!("{live} Release {newest} was cut last."),
    }
}

/// One row for what everybody gets, one for each canary, one for each partition.
fn artefacts(standing: &Standing) -> Vec<Vec<String>> {
    let mut rows = vec![["artefact", "version", "share", "release"].map(str::to_owned).to_vec()];
    for (id, served) in &standing.artefacts {
        rows.extend(shares(served).into_iter().map(|(serving, share)| row(id, serving, share.shown())));
    }
    rows
}

fn row(id: &ArtefactId, serving: &Serving, share: String) -> Vec<String> {
    vec![id.to_string(), serving.version.to_string(), share, serving.release.to_string()]
}

/// Who gets a version.
enum Share<'a> {
    /// Everybody who gets no other.
    Stable(Weight),
    /// A share of the traffic.
    Canary(Weight),
    /// One partition.
    Partition(&'a str),
}

impl Share<'_> {
    fn shown(&self) -> String {
        match self {
            Self::Stable(weight) => weight.to_string(),
            Self::Canary(weight) if weight.is_none() => "registered, 0%".to_owned(),
            Self::Canary(weight) => format!("canary {weight}"),
            Self::Partition(name) => format!("partition {name}"),
        }
    }

    fn data(&self) -> Value {
        match self {
            Self::Stable(weight) => json!({"as": "stable", "share": weight}),
            Self::Canary(weight) => json!({"as": "canary", "share": weight}),
            Self::Partition(name) => json!({"as": "partition", "partition": name}),
        }
    }
}

fn shares(served: &Served) -> Vec<(&Serving, Share<'_>)> {
    let stable = served.stable.iter().map(|serving| (serving, Share::Stable(served.rest())));
    let canary = served.canary.iter().map(|(serving, weight)| (serving, Share::Canary(*weight)));
    let partitions = served.partitions.iter().map(|(name, serving)| (serving, Share::Partition(name)));
    stable.chain(canary).chain(partitions).collect()
}

fn flags(standing: &Standing) -> Vec<Vec<String>> {
    let mut rows = vec![["flag", "on for"].map(str::to_owned).to_vec()];
    rows.extend(standing.flags.iter().map(|(flag, weight)| vec![flag.clone(), weight.to_string()]));
    rows
}

fn rollouts(standing: &Standing) -> Vec<Vec<String>> {
    let mut rows = vec![["release", "cut", "rollout", "step", "since", "feedback"].map(str::to_owned).to_vec()];
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    rows.extend(standing.rollouts.iter().map(|(name, one)| {
        vec![
            name.to_string(),
            one.cut.to_string(),
            one.phase.to_string(),
            or_dash(one.step.map(|step| step.to_string())),
            or_dash(one.since.as_ref().map(ToString::to_string)),
            or_dash(one.feedback.map(|verdict| verdict.to_string())),
        ]
    }));
    rows
}

fn overrides(standing: &Standing) -> String {
    match standing.overrides.len() {
        0 => String::new(),
        _ => format!("Open overrides: {}.", standing.overrides.iter().cloned().collect::<Vec<_>>().join(", ")),
    }
}

/// That an event was recorded later than it happened.
fn late(event: &Event) -> Option<String> {
    let recorded = event.recorded.as_ref()?;
    Some(format!("Recorded late: {} happened at {}, and was written down at {recorded}.", event.path(), event.at))
}

fn data(situation: &Situation) -> Value {
    let standing = &situation.standing;
    let served = |(serving, share): (&Serving, Share<'_>)| {
        let mut data = share.data();
        if let Some(data) = data.as_object_mut() {
            data.insert("version".to_owned(), json!(serving.version));
            data.insert("digest".to_owned(), json!(serving.digest));
            data.insert("release".to_owned(), json!(serving.release));
        }
        data
    };
    let artefacts = standing.artefacts.iter().map(|(id, one)| {
        (id.to_string(), shares(one).into_iter().map(served).collect::<Value>())
    });
    let late = standing.events.iter().filter(|event| event.recorded.is_some());
    json!({
        "schema": "pv/at/1", "at": situation.at, "live": standing.live, "lock": lock(situation), "newest": standing.newest,
        "tracked": standing.is_tracked, "artefacts": artefacts.collect::<serde_json::Map<_, _>>(), "flags": standing.flags,
        "rollouts": standing.rollouts, "overrides": standing.overrides, "rolled-back": standing.rolled_back,
        "late": late.map(|event| json!({"event": event.path(), "at": event.at, "recorded": event.recorded})).collect::<Value>(),
    })
}
