//! The TOML that an imported calendar becomes.

use std::collections::BTreeSet;
use std::fmt::Write;

use jiff::civil::{Date, DateTime, Time};

use super::week::Week;
use super::{Entry, Imported, Read, When};
use crate::config::Weekday;

/// How many windows, and how many freezes, are written: as many as `pv.toml` may have, with room for its own.
const MOST: usize = 300;

/// How long a name or a line of a comment may be, in characters.
const LONGEST: usize = 120;

/// A file that is being written.
#[derive(Debug, Default)]
struct Writer {
    zone: String,
    windows: String,
    freezes: String,
    /// Windows and freezes so far.
    written: (usize, usize),
    names: BTreeSet<String>,
    left: Vec<String>,
}

/// Everything that was read, as TOML.
pub(super) fn imported(read: Vec<Read>) -> Imported {
    let (entries, left): (Vec<Read>, Vec<Read>) = read.into_iter().partition(Result::is_ok);
    let entries: Vec<Entry> = entries.into_iter().filter_map(Result::ok).collect();
    let left = left.into_iter().filter_map(Result::err).collect();
    let zone = entries.first().map_or_else(|| "UTC".to_owned(), |entry| entry.zone.clone());
    let mut writer = Writer { zone, left, ..Writer::default() };
    writer.weekly(&entries);
    for entry in &entries {
        writer.dated(entry);
    }
    writer.finish()
}

impl Writer {
    /// The windows: the allowed hours, or where nothing is allowed in words all of them, without the denied ones.
    fn weekly(&mut self, entries: &[Entry]) {
        let weekly = |entry: &&Entry| matches!(entry.when, When::Weekly(_));
        let (allowed, denied): (Vec<&Entry>, Vec<&Entry>) =
            entries.iter().filter(weekly).partition(|entry| entry.allows);
        if allowed.is_empty() {
            let here: Vec<&Entry> = denied.iter().copied().filter(|entry| entry.zone == self.zone).collect();
            if let Some(first) = here.first() {
                let notes: Vec<String> = here.iter().flat_map(|entry| entry.notes.clone()).collect();
                let name = format!("outside-{}", first.name);
                self.windows_of(Week::whole(), (&name, &first.zone), &here, notes);
            }
            let zone = self.zone.clone();
            self.elsewhere(denied.iter().filter(|entry| entry.zone != zone));
            return;
        }
        for entry in &allowed {
            let When::Weekly(spans) = &entry.when else { continue };
            let here: Vec<&Entry> = denied.iter().copied().filter(|other| other.zone == entry.zone).collect();
            self.windows_of(Week::of(spans), (&entry.name, &entry.zone), &here, entry.notes.clone());
        }
        let zones: BTreeSet<&String> = allowed.iter().map(|entry| &entry.zone).collect();
        self.elsewhere(denied.iter().filter(|entry| !zones.contains(&entry.zone)));
    }

    fn elsewhere<'e>(&mut self, denied: impl Iterator<Item = &'e &'e Entry>) {
        for entry in denied {
            self.left.push(format!(
                "{}: it denies hours in {}, and no window is in that zone",
                line(&entry.name),
                entry.zone
            ));
        }
    }

    fn windows_of(&mut self, mut week: Week, (name, zone): (&str, &str), denied: &[&Entry], mut notes: Vec<String>) {
        for other in denied {
            let When::Weekly(spans) = &other.when else { continue };
            if week.without(&Week::of(spans)) {
                notes.push(format!("without the hours that {} denies", line(&other.name)));
            }
        }
        let hours = week.hours();
        if hours.is_empty() {
            self.left.push(format!("{}: nothing of it is left", line(name)));
        }
        for (days, from, to) in hours {
            if self.written.0 >= MOST {
                self.left.push(format!("{}: there are more than {MOST} windows", line(name)));
                return;
            }
            self.written.0 += 1;
            for note in notes.drain(..) {
                let _ = writeln!(self.windows, "# {}", line(&note));
            }
            let name = self.free(name);
            let days: Vec<String> =
                days.iter().filter_map(|day| Weekday::ALL.get(*day)).map(|(day, _)| quoted(day)).collect();
            let (days, from, to) = (days.join(", "), time(from), time(to));
            let _ = writeln!(
                self.windows,
                "[[window]]\nname = {}\ndays = [{days}]\nfrom = \"{from}\"\nto = \"{to}\"",
                quoted(&name)
            );
            if zone != self.zone {
                let _ = writeln!(self.windows, "time-zone = {}", quoted(zone));
            }
            self.windows.push('\n');
        }
    }

    /// The freezes: whole days, every one that the entry touches.
    fn dated(&mut self, entry: &Entry) {
        let When::Dates(dates) = &entry.when else { return };
        if entry.allows {
            self.left.push(format!("{}: it allows certain dates, and a window is of every week", line(&entry.name)));
            return;
        }
        for (start, end) in dates {
            if self.written.1 >= MOST {
                self.left.push(format!("{}: there are more than {MOST} freezes", line(&entry.name)));
                return;
            }
            let Some((first, free)) = days(*start, *end) else {
                self.left.push(format!("{}: {start} is beyond the years that a date can have", line(&entry.name)));
                continue;
            };
            self.written.1 += 1;
            self.freeze_notes(entry, (*start, *end));
            let name = self.free(&entry.name);
            let _ = writeln!(
                self.freezes,
                "[[freeze]]\nname = {}\nstart = {first}\nend = {free}\nreason = {}\nowner = \"to be named\"\n",
                quoted(&name),
                quoted(&line(&entry.name)),
            );
        }
    }

    fn freeze_notes(&mut self, entry: &Entry, (start, end): (DateTime, DateTime)) {
        let mut notes = entry.notes.clone();
        if start.time() != Time::midnight() || end.time() != Time::midnight() {
            notes.push(format!("widened to whole days from {} to {}", shown(start), shown(end)));
        }
        if entry.zone != self.zone {
            notes.push(format!("its days are meant in {}; here they are days in {}", entry.zone, self.zone));
        }
        for note in &notes {
            let _ = writeln!(self.freezes, "# {}", line(note));
        }
    }

    /// A name that is not taken.
    fn free(&mut self, name: &str) -> String {
        let name = line(name);
        let names = std::iter::once(name.clone()).chain((2..).map(|n: u32| format!("{name}-{n}")));
        let free = names.into_iter().find(|name| !self.names.contains(name)).unwrap_or(name);
        self.names.insert(free.clone());
        free
    }

    fn finish(self) -> Imported {
        let carried = self.written.0 + self.written.1;
        let mut text = String::new();
        for left in &self.left {
            let _ = writeln!(text, "# Not carried over: {}", line(left));
        }
        if carried > 0 {
            let _ = writeln!(
                text,
                "# Where pv.toml has [calendar] already, leave this one out.\n[calendar]\ntime-zone = {}\n",
                quoted(&self.zone)
            );
            text += &self.windows;
            text += &self.freezes;
        }
        Imported { text: format!("{}\n", text.trim_end()), carried, left: self.left.len() }
    }
}

/// The first day that `start` to `end` touches, and the first free one after it; years that `pv.toml` can write.
fn days(start: DateTime, end: DateTime) -> Option<(Date, Date)> {
    let is_whole = end.time() == Time::midnight() && end.date() > start.date();
    let free = if is_whole { end.date() } else { end.date().tomorrow().ok()? };
    (start.year() >= 0 && free.year() <= 9_999).then_some((start.date(), free))
}

fn shown(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

fn time(minutes: usize) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// `text` on one line, clipped: what comes from elsewhere and goes into a comment or a name.
pub(super) fn line(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
    let line: String = visible.take(LONGEST).collect();
    if line.trim().is_empty() { "unnamed".to_owned() } else { line.trim().to_owned() }
}
