//! `pv override audit`: how often releases leave something out.

use jiff::civil::Date;
use serde_json::json;

use super::Office;
use crate::cli::{Context, Exit};
use crate::release::overrides::{By, Rate, audit};
use crate::report::Page;

/// What is counted apart.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Apart {
    /// Each month
    Month,
    /// Each rule
    Gate,
    /// Each owner of what was changed
    Team,
}

pub(super) fn run(since: Option<Date>, by: Apart, context: &Context) -> miette::Result<Exit> {
    let office = Office::open(context)?;
    let (by, name) = match by {
        Apart::Month => (By::Month, "month"),
        Apart::Gate => (By::Gate, "rule"),
        Apart::Team => (By::Team, "team"),
    };
    let audit = audit(&office.register(), since, by);
    let mut table = vec![[name, "releases", "with an exception", "rate"].map(str::to_owned).to_vec()];
    table.extend(audit.rows.iter().map(|(key, rate)| row(key, rate)));
    let rows: Vec<_> = audit.rows.iter().map(|(key, rate)| json!({name: key, "releases": rate.releases, "bypassed": rate.bypassed})).collect();
    let data = json!({
        "schema": "pv/override-audit/1", "since": since.map(|day| day.to_string()), "by": name, "rows": rows,
        "releases": audit.total.releases, "bypassed": audit.total.bypassed,
    });
    let total = &audit.total;
    let text = match total.releases {
        0 => "No release was cut in that time, besides the first.".to_owned(),
        count => format!("{} of {count} releases left something out: {}%.", total.bypassed, total.percent()),
    };
    context.show_page(Page::of(data).table(table).paragraph(text))?;
    Ok(Exit::Pass)
}

fn row(key: &str, rate: &Rate) -> Vec<String> {
    vec![key.to_owned(), rate.releases.to_string(), rate.bypassed.to_string(), format!("{}%", rate.percent())]
}
