//! Pages as Markdown.

use super::escape::{block, literal, prose};
use crate::report::{Block, Page, visible};

pub(super) fn render(page: &Page) -> String {
    let blocks: Vec<String> = page.blocks.iter().map(rendered).collect();
    blocks.join("\n")
}

fn rendered(piece: &Block) -> String {
    match piece {
        Block::Heading(text) => format!("### {}\n", prose(text)),
        Block::Paragraph(text) => format!("{}\n", prose(&text.split_whitespace().collect::<Vec<_>>().join(" "))),
        Block::Table(rows) => table(rows),
        Block::Verbatim(text) => block("", &visible::block(text)),
        Block::Outcome(good, text) => format!("{} **{}**\n", if *good { "✅" } else { "❌" }, prose(text)),
    }
}

fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let mut lines: Vec<String> = rows.iter().map(|row| line(row, |cell| literal(&visible::line(cell)))).collect();
    lines.insert(1.min(lines.len()), format!("|{}\n", "---|".repeat(columns)));
    lines.concat()
}

fn line(cells: &[String], shown: impl Fn(&String) -> String) -> String {
    format!("| {} |\n", cells.iter().map(shown).collect::<Vec<_>>().join(" | "))
}
