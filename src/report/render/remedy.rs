//! What to do, taken apart: a command line stands on a line of its own, where it can be copied.

use super::spans::{self, Piece};

/// A piece of a remedy.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// What to know or to do, in words.
    Words(String),
    /// A command line.
    Command(String),
}

/// The steps of `remedy`. A command in the midst of a sentence stays there.
pub(super) fn steps(remedy: &str) -> Vec<Step> {
    remedy.lines().filter(|line| !line.trim().is_empty()).flat_map(of_line).collect()
}

fn of_line(line: &str) -> Vec<Step> {
    if let Some((words, command)) = led(line) {
        let words = Some(words).filter(|words| !words.is_empty());
        return words.map(|words| Step::Words(words.to_owned())).into_iter().chain([Step::Command(command)]).collect();
    }
    let pieces = spans::pieces(line);
    let mut steps = Vec::new();
    let mut words = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Quote(text) if is_command(text) && ends_clause(pieces.get(at + 1)) => {
                finish(&mut steps, &mut words, true);
                steps.push(Step::Command((*text).to_owned()));
            }
            Piece::Quote(text) => words.push_str(&spans::in_marks(text)),
            Piece::Words(text) => words.push_str(text),
        }
    }
    finish(&mut steps, &mut words, false);
    steps
}

/// A line without quotes that is a command, or ends in one behind a colon: what leads to it, and the command.
fn led(line: &str) -> Option<(&str, String)> {
    let line = line.trim();
    let colon = line.match_indices(": ").map(|(at, _)| line.split_at(at + 1)).find(|(_, rest)| is_command(rest.trim()));
    let (words, command) = colon.or_else(|| is_command(line).then_some(("", line)))?;
    let is_whole = !line.contains('`') && !line.ends_with('.');
    is_whole.then(|| (words, command.trim().to_owned()))
}

/// Programs that a remedy may name, as they begin a command line.
fn is_command(text: &str) -> bool {
    ["pv ", "git "].iter().any(|program| text.starts_with(program))
}

fn ends_clause(next: Option<&Piece<'_>>) -> bool {
    match next {
        None => true,
        Some(Piece::Words(words)) => words.starts_with(['.', ',', ';', ':', ')']),
        Some(Piece::Quote(_)) => false,
    }
}

/// Ends a run of words; one that leads to a command ends in a colon.
fn finish(steps: &mut Vec<Step>, words: &mut String, leads: bool) {
    let is_loose = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | ')');
    let text = if steps.is_empty() { words.trim() } else { words.trim_start_matches(is_loose).trim_end() };
    if !text.is_empty() {
        let end = if leads && !text.ends_with(':') { ":" } else { "" };
        steps.push(Step::Words(format!("{}{end}", if leads { text.trim_end_matches(['(', ' ']) } else { text })));
    }
    words.clear();
}

#[cfg(test)]
mod tests {
    use super::{Step, steps};

    fn words(text: &str) -> Step {
        Step::Words(text.to_owned())
    }

    fn command(text: &str) -> Step {
        Step::Command(text.to_owned())
    }

    #[test]
    fn a_command_at_the_end_of_a_clause_has_its_own_line() {
        let told = steps("Run the eval again, then `pv gate add out.json`; it is compared with the release.");
        let expected = [
            words("Run the eval again, then:"),
            command("pv gate add out.json"),
            words("it is compared with the release."),
        ];
        assert_eq!(told, expected);
        assert_eq!(steps("Fetch it: `git fetch --unshallow`."), [words("Fetch it:"), command("git fetch --unshallow")]);
        assert_eq!(steps("pv change add prompt:greet"), [command("pv change add prompt:greet")]);
        assert_eq!(steps("run it, then: pv gate add REPORT"), [words("run it, then:"), command("pv gate add REPORT")]);
    }

    #[test]
    fn a_command_within_a_sentence_stays_there() {
        let text = "Give the file that the tool wrote; `pv gate add --help` lists the tools.";
        assert_eq!(steps(text), [words(text)]);
        assert_eq!(steps("Set `floor` to `0.8`."), [words("Set `floor` to `0.8`.")]);
    }
}
