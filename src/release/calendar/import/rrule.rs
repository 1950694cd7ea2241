//! Recurrence rules (RFC 5545), the part of them that comes every day or every week.

use std::collections::BTreeMap;

/// The days, as the rule names them, from Monday on.
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The parts of a rule by their names, such as `FREQ` and `BYDAY`.
pub(super) fn parts(rule: &str) -> BTreeMap<String, String> {
    let line = rule.lines().find(|line| line.contains("FREQ=")).unwrap_or(rule);
    let rule = line.trim().strip_prefix("RRULE:").unwrap_or(line.trim());
    let part = |part: &str| {
        part.split_once('=').map(|(name, value)| (name.trim().to_uppercase(), value.trim().to_uppercase()))
    };
    rule.split(';').take(32).filter_map(part).collect()
}

/// The minutes since Monday 00:00 at which something comes that first came on `weekday` (from Monday) at `minute` of the
/// day, and what of the rule was left out.
pub(super) fn weekly(rule: &str, weekday: Option<u32>, minute: Option<u32>) -> Result<(Vec<u32>, Vec<String>), String> {
    let parts = parts(rule);
    let get = |name: &str| parts.get(name).map(String::as_str);
    let named = get("BYDAY").map(days).transpose()?;
    let days = match (get("FREQ"), named, weekday) {
        (Some("DAILY" | "WEEKLY"), Some(days), _) => days,
        (Some("DAILY"), None, _) => (0..7).collect(),
        (Some("WEEKLY"), None, Some(day)) => vec![day],
        (Some("WEEKLY"), None, None) => return Err("a weekly rule names no days (BYDAY)".to_owned()),
        (Some(other), ..) => return Err(format!("FREQ={} is neither daily nor weekly", super::emit::line(other))),
        (None, ..) => return Err("the rule has no FREQ".to_owned()),
    };
    if get("INTERVAL").is_some_and(|interval| interval != "1") {
        return Err("INTERVAL is not 1: it does not come every week".to_owned());
    }
    let unknown = ["BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYSECOND"];
    if let Some(name) = unknown.into_iter().find(|name| *name != "BYSECOND" && get(name).is_some()) {
        return Err(format!("{name} picks some weeks only"));
    }
    let hours = numbers(get("BYHOUR"), minute.map(|minute| minute / 60), 23)?;
    let minutes = numbers(get("BYMINUTE"), Some(minute.map_or(0, |minute| minute % 60)), 59)?;
    let notes = ["UNTIL", "COUNT"].into_iter().filter_map(|name| {
        Some(format!("{name}={} is left out: the window has no end", super::emit::line(get(name)?)))
    });
    let of_day =
        hours.iter().flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute)).take(48).collect::<Vec<_>>();
    Ok((days.iter().flat_map(|day| of_day.iter().map(move |minute| day * 1_440 + minute)).collect(), notes.collect()))
}

fn days(text: &str) -> Result<Vec<u32>, String> {
    let day = |name: &str| {
        let at = DAYS.iter().position(|day| *day == name.trim()).and_then(|at| u32::try_from(at).ok());
        at.ok_or_else(|| format!("BYDAY={} is not a day of every week", super::emit::line(name)))
    };
    text.split(',').take(32).map(day).collect()
}

fn numbers(text: Option<&str>, otherwise: Option<u32>, most: u32) -> Result<Vec<u32>, String> {
    let Some(text) = text else {
        return otherwise.map(|one| vec![one]).ok_or_else(|| "it has no time of day (BYHOUR)".to_owned());
    };
    let number = |text: &str| text.trim().parse().ok().filter(|number| *number <= most);
    let wrong = || format!("`{}` is no list of hours or minutes", super::emit::line(text));
    text.split(',').take(64).map(|one| number(one).ok_or_else(wrong)).collect()
}
