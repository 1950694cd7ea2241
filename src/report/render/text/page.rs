//! Pages as text: headings, paragraphs, aligned tables.

use std::io::{self, Write};

use super::columns::{self, wrapped};
use crate::domain::Class;
use crate::report::render::Layout;
use crate::report::render::paint::Tone;
use crate::report::{Block, Page, visible};

pub(super) fn render(page: &Page, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    for (at, block) in page.blocks.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        match block {
            Block::Heading(text) => writeln!(out, "{}", layout.paint(Tone::Strong, &visible::line(text)))?,
            Block::Paragraph(text) => {
                wrapped(&visible::block(text), layout.width).iter().try_for_each(|line| writeln!(out, "{line}"))?
            }
            Block::Table(rows) => write_table(rows, layout, out)?,
            Block::Verbatim(text) => writeln!(out, "{}", visible::block(text).trim_end_matches('\n'))?,
            Block::Outcome(good, text) => {
                let tone = if *good { Tone::Good } else { Tone::Class(Class::Breaking) };
                writeln!(out, "{}", layout.paint(tone, &visible::line(text)))?;
            }
        }
    }
    Ok(())
}

fn write_table(rows: &[Vec<String>], layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| visible::line(cell)).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| columns::widest(rows.iter().filter_map(|row| row.get(at)));
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| columns::padded(cell, *width)).collect();
        let line = cells.join("  ");
        let line = line.trim_end();
        writeln!(out, "{}", if at == 0 { layout.paint(Tone::Faint, line) } else { line.to_owned() })?;
    }
    Ok(())
}
