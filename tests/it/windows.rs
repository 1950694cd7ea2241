//! `pv window`: windows and freezes.

use crate::harness::{Repo, scenario, ungated};

const FRIDAY: &str = "2026-11-20T14:00:00+05:30[Asia/Kolkata]";
const MONDAY: &str = "2026-11-23T11:00:00+05:30[Asia/Kolkata]";

/// The course's window and a freeze, and more of pv.toml behind it.
fn calendar(more: &str) -> Repo {
    let repo = Repo::new();
    let calendar = "[calendar]\ntime-zone = \"Asia/Kolkata\"\n\n[[window]]\nname = \"standard\"\n\
                    days = [\"mon\", \"tue\", \"wed\", \"thu\"]\nfrom = \"10:00\"\nto = \"15:00\"\n";
    repo.write("pv.toml", format!("{calendar}{more}\n{}", ungated())).write("prompts/a.md", "# Hello\n");
    repo.commit("base");
    repo
}

const DIWALI: &str = "\n[[freeze]]\nname = \"diwali-2026\"\nstart = 2026-11-06\nend = 2026-11-11\n\
                      reason = \"reduced staffing\"\nowner = \"platform-lead\"\n";

#[test]
fn friday_is_closed_for_two_reasons_and_names_monday() {
    let repo = Repo::new();
    repo.replay("refund-explanation");
    let said = repo.pv(&["window", "check", "--at", FRIDAY]);
    insta::assert_snapshot!(said, @r#"
    for the steps of a prompt, since no plan is named: 5% 1d, 25% 1d, 50% 1d, 100% 1d

    closed: Fri 20 Nov 2026 14:00 IST is outside window "standard" (pv.toml:52): mon–thu 10:00–15:00 Asia/Kolkata  [window/closed]

    closed: the hold of 24h after step 1 (5%) would reach into Sat 21 Nov 2026, and nobody is on call then (on-call = mon–fri)  [window/hold-uncovered]

    next opening that fits this plan: Mon 23 Nov 2026 10:00 IST

    step  what  hold  earliest
    1     5%    1d    Mon 23 Nov 2026 10:00 IST
    2     25%   1d    Tue 24 Nov 2026 10:00 IST
    3     50%   1d    Wed 25 Nov 2026 10:00 IST
    4     100%  1d    Thu 26 Nov 2026 10:00 IST
    [exit code 4]
    "#);
    let said = repo.pv(&["window", "check", "--at", MONDAY]);
    assert!(said.ends_with("open: every step fits from now on\n"), "{said}");
    assert!(scenario("refund-explanation").exists());
}

#[test]
fn a_freeze_is_told_with_its_line_and_its_end() {
    let repo = calendar(DIWALI);
    let said = repo.pv(&["window", "check", "--at", "2026-11-10T11:00:00+05:30"]);
    assert!(said.contains("closed: freeze \"diwali-2026\" (pv.toml:10) until Wed 11 Nov 2026 00:00 IST"), "{said}");
    assert!(said.contains("next opening that fits this plan: Wed 11 Nov 2026 10:00 IST"), "{said}");
    assert!(said.ends_with("[exit code 4]\n"), "{said}");
}

#[test]
fn steps_of_ones_own_are_asked_about() {
    let repo = calendar(DIWALI);
    let ask = |at: &str, steps: &[&str]| {
        let steps = steps.iter().flat_map(|step| ["--steps", step]);
        repo.pv(&["window", "check", "--at", at].into_iter().chain(steps).collect::<Vec<_>>())
    };
    assert!(ask("2026-11-26T11:00:00+05:30", &["100% 24h"]).ends_with("open: every step fits from now on\n"));
    let ahead = ask("2026-11-05T11:00:00+05:30", &["5% 1h", "100% 24h"]);
    assert!(!ahead.contains("[window/"), "an hour later it is done: {ahead}");
    let ahead = ask("2026-11-05T14:30:00+05:30", &["5% 1h", "100% 24h"]);
    assert!(ahead.contains("[window/freeze-ahead]"), "{ahead}");
    let long = ask(MONDAY, &["5% 120h", "100% 24h"]);
    assert!(long.contains("note: the hold of 5d"), "{long}");
    let wrong = ask(MONDAY, &["5 %"]);
    assert!(wrong.contains("[exit code 2]"), "{wrong}");
}

#[test]
fn the_calendar_is_listed_in_order() {
    let repo = calendar(DIWALI);
    insta::assert_snapshot!(repo.pv(&["window", "list", "--at", "2026-11-03T18:00:00+05:30"]), @r#"
    window    hours                             for         next opening              until                     written
    standard  mon–thu 10:00–15:00 Asia/Kolkata  everything  Wed 4 Nov 2026 10:00 IST  Wed 4 Nov 2026 15:00 IST  pv.toml:4

    freeze       why                                     for         from                      until                      written
    diwali-2026  reduced staffing (owner platform-lead)  everything  Fri 6 Nov 2026 00:00 IST  Wed 11 Nov 2026 00:00 IST  pv.toml:10
    "#);
    let said = repo.pv(&["window", "next", "--count", "3", "--at", FRIDAY]);
    assert!(said.contains("Mon 23 Nov 2026 10:00 IST") && said.contains("Wed 25 Nov 2026 10:00 IST"), "{said}");
}

#[test]
fn the_lint_names_what_is_odd() {
    let odd = "\n[[window]]\nname = \"night\"\ndays = [\"sun\", \"sun\"]\nfrom = \"02:30\"\nto = \"03:30\"\n\
               time-zone = \"Europe/Berlin\"\n\
               [[window]]\nname = \"again\"\ndays = [\"mon\"]\nfrom = \"14:00\"\nto = \"16:00\"\n\
               [[window]]\nname = \"data\"\ndays = [\"tue\"]\nfrom = \"14:00\"\nto = \"16:00\"\nscope = [\"index:nothing\"]\n\
               [[freeze]]\nname = \"old\"\nstart = 2020-01-01\nend = 2020-01-02\nreason = \"r\"\nowner = \"o\"\n\
               [[freeze]]\nname = \"endless\"\nstart = 2020-01-01\nuntil = \"lifted\"\nreason = \"r\"\nowner = \"o\"\n\
               scope = [\"index:nothing\"]\n";
    let said = calendar(odd).pv(&["window", "lint", "--at", MONDAY]);
    for told in [
        "window \"data\" is not open once in the 90 days after Mon 23 Nov 2026 11:00 IST (pv.toml:21)  [window/never-opens]",
        "window \"night\" names sun twice",
        "window \"again\" overlaps window \"standard\" (pv.toml:4) and has the same scope",
        "skips or repeats a bound of window \"night\" (02:30–03:30) on Sun 28 Mar 2027 and Sun 31 Oct 2027",
        "freeze \"old\" ended Thu 2 Jan 2020 00:00 IST",
        "freeze \"endless\" has no end (owner o)",
        "the scope of window \"data\" names no artefact with `index:nothing`",
        "1 window does not open",
        "[exit code 1]",
    ] {
        assert!(said.contains(told), "{told}\n{said}");
    }
    assert_eq!(calendar("").pv(&["window", "lint", "--at", MONDAY]), "the calendar is sound\n");
}

#[test]
fn a_zone_that_nobody_knows_is_a_fault_of_the_configuration() {
    let repo = calendar("");
    let text = std::fs::read_to_string(repo.path("pv.toml")).unwrap();
    repo.write("pv.toml", text.replace("Asia/Kolkata", "Asia/Kolkatta"));
    let said = repo.pv(&["window", "check", "--at", MONDAY]);
    assert!(
        said.contains("`Asia/Kolkatta` is no time zone") && said.contains("did you mean `Asia/Kolkata`?"),
        "{said}"
    );
    assert!(said.ends_with("[exit code 2]\n"), "{said}");
}

#[test]
fn scopes_and_ends_of_freezes_are_checked() {
    let faulty = "[[freeze]]\nname = \"x\"\nstart = 2026-11-06\nend = 2026-11-07\nuntil = \"lifted\"\nreason = \"r\"\n\
                  owner = \"o\"\nscope = [\"promt:*\"]\n[[freeze]]\nname = \"y\"\nstart = 2026-11-06\nreason = \"r\"\n\
                  owner = \"o\"\n[[freeze]]\nname = \"z\"\nstart = 2026-11-06\nend = 2026-11-07\n";
    let said = calendar(faulty).pv(&["window", "lint"]);
    for told in [
        "a freeze ends on a day or when it is lifted, not both",
        "`promt` is no kind",
        "did you mean `prompt`?",
        "[[freeze]] needs `end`",
        "[[freeze]] needs `reason`",
        "[[freeze]] needs `owner`",
        "[exit code 2]",
    ] {
        assert!(said.contains(told), "{told}\n{said}");
    }
}

#[test]
fn what_is_imported_is_a_pv_toml() {
    for (file, first) in [
        ("argocd.yaml", "name = \"support-1\""),
        ("kargo.yaml", "name = \"weekdays\""),
        ("gitlab.json", "name = \"gitlab-freeze-2\""),
        ("change.ics", "name = \"Festival week, reduced staffing\""),
    ] {
        let path = format!("{}/fixtures/calendars/{file}", env!("CARGO_MANIFEST_DIR"));
        let repo = Repo::new();
        let output = repo.command(env!("CARGO_BIN_EXE_pv")).args(["window", "import", &path, "--at", MONDAY]).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let toml = String::from_utf8(output.stdout).unwrap();
        assert!(toml.contains(first), "{toml}");
        repo.write("pv.toml", &toml);
        let said = repo.pv(&["window", "list", "--at", MONDAY]);
        assert!(!said.contains("[exit code"), "{said}\n{toml}");
    }
    let repo = Repo::new();
    repo.write("nothing.json", "[{\"freeze_start\": \"x\"}]");
    let said = repo.pv(&["window", "import", "nothing.json"]);
    assert!(said.contains("# Not carried over: freeze period 1") && said.ends_with("[exit code 1]\n"), "{said}");
}
