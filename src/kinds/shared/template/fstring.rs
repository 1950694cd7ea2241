//! `str.format`: `{name}`, `{name.field!r:>10}`; doubled braces are literal.

use super::Scan;

/// Reads `text`. A brace that does not open a name (`{"a": 1}`) is text, whatever Python would say.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|found| at + found) {
        if text[open + 1..].starts_with('{') {
            at = open + 2;
            continue;
        }
        at = open + 1;
        if let Some((name, end)) = field(&text[open + 1..]) {
            at = open + 1 + end;
            scan.add_use(name, open..at);
        }
    }
    scan
}

/// The name of the replacement field that `rest` starts with, and where the field ends (brace included).
fn field(rest: &str) -> Option<(&str, usize)> {
    let close = rest.find(['}', '{', '\n'])?;
    let inside = rest.get(..close)?;
    if !rest[close..].starts_with('}') {
        return None;
    }
    let name_end = inside.find(['.', '[', '!', ':']).unwrap_or(inside.len());
    let name = &inside[..name_end];
    let is_identifier = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && name.chars().next().is_some_and(|first| !first.is_numeric());
    is_identifier.then_some((name, close + 1))
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn fields_count_and_json_does_not() {
        let text = "{a} {b.c!r:>3} {{literal}} {\"k\": {v}} {0} {} {not a name}";
        let names: Vec<String> = scan(text).uses.into_iter().map(|found| found.name).collect();
        assert_eq!(names, ["a", "b", "v"]);
    }
}
