//! `pv window next`: the next openings.

use serde_json::json;

use super::asked::{About, table};
use crate::cli::load::Session;
use crate::cli::{Context, Exit};
use crate::release::calendar::{self, Projection};
use crate::report::Page;

/// Arguments of `pv window next`.
#[derive(Debug, clap::Args)]
pub(super) struct Next {
    /// How many, one a day
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=100))]
    count: u8,
    #[command(flatten)]
    about: About,
}

pub(super) fn run(args: &Next, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let asked = args.about.asked(&session, context)?;
    let fits = calendar::fits(&session.config.calendar, &asked.occasions, &context.now(), args.count.into());
    let page = Page::of(json!({"schema": "pv/window-next/1", "at": context.now(), "about": asked.about, "fits": fits}));
    let page = page.paragraph(format!("for {}", asked.about));
    let (page, exit) = match fits.as_slice() {
        [] => (page.outcome(false, "no opening within 400 days fits: `pv window lint` shows what stands in the way"), Exit::Closed),
        [one] => (one.notes.iter().fold(page.table(table(one)), |page, note| page.verbatim(format!("note: {note}"))), Exit::Pass),
        several => (page.table(begun(several)), Exit::Pass),
    };
    context.show_page(page)?;
    Ok(exit)
}

/// When each fit begins and when its last step can be taken.
fn begun(fits: &[Projection]) -> Vec<Vec<String>> {
    let head = ["begin", "last step", "notes"].map(str::to_owned).to_vec();
    let moment = |step: Option<&calendar::Projected>| step.map(|step| calendar::moment(&step.at)).unwrap_or_default();
    let rows = fits.iter().map(|fit| vec![moment(fit.steps.first()), moment(fit.steps.last()), fit.notes.join("; ")]);
    std::iter::once(head).chain(rows).collect()
}
