//! Pages: what the commands print that do not compare anything.

use serde_json::Value;

/// A text of headings, paragraphs and tables, and the same as data.
#[derive(Debug, Default)]
pub struct Page {
    /// What a person reads.
    pub blocks: Vec<Block>,
    /// What a program reads (`--format json`).
    pub data: Value,
}

/// A piece of a page.
#[derive(Debug)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph, wrapped by the reader.
    Paragraph(String),
    /// A table; the first row are the column names.
    Table(Vec<Vec<String>>),
    /// Text that stands as it is.
    Verbatim(String),
    /// One line to notice, with whether it is good news.
    Outcome(bool, String),
}

impl Page {
    /// A page that carries `data`.
    pub fn of(data: Value) -> Self {
        Self { blocks: Vec::new(), data }
    }

    /// With a heading.
    #[must_use]
    pub fn heading(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Heading(text.into()));
        self
    }

    /// With a paragraph; an empty one is left out.
    #[must_use]
    pub fn paragraph(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.blocks.push(Block::Paragraph(text));
        }
        self
    }

    /// With a table; the first row are the column names. A table without further rows is left out.
    #[must_use]
    pub fn table(mut self, rows: Vec<Vec<String>>) -> Self {
        if rows.len() > 1 {
            self.blocks.push(Block::Table(rows));
        }
        self
    }

    /// With text that stands as it is.
    #[must_use]
    pub fn verbatim(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Verbatim(text.into()));
        self
    }

    /// With a closing line.
    #[must_use]
    pub fn outcome(mut self, good: bool, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Outcome(good, text.into()));
        self
    }
}
