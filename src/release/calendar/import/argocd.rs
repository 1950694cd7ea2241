//! Argo CD: `spec.syncWindows` of an `AppProject`, or the list that `argocd proj windows list -o json` prints.

use jiff::civil::Date;

use super::{Entry, Read, cron, objects, text_at, zone_at};
use crate::kinds::shared::node::{Node, Value};

/// What narrows a window to a part of a cluster: pv has no such thing.
const NARROWED: [&str; 3] = ["applications", "namespaces", "clusters"];

pub(super) fn entries(root: &Node, today: Date) -> Vec<Read> {
    let windows = objects(root).into_iter().flat_map(|object| {
        let project = object.at(&["metadata", "name"]).and_then(Node::text).unwrap_or("argocd");
        let windows = object.at(&["spec", "syncWindows"]).or_else(|| object.get("syncWindows"));
        let windows = match windows {
            Some(windows) => windows.elements().iter().collect(),
            None if object.get("schedule").is_some() => vec![object],
            None => Vec::new(),
        };
        windows.into_iter().map(move |window| (project, window))
    });
    let told = |(at, (project, window)): (usize, (&str, &Node))| {
        let name = format!("{project}-{}", at + 1);
        entry(&name, window, today).map_err(|why| format!("sync window {name}: {why}"))
    };
    windows.enumerate().map(told).collect()
}

/// A window that a schedule begins and that lasts: the shape that Argo CD and Kargo share.
pub(super) fn entry(name: &str, window: &Node, today: Date) -> Read {
    let kind = text_at(window, "kind")?;
    let allows = match kind {
        "allow" => true,
        "deny" => false,
        other => return Err(format!("its kind is `{}`, neither allow nor deny", super::emit::line(other))),
    };
    let minutes = cron::duration(text_at(window, "duration")?)?;
    let when = cron::lasting(text_at(window, "schedule")?, minutes, today)?;
    Ok(Entry { name: name.to_owned(), allows, when, zone: zone_at(window, "timeZone")?, notes: notes(window) })
}

/// What a window says that has no counterpart.
pub(super) fn notes(window: &Node) -> Vec<String> {
    let narrowed = NARROWED.into_iter().filter_map(|key| {
        let named: Vec<&str> = window.get(key)?.elements().iter().filter_map(Node::text).collect();
        let all = named.is_empty() || named.contains(&"*");
        (!all).then(|| format!("{key}: {} (narrow it with `scope`)", named.join(", ")))
    });
    let switched = ["manualSync", "syncOverrun"].into_iter().filter_map(|key| {
        let is_on = matches!(window.get(key)?.value, Value::Bool(true));
        is_on.then(|| format!("{key}: true is left out (pv knows exceptions by `pv override` only)"))
    });
    narrowed.chain(switched).collect()
}
