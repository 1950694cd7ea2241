//! What was written down and is not as it was, or is called done and is not.

use pv::domain::Digest;
use pv::store::objects;

use super::{Defect, STEPPED};
use crate::seeded::release::Sort::{Smaller, Wording};

/// The second event of a release that was told of.
const NOTICE: &str = "releases/r2/log/0002-notice.toml";

pub(super) const DEFECTS: &[Defect] = &[
    Defect::stepping("an event edited", STEPPED, (&["log/event-edited"], 5), |it| {
        it.product.edit(NOTICE, "production", "staging");
        it.commit().on(2, 14).feedback_said("pass")
    }),
    Defect::stepping("an event removed", STEPPED, (&["log/event-missing"], 5), |it| {
        it.product.remove(NOTICE);
        it.commit().on(2, 14).feedback_said("pass")
    }),
    Defect::stepping("the plan edited after the cut", STEPPED, (&["log/plan-edited"], 5), |it| {
        it.product.edit("releases/r2/plan.toml", "86400", "3600");
        it.commit().on(1, 14).pv("rollout step r2")
    }),
    Defect::stepping("the bytes to go back to are gone", &[Wording, Smaller], (&["rollback/bytes-missing"], 5), |it| {
        let shipped = it.product.repo.git_bytes(&["show", "pv/r1:prompts/greet.md"]);
        let path = objects::relative_path(&Digest::of(&shipped)).unwrap_or_default();
        it.product.remove(&path);
        it.on(1, 14).pv("rollback run --change prompt:greet --reason complaints --name r3")
    }),
    Defect::stepping("a postmortem closed with open items", STEPPED, (&["postmortem/closed-early"], 1), |it| {
        it.on(1, 14).product.must("rollout abort r2 --reason complaints --commit");
        it.product.repo.write("releases/r2/postmortem.md", POSTMORTEM);
        it.pv("postmortem lint r2")
    }),
];

/// A postmortem in which everything is answered and one item is open.
const POSTMORTEM: &str = "---\nrelease: r2\nincident: INC-7\nstatus: closed\ncause: prompt\n---\n
# Postmortem of release r2\n
## Timeline\n
- Release: 13:00\n- Detection: 13:20\n- Response: 13:30\n- Rollback: 14:00\n- Resolution: 14:05\n
## Root cause\n\nThe greeting was too long.\n
## Contributing factors\n
### Eval gate\n\nNo case measures length.\n
### Feedback gate\n\nDid not contribute.\n
### Canary\n\nDid not contribute.\n
### Rollback\n\nDid not contribute.\n
### Window\n\nDid not contribute.\n
### Communication\n\nDid not contribute.\n
### Versioning\n\nDid not contribute.\n
## Blast\n\n- Users: 40\n- Impact: longer greetings\n- Escalations: 1\n
## Response assessment\n\n- Worked: the canary\n- Slow: nothing\n- Improve: a case of length\n
## Action items\n
| what | owner | due | done |\n|---|---|---|---|\n| add a case of length | team-evals | 2027-06-01 | |\n
## Eval delta\n
- Eval set:\n- Reason: length is measured in production\n";
