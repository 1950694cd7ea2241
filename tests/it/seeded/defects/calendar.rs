//! The wrong moment, the wrong steps, no way back.

use super::{Defect, STEPPED};
use crate::seeded::release::Release;
use crate::seeded::release::Sort::{Index, Smaller, ToolText, Wording};

/// Where the record of the rehearsal stands.
const REHEARSAL: &str = "releases/r2/rehearsals/r2--r1.toml";

pub(super) const DEFECTS: &[Defect] = &[
    Defect::of("outside the window", STEPPED, (&["window/closed"], 4), |it| it.on(0, 16).lock()),
    Defect::of("before the window opens", STEPPED, (&["window/closed"], 4), |it| it.on(2, 9).lock()),
    Defect::of("in a freeze", STEPPED, (&["window/freeze-active"], 4), |it| {
        it.product.on("2026-12-21T12:00:00+05:30[Asia/Kolkata]");
        it.rehearse().lock()
    }),
    Defect::of("a freeze ahead", STEPPED, (&["window/freeze-ahead"], 4), |it| {
        it.product.on("2026-12-16T12:00:00+05:30[Asia/Kolkata]");
        it.rehearse().lock()
    }),
    Defect::of("held over the weekend", &[Wording, ToolText], (&["window/hold-uncovered"], 4), |it| {
        it.steps(&["5% 48h", "25% 24h", "100% 24h"]).on(3, 12).lock()
    }),
    Defect::of("first step above the cap", &[Wording, ToolText], (&["rollout/first-step-exceeded"], 1), |it| {
        it.steps(&["10% 24h", "50% 24h", "100% 24h"]).due().lock()
    }),
    Defect::of("from 5 to 50", &[Wording, ToolText], (&["rollout/jump-exceeded"], 1), |it| {
        it.steps(&["5% 24h", "50% 24h", "100% 24h"]).due().lock()
    }),
    Defect::of(
        "shorter holds, and no word why",
        &[Wording, ToolText],
        (&["plan/reason-missing", "rollout/hold-shortened"], 1),
        |it| {
            it.pv("plan --name r2 --write --steps 5%~1h --steps 25%~24h --steps 100%~24h");
            it.due().lock()
        },
    ),
    Defect::of("nothing is watched", &[Wording, Smaller], (&["rollout/watch-missing"], 1), |it| {
        policy(it, "[types.prompt]\nwatch = []\n").due().lock()
    }),
    Defect::of("shares of the traffic for data", &[Index], (&["rollout/partition-missing"], 1), |it| {
        it.steps(&["5% 24h", "25% 24h", "100% 24h"]).due().lock()
    }),
    Defect::of("no rehearsal", STEPPED, (&["rollback/rehearsal-missing"], 1), |it| {
        it.product.remove(REHEARSAL);
        it.due().lock()
    }),
    Defect::of("an old rehearsal", STEPPED, (&["rollback/rehearsal-stale"], 1), |it| {
        it.product.on("2026-12-07T12:00:00+05:30[Asia/Kolkata]");
        it.lock()
    }),
    Defect::of("a rehearsal that fails", STEPPED, (&["rollback/rehearsal-failed"], 1), |it| {
        policy(it, "[rollback]\ncommand = \"exit 1\"\n").due().pv("rollback rehearse --name r2");
        it.lock()
    }),
    Defect::of("a rehearsal that takes too long", &[Wording, Smaller], (&["rollback/rehearsal-slow"], 1), |it| {
        it.product.edit(REHEARSAL, "seconds = ", "seconds = 1000");
        it.due().lock()
    }),
];

/// Says one thing more in pv.toml, committed.
fn policy<'r>(it: &'r Release, more: &str) -> &'r Release {
    it.product.edit("pv.toml", "[intents]", &format!("{more}\n[intents]"));
    it.commit()
}
