//! A timeline as a Mermaid gantt diagram: a bar for each step, from when it was taken to when something else was.

use std::fmt::Write as _;

use crate::cli::discipline::Situation;
use crate::domain::Instant;
use crate::lock::ReleaseName;
use crate::release::log::{Event, EventKind};
use crate::release::rollout;

use super::moments::Moment;

/// The diagram of `moments`; times are UTC.
pub(super) fn diagram(situation: &Situation, release: Option<&ReleaseName>, moments: &[Moment]) -> String {
    let title = release.map_or("Releases".to_owned(), |name| format!("Release {name}"));
    let mut text = format!("gantt\n  title {} (UTC)\n  dateFormat YYYY-MM-DDTHH:mm:ss\n  axisFormat %d %b %H:%M\n", label(&title));
    let mut names: Vec<&ReleaseName> = Vec::new();
    for name in moments.iter().filter_map(|moment| moment.release.as_ref()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let own: Vec<&Moment> = moments.iter().filter(|moment| moment.release.as_ref() == Some(name)).collect();
        section(&mut text, name.as_str(), situation, &own);
    }
    let freezes: Vec<&Moment> = moments.iter().filter(|moment| moment.release.is_none()).collect();
    if !freezes.is_empty() {
        section(&mut text, "freezes", situation, &freezes);
    }
    text
}

fn section(text: &mut String, name: &str, situation: &Situation, moments: &[&Moment]) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "  section {}", label(name));
    for (at, moment) in moments.iter().enumerate() {
        let rest = moments.get(at + 1..).unwrap_or_default();
        let what = label(&moment.what);
        let _ = match moment.event.as_ref().and_then(|event| end(event, rest, situation)) {
            Some(end) => writeln!(text, "  {what} :active, {}, {}", utc(&moment.at), utc(&end)),
            None => writeln!(text, "  {what} :milestone, {}, 0d", utc(&moment.at)),
        };
    }
}

/// When what a step exposed was changed again; of the last one, the end of its hold. `None`: it is a moment.
fn end(event: &Event, rest: &[&Moment], situation: &Situation) -> Option<Instant> {
    let changes = |kind: EventKind| matches!(kind, EventKind::Step | EventKind::Promote | EventKind::Rollback | EventKind::Close);
    if !matches!(event.kind, EventKind::Step | EventKind::Promote) {
        return None;
    }
    let next = rest.iter().find(|moment| moment.event.as_ref().is_some_and(|event| changes(event.kind)));
    let history = situation.histories.iter().find(|history| history.record.name == event.release);
    let step = history.and_then(|history| history.plan.as_ref()).zip(event.step).and_then(|(plan, n)| plan.step(n));
    let end = next.map(|moment| moment.at.clone()).or_else(|| step.map(|step| rollout::after(&event.at, step.hold)));
    end.filter(|end| end.timestamp() > event.at.timestamp())
}

fn utc(at: &Instant) -> String {
    at.timestamp().strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// A name that ends at no character that Mermaid reads as the end of one.
fn label(text: &str) -> String {
    let plain = text.chars().map(|c| if ":;#%{}`\"<>,".contains(c) || c.is_control() { ' ' } else { c });
    plain.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
