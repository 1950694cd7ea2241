//! The calendar on clocks that change, and on plans that meet weekends and freezes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::agenda::Agenda;
use super::{Occasion, ladder, next_fit, project};
use crate::config::{Calendar, Config};
use crate::domain::{ChangeType, Instant, Weight};
use crate::release::checks::Judgement;

/// Mon–Thu, 10:00–15:00 in India, and the festival week: the course's own example.
const STANDARD: &str = "[calendar]\ntime-zone = \"Asia/Kolkata\"\n\
    [[window]]\nname = \"standard\"\ndays = [\"mon\", \"tue\", \"wed\", \"thu\"]\nfrom = \"10:00\"\nto = \"15:00\"\n\
    [[freeze]]\nname = \"diwali-2026\"\nstart = 2026-11-06\nend = 2026-11-11\nreason = \"reduced staffing\"\n\
    owner = \"platform-lead\"\n";

fn calendar(text: &str) -> Calendar {
    Config::parse("pv.toml", text, &BTreeMap::new()).unwrap().calendar
}

/// Open every day from `from` to `to` in `zone`, and frozen over `freeze`.
fn daily(zone: &str, (from, to): (&str, &str), freeze: Option<(&str, &str)>) -> Calendar {
    let freeze = freeze.map(|(start, end)| {
        format!("[[freeze]]\nname = \"f\"\nstart = {start}\nend = {end}\nreason = \"r\"\nowner = \"o\"\n")
    });
    calendar(&format!(
        "[calendar]\ntime-zone = \"{zone}\"\non-call = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]\n\
         [[window]]\nname = \"w\"\ndays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]\n\
         from = \"{from}\"\nto = \"{to}\"\n{}",
        freeze.unwrap_or_default()
    ))
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// The ladder of a change type, as the built-in policy has it.
fn steps(change_type: ChangeType) -> Vec<Occasion> {
    ladder(&Config::default().types[&change_type].steps, None)
}

fn step(weight: &str, hold: u64, artefact: &str) -> Occasion {
    Occasion {
        n: 1,
        label: format!("{artefact} at {weight}"),
        artefacts: BTreeSet::from([artefact.parse().unwrap()]),
        requires: BTreeSet::new(),
        hold: hold * 3_600,
        weight: weight.parse::<Weight>().unwrap(),
        within: 3_600,
    }
}

/// One step that only has to be in a window.
fn registering() -> Vec<Occasion> {
    vec![step("0", 0, "prompt:a")]
}

fn told(judgements: &[Judgement]) -> Vec<(&'static str, String)> {
    judgements.iter().map(|one| (one.refused.check.id, one.refused.message.clone())).collect()
}

fn ids(calendar: &Calendar, occasions: &[Occasion], start: &str) -> Vec<&'static str> {
    project(calendar, occasions, &at(start)).err().iter().flatten().map(|one| one.refused.check.id).collect()
}

/// When each step begins, from the first moment after `start` that fits.
fn starts(calendar: &Calendar, occasions: &[Occasion], start: &str) -> Vec<String> {
    let fit = next_fit(calendar, occasions, &at(start));
    fit.iter().flat_map(|fit| &fit.steps).map(|step| super::moment(&step.at)).collect()
}

/// Until when, and from when on, the only window is open around `moment`.
fn opening(calendar: &Calendar, moment: &str) -> Vec<String> {
    let agenda = Agenda::of(calendar);
    let moment: Timestamp = at(moment).timestamp();
    let spans = agenda.windows()[0].around(moment).filter(|span| span.end > moment).take(1);
    spans.flat_map(|span| [agenda.instant(span.start).to_string(), agenda.instant(span.end).to_string()]).collect()
}

fn frozen(calendar: &Calendar) -> [String; 2] {
    let agenda = Agenda::of(calendar);
    let span = agenda.freezes()[0].span;
    [agenda.instant(span.start).to_string(), agenda.instant(span.end).to_string()]
}

#[test]
fn friday_afternoon_is_refused_twice_and_monday_fits() {
    let (calendar, prompt) = (calendar(STANDARD), steps(ChangeType::Prompt));
    let refused = project(&calendar, &prompt, &at("2026-11-20T14:00+05:30[Asia/Kolkata]")).unwrap_err();
    assert_eq!(
        told(&refused),
        [
            (
                "window/closed",
                "Fri 20 Nov 2026 14:00 IST is outside window \"standard\" (pv.toml:3): mon–thu 10:00–15:00 Asia/Kolkata"
                    .to_owned()
            ),
            (
                "window/hold-uncovered",
                "the hold of 24h after step 1 (5%) would reach into Sat 21 Nov 2026, and nobody is on call then \
                 (on-call = mon–fri)"
                    .to_owned()
            ),
        ]
    );
    let places: Vec<usize> = refused.iter().map(|one| one.place.as_ref().unwrap().line).collect();
    assert_eq!(places, [3, 1]);
    for one in &refused {
        assert_eq!(one.refused.remedy, "next opening that fits this plan: Mon 23 Nov 2026 10:00 IST");
    }
    let fits = project(&calendar, &prompt, &at("2026-11-23T11:00+05:30[Asia/Kolkata]")).unwrap();
    let starts: Vec<String> =
        fits.steps.iter().map(|step| format!("{} {}", step.weight, super::moment(&step.at))).collect();
    assert_eq!(
        starts,
        [
            "5% Mon 23 Nov 2026 11:00 IST",
            "25% Tue 24 Nov 2026 11:00 IST",
            "50% Wed 25 Nov 2026 11:00 IST",
            "100% Thu 26 Nov 2026 11:00 IST"
        ]
    );
    assert_eq!(fits.notes, Vec::<String>::new());
}

#[test]
fn a_plan_that_begins_midweek_waits_over_the_weekend_and_says_so() {
    let fits = project(&calendar(STANDARD), &steps(ChangeType::Prompt), &at("2026-11-25T11:00:00+05:30")).unwrap();
    let starts: Vec<String> = fits.steps.iter().map(|step| super::moment(&step.at)).collect();
    assert_eq!(starts[2..], ["Mon 30 Nov 2026 10:00 IST", "Tue 1 Dec 2026 10:00 IST"]);
    assert_eq!(fits.notes, ["step 2 stands at 25% over Sat–Sun 29 Nov 2026, 2d 23h longer than its hold"]);
}

#[test]
fn a_window_is_half_open() {
    let (calendar, registering) = (calendar(STANDARD), registering());
    for (time, open) in [("09:59:59", false), ("10:00:00", true), ("14:59:59", true), ("15:00:00", false)] {
        let refused = ids(&calendar, &registering, &format!("2026-11-23T{time}+05:30"));
        assert_eq!(refused.is_empty(), open, "{time}");
    }
}

#[test]
fn a_freeze_beats_a_window_and_is_half_open() {
    let (calendar, registering) = (calendar(STANDARD), registering());
    assert_eq!(ids(&calendar, &registering, "2026-11-09T11:00:00+05:30"), ["window/freeze-active"]);
    assert_eq!(ids(&calendar, &registering, "2026-11-11T10:00:00+05:30"), [""; 0]);
    let refused = project(&calendar, &registering, &at("2026-11-10T11:00:00+05:30")).unwrap_err();
    assert_eq!(
        refused[0].refused.message,
        "freeze \"diwali-2026\" (pv.toml:8) until Wed 11 Nov 2026 00:00 IST: reduced staffing (owner platform-lead)"
    );
    assert_eq!(refused[0].refused.remedy, "next opening that fits this plan: Wed 11 Nov 2026 10:00 IST");
}

#[test]
fn a_canary_is_not_left_standing_in_a_freeze() {
    let (calendar, prompt) = (calendar(STANDARD), steps(ChangeType::Prompt));
    let refused = project(&calendar, &prompt, &at("2026-11-04T11:00:00+05:30")).unwrap_err();
    assert_eq!(
        told(&refused),
        [(
            "window/freeze-ahead",
            "step 2 (25%), taken Thu 5 Nov 2026 11:00 IST, would stand in freeze \"diwali-2026\" (pv.toml:8) from \
             Fri 6 Nov 2026 00:00 IST: step 3 (50%) may be taken Wed 11 Nov 2026 10:00 IST at the earliest"
                .to_owned()
        )]
    );
    // One day earlier it is no better, from Monday on it is done before the freeze.
    assert_eq!(ids(&calendar, &prompt, "2026-11-03T11:00:00+05:30"), ["window/freeze-ahead"]);
    assert_eq!(ids(&calendar, &prompt, "2026-11-02T11:00:00+05:30"), [""; 0]);
    assert_eq!(starts(&calendar, &prompt, "2026-11-03T11:00:00+05:30")[0], "Wed 11 Nov 2026 10:00 IST");
}

#[test]
fn what_only_registers_may_wait_before_a_freeze_for_what_exposes() {
    let calendar = calendar(STANDARD);
    let plan = [step("0", 0, "prompt:a"), step("5", 24, "prompt:a"), step("100", 24, "prompt:a")];
    let fits = project(&calendar, &plan, &at("2026-11-05T11:00:00+05:30")).unwrap();
    let starts: Vec<String> = fits.steps.iter().map(|step| super::moment(&step.at)).collect();
    assert_eq!(starts, ["Thu 5 Nov 2026 11:00 IST", "Wed 11 Nov 2026 10:00 IST", "Thu 12 Nov 2026 10:00 IST"]);
}

#[test]
fn the_last_step_needs_cover_for_as_long_as_a_rollback_takes() {
    let late = STANDARD.replace("\"thu\"]", "\"thu\", \"fri\"]").replace("15:00", "24:00");
    let last = [step("100", 48, "prompt:a")];
    assert_eq!(ids(&calendar(&late), &last, "2026-11-20T22:59:00+05:30"), [""; 0]);
    assert_eq!(ids(&calendar(&late), &last, "2026-11-20T23:01:00+05:30"), ["window/cover-short"]);
}

#[test]
fn a_hold_of_four_days_fits_the_working_week_and_one_of_five_can_only_be_told() {
    let calendar = calendar(STANDARD);
    let four = [step("5", 96, "model:m"), step("100", 24, "model:m")];
    assert_eq!(ids(&calendar, &four, "2026-11-23T10:00:00+05:30"), [""; 0]);
    assert_eq!(ids(&calendar, &four, "2026-11-24T10:00:00+05:30"), ["window/hold-uncovered"]);
    assert!(super::uncoverable(&calendar, &four).is_empty());
    let five = [step("5", 120, "model:m"), step("100", 24, "model:m")];
    assert_eq!(ids(&calendar, &five, "2026-11-24T10:00:00+05:30"), [""; 0]);
    assert_eq!(told(&super::uncoverable(&calendar, &five))[0].0, "window/hold-too-long");
}

#[test]
fn a_scope_freezes_what_requires_something_in_it() {
    let text = STANDARD.replace("owner = ", "scope = [\"index:*\"]\nowner = ");
    let mut occasion = step("0", 0, "prompt:a");
    assert_eq!(ids(&calendar(&text), &[occasion.clone()], "2026-11-09T11:00:00+05:30"), [""; 0]);
    occasion.requires.insert("index:policies".parse().unwrap());
    let refused = project(&calendar(&text), &[occasion], &at("2026-11-09T11:00:00+05:30")).unwrap_err();
    assert!(
        refused[0].refused.message.ends_with("; it is for index:policies, which step 1 (prompt:a at 0) requires"),
        "{:?}",
        refused[0].refused.message
    );
}

#[test]
fn what_a_scoped_window_names_ships_in_it_only() {
    let text = format!(
        "{STANDARD}[[window]]\nname = \"data\"\ndays = [\"sat\"]\nfrom = \"02:00\"\nto = \"04:00\"\nscope = [\"index\"]\n"
    );
    let calendar = calendar(&text);
    let (prompt, index) = ([step("0", 0, "prompt:a")], [step("0", 0, "index:i")]);
    assert_eq!(ids(&calendar, &prompt, "2026-11-23T11:00:00+05:30"), [""; 0]);
    assert_eq!(ids(&calendar, &index, "2026-11-23T11:00:00+05:30"), ["window/closed"]);
    assert_eq!(starts(&calendar, &index, "2026-11-23T11:00:00+05:30"), ["Sat 28 Nov 2026 02:00 IST"]);
    assert_eq!(ids(&calendar, &prompt, "2026-11-28T02:00:00+05:30"), ["window/closed"]);
}

#[test]
fn a_region_has_hours_of_its_own() {
    let text = format!(
        "{STANDARD}[[window]]\nname = \"emea\"\ndays = [\"mon\"]\nfrom = \"10:00\"\nto = \"15:00\"\n\
         time-zone = \"Europe/Berlin\"\n"
    );
    // 15:30 in India is 11:00 in Berlin.
    assert_eq!(ids(&calendar(&text), &registering(), "2026-11-23T15:30:00+05:30"), [""; 0]);
    assert_eq!(ids(&calendar(&text), &registering(), "2026-11-24T15:30:00+05:30"), ["window/closed"]);
}

#[test]
fn without_windows_and_freezes_it_is_always_open() {
    let prompt = steps(ChangeType::Prompt);
    let fits = project(&Calendar::default(), &prompt, &at("2026-11-20T14:00:00+05:30")).unwrap();
    assert_eq!(super::moment(&fits.steps[3].at), "Mon 23 Nov 2026 08:30 UTC");
}

#[test]
fn what_is_frozen_until_it_is_lifted_never_fits() {
    let text = STANDARD.replace("end = 2026-11-11", "until = \"lifted\"");
    let refused = project(&calendar(&text), &registering(), &at("2026-12-09T11:00:00+05:30")).unwrap_err();
    assert!(refused[0].refused.message.contains("until it is lifted"), "{:?}", refused[0].refused.message);
    assert!(refused[0].refused.remedy.starts_with("no opening within 400 days"));
    assert_eq!(next_fit(&calendar(&text), &registering(), &at("2026-12-09T11:00:00+05:30")), None);
}

#[test]
fn a_bound_that_the_clock_skips_moves_forward() {
    // Berlin, 29 March 2026: 02:00 becomes 03:00.
    let night = daily("Europe/Berlin", ("02:30", "05:00"), None);
    assert_eq!(
        opening(&night, "2026-03-29T00:30:00Z"),
        ["2026-03-29T03:30:00+02:00[Europe/Berlin]", "2026-03-29T05:00:00+02:00[Europe/Berlin]"]
    );
    let until = daily("Europe/Berlin", ("01:00", "02:30"), None);
    assert_eq!(opening(&until, "2026-03-29T00:30:00Z")[1], "2026-03-29T03:30:00+02:00[Europe/Berlin]");
    // New York, 8 March 2026: 02:00 becomes 03:00.
    let night = daily("America/New_York", ("02:15", "04:00"), None);
    assert_eq!(opening(&night, "2026-03-08T06:30:00Z")[0], "2026-03-08T03:15:00-04:00[America/New_York]");
    // Lord Howe, 4 October 2026: 02:00 becomes 02:30.
    let night = daily("Australia/Lord_Howe", ("02:10", "04:00"), None);
    assert_eq!(opening(&night, "2026-10-03T15:25:00Z")[0], "2026-10-04T02:40:00+11:00[Australia/Lord_Howe]");
}

#[test]
fn a_bound_that_the_clock_repeats_makes_the_window_shorter() {
    // Berlin, 25 October 2026: 03:00 becomes 02:00, so 02:30 comes twice.
    let night = daily("Europe/Berlin", ("02:30", "05:00"), None);
    assert_eq!(opening(&night, "2026-10-24T23:30:00Z")[0], "2026-10-25T02:30:00+01:00[Europe/Berlin]");
    let until = daily("Europe/Berlin", ("01:00", "02:30"), None);
    assert_eq!(opening(&until, "2026-10-24T23:30:00Z")[1], "2026-10-25T02:30:00+02:00[Europe/Berlin]");
    // Lord Howe, 5 April 2026: 02:00 becomes 01:30. Opening and closing in the repeated half hour leaves nothing.
    let nothing = daily("Australia/Lord_Howe", ("01:30", "01:55"), None);
    assert_eq!(opening(&nothing, "2026-04-04T13:30:00Z")[0], "2026-04-06T01:30:00+10:30[Australia/Lord_Howe]");
}

#[test]
fn a_freeze_is_as_long_as_its_days() {
    // Santiago, 6 September 2026: midnight itself is skipped.
    let spring = daily("America/Santiago", ("00:00", "24:00"), Some(("2026-09-06", "2026-09-07")));
    assert_eq!(frozen(&spring)[0], "2026-09-06T01:00:00-03:00[America/Santiago]");
    let ends = daily("America/Santiago", ("00:00", "24:00"), Some(("2026-09-05", "2026-09-06")));
    assert_eq!(frozen(&ends)[1], "2026-09-06T01:00:00-03:00[America/Santiago]");
    // Havana, 1 November 2026: 01:00 becomes 00:00, so midnight comes twice: frozen from the first, until the second.
    let autumn = daily("America/Havana", ("00:00", "24:00"), Some(("2026-11-01", "2026-11-02")));
    assert_eq!(frozen(&autumn)[0], "2026-11-01T00:00:00-04:00[America/Havana]");
    let ends = daily("America/Havana", ("00:00", "24:00"), Some(("2026-10-30", "2026-11-01")));
    assert_eq!(frozen(&ends)[1], "2026-11-01T00:00:00-05:00[America/Havana]");
    let window = daily("America/Havana", ("00:00", "24:00"), None);
    assert_eq!(opening(&window, "2026-11-01T04:10:00Z")[0], "2026-11-01T00:00:00-05:00[America/Havana]");
}

#[test]
fn a_hold_is_absolute_over_a_clock_change() {
    let day = daily("Europe/Berlin", ("00:00", "24:00"), None);
    let fits = project(&day, &steps(ChangeType::Prompt), &at("2026-10-24T12:00:00+02:00")).unwrap();
    assert_eq!(super::moment(&fits.steps[1].at), "Sun 25 Oct 2026 11:00 CET");
}

#[test]
fn the_ends_of_time_are_answered_too() {
    let far = STANDARD.replace("2026-11-06", "0001-01-01").replace("2026-11-11", "9999-12-31");
    for instant in ["2026-11-20T14:00:00Z", "9999-12-30T12:00:00Z", "-009998-01-01T00:00:00Z"] {
        let _ = project(&calendar(&far), &steps(ChangeType::Model), &at(instant));
    }
    let endless = [step("5", u64::MAX / 3_600, "prompt:a"), step("100", 1, "prompt:a")];
    assert_eq!(ids(&calendar(STANDARD), &endless, "2026-11-23T11:00:00+05:30"), ["window/closed"]);
}
