//! When releases may ship: the time zone, the windows, the freezes.

use std::collections::BTreeSet;

use super::civil::{CivilDate, TimeOfDay, Weekday};
use super::concerned::Concerned;
use super::keys::{CALENDAR, FREEZE, WINDOW};
use super::raw::{Table, Value, Wrong, refuse_twins};
use super::zone;
use crate::domain::Place;

/// What `until` says of a freeze without an end.
pub(super) const LIFTED: &str = "lifted";

/// How many windows, and how many freezes, there may be: what is looked ahead over stays quick.
const MOST: usize = 400;

/// `[calendar]`, `[[window]]` and `[[freeze]]`.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    /// The IANA name of the zone in which windows and freezes are meant; always there when one of them is.
    pub time_zone: Option<String>,
    /// The days, in the order of the week, with full on-call cover; `None`: every day.
    pub on_call: Option<Vec<Weekday>>,
    /// When releases may ship; none: whenever no freeze forbids it.
    pub windows: Vec<Window>,
    /// When they may not.
    pub freezes: Vec<Freeze>,
    /// Where `[calendar]` is written.
    pub place: Option<Place>,
}

impl Calendar {
    /// The days with cover where nothing is said: Monday to Friday where there are windows, else every day.
    pub(super) fn usual_on_call(windows: &[Window]) -> Option<Vec<Weekday>> {
        let working_days = || Weekday::ALL.into_iter().map(|(_, day)| day).take(5).collect();
        (!windows.is_empty()).then(working_days)
    }
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
    /// The artefacts that it is for; `None`: all that no window names.
    pub scope: Option<Concerned>,
    /// Its own zone, where it is not the calendar's.
    pub time_zone: Option<String>,
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
    /// The first day that is free again, later than `start`; `None`: it lasts until it is lifted.
    pub end: Option<CivilDate>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The artefacts that are frozen; `None`: all.
    pub scope: Option<Concerned>,
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
    for tables in [&windows, &freezes] {
        refuse_twins(tables);
        refuse_more(tables);
    }
    let (zone, on_call) = calendar.map(|table| (zone(&table), days_on_call(&table))).unwrap_or_default();
    let windows: Vec<Window> = windows.iter().filter_map(window).collect();
    Calendar {
        time_zone: zone,
        on_call: on_call.or_else(|| Calendar::usual_on_call(&windows)),
        windows,
        freezes: freezes.iter().filter_map(freeze).collect(),
        place: calendar.map(|table| table.place()),
    }
}

fn zone(table: &Table<'_>) -> Option<String> {
    table.must("time-zone")?.read(zone::read)
}

/// In the order of the week, each once: the same days, however they are written.
fn days_on_call(table: &Table<'_>) -> Option<Vec<Weekday>> {
    let days: BTreeSet<Weekday> = weekdays(&table.get("on-call")?).into_iter().collect();
    Some(days.into_iter().collect())
}

fn refuse_more(tables: &[Table<'_>]) {
    if let Some(first) = tables.get(MOST) {
        let help = format!("keep at most {MOST}: take out those that are over");
        first.fault("too-many", Wrong::new(format!("this is one more than {MOST}"), help));
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
    let scope = scope(table);
    let time_zone = table.get("time-zone").and_then(|value| value.read(zone::read));
    let place = table.place();
    Some(Window { name: name?.to_owned(), days: days?, from: from?, to: to?, scope, time_zone, place })
}

fn weekdays(value: &Value<'_>) -> Vec<Weekday> {
    value.some_items().iter().filter_map(|day| day.one_of("day of the week", &Weekday::ALL)).collect()
}

fn scope(table: &Table<'_>) -> Option<Concerned> {
    table.get("scope").map(|value| Concerned::read(&value))
}

fn freeze(table: &Table<'_>) -> Option<Freeze> {
    let text = |key| table.must(key).and_then(|value| value.text()).map(str::to_owned);
    let (name, reason, owner) = (text("name"), text("reason"), text("owner"));
    let start = table.must("start").and_then(|value| CivilDate::of(&value.date()?));
    let end = end(table, start);
    Some(Freeze {
        name: name?,
        start: start?,
        end: end?,
        reason: reason?,
        owner: owner?,
        scope: scope(table),
        place: table.place(),
    })
}

/// `end`, or `until = "lifted"`: one of them.
#[expect(clippy::option_option, reason = "a fault, a freeze without an end, and one with it are three things")]
fn end(table: &Table<'_>, start: Option<CivilDate>) -> Option<Option<CivilDate>> {
    if let Some(until) = table.get("until") {
        if let Some(end) = table.get("end") {
            let help = "keep `end` where the day is known, else `until`";
            end.fault("bad-value", Wrong::new("a freeze ends on a day or when it is lifted, not both", help));
        }
        return until.one_of("end of a freeze", &[(LIFTED, ())]).map(|()| None);
    }
    let value = table.must("end")?;
    let end = CivilDate::of(&value.date()?)?;
    if let Some(start) = start.filter(|start| *start >= end) {
        let help = "`end` is the first free day, so it comes after `start`";
        value.fault("bad-value", Wrong::new(format!("the freeze would end before it starts on {start}"), help));
    }
    Some(Some(end))
}
