//! Kargo: `PromotionWindow` resources, whose schedule is a cron pattern or a recurrence rule.

use jiff::civil::Date;

use super::{Entry, Read, When, argocd, cron, objects, rrule, text_at, zone_at};
use crate::kinds::shared::node::Node;

pub(super) fn entries(root: &Node, today: Date) -> Vec<Read> {
    let objects = objects(root).into_iter();
    let windows = objects.flat_map(|object| match object.at(&["spec", "promotionWindows"]) {
        Some(windows) => windows.elements().iter().collect(),
        None => vec![object],
    });
    let told = |(at, object): (usize, &Node)| {
        let named = object.at(&["metadata", "name"]).or_else(|| object.get("name")).and_then(Node::text);
        let name = named.map_or_else(|| format!("kargo-{}", at + 1), str::to_owned);
        let read = object.get("spec").map_or_else(|| entry(&name, object, today), |spec| entry(&name, spec, today));
        read.map_err(|why| format!("promotion window {}: {why}", super::emit::line(&name)))
    };
    windows.enumerate().map(told).collect()
}

fn entry(name: &str, window: &Node, today: Date) -> Read {
    let schedule = text_at(window, "schedule").or_else(|_| text_at(window, "rrule"))?;
    if !schedule.contains("FREQ=") {
        return argocd::entry(name, window, today);
    }
    let allows = window.get("kind").and_then(Node::text) != Some("deny");
    let minutes = cron::duration(text_at(window, "duration")?)?;
    let (weekday, minute) = begun(schedule);
    let (starts, mut notes) = rrule::weekly(schedule, weekday, minute)?;
    notes.extend(argocd::notes(window));
    let when = When::Weekly(starts.into_iter().map(|start| (start, minutes)).collect());
    Ok(Entry { name: name.to_owned(), allows, when, zone: zone_at(window, "timeZone")?, notes })
}

/// The weekday and the minute of the day of a `DTSTART` in the schedule.
fn begun(schedule: &str) -> (Option<u32>, Option<u32>) {
    let line = schedule.lines().find(|line| line.trim_start().starts_with("DTSTART"));
    let moment = line.and_then(|line| line.rsplit(':').next()).and_then(super::ics::moment);
    let weekday = moment.and_then(|at| u32::try_from(at.date().weekday().to_monday_zero_offset()).ok());
    (weekday, moment.and_then(|at| u32::try_from(i32::from(at.hour()) * 60 + i32::from(at.minute())).ok()))
}
