//! `str.format`: `{name}`, `{name.field!r:>10}`, `{name:{width}}`; doubled braces are literal.

use super::Scan;

/// A field that is longer than so many characters is none.
const MAX_FIELD: usize = 400;

/// Reads `text`. A brace that does not open a name (`{"a": 1}`) is text, and a fault where Python renders it.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    let mut at = 0;
    while let Some(brace) = text[at..].find(['{', '}']).map(|found| at + found) {
        let rest = &text[brace..];
        at = brace + 1;
        if rest.starts_with("{{") || rest.starts_with("}}") {
            at = brace + 2;
        } else if rest.starts_with('}') {
            scan.fault(brace..brace + 1, "a single `}` closes nothing (double it to mean the brace itself)");
        } else if let Some((name, length)) = field(&rest[1..]) {
            at = brace + 1 + length;
            if is_identifier(name) {
                scan.add_use(name, brace..at);
            }
            nested(&rest[1..length], brace, &mut scan);
        } else {
            scan.fault(brace..brace + 1, "a single `{` opens no name (double it to mean the brace itself)");
        }
    }
    scan
}

/// The name of the replacement field that `rest` starts with, and where the field ends (brace included).
///
/// Names may be left out or be numbers: `{}` and `{0}` take an argument by its place.
fn field(rest: &str) -> Option<(&str, usize)> {
    let mut depth = 1_usize;
    let (end, _) = rest.char_indices().take(MAX_FIELD).find(|(_, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0 || *c == '\n'
    })?;
    let inside = &rest[..end];
    let name = &inside[..inside.find(['.', '[', '!', ':']).unwrap_or(inside.len())];
    let is_field = is_identifier(name) || name.bytes().all(|byte| byte.is_ascii_digit());
    (rest[end..].starts_with('}') && is_field && (name.len() == inside.len() || fits(&inside[name.len()..])))
        .then_some((name, end + 1))
}

/// What may follow a name: attributes, subscripts, a conversion, a format without blanks at its start.
fn fits(tail: &str) -> bool {
    let spec = tail.split_once(':').map(|(_, spec)| spec);
    spec.is_none_or(|spec| !spec.starts_with([' ', '"', '\'']) || spec.len() > 1 && spec.as_bytes()[1].is_ascii_digit())
}

/// The names in a format: `{value:{width}.{precision}}`.
fn nested(inside: &str, offset: usize, scan: &mut Scan) {
    for (at, _) in inside.match_indices('{') {
        if let Some((name, length)) = field(&inside[at + 1..]).filter(|(name, _)| is_identifier(name)) {
            let start = offset + 1 + at;
            scan.add_use(name, start..start + 1 + length);
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && name.chars().next().is_some_and(|first| !first.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn fields_count_and_json_does_not() {
        let text = "{a} {b.c!r:>3} {{literal}} {\"k\": {v}} {0} {} {not a name} {d[0]} {{{e}}} {f:{w}} {key: value}";
        let names: Vec<String> = scan(text).uses.into_iter().map(|found| found.name).collect();
        assert_eq!(names, ["a", "b", "v", "d", "e", "f", "w"]);
    }

    #[test]
    fn braces_that_python_refuses_are_faults() {
        assert_eq!(scan("{a} {{b}} {c:>3} {} {0}").faults.len(), 0);
        for text in ["{\"a\"", "a }", "{"] {
            assert_eq!(scan(text).faults.len(), 1, "{text}");
        }
    }
}
