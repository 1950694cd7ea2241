//! A rollback in words: what it would do, in which order, what it did.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::asked::Asked;
use super::start::Start;
use super::written::Written;
use crate::config::{Config, Duration};
use crate::domain::{ArtefactId, ChangeType, KindName};
use crate::git::CommitId;
use crate::release::checks::shell_word;
use crate::release::log::Event;
use crate::release::rollback::{Move, Way, is_expired, method, target_time, types_of};
use crate::report::Page;

/// What a rollback would do.
pub(super) fn planned(asked: &Asked, start: &Start, way: &Way) -> Page {
    let release = &start.current.name;
    let data = json!({"schema": "pv/rollback/1", "outcome": "planned", "asked": asked.words(), "latest": release, "contain": contain(start, way), "way": data(start, way)});
    let mut page = Page::of(data).heading(format!("taking back {}: {release} is the latest release", asked.subject()));
    let flags = contain(start, way);
    if !asked.is_flag_alone() && !flags.is_empty() {
        page = page.paragraph("1. Contain first. While the cause is unclear, take the flag to 0: nothing else moves.");
        page = page.verbatim(flags.join("\n"));
        page = page.paragraph("2. Isolate second. Once the cause is clear, take back what causes it:");
    }
    page = moved(page, start, way);
    let way_on = format!("pv rollback run {} --reason TEXT", asked.words());
    page.verbatim(way_on).outcome(true, "nothing was written")
}

/// That nothing would be done.
pub(super) fn nothing(asked: &Asked, start: &Start) -> Page {
    let data = json!({"schema": "pv/rollback/1", "outcome": "nothing", "asked": asked.words(), "latest": start.current.name});
    Page::of(data).outcome(false, format!("nothing to roll back: {} is that already", asked.subject()))
}

/// That a flag went to 0.
pub(super) fn dropped(event: &Event, commit: Option<&CommitId>) -> Page {
    let flags: Vec<&str> = event.flags.keys().map(String::as_str).collect();
    let data = json!({"schema": "pv/rollback/1", "outcome": "dropped", "release": event.release, "flags": event.flags, "event": event.path(), "reason": event.reason});
    let text = format!("{} at 0, {}", flags.join(", "), committed(&event.path(), commit));
    let page = Page::of(data).outcome(true, text);
    page.paragraph("Nothing else moved. pv records it; the flag service is told by whoever runs it (`pv export`).")
}

/// What was done.
pub(super) fn done(release: &Written<'_>, event: &Event, restored: &[String], commit: Option<&CommitId>) -> Page {
    let (start, way, name) = (release.start, release.way, &event.release);
    let data = json!({
        "schema": "pv/rollback/1", "outcome": "done", "asked": release.asked.words(), "release": name, "previous": start.current.name,
        "reason": event.reason, "way": data(start, way), "rolled-back": event.rolled_back, "restored": restored,
        "commit": commit.map(ToString::to_string),
    });
    let page = Page::of(data).heading(format!("release {name} takes back {}", release.asked.subject()));
    let page = moved(page, start, way);
    let place = committed(&format!(".pv releases/{name} pv.lock"), commit);
    let page = page.outcome(true, format!("release {name} written, {place}"));
    let page = match restored {
        [] => page.paragraph("No file of the worktree was touched: `--restore`, or `pv restore`, brings those back, too."),
        files => page.verbatim(format!("brought back: {}", files.join(", "))),
    };
    let bad = event.rolled_back.iter().map(|bad| format!("{}@{}", bad.artefact, bad.version)).collect::<Vec<_>>();
    let then = match bad.as_slice() {
        [] => String::new(),
        bad => format!("The next `pv lock` refuses these bytes: {}.", bad.join(", ")),
    };
    page.paragraph(then)
}

fn committed(paths: &str, commit: Option<&CommitId>) -> String {
    match commit {
        Some(commit) => format!("committed as {}", commit.to_string().chars().take(10).collect::<String>()),
        None => format!("not committed: `git add {paths}` and commit it"),
    }
}

/// The artefacts that move, the flags, what stays, what it brings along.
fn moved(page: Page, start: &Start, way: &Way) -> Page {
    let mut table = vec![["artefact", "from", "to", "by", "within", "because"].map(str::to_owned).to_vec()];
    table.extend(way.moves.iter().map(|(id, one)| row(start, id, one)));
    let flags = way.flags.iter().map(|(flag, because)| format!("flag {flag} to 0: {because}"));
    let kept = way.kept.iter().map(|(id, because)| format!("{id} stays: {because}"));
    let after = way.moves.iter().filter_map(|(id, one)| after(id, one));
    let lines: Vec<String> = flags.chain(kept).chain(after).chain(archived(start, way)).collect();
    let page = page.table(table);
    if lines.is_empty() { page } else { page.verbatim(lines.join("\n")) }
}

fn row(start: &Start, id: &ArtefactId, one: &Move) -> Vec<String> {
    let now = one.from.as_ref().map_or("-".to_owned(), |from| from.entry.version.to_string());
    let to = one.to.as_ref().map_or("gone".to_owned(), |to| format!("{} ({})", to.shipped.entry.version, to.release));
    let (by, within) = means(&start.session.config, id, one);
    vec![id.to_string(), now, to, by.unwrap_or_default(), within.unwrap_or_default(), one.because.clone()]
}

/// By what an artefact goes back, and in what time.
fn means(config: &Config, id: &ArtefactId, one: &Move) -> (Option<String>, Option<String>) {
    let types = types_of(id, &one.from.as_ref().map(|from| from.types.clone()).unwrap_or_default());
    let within = target_time(config, &types).map(|(seconds, _)| Duration { seconds }.to_string());
    (method(config, id, &types).map(|method| method.to_string()), within)
}

/// What taking back an artefact brings along.
fn after(id: &ArtefactId, one: &Move) -> Option<String> {
    let types = one.from.as_ref().map(|from| &from.types);
    let is_of = |kind, of| id.kind == kind || types.is_some_and(|types| types.contains(&of));
    match &one.to {
        None => Some(format!("{id} was new: it goes away, and its file stays until somebody removes it")),
        Some(_) if is_of(KindName::Eval, ChangeType::Eval) => {
            Some(format!("re-baseline {id}: evidence that was measured with the newer set does not count for the older one"))
        }
        Some(_) if is_of(KindName::Index, ChangeType::Data) => Some(format!("rebuild the index of {id}")),
        Some(_) => None,
    }
}

/// What is older than the retention window.
fn archived(start: &Start, way: &Way) -> Vec<String> {
    let retention = start.session.config.store.retention;
    let releases = way.moves.values().filter_map(|one| one.to.as_ref()).map(|target| (&target.release, ()));
    let releases: BTreeMap<_, _> = releases.collect();
    let histories = start.earlier.iter().filter(|history| releases.contains_key(&history.record.name));
    let old = histories.filter(|history| {
        is_expired(history, &start.earlier, (&start.standing, &start.at), retention.seconds).is_some()
    });
    old.map(|history| format!("{} left the retention window of {retention}: try it before you rely on it", history.record.name))
        .collect()
}

/// The commands that contain: of every flag whose feature needs something that moves, and that is not at 0.
fn contain(start: &Start, way: &Way) -> Vec<String> {
    let is_touched = |feature: &ArtefactId| {
        let requires = start.current.artefacts.get(feature).map(|shipped| &shipped.entry.requires);
        way.moves.contains_key(feature) || requires.is_some_and(|ids| ids.iter().any(|id| way.moves.contains_key(id)))
    };
    let flags = start.flags.iter().filter(|(feature, flag)| is_touched(feature) && !start.is_at_none(flag));
    flags.map(|(_, flag)| format!("pv rollback run --flag {} --reason TEXT", shell_word(flag))).collect()
}

fn data(start: &Start, way: &Way) -> Value {
    let moves = way.moves.iter().map(|(id, one)| {
        let (by, within) = means(&start.session.config, id, one);
        json!({
            "artefact": id, "from": one.from.as_ref().map(|from| &from.entry.version),
            "to": one.to.as_ref().map(|to| &to.shipped.entry.version), "release": one.to.as_ref().map(|to| &to.release),
            "by": by, "within": within, "because": one.because, "after": after(id, one),
        })
    });
    json!({"moves": moves.collect::<Vec<_>>(), "flags": way.flags, "kept": way.kept})
}
