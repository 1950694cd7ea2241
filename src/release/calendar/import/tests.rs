//! What becomes of each sort of calendar, of damaged ones too.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{Imported, Source, read};
use crate::config::Config;

const TODAY: Date = date(2026, 11, 21);

const SAMPLES: [(Source, &str); 4] = [
    (Source::ArgoCd, include_str!("../../../../fixtures/calendars/argocd.yaml")),
    (Source::Kargo, include_str!("../../../../fixtures/calendars/kargo.yaml")),
    (Source::Gitlab, include_str!("../../../../fixtures/calendars/gitlab.json")),
    (Source::Ics, include_str!("../../../../fixtures/calendars/change.ics")),
];

/// What was imported, read back: windows and freezes in one line each.
fn back(imported: &Imported) -> Vec<String> {
    let calendar = Config::parse("pv.toml", &imported.text, &BTreeMap::new()).unwrap().calendar;
    let windows = calendar.windows.iter().map(|window| {
        let zone = window.time_zone.as_ref().map(|zone| format!(" {zone}")).unwrap_or_default();
        format!("{}: {} {}–{}{zone}", window.name, super::super::words::days(&window.days), window.from, window.to)
    });
    let freezes = calendar.freezes.iter().map(|freeze| {
        format!("{}: {} to {}", freeze.name, freeze.start, freeze.end.map(|end| end.to_string()).unwrap_or_default())
    });
    let zone = calendar.time_zone.clone().into_iter();
    zone.chain(windows).chain(freezes).collect()
}

fn sample(source: Source) -> Imported {
    let (_, text) = SAMPLES.into_iter().find(|(one, _)| *one == source).unwrap();
    let guessed = read(text, None, TODAY).unwrap();
    assert_eq!(read(text, Some(source), TODAY).unwrap(), guessed, "the format is guessed");
    guessed
}

#[test]
fn sync_windows_of_argo_cd() {
    let imported = sample(Source::ArgoCd);
    assert_eq!(
        back(&imported),
        [
            "Asia/Kolkata",
            "support-1: mon–thu 10:00–12:00",
            "support-1-2: mon–thu 13:00–15:00",
            "support-3: 2026-12-24 to 2026-12-27"
        ]
    );
    assert_eq!(imported.left, 1);
    for told in [
        "support-4: it comes more than 168 times a week",
        "manualSync: true",
        "without the hours that support-2 denies",
    ] {
        assert!(imported.text.contains(told), "{told}: {}", imported.text);
    }
}

#[test]
fn promotion_windows_of_kargo() {
    let imported = sample(Source::Kargo);
    assert_eq!(
        back(&imported),
        [
            "Europe/Berlin",
            "weekdays: mon–thu 10:00–15:00",
            "night: wed 00:00–02:00 America/New_York",
            "night-2: tue 22:00–24:00 America/New_York"
        ]
    );
    assert!(
        imported.text.contains("# Not carried over: promotion window first-monday: FREQ=MONTHLY"),
        "{}",
        imported.text
    );
}

#[test]
fn freeze_periods_of_gitlab() {
    let imported = sample(Source::Gitlab);
    assert_eq!(
        back(&imported),
        [
            "UTC",
            "outside-gitlab-freeze-1: fri 00:00–23:00",
            "outside-gitlab-freeze-1-2: tue–thu 00:00–24:00",
            "outside-gitlab-freeze-1-3: mon 07:00–24:00",
            "gitlab-freeze-2: 2026-12-24 to 2027-01-02"
        ]
    );
    assert_eq!(imported.left, 0);
}

#[test]
fn events_of_an_icalendar() {
    let imported = sample(Source::Ics);
    assert_eq!(
        back(&imported),
        [
            "Asia/Kolkata",
            "Change window: mon–thu 10:00–15:00",
            "Festival week, reduced staffing: 2026-11-06 to 2026-11-11",
            "Republic Day: 2027-01-26 to 2027-01-27"
        ]
    );
    assert!(imported.text.contains("event Board meeting: it is some hours of one day"), "{}", imported.text);
}

#[test]
fn what_is_no_calendar_is_refused() {
    assert!(read("hello", None, TODAY).unwrap_err().contains("--from"));
    assert!(read("[1, ", Some(Source::Gitlab), TODAY).unwrap_err().starts_with("the calendar cannot be read: line 1"));
    assert!(read(&"x".repeat(super::LARGEST + 1), None, TODAY).is_err());
    let nothing = read("[]", Some(Source::Gitlab), TODAY).unwrap();
    assert_eq!((nothing.carried, nothing.left), (0, 0));
}

#[test]
fn hostile_calendars_are_bounded() {
    let window = |schedule: &str, duration: &str| {
        format!("[{{\"kind\": \"deny\", \"schedule\": \"{schedule}\", \"duration\": \"{duration}\"}}]")
    };
    for (schedule, duration) in [
        ("* * * * * *", "1h"),
        ("* * * * *", "9999999999999h"),
        ("0 0 31 2 *", "1h"),
        ("* * 1 * *", "1h"),
        ("@every 1s", "1h"),
        ("0 0 1 1 *", "-1h"),
        ("99 * * * *", "1h"),
    ] {
        let imported = read(&window(schedule, duration), Some(Source::ArgoCd), TODAY).unwrap();
        back(&imported);
    }
    let event = |start: &str, rule: &str| {
        format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:{start}\nDTEND:99991231T235959Z\nRRULE:{rule}\nSUMMARY:x\nEND:VEVENT\n"
        )
    };
    for (start, rule) in [
        ("20260101T000000Z", "FREQ=WEEKLY;COUNT=999999999999"),
        ("99991231T000000Z", "FREQ=YEARLY"),
        ("00000101T000000Z", "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3,4,5,6,7,8,9"),
        ("20260230T250000Z", "FREQ=WEEKLY"),
        ("20240229T000000Z", "FREQ=YEARLY"),
    ] {
        back(&read(&event(start, rule), None, TODAY).unwrap());
    }
    let long = format!("BEGIN:VCALENDAR\n{}\n", "X;A=B".repeat(100_000));
    read(&long, None, TODAY).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever damage a calendar has taken: it is refused in words, or what it becomes is a pv.toml.
    #[test]
    fn a_damaged_calendar_is_refused_or_read(
        which in 0..SAMPLES.len(), at in 0..2_000usize, length in 0..60usize,
        put in "[\"'#\\[\\]{}:;=,*/0-9A-Za-zé\n\t@ -]{0,6}"
    ) {
        let (source, text) = SAMPLES[which];
        let from = text.floor_char_boundary(at.min(text.len()));
        let to = text.floor_char_boundary((from + length).min(text.len()));
        let damaged = format!("{}{put}{}", &text[..from], &text[to..]);
        if let Ok(imported) = read(&damaged, Some(source), TODAY) {
            prop_assert!(Config::parse("pv.toml", &imported.text, &BTreeMap::new()).is_ok(), "{}", imported.text);
        }
    }
}
