//! The quoted texts of a finding: the changed words marked in place, in lines that fit.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::domain::Quote;
use crate::report::render::paint::Tone;
use crate::report::render::words::{self, Run};
use crate::report::render::{Layout, phrase};
use crate::report::{FindingRow, visible};

/// Lines shown of one finding's texts before the rest is counted.
const LINES: usize = 8;
/// Columns before a line: the place, a bar, blanks.
const GUTTER: usize = 16;

/// Writes the old and the new text of a finding.
pub(super) fn write(
    (was, is): (Option<&Quote>, Option<&Quote>),
    layout: &Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (old, new) = phrase::texts(was, is);
    let lines = lines(&words::runs(&old, &new, layout.full), layout);
    let shown = if layout.full { lines.len() } else { LINES };
    let place = is.or(was).map_or(String::new(), position);
    for (at, line) in lines.iter().take(shown).enumerate() {
        let gutter = if at == 0 { place.as_str() } else { "" };
        let gutter = layout.paint(Tone::Faint, &format!("{gutter:>11} │"));
        writeln!(out, "{}", format!("  {gutter} {line}").trim_end())?;
    }
    if lines.len() > shown {
        writeln!(out, "  {:>11} … {}", "", phrase::counted(lines.len() - shown, "more line"))?;
    }
    Ok(())
}

/// What there is to say beside the texts, under the same bar. A command line stays one line, to be copied.
pub(super) fn write_notes(finding: &FindingRow, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let room = layout.width.saturating_sub(GUTTER).max(20);
    for (label, text) in phrase::notes(finding) {
        let lines = if label == phrase::TO_ACK { vec![text] } else { wrapped(&text, room) };
        for (at, line) in lines.iter().enumerate() {
            let gutter = layout.paint(Tone::Faint, &format!("{:>11} │", if at == 0 { label } else { "" }));
            writeln!(out, "  {gutter} {line}")?;
        }
    }
    Ok(())
}

/// `text` in lines of at most `room` columns.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![Line::default()];
    for word in text.split_inclusive(' ') {
        place(&mut lines, None, word, room);
    }
    let plain = |line: Line| line.pieces.into_iter().map(|(_, text)| text).collect::<String>().trim_end().to_owned();
    lines.into_iter().map(plain).collect()
}

fn position(quote: &Quote) -> String {
    format!("{}:{}", quote.place.line, quote.place.column)
}

/// A line in the making, and how many columns it fills.
#[derive(Default)]
struct Line {
    pieces: Vec<(Option<Tone>, String)>,
    width: usize,
}

impl Line {
    fn push(&mut self, tone: Option<Tone>, text: &str) {
        self.width += text.width();
        match self.pieces.last_mut() {
            Some((last, piece)) if *last == tone => piece.push_str(text),
            _ => self.pieces.push((tone, text.to_owned())),
        }
    }

    fn painted(&self, layout: &Layout) -> String {
        let pieces = self.pieces.iter();
        pieces.map(|(tone, text)| tone.map_or_else(|| text.clone(), |tone| layout.paint(tone, text))).collect()
    }
}

fn lines(runs: &[Run], layout: &Layout) -> Vec<String> {
    let room = layout.width.saturating_sub(GUTTER).max(20);
    let mut lines = vec![Line::default()];
    for run in runs {
        let (tone, text) = marked(run, layout);
        if is_replaced(runs) && matches!(run, Run::Inserted(_)) && text.width() > room / 2 {
            lines.push(Line::default());
        }
        for word in text.split_inclusive([' ', '\n']) {
            place(&mut lines, tone, word, room);
        }
    }
    while lines.last().is_some_and(|line| line.pieces.is_empty()) {
        lines.pop();
    }
    lines.iter().map(|line| line.painted(layout)).collect()
}

/// Whether one text took the other's place as a whole.
fn is_replaced(runs: &[Run]) -> bool {
    matches!(runs, [Run::Deleted(_), Run::Inserted(_)])
}

/// Appends a word; on a new line where it no longer fits, in pieces where it fits on none.
fn place(lines: &mut Vec<Line>, tone: Option<Tone>, word: &str, room: usize) {
    let (text, ends_line) = word.strip_suffix('\n').map_or((word, false), |text| (text, true));
    let fits = |lines: &[Line], width: usize| lines.last().is_some_and(|line| line.width + width <= room);
    if !fits(lines, text.trim_end().width()) && lines.last().is_some_and(|line| line.width > 0) {
        lines.push(Line::default());
    }
    for character in text.chars() {
        if character != ' ' && !fits(lines, character.width().unwrap_or(0)) {
            lines.push(Line::default());
        }
        if let Some(line) = lines.last_mut() {
            line.push(tone, character.encode_utf8(&mut [0; 4]));
        }
    }
    if ends_line {
        lines.push(Line::default());
    }
}

/// A run's text with the marks that show what became of it; changed blanks are made visible.
fn marked(run: &Run, layout: &Layout) -> (Option<Tone>, String) {
    let (tone, open, close) = match run {
        Run::Same(text) => return (None, visible::block(text).replace('\t', "    ")),
        Run::Deleted(_) => (Tone::Deleted, "[-", "-]"),
        Run::Inserted(_) => (Tone::Inserted, "{+", "+}"),
    };
    let text = visible::block(run.text());
    let text = if text.trim().is_empty() {
        text.replace(' ', "·").replace('\t', "⇥").replace('\n', "⏎\n")
    } else {
        text.replace('\t', "    ")
    };
    (Some(tone), if layout.color { text } else { format!("{open}{text}{close}") })
}
