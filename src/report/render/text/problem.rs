//! Problems, each with its source line underlined.

use std::io::{self, Write};

use crate::domain::{Class, Problem};
use crate::report::render::Layout;
use crate::report::render::paint::Tone;

/// Problems shown before the rest is counted.
const SHOWN: usize = 20;
/// Characters shown of a source line.
const LINE: usize = 100;

pub(super) fn write_all(problems: &[Problem], layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let shown = if layout.full { usize::MAX } else { SHOWN };
    problems.iter().take(shown).try_for_each(|problem| write(problem, layout, out))?;
    if problems.len() > shown {
        writeln!(out, "\n… and {} more problems (--full shows all)", problems.len() - shown)?;
    }
    Ok(())
}

fn write(problem: &Problem, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let place = &problem.place;
    let head = layout.paint(Tone::Class(Class::Integrity), &format!("problem[{}]", problem.code));
    writeln!(out, "\n{head}: {}", problem.message)?;
    writeln!(out, "  at {}:{}:{}", place.path, place.line, place.column)?;
    if !problem.line_text.is_empty() {
        let column = place.column.saturating_sub(1);
        let skipped = column.saturating_sub(LINE / 2);
        let line: String = problem.line_text.chars().skip(skipped).take(LINE).map(|c| if c == '\t' { ' ' } else { c }).collect();
        let pad = " ".repeat(column - skipped);
        let room = line.chars().count().saturating_sub(column - skipped).max(1);
        writeln!(out, "  {:>5} │ {line}", place.line)?;
        writeln!(out, "  {:>5} │ {pad}{}", "", layout.paint(Tone::Class(Class::Integrity), &"^".repeat(problem.width.min(room))))?;
    }
    writeln!(out, "  help: {}", problem.help)
}
