//! `pv change list`: the intents that the next release will take.

use serde_json::{Value, json};

use crate::cli::load::Session;
use crate::cli::{Context, Exit, intents};
use crate::release::intents::Intent;
use crate::report::{Page, Unreadable};

pub(super) fn run(context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let side = session.snapshot(if session.repository.is_bare() { "HEAD" } else { "worktree" })?;
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for read in intents::read(&side) {
        match read {
            Ok(intent) => found.push(intent),
            Err(faults) => problems.extend(faults),
        }
    }
    let is_whole = problems.iter().all(|problem| !problem.is_error());
    context.show_page(page(&found))?;
    if !problems.is_empty() {
        context.shell.explain(&Unreadable::new("changes/", problems).into());
    }
    Ok(if is_whole { Exit::Pass } else { Exit::Refused })
}

fn page(found: &[Intent]) -> Page {
    let data = json!({"schema": "pv/change-list/1", "intents": found.iter().map(row).collect::<Vec<_>>()});
    if found.is_empty() {
        return Page::of(data).paragraph("There are no intents: `pv change add` writes one.");
    }
    let mut table = vec![["intent", "artefacts", "type", "class", "owner", "why"].map(str::to_owned).to_vec()];
    table.extend(found.iter().map(|intent| {
        vec![
            intent.path.clone(),
            joined(&intent.artefacts),
            joined(&intent.types),
            intent.class.map_or_else(|| "-".to_owned(), |class| class.to_string()),
            intent.owner.clone().unwrap_or_else(|| "-".to_owned()),
            intent.why.clone(),
        ]
    }));
    Page::of(data).table(table)
}

fn row(intent: &Intent) -> Value {
    json!({
        "path": intent.path, "artefacts": intent.artefacts, "type": intent.types, "class": intent.class,
        "bump": intent.bump, "owner": intent.owner, "material": intent.material, "why": intent.why,
        "audience": intent.audience, "lowered": intent.lowered, "body": intent.body,
    })
}

fn joined<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
