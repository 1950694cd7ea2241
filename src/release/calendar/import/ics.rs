//! iCalendar: events that come every week become windows, whole days become freezes.

use ical::PropertyParser;
use ical::property::Property;
use jiff::civil::{Date, DateTime, Time};

use super::{Entry, Read, When, known_zone, rrule};

/// How many properties of one event are looked at.
const MOST_PROPERTIES: usize = 200;

/// What an event says, as far as it matters.
#[derive(Debug, Default)]
struct Event {
    properties: Vec<Property>,
}

pub(super) fn entries(text: &str, today: Date) -> Vec<Read> {
    let (mut events, mut open, mut zone) = (Vec::new(), None, None);
    for read in PropertyParser::from_reader(text.as_bytes()) {
        let Ok(property) = read else {
            events.push(Err("a line that is no property of a calendar".to_owned()));
            continue;
        };
        let value = property.value.as_deref().unwrap_or_default().trim();
        match (property.name.to_uppercase().as_str(), value.to_uppercase().as_str()) {
            ("BEGIN", "VEVENT") => open = Some(Event::default()),
            ("END", "VEVENT") => events.extend(open.take().map(|event: Event| told(&event, zone.as_deref(), today))),
            ("X-WR-TIMEZONE", _) => zone = Some(value.to_owned()),
            _ => {
                if let Some(event) = open.as_mut().filter(|event| event.properties.len() < MOST_PROPERTIES) {
                    event.properties.push(property);
                }
            }
        }
    }
    if open.is_some() {
        events.push(Err("the last event has no end: the file is cut off".to_owned()));
    }
    events
}

fn told(event: &Event, zone: Option<&str>, today: Date) -> Read {
    let name = event.text("SUMMARY").unwrap_or_else(|| "event".to_owned());
    entry(event, &name, zone, today).map_err(|why| format!("event {}: {why}", super::emit::line(&name)))
}

fn entry(event: &Event, name: &str, zone: Option<&str>, today: Date) -> Read {
    let (start, is_day) = event.moment("DTSTART").ok_or("it has no DTSTART that can be read")?;
    let lasts_a_day = || if is_day { start.tomorrow().ok() } else { None };
    let end = event.moment("DTEND").map(|(end, _)| end).or_else(lasts_a_day);
    let end = end.filter(|end| *end > start).ok_or("it has no DTEND after its DTSTART (DURATION is not read)")?;
    if event.value("EXDATE").is_some() || event.value("RDATE").is_some() {
        return Err("it has exceptions (EXDATE, RDATE)".to_owned());
    }
    let zone = event.zone("DTSTART").or(zone.map(str::to_owned)).unwrap_or_else(|| "UTC".to_owned());
    let (zone, rule) = (known_zone(&zone)?, event.value("RRULE"));
    let made = |allows, when, notes| Ok(Entry { name: name.to_owned(), allows, when, zone: zone.clone(), notes });
    match rule {
        None if is_day || start.date() != end.date() => made(false, When::Dates(vec![(start, end)]), Vec::new()),
        None => Err("it is some hours of one day: pv has windows of every week and freezes of whole days".to_owned()),
        Some(rule) if rule.to_uppercase().contains("FREQ=YEARLY") => made(
            false,
            yearly(rule, (start, end), today)?,
            vec!["it comes every year: import it again then".to_owned()],
        ),
        Some(_) if is_day => {
            Err("it is a whole day that comes again and again: write the window of the other days".to_owned())
        }
        Some(rule) => {
            let weekday = u32::try_from(start.date().weekday().to_monday_zero_offset()).ok();
            let minute = u32::try_from(i32::from(start.hour()) * 60 + i32::from(start.minute())).ok();
            let (starts, notes) = rrule::weekly(rule, weekday, minute)?;
            let minutes = u32::try_from(end.duration_since(start).as_mins()).unwrap_or(u32::MAX);
            made(true, When::Weekly(starts.into_iter().map(|start| (start, minutes)).collect()), notes)
        }
    }
}

/// The next time that something comes that comes on one date every year.
fn yearly(rule: &str, (start, end): (DateTime, DateTime), today: Date) -> Result<When, String> {
    let parts = rrule::parts(rule);
    if parts.keys().any(|name| !matches!(name.as_str(), "FREQ" | "BYMONTH" | "BYMONTHDAY" | "WKST")) {
        return Err("it comes on another date every year".to_owned());
    }
    let in_year = |year: i16| {
        let moved = |at: DateTime, year: i16| at.with().year(year).build().ok();
        let years = end.year() - start.year();
        Some((moved(start, year)?, moved(end, year.checked_add(years)?)?))
    };
    let years = [today.year(), today.year().saturating_add(1)];
    let next = years.into_iter().filter_map(in_year).find(|(_, end)| end.date() > today);
    next.map(|next| When::Dates(vec![next])).ok_or_else(|| "it does not come in the year ahead".to_owned())
}

impl Event {
    fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name.eq_ignore_ascii_case(name))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.property(name)?.value.as_deref().map(str::trim)
    }

    /// A text without its escapes.
    fn text(&self, name: &str) -> Option<String> {
        let text = self.value(name)?.replace("\\,", ",").replace("\\;", ";").replace("\\n", " ").replace("\\N", " ");
        Some(text).filter(|text| !text.trim().is_empty())
    }

    /// The moment of a property, and whether it is a whole day.
    fn moment(&self, name: &str) -> Option<(DateTime, bool)> {
        let value = self.value(name)?;
        moment(value).map(|at| (at, value.len() == 8))
    }

    fn zone(&self, name: &str) -> Option<String> {
        let property = self.property(name)?;
        let mut parameters = property.params.iter().flatten();
        let named = parameters.find(|(name, _)| name.eq_ignore_ascii_case("TZID"));
        let utc = property.value.as_deref().is_some_and(|value| value.trim().ends_with(['Z', 'z']));
        named.and_then(|(_, values)| values.first().cloned()).or_else(|| utc.then(|| "UTC".to_owned()))
    }
}

/// A date or a date with a time: `20261106`, `20261106T100000`, `20261106T100000Z`.
pub(super) fn moment(text: &str) -> Option<DateTime> {
    let text = text.trim().trim_end_matches(['Z', 'z']);
    let (day, time) = text.split_once(['T', 't']).unwrap_or((text, "000000"));
    let number = |text: &str, from: usize, to: usize| {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        digits.and_then(|digits| digits.parse::<i16>().ok())
    };
    let small = |text: &str, from| number(text, from, from + 2).and_then(|number| i8::try_from(number).ok());
    if day.len() != 8 || time.len() != 6 {
        return None;
    }
    let date = Date::new(number(day, 0, 4)?, small(day, 4)?, small(day, 6)?).ok()?;
    let time = Time::new(small(time, 0)?, small(time, 2)?, small(time, 4)?, 0).ok()?;
    Some(date.to_datetime(time))
}
