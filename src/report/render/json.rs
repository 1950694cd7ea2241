//! `--format json`: the report as its published schema says.

use std::io::{self, Write};

use super::Layout;
use crate::report::Report;

pub(super) fn render(report: &Report, _layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    match report {
        Report::Changes(changes) => serde_json::to_writer_pretty(&mut *out, changes)?,
        Report::Page(page) => serde_json::to_writer_pretty(&mut *out, &page.data)?,
    }
    writeln!(out)
}
