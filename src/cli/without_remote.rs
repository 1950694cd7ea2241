//! What stands in for remotes in a pv that was built without them.

use super::load::Session;
use super::transferred::{Collection, Pace, Wanted};
use super::{Context, Exit};

pub(super) fn push(_wanted: &Wanted, _context: &Context) -> miette::Result<Exit> {
    Err(not_built())
}

pub(super) fn pull(_wanted: &Wanted, _context: &Context) -> miette::Result<Exit> {
    Err(not_built())
}

pub(super) fn check(_pace: &Pace, _context: &Context) -> miette::Result<Exit> {
    Err(not_built())
}

pub(super) fn collect(_session: &Session, _asked: &Collection<'_>, _context: &Context) -> miette::Result<Exit> {
    Err(not_built())
}

fn not_built() -> miette::Report {
    miette::miette!(
        code = "remote::not_built",
        help = "install one that has them: `cargo install pv` builds with them unless --no-default-features says otherwise",
        "this pv was built without remotes"
    )
}
