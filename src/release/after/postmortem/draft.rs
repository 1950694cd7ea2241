//! A postmortem to begin with: what pv knows, and what is asked.

use std::collections::BTreeMap;

use super::{FACTORS, PARTS};
use crate::domain::{ArtefactId, Instant};
use crate::release::ground::Papers;
use crate::release::log::{Event, EventKind};
use crate::release::notices::{reach, way_back};
use crate::release::plan::Plan;
use crate::release::standing::History;

/// What a postmortem begins with.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The release.
    pub history: &'a History,
    /// What its gates came to, by artefact.
    pub gates: &'a BTreeMap<ArtefactId, Vec<String>>,
    /// The texts beside the releases.
    pub papers: &'a Papers,
    /// What it is known by elsewhere.
    pub incident: Option<&'a str>,
}

/// The text of a postmortem that is yet to be written: facts and questions in lines that begin with `>`.
pub fn draft(draft: &Draft<'_>) -> String {
    let release = &draft.history.record.name;
    let incident = draft.incident.map(|id| format!("incident: {}\n", quoted(id))).unwrap_or_default();
    let head = format!("---\nrelease: {}\n{incident}status: open\ncause:\n---\n", quoted(release.as_str()));
    let blocks = [
        format!("# Postmortem of release {release}"),
        "> Lines like this one are pv's: facts and questions. Answers stand below them. Nobody is blamed: owners of\n\
         > action items are the only people named here. `pv postmortem lint` says what is open.\n\
         > `cause` in the head: prompt, model, retrieval, data, tooling, gateway, upstream or apparatus."
            .to_owned(),
        draft.timeline(),
        "## Root cause\n\n> What exactly made the difference, and to what?".to_owned(),
        draft.factors(),
        section("Blast", &["How many saw it, what it came to for them, and who complained?".to_owned()], &no_answers),
        section("Response assessment", &["What worked, what was slow, what should be better?".to_owned()], &no_answers),
        "## Action items\n\n> Each with an owner and a day, YYYY-MM-DD; `done` is empty until it shipped.\n\n\
         | what | owner | due | done |\n|---|---|---|---|"
            .to_owned(),
        "## Eval delta\n\n> The eval set that has the case now, as `eval:NAME@VERSION`; or the reason why none has.\n\n\
         - Eval set:\n- Reason:"
            .to_owned(),
    ];
    format!("{head}\n{}\n", blocks.join("\n\n"))
}

impl Draft<'_> {
    fn timeline(&self) -> String {
        let events = &self.history.events;
        let facts: Vec<String> = events.iter().map(happened).collect();
        let first = |kinds: &[EventKind]| events.iter().find(|event| kinds.contains(&event.kind)).map(moment);
        let exposed = events.iter().find(|event| exposes(event)).map(moment);
        let answers = |part: &str| match part {
            "Release" => exposed.clone().or_else(|| first(&[EventKind::Cut])),
            "Rollback" => first(&[EventKind::Rollback]),
            _ => None,
        };
        section("Timeline", &facts, &answers)
    }

    fn factors(&self) -> String {
        let blocks = FACTORS.iter().map(|(factor, question)| {
            let facts = self.known(factor).into_iter().map(|fact| format!("\n> - {}", line(&fact)));
            format!("### {factor}\n\n> {question}{}", facts.collect::<String>())
        });
        format!("## Contributing factors\n\n{}", blocks.collect::<Vec<_>>().join("\n\n"))
    }

    /// What pv knows of a factor.
    fn known(&self, factor: &str) -> Vec<String> {
        let plan = self.history.plan.as_ref();
        match factor {
            "Eval gate" => self
                .gates
                .iter()
                .flat_map(|(id, gates)| gates.iter().map(move |gate| format!("{id}: {gate}")))
                .collect(),
            "Feedback gate" => self.feedback(),
            "Canary" => plan.map(steps).unwrap_or_default(),
            "Rollback" => self.ways_back(plan),
            "Window" => {
                self.history.events.iter().filter(|event| exposes(event)).map(|event| weekday(&event.at)).collect()
            }
            "Communication" => self.told("notices"),
            _ => self.versions(),
        }
    }

    fn feedback(&self) -> Vec<String> {
        let gates = self.history.events.iter().filter(|event| event.kind == EventKind::Gate);
        let judged = gates.map(|event| {
            let step = event.step.map(|n| format!("step {n}: ")).unwrap_or_default();
            let verdict = event.verdict.map_or_else(|| "no verdict".to_owned(), |verdict| verdict.to_string());
            format!("{step}{verdict} at {}", event.at)
        });
        let judged: Vec<String> = judged.collect();
        if judged.is_empty() { vec!["no step's feedback was judged".to_owned()] } else { judged }
    }

    fn ways_back(&self, plan: Option<&Plan>) -> Vec<String> {
        let planned = plan.into_iter().flat_map(|plan| &plan.change);
        let planned = planned.map(|change| format!("{}: {}", change.artefact, way_back(&change.rollback)));
        planned.chain(self.told("rehearsals")).collect()
    }

    /// The records of one folder of the release, or that there is none.
    fn told(&self, part: &str) -> Vec<String> {
        let folder = format!("{}/{part}/", self.history.record.name.folder());
        let found: Vec<String> = self.papers.keys().filter(|path| path.starts_with(&folder)).cloned().collect();
        if found.is_empty() { vec![format!("{folder} holds no record")] } else { found }
    }

    fn versions(&self) -> Vec<String> {
        let changed = self.history.record.artefacts.iter();
        let changed = changed.filter(|(_, it)| it.from.as_ref() != Some(&it.entry.version));
        changed
            .map(|(id, it)| {
                let from = it.from.as_ref().map_or_else(|| "new".to_owned(), ToString::to_string);
                format!("{id}: {from} → {}", it.entry.version)
            })
            .collect()
    }
}

fn no_answers(_part: &str) -> Option<String> {
    None
}

/// A section with its facts, and its lines to be answered.
fn section(title: &str, facts: &[String], answers: &dyn Fn(&str) -> Option<String>) -> String {
    let parts = PARTS.iter().find(|(name, _)| *name == title).map_or(&[][..], |(_, parts)| parts);
    let facts: String = facts.iter().map(|fact| format!("> {}\n", line(fact))).collect();
    let facts = if facts.is_empty() { String::new() } else { format!("{facts}\n") };
    let lines = parts.iter().map(|part| match answers(part) {
        Some(answer) => format!("- {part}: {answer}"),
        None => format!("- {part}:"),
    });
    format!("## {title}\n\n{facts}{}", lines.collect::<Vec<_>>().join("\n"))
}

/// Whether an event showed a change to somebody.
fn exposes(event: &Event) -> bool {
    let is_step = matches!(event.kind, EventKind::Step | EventKind::Promote);
    is_step
        && (event.partition.is_some()
            || event.weights.values().chain(event.flags.values()).any(|weight| !weight.is_none()))
}

fn moment(event: &Event) -> String {
    format!("{} ({})", event.at, event.path())
}

fn happened(event: &Event) -> String {
    let step = event.step.map(|n| format!(" {n}")).unwrap_or_default();
    let reason = event.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{} {}{step}{reason} ({})", event.at, event.kind, event.path())
}

fn steps(plan: &Plan) -> Vec<String> {
    let exposing = plan.step.iter().filter(|step| step.exposes());
    exposing.map(|step| format!("step {}: {}, held {} h", step.n, reach(step), step.hold / 3_600)).collect()
}

fn weekday(at: &Instant) -> String {
    at.zoned().strftime("exposed on %A, %Y-%m-%d %H:%M %:z").to_string()
}

/// A text on one line, with nothing in it that Markdown would end the quotation by.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A text as YAML reads it back, whatever is in it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
