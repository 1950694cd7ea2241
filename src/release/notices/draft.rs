//! Drafts of what is told: from the plan, the intents, and when it begins.

use super::facts::{first_exposing, reach, told_seconds, way_back};
use super::record::Phase;
use crate::config::Duration;
use crate::domain::{Audience, Instant};
use crate::release::intents::Intent;
use crate::release::plan::{Plan, PlannedChange, PlannedStep};

/// What a draft is written from.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The plan of the release.
    pub plan: &'a Plan,
    /// What the authors of its changes say.
    pub intents: &'a [Intent],
    /// Whom it is for.
    pub audience: Audience,
    /// When in the life of the release.
    pub phase: Phase,
    /// The step that a status is about.
    pub step: Option<u32>,
    /// When the first step that exposes somebody is taken, where that is settled.
    pub starts: Option<&'a Instant>,
    /// The earliest moment that it can be taken at.
    pub earliest: Option<&'a Instant>,
    /// How long before that customers are told.
    pub lead: Duration,
}

/// A text to be edited and sent. What only a person knows stands in angle brackets.
pub fn draft(draft: &Draft<'_>) -> String {
    let blocks = match (draft.phase, draft.audience) {
        (Phase::Pre, Audience::Engineering) => draft.for_engineering(),
        (Phase::Pre, Audience::Support) => draft.for_support(),
        (Phase::Pre, _) => draft.for_customers(),
        (Phase::During, Audience::Engineering) => draft.status(),
        (Phase::During, _) => draft.outward_status(),
        (Phase::Post, Audience::Engineering) => draft.summary(),
        (Phase::Post, _) => draft.outward_summary(),
    };
    let blocks = blocks.into_iter().filter(|block| !block.is_empty());
    format!("{}\n", blocks.collect::<Vec<_>>().join("\n\n"))
}

impl Draft<'_> {
    fn for_engineering(&self) -> Vec<String> {
        let plan = self.plan;
        let owner = |change: &PlannedChange| change.owner.as_deref().unwrap_or("<owner>").to_owned();
        let changes = plan.change.iter().map(|change| {
            let types: Vec<String> = change.types.iter().map(ToString::to_string).collect();
            let about = [types.join(", "), owner(change)].into_iter().filter(|part| !part.is_empty());
            let about = about.collect::<Vec<_>>().join(", ");
            format!("- {} {} ({about}){}", change.artefact, moved(change), self.why(change))
        });
        let rollback =
            plan.change.iter().map(|change| format!("- {}: {}", change.artefact, way_back(&change.rollback)));
        vec![
            format!("Release {}: what is about to ship", plan.release),
            listed("What changes", changes),
            format!("When it starts: {}", self.start()),
            listed("Steps", plan.step.iter().map(step_line)),
            listed("How it is taken back", rollback),
        ]
    }

    fn for_support(&self) -> Vec<String> {
        let points = self.said(Audience::Support).into_iter().map(|text| format!("- {text}"));
        vec![
            format!("Release {}: talking points", self.plan.release),
            listed("What customers will notice", or(points, "- <what a customer will notice, in their words>")),
            format!("When: {}", self.start()),
            "If a customer asks:\n- <the question to expect> <the answer>".to_owned(),
            "If something looks wrong: <whom to tell, and where>".to_owned(),
        ]
    }

    fn for_customers(&self) -> Vec<String> {
        let points = self.said(Audience::Customer).into_iter().map(|text| format!("- {text}"));
        vec![
            listed("What will change", or(points, "- <what will change for the reader>")),
            format!("When: {}", self.outward_start()),
            "What to expect: <what the reader will see, and what they need to do, if anything>".to_owned(),
        ]
    }

    fn status(&self) -> Vec<String> {
        let step = self.step.and_then(|n| self.plan.step(n));
        let at = step.map_or_else(|| "<step>".to_owned(), |step| format!("step {}, {}", step.n, reach(step)));
        let watched: Vec<String> = step.map(|step| step.watch.clone()).unwrap_or_default();
        let watched = watched.into_iter().map(|metric| format!("- {metric}: <holds, or not>"));
        vec![
            format!("Release {}: status at {at}", self.plan.release),
            listed("What is watched", or(watched, "- <metric>: <holds, or not>")),
            "Next: <the next step and its earliest moment, or hold, or rollback>".to_owned(),
        ]
    }

    fn outward_status(&self) -> Vec<String> {
        vec!["The change that we announced is on its way. <how far it is, and what was seen so far>".to_owned()]
    }

    fn summary(&self) -> Vec<String> {
        let changes = self.plan.change.iter().map(|change| format!("- {} {}", change.artefact, moved(change)));
        vec![
            format!("Release {}: summary", self.plan.release),
            "Outcome: <live for everybody, or taken back, since when>".to_owned(),
            listed("What shipped", changes),
            "What was seen: <feedback against the baseline, at each step>".to_owned(),
            "What is open: <follow-ups with owner and date, or nothing>".to_owned(),
        ]
    }

    fn outward_summary(&self) -> Vec<String> {
        let points = self.said(self.audience).into_iter().map(|text| format!("- {text}"));
        vec![
            listed("What changed", or(points, "- <what changed for the reader>")),
            "How it went: <in a sentence>".to_owned(),
        ]
    }

    /// What is written for an audience, each text once.
    fn said(&self, audience: Audience) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for text in self.intents.iter().filter_map(|intent| intent.audience.get(&audience)) {
            if !texts.contains(text) {
                texts.push(text.clone());
            }
        }
        texts
    }

    fn why(&self, change: &PlannedChange) -> String {
        let named = self.intents.iter().filter(|intent| intent.artefacts.contains(&change.artefact));
        let why: Vec<&str> = named.map(|intent| intent.why.as_str()).collect();
        if why.is_empty() { String::new() } else { format!(": {}", why.join("; ")) }
    }

    fn start(&self) -> String {
        let step = first_exposing(self.plan);
        let Some(step) = step else { return "it exposes nobody by steps".to_owned() };
        format!("{}, with step {}: {}", self.moment(), step.n, reach(step))
    }

    /// The start, or what a person has to settle.
    fn moment(&self) -> String {
        match (self.starts, self.earliest) {
            (Some(at), _) => at.to_string(),
            (None, Some(earliest)) => format!("<not before {earliest}>"),
            (None, None) => "<instant>".to_owned(),
        }
    }

    fn outward_start(&self) -> String {
        let lead = told_seconds(self.lead.seconds);
        format!("from {}, for a few at first <send this at least {lead} before>", self.moment())
    }
}

fn moved(change: &PlannedChange) -> String {
    change
        .from
        .as_ref()
        .map_or_else(|| format!("new, {}", change.version), |from| format!("{from} → {}", change.version))
}

fn step_line(step: &PlannedStep) -> String {
    let artefacts: Vec<String> = step.artefacts.iter().map(ToString::to_string).collect();
    let hold = if step.hold == 0 { String::new() } else { format!(", held {}", told_seconds(step.hold)) };
    format!("- {}: {} for {}{hold}", step.n, reach(step), artefacts.join(", "))
}

fn listed(heading: &str, lines: impl IntoIterator<Item = String>) -> String {
    let lines: Vec<String> = lines.into_iter().collect();
    if lines.is_empty() { String::new() } else { format!("{heading}:\n{}", lines.join("\n")) }
}

/// `lines`, or what a person has to fill in where there are none.
fn or(lines: impl Iterator<Item = String>, blank: &str) -> Vec<String> {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { vec![blank.to_owned()] } else { lines }
}
