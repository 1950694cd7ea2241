//! Problems, each with its source line underlined by miette.

use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme};

use crate::domain::Problem;
use crate::report::render::Layout;
use crate::report::{Underlined, visible};

/// Problems shown before the rest is counted.
const SHOWN: usize = 20;

pub(super) fn write_all(problems: &[Problem], layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let shown = if layout.full { usize::MAX } else { SHOWN };
    for problem in problems.iter().take(shown) {
        writeln!(out, "\n{}", rendered(problem, layout).trim_end())?;
    }
    if problems.len() > shown {
        writeln!(out, "\n… and {} more problems (--full shows all)", problems.len() - shown)?;
    }
    Ok(())
}

fn rendered(problem: &Problem, layout: &Layout) -> String {
    let theme = if layout.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(layout.width).with_links(false);
    let mut text = String::new();
    match handler.render_report(&mut text, &Underlined::new(problem.clone())) {
        Ok(()) => text,
        Err(_) => format!("{}: {}", problem.code, visible::line(&problem.message)),
    }
}
