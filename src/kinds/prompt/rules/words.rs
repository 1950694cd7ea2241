//! How findings quote.

/// How much of a text a sentence can carry.
const LONG: usize = 80;

/// A text on one line, in backticks, clipped.
pub(super) fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut clipped: String = line.chars().take(LONG).collect();
    if line.chars().nth(LONG).is_some() {
        clipped.push('…');
    }
    let fence = if clipped.contains('`') { "``" } else { "`" };
    format!("{fence}{clipped}{fence}")
}

/// `from A to B`, `to B` or `from A`, whichever is known.
pub(super) fn from_to(old: &str, new: &str) -> String {
    match (old.is_empty(), new.is_empty()) {
        (false, false) => format!("from {} to {}", quoted(old), quoted(new)),
        (true, _) => format!("to {}", quoted(new)),
        (false, true) => format!("from {} to nothing", quoted(old)),
    }
}
