//! Calendars of other tools, as windows and freezes of `pv.toml`.
//!
//! What comes every week becomes windows: the hours that are allowed, without those that are denied. What has a date
//! becomes freezes of whole days. Everything that could not be carried over stands in a comment.

mod argocd;
mod cron;
mod emit;
mod gitlab;
mod ics;
mod kargo;
mod rrule;
mod week;

use jiff::Zoned;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::domain::SourceFile;
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::node::Node;

/// The largest calendar that is read, in bytes.
pub const LARGEST: usize = 1 << 20;

/// How many entries of a calendar are looked at.
const MOST: usize = 500;

/// How many occurrences of one date pattern are carried over.
const MOST_DATES: usize = 60;

/// Whose calendar it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Sync windows of an Argo CD `AppProject`.
    ArgoCd,
    /// Promotion windows of Kargo.
    Kargo,
    /// Freeze periods as GitLab's API lists them.
    Gitlab,
    /// An iCalendar file (RFC 5545).
    Ics,
}

/// What became of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// `[calendar]`, `[[window]]` and `[[freeze]]` as TOML, with comments.
    pub text: String,
    /// How many windows and freezes stand in it.
    pub carried: usize,
    /// How many entries could not be carried over, or not wholly.
    pub left: usize,
}

/// One entry of a calendar.
#[derive(Debug)]
struct Entry {
    name: String,
    /// Whether it says when to ship, or when not to.
    allows: bool,
    when: When,
    /// The IANA name of its zone.
    zone: String,
    /// What of it has no counterpart.
    notes: Vec<String>,
}

/// When an entry is active.
#[derive(Debug)]
enum When {
    /// Every week: (minutes since Monday 00:00, minutes long).
    Weekly(Vec<(u32, u32)>),
    /// On dates: from the first moment to the first one after it.
    Dates(Vec<(DateTime, DateTime)>),
}

/// An entry, or why it is none, in one line.
type Read = Result<Entry, String>;

/// Reads a calendar. Dates are carried over for the year after `today`.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub fn read(text: &str, from: Option<Source>, today: Date) -> Result<Imported, String> {
    if text.len() > LARGEST {
        return Err(format!("the calendar is larger than {LARGEST} bytes"));
    }
    let source = from
        .or_else(|| guess(text))
        .ok_or("this is no calendar that pv knows: say which with --from argocd|kargo|gitlab|ics")?;
    let mut entries = match source {
        Source::Ics => ics::entries(text, today),
        Source::ArgoCd => documents(text)?.iter().flat_map(|root| argocd::entries(root, today)).collect(),
        Source::Kargo => documents(text)?.iter().flat_map(|root| kargo::entries(root, today)).collect(),
        Source::Gitlab => documents(text)?.iter().flat_map(|root| gitlab::entries(root, today)).collect(),
    };
    let more = entries.len().saturating_sub(MOST);
    entries.truncate(MOST);
    if more > 0 {
        entries.push(Err(format!("{more} more entries: at most {MOST} are read")));
    }
    Ok(emit::imported(entries))
}

fn guess(text: &str) -> Option<Source> {
    let marks = [
        ("BEGIN:VCALENDAR", Source::Ics),
        ("freeze_start", Source::Gitlab),
        ("PromotionWindow", Source::Kargo),
        ("promotionWindows", Source::Kargo),
        ("syncWindows", Source::ArgoCd),
        ("\"schedule\"", Source::ArgoCd),
    ];
    marks.into_iter().find(|(mark, _)| text.contains(mark)).map(|(_, source)| source)
}

/// The documents of a YAML stream, or the one of a JSON file.
fn documents(text: &str) -> Result<Vec<Node>, String> {
    let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
    let (syntax, parts) = match is_json {
        true => (Syntax::Json, vec![text.to_owned()]),
        false => (Syntax::Yaml, parts(text)),
    };
    let read = |part: &String| {
        let file = SourceFile::new("the calendar", part.as_str());
        document::parse(&file, file.whole(), syntax).map_err(|problems| {
            let problem = problems.first();
            let told = |problem: &crate::domain::Problem| format!("line {}: {}", problem.place.line, problem.message);
            format!("the calendar cannot be read: {}", problem.map(told).unwrap_or_default())
        })
    };
    parts.iter().map(read).collect()
}

fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in text.lines() {
        match parts.last_mut() {
            Some(last) if line.trim_end() != "---" => *last += &format!("{line}\n"),
            _ => parts.push(String::new()),
        }
    }
    parts.retain(|part| part.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')));
    parts
}

/// The objects of a document: of a Kubernetes list its items, of an array its elements.
fn objects(root: &Node) -> Vec<&Node> {
    match root.get("items") {
        Some(items) if items.is_list() => items.elements().iter().collect(),
        _ if root.is_list() => root.elements().iter().collect(),
        _ => vec![root],
    }
}

/// The text at `key`, or why there is none.
fn text_at<'n>(node: &'n Node, key: &str) -> Result<&'n str, String> {
    node.get(key).and_then(Node::text).ok_or_else(|| format!("it has no `{key}`"))
}

/// A zone that is known; an absent one is UTC, as in the tools that are read.
fn zone_at(node: &Node, key: &str) -> Result<String, String> {
    known_zone(node.get(key).and_then(Node::text).filter(|name| !name.is_empty()).unwrap_or("UTC"))
}

fn known_zone(name: &str) -> Result<String, String> {
    if matches!(name, "UTC" | "Etc/UTC" | "GMT") {
        return Ok("UTC".to_owned());
    }
    let zone = TimeZone::get(name).ok().and_then(|zone| zone.iana_name().map(str::to_owned));
    zone.filter(|name| name.contains('/'))
        .ok_or_else(|| format!("`{}` is no time zone by its IANA name", emit::line(name)))
}

/// Midnight of `day` in UTC: recurrences are unrolled in civil time, the zone comes back with the window.
fn midnight(day: Date) -> Option<Zoned> {
    day.to_zoned(TimeZone::UTC).ok()
}

#[cfg(test)]
mod tests;
