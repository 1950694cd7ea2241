//! A search in words.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::states::{Ends, Ran, States, word};
use super::{Args, Found};
use crate::domain::ArtefactId;
use crate::lock::record::Record;
use crate::release::after::bisect::Answer;
use crate::release::checks::shell_word;
use crate::report::Page;

/// That the ends are not what they are said to be.
pub(super) fn refused(args: &Args, ends: &Ends) -> Page {
    let data = json!({"schema": "pv/bisect/1", "outcome": "refused", "good": word(ends.good), "bad": word(ends.bad)});
    let said = |name, answer, wanted| format!("{name} is {}, and {wanted} is needed", word(answer));
    let wrong = [(&args.good, ends.good, Answer::Good), (&args.bad, ends.bad, Answer::Bad)];
    let wrong = wrong.into_iter().filter(|(_, answer, wanted)| answer != wanted);
    let wrong: Vec<String> = wrong.map(|(name, answer, wanted)| said(name, answer, word(wanted))).collect();
    let help = "Run the command by hand in `pv restore release:NAME --to DIR`: it must succeed on --good and fail on --bad.";
    Page::of(data).outcome(false, wrong.join("; ")).paragraph(help)
}

/// What made it bad.
pub(super) fn found(args: &Args, found: &Found<'_>, states: &States<'_>) -> Page {
    let (good, bad) = (&found.releases[found.span.good], &found.releases[found.span.bad]);
    let ids = found.differing.ids(&found.choice);
    let diff = diff(good, bad, &ids);
    let skipped: Vec<String> = found.releases[found.span.good + 1..found.span.bad].iter().map(|one| one.name.to_string()).collect();
    let data = json!({
        "schema": "pv/bisect/1", "outcome": "found", "command": args.run, "good": good.name, "bad": bad.name, "skipped": skipped,
        "artefacts": ids.iter().map(|id| row(good, bad, id)).collect::<Vec<_>>(), "diff": diff, "runs": states.runs.iter().map(ran).collect::<Vec<_>>(),
    });
    let mut runs = vec![["run", "of", "is"].map(str::to_owned).to_vec()];
    runs.extend(states.runs.iter().zip(1..).map(|(ran, n): (_, usize)| {
        let with = if ran.changed.is_some() { format!("{} with {}", good.name, ran.subject()) } else { ran.subject() };
        vec![n.to_string(), with, ran.word().to_owned()]
    }));
    let mut table = vec![["artefact", good.name.as_str(), bad.name.as_str()].map(str::to_owned).to_vec()];
    table.extend(ids.iter().map(|id| vec![id.to_string(), version(good, id), version(bad, id)]));
    let count = states.runs.len();
    let what = if ids.len() == 1 { "1 artefact".to_owned() } else { format!("{} artefacts", ids.len()) };
    let page = Page::of(data).table(runs).outcome(true, format!("{} made it bad, by {what}; {count} runs", bad.name));
    let page = match skipped.as_slice() {
        [] => page,
        skipped => page.paragraph(format!("Or one of those that could not be told: {}.", skipped.join(", "))),
    };
    page.table(table).verbatim(diff)
}

fn version(record: &Record, id: &ArtefactId) -> String {
    record.artefacts.get(id).map_or("-".to_owned(), |shipped| shipped.entry.version.to_string())
}

fn row(good: &Record, bad: &Record, id: &ArtefactId) -> Value {
    let version = |record: &Record| record.artefacts.get(id).map(|shipped| shipped.entry.version.clone());
    json!({"artefact": id, "from": version(good), "to": version(bad)})
}

fn ran(ran: &Ran) -> Value {
    json!({"release": ran.release, "changed": ran.changed, "answer": ran.word()})
}

/// The command line that shows what did it.
fn diff(good: &Record, bad: &Record, ids: &BTreeSet<&ArtefactId>) -> String {
    let path = |record: &Record, id: &ArtefactId| record.artefacts.get(id).map(|shipped| shell_word(&shipped.entry.path));
    let paths: BTreeSet<String> = ids.iter().flat_map(|id| [path(good, id), path(bad, id)]).flatten().collect();
    let paths: Vec<String> = paths.into_iter().collect();
    format!("pv diff release:{} release:{} -- {}", good.name, bad.name, paths.join(" "))
}
