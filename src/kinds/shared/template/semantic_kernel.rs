//! Semantic Kernel: `{{$name}}`, `{{Plugin.Function $name key=$other}}`, `{{'literal'}}`.

use super::Scan;

/// Quotes are minded in tags of at most so many characters.
const MAX_TAG: usize = 4096;

/// Reads `text`.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    let mut at = 0;
    while let Some(open) = text[at..].find("{{").map(|found| at + found) {
        let Some(close) = closing(&text[open + 2..]).map(|found| open + 2 + found + 2) else {
            scan.fault(open..open + 2, "`{{` is never closed");
            break;
        };
        for name in variables(&text[open + 2..close - 2]) {
            scan.add_use(name, open..close);
        }
        at = close;
    }
    scan
}

/// Where `}}` stands outside quotes; where there is none, the first one anywhere.
fn closing(rest: &str) -> Option<usize> {
    let first = rest.find("}}")?;
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().take(MAX_TAG).take_while(|(_, c)| *c != '\n') {
        match (quote, c) {
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '}') if rest[at..].starts_with("}}") => return Some(at),
            _ => {}
        }
    }
    Some(first)
}

/// The `$names` of a tag, outside quotes.
fn variables(tag: &str) -> impl Iterator<Item = &str> {
    let outside_quotes = tag.split(['\'', '"']).step_by(2);
    outside_quotes.flat_map(|piece| piece.split('$').skip(1)).filter_map(|rest| {
        let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        (length > 0).then(|| &rest[..length])
    })
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn dollar_names_inside_double_braces_count() {
        let text = "{{$input}} {{time.Now}} {{Mail.Send $to body=$text x='$no'}} {{'{{'}} {{'}}'}} $outside {{$last}}";
        let names: Vec<String> = scan(text).uses.into_iter().map(|found| found.name).collect();
        assert_eq!(names, ["input", "to", "text", "last"]);
    }
}
