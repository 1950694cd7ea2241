//! The stories of the discipline, typed: the Friday on which four things were wrong, and the feature in five operations.
#![expect(clippy::disallowed_methods, reason = "edits files; a failed step is a failed test")]

mod emergency;
mod refunds;

use crate::world::{FRIDAY, MONDAY, World};

/// Half of the traffic at once, where a prompt's first step may be 5 %.
const HALF: &str = "
[types.prompt]
steps = [\"50% 24h\", \"100% 24h\"]
";

/// Eval and review are good, and it is Friday, 14:00.
fn friday() -> World {
    let world = World::released(HALF);
    world.on("2026-11-19T12:00:00+05:30[Asia/Kolkata]").reword("warmly and politely").measure();
    world.on(FRIDAY);
    world
}

#[test]
fn on_that_friday_the_eval_passes_and_four_things_are_in_the_way() {
    let world = friday();
    let checked = world.pv("check --base HEAD~2");
    assert!(!checked.contains("[exit code"), "it may be merged: {checked}");
    let four = ["window/closed", "window/hold-uncovered", "rollout/first-step-exceeded", "rollback/rehearsal-missing"];
    let said = world.refused("lock --name r2 --write --commit --tag", 1, &four);
    let refused: Vec<&str> =
        said.split("  [").skip(1).filter_map(|rest| rest.split_once(']').map(|(id, _)| id)).collect();
    let mut stopping: Vec<&str> = refused.into_iter().filter(|id| !id.starts_with("notice/")).collect();
    stopping.sort_unstable();
    let mut expected = four;
    expected.sort_unstable();
    assert_eq!(stopping, expected, "{said}");
    for needed in ["Mon 23 Nov 2026 10:00 IST", "5%", "pv rollback rehearse"] {
        assert!(said.contains(needed), "{needed}: {said}");
    }
    assert_eq!(world.repo.git(&["status", "--porcelain"]), "");
    assert_eq!(world.repo.git(&["tag", "--list"]), "pv/r1");
}

#[test]
fn the_same_release_ships_on_monday_at_five_percent_once_it_is_rehearsed() {
    let world = friday();
    let text = std::fs::read_to_string(world.repo.path("pv.toml")).unwrap();
    world.repo.write("pv.toml", text.replace(HALF, ""));
    world.repo.commit("the steps of the policy");
    world.refused("lock --name r2 --write", 1, &["window/closed", "rollback/rehearsal-missing"]);
    world.must("rollback rehearse --name r2");
    world.refused("lock --name r2 --write", 4, &["window/closed", "window/hold-uncovered"]);
    world.on(MONDAY).must("lock --name r2 --write --commit --tag");
    world.refused("rollout step r2", 1, &["notice/engineering-missing"]);
    world.announce("r2");
    world.on(FRIDAY).refused("rollout step r2", 1, &[]);
    world.on("2026-11-27T14:00:00+05:30[Asia/Kolkata]").refused(
        "rollout step r2",
        4,
        &["window/closed", "window/hold-uncovered"],
    );
    let said = world.on(MONDAY).step("r2");
    assert!(said.contains("5%"), "{said}");
    let live = world.pv("at");
    assert!(live.contains("prompt:greet") && live.contains("5%"), "{live}");
    assert!(world.must("verify --all").contains("2 releases verified"));
}
