//! What a collection says.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::marked::Marked;
use super::swept::{Plan, Sum};
use crate::cli::amount::{counted, sized};
use crate::config::Duration;
use crate::report::Page;
use crate::store::leavings::Leaving;

/// As many files are listed one by one.
const SHOWN: usize = 20;

/// The plan, and what was `deleted` by it; `None`: it is only a plan.
pub(super) fn page(plan: &Plan, marked: &Marked, (grace, deleted): (Duration, Option<Sum>)) -> Page {
    let goes = Sum::of(&plan.goes);
    let page = Page::of(data(plan, marked, deleted)).table(rows(plan)).paragraph(more(plan)).paragraph(stays(plan, marked, grace));
    match deleted {
        Some(sum) if goes.files > 0 => page.outcome(true, format!("deleted {}", amount(sum))),
        None if goes.files > 0 => page.outcome(true, format!("{} would be deleted: --write does it", amount(goes))),
        _ => page.outcome(true, "nothing to delete"),
    }
}

fn rows(plan: &Plan) -> Vec<Vec<String>> {
    let mut rows = vec![["goes", "size", "last relied on"].map(str::to_owned).to_vec()];
    rows.extend(plan.goes.iter().take(SHOWN).map(|file| vec![name(file), sized(file.size), date(file)]));
    rows
}

fn more(plan: &Plan) -> String {
    let rest = plan.goes.len().saturating_sub(SHOWN) as u64;
    if rest == 0 { String::new() } else { format!("and {} more (--format json names them all)", counted(rest, "file")) }
}

fn stays(plan: &Plan, marked: &Marked, grace: Duration) -> String {
    let by = format!(
        "by {} and {} in {} of the files",
        counted(marked.records.len() as u64, "release"),
        counted(marked.trees as u64, "row snapshot"),
        counted(marked.states as u64, "state"),
    );
    let mut stays = vec![format!("{} named {by}", amount(plan.named))];
    if plan.young.files > 0 {
        stays.push(format!("{} named by nothing, written or relied on within {grace}", amount(plan.young)));
    }
    format!("Stays: {}.", stays.join("; "))
}

fn amount(sum: Sum) -> String {
    format!("{} ({})", counted(sum.files, "object"), sized(sum.bytes))
}

/// The object; of what was left, its file's name.
fn name(file: &Leaving) -> String {
    let left = || file.path.file_name().map(|name| format!("left over: {}", name.to_string_lossy()));
    file.digest.as_ref().map(ToString::to_string).or_else(left).unwrap_or_default()
}

fn date(file: &Leaving) -> String {
    let moment = Timestamp::try_from(file.modified).unwrap_or_default();
    moment.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

fn data(plan: &Plan, marked: &Marked, deleted: Option<Sum>) -> Value {
    let sum = |sum: Sum| json!({"objects": sum.files, "bytes": sum.bytes});
    let goes = plan.goes.iter().map(|file| {
        json!({"object": file.digest, "file": file.path.file_name().map(|name| name.to_string_lossy()), "bytes": file.size})
    });
    json!({
        "schema": "pv/gc/1", "written": deleted.is_some(), "goes": goes.collect::<Vec<_>>(),
        "deleted": deleted.map(sum), "named": sum(plan.named), "young": sum(plan.young),
        "states": marked.states, "releases": marked.records.len(), "trees": marked.trees,
    })
}
