//! What the remote guarantees, and whether it holds what releases need.

use serde_json::{Value, json};

use super::{Link, counted, digests, fault, reachable};
use crate::cli::load::Session;
use crate::cli::needs;
use crate::cli::shipped::Shelf;
use crate::cli::transferred::Pace;
use crate::cli::{Context, Exit};
use crate::report::Page;
use crate::store::remote::{Guarantee, Held};

const MEANING: &str = "pv relies on none of what does not hold: what it stores is never changed, is named by its BLAKE3, and is \
                       verified whenever it is fetched, so whoever writes a key writes the same bytes.";

/// Tries what the remote guarantees, and looks for everything that a release inside the retention needs.
///
/// # Errors
/// Without a remote, and when it does not answer or refuses.
pub(in crate::cli) fn check(pace: &Pace, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let (shelf, link) = (Shelf::of(&session.repository)?, Link::open(&session, pace)?);
    let guarantees = link.remote.guarantees()?;
    let names = reachable(&session, &shelf)?;
    let needed = needs::of(&session, &names)?;
    link.watch(context, "looked for", None);
    let run = link.run(&session)?;
    run.look_for(&digests(&needed), &needed.trees);
    let faults = run.faults();
    let there = link.tally.there();
    let data = json!({
        "schema": "pv/remote-check/1", "remote": link.remote.shown(), "releases": names,
        "guarantees": guarantees.iter().map(data_of).collect::<Vec<_>>(), "there": {"objects": there.objects},
    });
    let is_weak = guarantees.iter().any(|one| one.held != Held::Yes && !one.is_needed);
    let page = Page::of(data).heading(link.remote.shown()).table(table(&guarantees));
    let page = page.paragraph(if is_weak { MEANING } else { "" });
    let broken = guarantees.iter().find(|one| one.held != Held::Yes && one.is_needed);
    if let Some(broken) = broken {
        context.show_page(
            page.outcome(false, format!("the remote cannot be relied on: {}: {}", broken.name, broken.seen)),
        )?;
        return Ok(Exit::Integrity);
    }
    let (held, releases) = (counted(there.objects, "object"), counted(names.len() as u64, "release"));
    fault::conclude(page, faults, format!("the remote holds all {held} that {releases} need"), context)
}

fn table(guarantees: &[Guarantee]) -> Vec<Vec<String>> {
    let head = ["guarantee", "held", "seen"].map(str::to_owned).to_vec();
    let rows = guarantees.iter().map(|one| vec![one.name.to_owned(), word(one.held).to_owned(), one.seen.clone()]);
    std::iter::once(head).chain(rows).collect()
}

fn data_of(one: &Guarantee) -> Value {
    json!({"name": one.name, "held": word(one.held), "seen": one.seen, "needed": one.is_needed})
}

fn word(held: Held) -> &'static str {
    match held {
        Held::Yes => "yes",
        Held::No => "no",
        Held::NotOffered => "not offered",
    }
}
