//! GitLab: freeze periods as `GET /projects/:id/freeze_periods` lists them.

use jiff::civil::Date;

use super::{Entry, Read, When, cron, objects, text_at, zone_at};
use crate::kinds::shared::node::Node;

/// The minutes of a week.
const WEEK: u32 = 7 * 1_440;

pub(super) fn entries(root: &Node, today: Date) -> Vec<Read> {
    let told = |(at, period): (usize, &Node)| {
        let id = period.get("id").and_then(Node::scalar).unwrap_or_else(|| (at + 1).to_string());
        let name = format!("gitlab-freeze-{id}");
        entry(&name, period, today).map_err(|why| format!("freeze period {}: {why}", super::emit::line(&id)))
    };
    objects(root).into_iter().enumerate().map(told).collect()
}

fn entry(name: &str, period: &Node, today: Date) -> Read {
    let start = cron::parse(text_at(period, "freeze_start")?)?;
    let end = cron::parse(text_at(period, "freeze_end")?)?;
    let when = if start.is_weekly && end.is_weekly { weekly(&start, &end)? } else { dated(&start, &end, today)? };
    Ok(Entry { name: name.to_owned(), allows: false, when, zone: zone_at(period, "cron_timezone")?, notes: Vec::new() })
}

/// Each start with the end that comes next after it, over the end of the week.
fn weekly(start: &cron::Pattern, end: &cron::Pattern) -> Result<When, String> {
    let ends = end.minutes()?;
    let length =
        |start: u32| ends.iter().map(|end| (end + WEEK - start) % WEEK).map(|n| if n == 0 { WEEK } else { n }).min();
    let spans: Vec<(u32, u32)> = start.minutes()?.into_iter().filter_map(|at| Some((at, length(at)?))).collect();
    if spans.is_empty() { Err("it never begins or never ends".to_owned()) } else { Ok(When::Weekly(spans)) }
}

fn dated(start: &cron::Pattern, end: &cron::Pattern, today: Date) -> Result<When, String> {
    let dates: Vec<_> = start.dates(today).into_iter().filter_map(|at| Some((at, end.after(at)?))).collect();
    if dates.is_empty() { Err("it does not come in the year ahead".to_owned()) } else { Ok(When::Dates(dates)) }
}
