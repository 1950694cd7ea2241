//! When releases may ship: the time zone, the windows, the freezes.

use super::civil::{CivilDate, TimeOfDay, Weekday};
use super::keys::{CALENDAR, FREEZE, WINDOW};
use super::raw::{Table, Value, Wrong, printable, refuse_twins};
use crate::domain::Place;

/// `[calendar]`, `[[window]]` and `[[freeze]]`.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    /// The IANA name of the zone in which windows and freezes are meant; always there when one of them is.
    pub time_zone: Option<String>,
    /// When releases may ship; none: whenever no freeze forbids it.
    pub windows: Vec<Window>,
    /// When they may not.
    pub freezes: Vec<Freeze>,
}

/// Hours of the week in which releases may ship.
#[derive(Debug, Clone)]
pub struct Window {
    /// Its name.
    pub name: String,
    /// The days, as written.
    pub days: Vec<Weekday>,
    /// The first minute.
    pub from: TimeOfDay,
    /// The first minute that is outside again; later than `from`.
    pub to: TimeOfDay,
    /// Where it is written.
    pub place: Place,
}

/// Days on which nothing but an emergency ships.
#[derive(Debug, Clone)]
pub struct Freeze {
    /// Its name.
    pub name: String,
    /// The first day.
    pub start: CivilDate,
    /// The first day that is free again; later than `start`.
    pub end: CivilDate,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it is written.
    pub place: Place,
}

pub(super) fn read(root: &Table<'_>) -> Calendar {
    let windows = root.tables("window", &WINDOW);
    let freezes = root.tables("freeze", &FREEZE);
    let calendar = root.table("calendar", &CALENDAR);
    if let (None, Some(first)) = (calendar, windows.first().or(freezes.first())) {
        let help = "add [calendar] with `time-zone`, such as \"Asia/Kolkata\": the one where the on-call is";
        first.fault("missing-key", Wrong::new("a window or freeze means nothing without a time zone", help));
    }
    refuse_twins(&windows);
    refuse_twins(&freezes);
    Calendar {
        time_zone: calendar.and_then(|calendar| calendar.must("time-zone")?.read(time_zone)),
        windows: windows.iter().filter_map(window).collect(),
        freezes: freezes.iter().filter_map(freeze).collect(),
    }
}

fn window(table: &Table<'_>) -> Option<Window> {
    let name = table.must("name").and_then(|name| name.text());
    let days = table.must("days").map(|days| weekdays(&days));
    let from = table.must("from").and_then(|from| from.read(TimeOfDay::read));
    let until = table.must("to");
    let to = until.and_then(|to| to.read(TimeOfDay::read));
    if let (Some(from), Some(to), Some(value)) = (from, to, until)
        && from >= to
    {
        let help = "write a later time; a window over midnight is two windows";
        value.fault("bad-value", Wrong::new(format!("the window would end before it opens at {from}"), help));
    }
    Some(Window { name: name?.to_owned(), days: days?, from: from?, to: to?, place: table.place() })
}

fn weekdays(value: &Value<'_>) -> Vec<Weekday> {
    value.some_items().iter().filter_map(|day| day.one_of("day of the week", &Weekday::ALL)).collect()
}

fn freeze(table: &Table<'_>) -> Option<Freeze> {
    let text = |key| table.must(key).and_then(|value| value.text()).map(str::to_owned);
    let date = |key| table.must(key).and_then(|value| CivilDate::of(&value.date()?));
    let (name, reason, owner) = (text("name"), text("reason"), text("owner"));
    let (start, end) = (date("start"), date("end"));
    if let (Some(start), Some(end), Some(value)) = (start, end, table.get("end"))
        && start >= end
    {
        let help = "`end` is the first free day, so it comes after `start`";
        value.fault("bad-value", Wrong::new(format!("the freeze would end before it starts on {start}"), help));
    }
    Some(Freeze { name: name?, start: start?, end: end?, reason: reason?, owner: owner?, place: table.place() })
}

fn time_zone(text: &str) -> Result<String, Wrong> {
    let well_formed = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+'))
    };
    let is_zone = text == "UTC" || (text.contains('/') && text.split('/').all(well_formed));
    if is_zone {
        return Ok(text.to_owned());
    }
    let help = "write an IANA name such as \"Asia/Kolkata\" or \"UTC\"; abbreviations and offsets are ambiguous";
    Err(Wrong::new(format!("`{}` is no time zone", printable(text)), help))
}
