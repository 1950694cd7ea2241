//! `pv window list`: the calendar in order.

use serde_json::json;

use crate::cli::load::Session;
use crate::cli::{Context, Exit};
use crate::domain::Instant;
use crate::release::calendar::{self, Listed};
use crate::report::Page;

/// Arguments of `pv window list`.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// How many days ahead freezes are listed
    #[arg(long, value_name = "N", default_value_t = 90)]
    days: u16,
}

pub(super) fn run(args: &List, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let (calendar, now) = (&session.config.calendar, context.now());
    let windows = calendar::listed_windows(calendar, &now);
    let freezes = calendar::listed_freezes(calendar, &now, args.days);
    let page = Page::of(json!({"schema": "pv/window-list/1", "at": now, "windows": windows, "freezes": freezes}));
    let page = match windows.as_slice() {
        [] => page.paragraph("no windows: open whenever no freeze holds"),
        _ => page.table(rows(["window", "hours", "for", "next opening", "until", "written"], &windows)),
    };
    let page = match freezes.as_slice() {
        [] => page.paragraph(format!("no freeze in the next {} days", args.days)),
        _ => page.table(rows(["freeze", "why", "for", "from", "until", "written"], &freezes)),
    };
    context.show_page(page)?;
    Ok(Exit::Pass)
}

fn rows(head: [&str; 6], listed: &[Listed]) -> Vec<Vec<String>> {
    let moment = |at: &Option<Instant>, none: &str| at.as_ref().map_or_else(|| none.to_owned(), calendar::moment);
    let row = |one: &Listed| {
        let scope = if one.scope.is_empty() { "everything".to_owned() } else { one.scope.join(", ") };
        vec![
            one.name.clone(),
            one.what.clone(),
            scope,
            moment(&one.start, "-"),
            moment(&one.end, if one.start.is_some() { "it is lifted" } else { "-" }),
            format!("{}:{}", one.place.path, one.place.line),
        ]
    };
    std::iter::once(head.map(str::to_owned).to_vec()).chain(listed.iter().map(row)).collect()
}
