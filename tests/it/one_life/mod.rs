//! One whole life of a change, typed: from the edit by a canary, a bad signal and a rollback to the release that holds;
//! and the same life with `kill -9` at any moment of every command that records something.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "edits files; a failed step is a failed test")]

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

mod deeds;
mod product;

use crate::runs::json_of;
use crate::world::World;
use deeds::What::{Answers, Edits, Records, Writes};
use deeds::life;
use product::world;

/// `05 11:00` as an instant of November in Kolkata.
fn instant(short: &str) -> String {
    let (day, time) = short.split_once(' ').unwrap();
    format!("2026-11-{day}T{time}:00+05:30[Asia/Kolkata]")
}

/// That instant, some seconds later.
fn shifted(short: &str, seconds: i64) -> String {
    let zoned: jiff::Zoned = instant(short).parse().unwrap();
    zoned.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap().to_string()
}

/// What `pv at` says of an instant, in short: the live release, and what is served of the feature's parts.
fn state(world: &World, at: &str) -> String {
    let told = json_of(&world.repo, &["at", "--at", at]);
    let served = |id: &str| match told["artefacts"][id].as_array() {
        None => "-".to_owned(),
        Some(all) => all.iter().map(shown).collect::<Vec<_>>().join("+"),
    };
    format!(
        "{} tool {} prompt {} cases {} index {} flag {}",
        told["live"].as_str().unwrap_or("-"),
        served("tool:lookup_refund_eligibility"),
        served("prompt:explain_refund"),
        served("eval:greetings"),
        served("index:refund_policies"),
        told["flags"].get("refund_explanation_v1").map_or_else(|| "-".to_owned(), ToString::to_string),
    )
}

fn shown(served: &serde_json::Value) -> String {
    let version = served["version"].as_str().unwrap();
    if served["as"] == "stable" { version.to_owned() } else { format!("{version}@{}", served["share"]) }
}

/// A command line with the digest of the plan that was written in the place of `DIGEST`.
fn line(world: &World, line: &str) -> String {
    let Some((_, rest)) = line.split_once("--name ") else { return line.to_owned() };
    let name = rest.split(' ').next().unwrap();
    let Ok(plan) = std::fs::read(world.repo.path(&format!("releases/{name}/plan.toml"))) else {
        return line.to_owned();
    };
    line.replace("DIGEST", &pv::domain::Digest::of(&plan).to_string())
}

fn assert_verified(world: &World, context: &str) {
    let said = world.repo.pv(&["verify", "--all"]);
    assert!(said.contains("verified") && !said.contains("[exit code"), "{context}: {said}");
}

/// What a command that only answers has to say.
fn assert_answered(world: &World, asked: &str, code: u8, parts: &[&str]) {
    let said = world.pv(asked);
    let ends = if code == 0 { !said.contains("[exit code") } else { said.ends_with(&format!("[exit code {code}]\n")) };
    assert!(ends, "{asked}: {said}");
    parts.iter().for_each(|part| assert!(said.contains(part), "{part} after {asked}: {said}"));
}

/// All events of all releases: `r2/log/0003-step.toml`.
fn events(world: &World) -> Vec<String> {
    let listed = world.repo.git(&["ls-files", "releases"]);
    listed.lines().filter(|path| path.contains("/log/")).map(str::to_owned).collect()
}

#[test]
fn a_whole_life_from_an_edit_to_the_next_release() {
    let world = world();
    let mut before = "r1 tool - prompt - cases 1.0.0 index - flag -".to_owned();
    let mut moments: BTreeMap<String, String> = BTreeMap::new();
    for (at, what) in life() {
        world.on(&instant(at));
        match what {
            Edits(edit) => edit(&world),
            Answers(asked, code, parts) => assert_answered(&world, asked, code, parts),
            Writes(typed) => drop(world.must(&line(&world, typed))),
            Records(typed, after) => {
                world.must(&line(&world, typed));
                for (seconds, expected) in [(-1, &*before), (0, after), (1, after)] {
                    assert_eq!(state(&world, &shifted(at, seconds)), expected, "{seconds} s from {at}: {typed}");
                }
                assert_verified(&world, typed);
                assert_eq!(world.repo.git(&["status", "--porcelain"]), "", "{typed}");
                before = after.to_owned();
                moments.insert(instant(at), before.clone());
            }
        }
    }
    for (at, expected) in &moments {
        assert_eq!(state(&world, at), *expected, "{at}, seen from the end");
    }
    let status = world.repo.git(&["tag", "--list"]);
    assert_eq!(status, "pv/r1\npv/r2\npv/r4");
}

/// A number of a row that looks like chance, from 0 to 1.
fn chance(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as f64 / f64::from(1_u32 << 31)
}

/// Runs a command line and kills it, with the git that it started, after `delay`; whether that cut it off.
fn is_cut_off(world: &World, typed: &str, delay: Duration) -> bool {
    let mut command = world.command(typed);
    let mut child = command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let group = format!("-{}", child.id());
    let signal = |name: &str| {
        world.repo.command("kill").args([name, "--", &group]).stderr(Stdio::null()).status().unwrap().success()
    };
    std::thread::sleep(delay);
    // It may have ended by itself.
    signal("-KILL");
    let status = child.wait().unwrap();
    while signal("-0") {
        std::thread::sleep(Duration::from_millis(2));
    }
    remove_locks(&world.repo.path(".git"));
    status.code().is_none()
}

/// A killed git leaves its own locks behind; it names them itself, and only the user knows that they are stale.
fn remove_locks(folder: &Path) {
    for entry in ignore::WalkBuilder::new(folder).standard_filters(false).build().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|extension| extension == "lock") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
}

/// Types a command line once more: it goes on, or says that nothing is left to do.
fn go_on(world: &World, typed: &str, context: &str) {
    let said = world.pv(typed);
    let is_over = ["nothing to roll back", "postmortem::exists"].iter().any(|part| said.contains(part));
    assert!(is_over || !said.contains("[exit code"), "{context}: {said}");
    if typed.contains("--commit") {
        assert_eq!(world.repo.git(&["status", "--porcelain"]), "", "{context}: nothing is left over");
    }
}

/// The life, each of whose commands that write `write` types.
fn lived(mut write: impl FnMut(&World, &str)) -> World {
    let world = world();
    for (at, what) in life() {
        world.on(&instant(at));
        match what {
            Edits(edit) => edit(&world),
            Writes(typed) | Records(typed, _) => write(&world, &line(&world, typed)),
            Answers(..) => {}
        }
    }
    world
}

#[test]
fn killed_at_any_moment_and_continued_it_is_the_same_life() {
    let (mut seed, mut cut_off, mut usual) = (0x5eed_1ace_u64, 0, Duration::from_millis(60));
    let undisturbed = lived(|world, typed| {
        let start = Instant::now();
        world.must(typed);
        usual = usual.mul_f64(0.7) + start.elapsed().mul_f64(0.3);
    });
    let killed = lived(|world, typed| {
        let delay = usual.mul_f64(chance(&mut seed) * 1.1);
        let was_cut_off = is_cut_off(world, typed, delay);
        cut_off += u32::from(was_cut_off);
        let context = format!("killed after {delay:?}: {typed}");
        assert_verified(world, &context);
        go_on(world, typed, &context);
    });
    assert!(cut_off >= 25, "only {cut_off} commands were cut off: the test proves nothing");
    assert_eq!(events(&killed), events(&undisturbed));
    assert_verified(&killed, "at the end");
    let lock = |world: &World| std::fs::read_to_string(world.repo.path("pv.lock")).unwrap();
    assert_eq!(lock(&killed), lock(&undisturbed));
    for (at, what) in life() {
        if let Records(typed, after) = what {
            let told = |world: &World| json_of(&world.repo, &["at", "--at", &instant(at)]);
            assert_eq!(told(&killed), told(&undisturbed), "{at}: {typed}");
            assert_eq!(state(&killed, &instant(at)), after, "{at}: {typed}");
        }
    }
    killed.repo.git(&["fsck", "--strict", "--no-dangling"]);
}
