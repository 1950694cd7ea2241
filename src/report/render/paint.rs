//! Colours, only where the layout wants them.

use anstyle::{AnsiColor, Style};

use super::Layout;
use crate::domain::{Class, Severity, Verdict};

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Strong,
    Faint,
    Good,
    Deleted,
    Inserted,
    Class(Class),
    Verdict(Verdict),
    Severity(Severity),
}

impl Layout {
    /// `text` in the colour of its tone; as it is where colours are not wanted.
    pub(super) fn paint(&self, tone: Tone, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let style = style(tone);
        format!("{}{text}{}", style.render(), style.render_reset())
    }
}

fn style(tone: Tone) -> Style {
    let colored = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
    match tone {
        Tone::Strong => Style::new().bold(),
        Tone::Faint => Style::new().dimmed(),
        Tone::Good | Tone::Verdict(Verdict::Pass) => colored(AnsiColor::Green),
        Tone::Deleted => colored(AnsiColor::Red).strikethrough(),
        Tone::Inserted => colored(AnsiColor::Green).bold(),
        Tone::Class(Class::Integrity) => colored(AnsiColor::Magenta).bold(),
        Tone::Class(Class::Breaking) | Tone::Verdict(Verdict::Fail) | Tone::Severity(Severity::Error) => {
            colored(AnsiColor::Red).bold()
        }
        Tone::Class(Class::Behavioural) | Tone::Verdict(Verdict::Inconclusive) | Tone::Severity(Severity::Warning) => {
            colored(AnsiColor::Yellow)
        }
        Tone::Class(Class::Additive) | Tone::Verdict(Verdict::Waived) => colored(AnsiColor::Cyan),
        Tone::Class(Class::Cosmetic) => Style::new().dimmed(),
    }
}
