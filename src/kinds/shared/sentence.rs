//! How findings speak: one way to quote a text in a sentence, one to say what became of it.

use crate::domain::{Event, Fact};

/// How much of a text a sentence can carry, in characters.
const LONG: usize = 80;

/// A text on one line, in backticks, clipped.
pub fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut clipped: String = line.chars().take(LONG).collect();
    if line.chars().nth(LONG).is_some() {
        clipped.push('…');
    }
    let fence = if clipped.contains('`') { "``" } else { "`" };
    format!("{fence}{clipped}{fence}")
}

/// `X instead of Y`, `X, where there was none`, `unset (it was Y)`: what became of a value.
pub fn became(fact: &Fact) -> String {
    match (fact.old.is_some(), fact.new.is_some()) {
        (true, true) => format!("{} instead of {}", quoted(fact.new_text()), quoted(fact.old_text())),
        (false, _) => format!("{}, where there was none", quoted(fact.new_text())),
        (true, false) => format!("unset (it was {})", quoted(fact.old_text())),
    }
}

/// ``the `temperature` is 0.2 instead of 0``, without the article; of a subtree, what became of it as a whole.
pub fn setting(fact: &Fact) -> String {
    let Fact { subject, count, .. } = fact;
    match fact.event {
        Event::Added if *count > 1 => format!("`{subject}` is new, {count} settings"),
        Event::Removed if *count > 1 => format!("`{subject}` is gone, {count} settings"),
        Event::Moved if fact.old_text() == fact.new_text() => {
            format!("`{subject}` is in another order: {count} elements stand elsewhere")
        }
        Event::Moved | Event::Renamed => {
            format!("{} is now {}", quoted(fact.old_text()), quoted(fact.new_text()))
        }
        _ => format!("`{subject}` is {}", became(fact)),
    }
}

/// `from A to B`, `to B` or `from A to nothing`, whichever is known.
pub fn from_to(old: &str, new: &str) -> String {
    match (old.is_empty(), new.is_empty()) {
        (false, false) => format!("from {} to {}", quoted(old), quoted(new)),
        (true, _) => format!("to {}", quoted(new)),
        (false, true) => format!("from {} to nothing", quoted(old)),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_text_is_quoted_on_one_line_and_clipped() {
        assert_eq!(quoted("a\n  b"), "`a b`");
        assert_eq!(quoted("a `b`"), "``a `b```");
        assert_eq!(quoted(&"é".repeat(81)), format!("`{}…`", "é".repeat(80)));
    }
}
