//! Release notes as text to be published: Markdown, and Slack's mrkdwn, which is not Markdown.

use super::markdown::escape;
use crate::release::notices::{Line, Notes};
use crate::report::visible;

/// A language that notes are published in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// Markdown with a title.
    Markdown,
    /// The body of a release on GitHub, whose title stands in a field of its own.
    GitHub,
    /// Slack's mrkdwn: no headings, no backslashes, `*bold*`.
    Slack,
}

/// `notes` as text. What others wrote is shown as they wrote it, and formats, links and mentions nothing.
pub fn text(notes: &Notes, tongue: Tongue) -> String {
    let mut blocks = Vec::new();
    if tongue != Tongue::GitHub {
        blocks.push(tongue.heading(1, &notes.title));
    }
    if !notes.summary.is_empty() {
        blocks.push(tongue.literal(&notes.summary));
    }
    for section in &notes.sections {
        blocks.push(tongue.heading(2, &section.heading));
        for group in &section.groups {
            blocks.extend(group.heading.as_ref().map(|heading| tongue.heading(3, heading)));
            blocks.push(group.lines.iter().map(|line| tongue.line(line)).collect::<Vec<_>>().join("\n"));
        }
    }
    blocks.extend(notes.remarks.iter().map(|remark| tongue.literal(remark)));
    format!("{}\n", blocks.join("\n\n"))
}

impl Tongue {
    fn line(self, line: &Line) -> String {
        let subject = line.subject.as_ref().map(|subject| self.code(subject));
        let head = [subject, line.moved.as_ref().map(|moved| self.word(moved))];
        let head = head.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let said = line.said.iter().map(|said| self.literal(said)).collect::<Vec<_>>().join("; ");
        let parts = [head, said].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        let (bullet, nested) = match self {
            Self::Slack => ("• ", "    ◦ "),
            Self::Markdown | Self::GitHub => ("- ", "  - "),
        };
        let details = line.details.iter().map(|detail| format!("\n{nested}{}", self.literal(detail)));
        format!("{bullet}{}{}", parts.join(": "), details.collect::<String>())
    }

    fn heading(self, level: usize, text: &str) -> String {
        match self {
            Self::Slack => format!("*{}*", self.literal(text)),
            Self::Markdown | Self::GitHub => format!("{} {}", "#".repeat(level), self.literal(text)),
        }
    }

    fn literal(self, text: &str) -> String {
        match self {
            Self::Slack => mrkdwn(text),
            Self::Markdown | Self::GitHub => escape::prose(text),
        }
    }

    /// Literal text that begins no line.
    fn word(self, text: &str) -> String {
        match self {
            Self::Slack => mrkdwn(text),
            Self::Markdown | Self::GitHub => escape::literal(&visible::line(text)),
        }
    }

    fn code(self, text: &str) -> String {
        match self {
            Self::Slack => format!("`{}`", mrkdwn(text)),
            Self::Markdown | Self::GitHub => escape::code(text),
        }
    }
}

/// Literal mrkdwn. It knows no escape but the three entities: what would format is written with its look-alike, and what
/// would mention somebody is parted by a joiner.
fn mrkdwn(text: &str) -> String {
    let text = visible::line(text);
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let is_in_word = |other: Option<char>| other.is_some_and(char::is_alphanumeric);
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '*' => out.push('∗'),
            '~' => out.push('∼'),
            '`' => out.push('ˋ'),
            '_' if !(is_in_word(before) && is_in_word(rest.peek().copied())) => out.push('＿'),
            '@' | '#' => out.extend([c, '\u{200d}']),
            c => out.push(c),
        }
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Tongue, mrkdwn, text};
    use crate::release::notices::{Group, Line, Notes, Section};

    #[test]
    fn slack_formats_links_and_mentions_nothing_of_what_others_wrote() {
        assert_eq!(
            mrkdwn("a & b <!here> <https://x.example|y>"),
            "a &amp; b &lt;!here&gt; &lt;https://x.example|y&gt;"
        );
        assert_eq!(mrkdwn("*bold* ~gone~ `code` _it_ snake_case"), "∗bold∗ ∼gone∼ ˋcodeˋ ＿it＿ snake_case");
        assert_eq!(mrkdwn("@everyone\u{1b}[2J\n# x"), "@\u{200d}everyone\\u{1b}[2J\\n#\u{200d} x");
    }

    fn notes(said: &str) -> Notes {
        let line = Line {
            subject: Some("prompt:a_b".to_owned()),
            moved: Some("1.0.0 → 1.1.0".to_owned()),
            said: vec![said.to_owned()],
            details: vec!["Rollback: back to 1.0.0.".to_owned()],
        };
        let groups = vec![Group { heading: Some("Prompt".to_owned()), lines: vec![line] }];
        Notes {
            title: "Release r2".to_owned(),
            summary: String::new(),
            sections: vec![Section { heading: "Breaking".to_owned(), groups }],
            remarks: Vec::new(),
        }
    }

    #[test]
    fn the_same_notes_in_each_tongue() {
        let hostile = notes("@everyone [click](http://x.example) **now**\n# gone");
        assert_eq!(
            text(&hostile, Tongue::GitHub),
            "## Breaking\n\n### Prompt\n\n- `prompt:a_b` 1.0.0 → 1.1.0: @<!-- -->everyone \\[click\\](http\\://x.example) \
             \\*\\*now\\*\\*\\\\n#<!-- --> gone\n  - Rollback\\: back to 1.0.0.\n"
        );
        assert!(text(&hostile, Tongue::Markdown).starts_with("# Release r2\n\n## Breaking"));
        assert_eq!(
            text(&hostile, Tongue::Slack),
            "*Release r2*\n\n*Breaking*\n\n*Prompt*\n\n• `prompt:a_b` 1.0.0 → 1.1.0: @\u{200d}everyone \
             [click](http://x.example) ∗∗now∗∗\\n#\u{200d} gone\n    ◦ Rollback: back to 1.0.0.\n"
        );
    }
}
