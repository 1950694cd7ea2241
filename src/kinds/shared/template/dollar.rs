//! Slash commands: `$ARGUMENTS`, `$1`, `${name}`, `${name:default}`, `${input:name:hint}`.

use super::{Scan, is_name};

/// Reads `text`. Shell variables in capitals other than `ARGUMENTS` are text.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    let mut at = 0;
    while let Some(dollar) = text[at..].find('$').map(|found| at + found) {
        at = dollar + 1;
        if let Some((name, length)) = placeholder(&text[at..]) {
            scan.add_use(&name, dollar..at + length);
            let inside = &text[at..at + length];
            if let Some(last) = scan.uses.last_mut() {
                last.has_default = inside.contains(':') && !inside.starts_with("{input:");
            }
            at += length;
        }
    }
    scan
}

/// The variable that the text after a dollar sign names, and how many bytes it takes.
fn placeholder(rest: &str) -> Option<(String, usize)> {
    if let Some(inside) = rest.strip_prefix('{') {
        let close = inside.find(['}', '\n'])?;
        let body = inside[..close].strip_prefix("input:").unwrap_or(&inside[..close]);
        let name = body.split(':').next().unwrap_or_default();
        return (is_name(name) && inside[close..].starts_with('}')).then(|| (name.to_owned(), close + 2));
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    // `$5.00` and `$1,000` are prices.
    let is_price =
        rest[digits..].starts_with(['.', ',']) && rest[digits + 1..].starts_with(|c: char| c.is_ascii_digit());
    if digits == 1 && !is_price && !rest.starts_with('0') {
        return Some((rest[..1].to_owned(), 1));
    }
    let word = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    (&rest[..word] == "ARGUMENTS").then(|| ("ARGUMENTS".to_owned(), word))
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn arguments_count_and_prices_do_not() {
        let text = "$ARGUMENTS $1 costs $5.00 or $100; ${x} ${input:topic:which?} $HOME";
        let names: Vec<String> = scan(text).uses.into_iter().map(|found| found.name).collect();
        assert_eq!(names, ["ARGUMENTS", "1", "x", "topic"]);
    }
}
