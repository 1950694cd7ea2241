//! The course's emergency: paged at 22:00, personal data on the screen, a fix within two hours, and what it owes.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "makes keys; a failed step is a failed test")]

use crate::runs::Run;
use crate::world::{CASES, World};

const ROLES: &str = "
[roles]
security-lead = [\"security-lead@example.com\"]
platform-lead = [\"platform-lead@example.com\"]
";

/// Tuesday night, when on-call is paged.
const PAGED: &str = "2026-11-24T22:00:00+05:30[Asia/Kolkata]";
/// Half an hour later, when both leads have looked.
const SHIPPED: &str = "2026-11-24T22:30:00+05:30[Asia/Kolkata]";
/// Thursday in the window, two days later.
const LATER: &str = "2026-11-26T11:00:00+05:30[Asia/Kolkata]";

/// What is left out, why, and what is done instead; `·` is a blank.
const LEFT_OUT: [(&str, &str, &str); 3] = [
    ("gate/evidence-missing", "an·eval·takes·four·hours", "run·the·eval·after·promotion"),
    ("window/closed", "it·is·night", "on-call·stays·on·watch"),
    ("rollout/first-step-exceeded", "addresses·are·shown·now", "watch·at·100·percent"),
];

/// The product, with three people who may sign; their keys lie beside the repository.
fn paged() -> World {
    let world = World::released(ROLES);
    let keys = ["on-call", "security-lead", "platform-lead"].map(|name| {
        let path = world.repo.beside(name).display().to_string();
        let made = world.repo.command("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &path]).status();
        assert!(made.unwrap().success());
        let public = std::fs::read_to_string(format!("{path}.pub")).unwrap();
        let key: Vec<&str> = public.split(' ').take(2).collect();
        format!("{name}@example.com namespaces=\"pv-override\" {}\n", key.join(" ").trim_end())
    });
    world.repo.write(".pv/allowed_signers", keys.concat());
    world.repo.commit("who may sign");
    world.on(PAGED).reword("politely, never repeating an address, phone number or card number,");
    world.must("rollback rehearse --name r2");
    world.refused(
        "plan --name r2 --write --steps 100%·30m --because addresses·are·shown·to·strangers",
        1,
        &["rollout/first-step-exceeded", "window/closed"],
    );
    world.repo.commit("the way back, and the plan");
    world
}

/// What `pv` says to on-call, who asks for all that is left out.
fn ask(world: &World) -> String {
    let bypass =
        LEFT_OUT.map(|(rule, why, instead)| format!(" --bypass {rule} --why {why} --compensation {instead} --due 24h"));
    let harm = "--harm personal·data·is·shown --communication customers·are·told·in·the·morning";
    let key = world.repo.beside("on-call").display().to_string();
    world.pv(&format!(
        "override request --release r2 --category security {harm}{} --sign {key} --commit",
        bypass.concat()
    ))
}

fn approve(world: &World, name: &str) -> String {
    let key = world.repo.beside(name).display().to_string();
    world.must(&format!("override approve security-2026-11-24 --key {key} --commit"))
}

/// The fix, shipped to everybody at night.
fn shipped() -> (World, String, String) {
    let world = paged();
    ask(&world);
    approve(&world, "security-lead");
    approve(&world, "platform-lead");
    let locked = world.on(SHIPPED).must("lock --name r2 --write --commit --tag");
    world.announce("r2").repo.commit("told");
    assert!(world.must("notice draft --audience customer r2").contains("Greetings are friendlier"), "it can be sent");
    let stepped = world.step("r2");
    (world, locked, stepped)
}

#[test]
fn nothing_ships_at_night_until_both_leads_have_signed() {
    let world = paged();
    let rules = LEFT_OUT.map(|(rule, ..)| rule);
    world.refused("lock --name r2 --write", 1, &rules);
    let asked = ask(&world);
    assert!(asked.contains("It waives nothing until it is approved"), "{asked}");
    world.refused("lock --name r2 --write", 1, &rules);
    let said = approve(&world, "security-lead");
    assert_eq!(said.replace('\n', " ").matches("needs the approval of platform-lead").count(), 1, "{said}");
    world.refused("lock --name r2 --write", 1, &[&rules[..], &["override/role-missing"]].concat());
}

#[test]
fn the_fix_ships_and_says_what_was_left_out_and_who_agreed() {
    let (world, locked, stepped) = shipped();
    for said in [&locked, &stepped] {
        for told in ["security-2026-11-24", "security-lead@example.com", "platform-lead@example.com", "window/closed"] {
            assert!(said.contains(told), "{told}: {said}");
        }
    }
    assert!(locked.contains("gate/evidence-missing") && locked.contains("run the eval after promotion"), "{locked}");
    assert!(stepped.contains("100%") && world.must("at").contains("Release r2 is live"), "{stepped}");
    assert!(world.must("verify --all").contains("2 releases verified"));
    let owed = world.must("obligations");
    assert!(owed.contains("run the eval after promotion") && owed.contains("open"), "{owed}");
}

#[test]
fn what_it_owes_stops_the_next_release_until_it_is_done() {
    let (world, ..) = shipped();
    world.on("2026-11-25T11:00:00+05:30[Asia/Kolkata]").reword("politely and briefly, never repeating an address,");
    world.on(LATER).must("rollback rehearse --name r3");
    let said = world.refused("lock --name r3 --write", 1, &["obligation/compensation-overdue"]);
    assert!(said.contains("pv override close security-2026-11-24"), "{said}");
    world.refused("override close security-2026-11-24 --outcome it·holds", 1, &["obligation/proof-missing"]);
    world.repo.git(&["stash", "--include-untracked", "--quiet"]);
    world.repo.git(&["checkout", "--quiet", "pv/r2", "--", "prompts/greet.md"]);
    world.repo.commit("what was shipped");
    Run::of(&world.repo, CASES, 3).made("2026-11-26T05:00:00Z").add(&world.repo, &[]);
    world.repo.commit("the eval of what was shipped at night");
    let evidence = world.repo.git(&["diff", "--name-only", "HEAD~1", "--", ".pv/evidence"]);
    world.must(&format!("override close security-2026-11-24 --outcome it·holds --evidence {evidence} --commit"));
    world.reword("politely and briefly, never repeating an address,").measure();
    world.must("rollback rehearse --name r3");
    let said = world.must("lock --name r3 --write --commit");
    assert!(said.contains("release r3 written"), "{said}");
    let counted = world.must("override audit --by gate");
    assert!(counted.contains("gate/evidence-missing"), "{counted}");
}

#[test]
fn an_exception_that_is_thrown_away_is_missed() {
    let (world, ..) = shipped();
    world.on("2026-11-25T11:00:00+05:30[Asia/Kolkata]").reword("politely and briefly, never repeating an address,");
    world.measure();
    std::fs::remove_dir_all(world.repo.path("releases/r2/overrides")).unwrap();
    world.repo.commit("tidied up");
    world.on(LATER).must("rollback rehearse --name r3");
    world.refused("lock --name r3 --write", 5, &["override/record-lost", "security-2026-11-24"]);
    assert!(!world.repo.path("releases/r3/lock.toml").exists());
}

#[test]
fn nobody_makes_a_lead_of_a_friend_on_a_branch() {
    let world = paged();
    world.repo.git(&["checkout", "--quiet", "-b", "topic"]);
    let friend = world.repo.beside("friend").display().to_string();
    let made = world.repo.command("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &friend]).status();
    assert!(made.unwrap().success());
    let public = std::fs::read_to_string(format!("{friend}.pub")).unwrap();
    let key = public.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let leads = ["security-lead", "platform-lead"].map(|name| format!("{name}@example.com {key}\n"));
    let signers = std::fs::read_to_string(world.repo.path(".pv/allowed_signers")).unwrap();
    world.repo.write(".pv/allowed_signers", format!("{signers}{}", leads.concat()));
    world.repo.commit("two leads more");
    ask(&world);
    world.pv(&format!("override approve security-2026-11-24 --key {friend} --commit"));
    world.refused("lock --name r2 --write", 1, &["window/closed", "rollout/first-step-exceeded"]);
}
