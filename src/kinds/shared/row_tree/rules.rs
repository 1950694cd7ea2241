//! The rule about rows that changed and cannot be seen, the same for every kind that keeps rows.

use crate::domain::{ChangeType, Class, Event, Fact, Risk, Rule};
use crate::kinds::shared::base::BASE;

/// `<kind>/rows-unseen`: the rows changed, and chunks of them are not to be had.
pub const fn unseen(id: &'static str, change_type: ChangeType) -> Rule {
    Rule {
        id,
        class: Class::Integrity,
        risk: Risk::High,
        change_type,
        summary: "the rows of a snapshot changed, and what changed cannot be seen",
        why: "snapshot.toml names other rows than before, and the chunks that hold them are not on this machine or are \
              damaged. Whether a row came, went or was relabelled cannot be told, so nobody can answer for the change.",
        remedy: "`pv pull` brings the chunks from the remote; then compare again. Chunks that were never pushed, push from \
                 the clone that built the snapshot, or build it anew with `pv snapshot`.",
        applies: |fact| fact.aspect == "rows",
        message,
        ..BASE
    }
}

fn message(fact: &Fact) -> String {
    match fact.event {
        Event::Unfit => format!("{} row(s) of the snapshot hold {}", fact.count, fact.subject),
        _ => format!("{} became {}; what differs cannot be seen: {}", fact.old_text(), fact.new_text(), fact.subject),
    }
}
