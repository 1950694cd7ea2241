//! Slash commands: `$ARGUMENTS`, `$1`, `${name}`, `${name:default}`, `${input:name:hint}`.

use super::{Scan, is_name};

/// What editors and agents fill in by themselves.
const SUPPLIED: &[&str] = &[
    "selection",
    "selectedText",
    "file",
    "fileBasename",
    "fileDirname",
    "fileBasenameNoExtension",
    "fileExtname",
    "relativeFile",
    "relativeFileDirname",
    "workspaceFolder",
    "workspaceFolderBasename",
    "workspaceRoot",
    "cwd",
    "lineNumber",
    "userHome",
];

/// Reads `text`. Shell variables in capitals other than `ARGUMENTS` are text, and so is what an editor supplies.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    let mut at = 0;
    while let Some(dollar) = text[at..].find('$').map(|found| at + found) {
        at = dollar + 1;
        if text[..dollar].ends_with(['\\', '$']) {
            continue;
        }
        let Some(found) = placeholder(&text[at..]) else { continue };
        scan.add_use(found.name, dollar..at + found.length);
        if let Some(last) = scan.uses.last_mut() {
            last.has_default = found.has_default;
        }
        at += found.length;
    }
    scan
}

struct Placeholder<'t> {
    name: &'t str,
    /// Bytes behind the dollar sign.
    length: usize,
    has_default: bool,
}

/// The placeholder that the text after a dollar sign makes.
fn placeholder(rest: &str) -> Option<Placeholder<'_>> {
    if let Some(inside) = rest.strip_prefix('{') {
        return braced(inside);
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 1 && !rest.starts_with('0') && !is_price(&rest[1..]) {
        return Some(Placeholder { name: &rest[..1], length: 1, has_default: false });
    }
    let word = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    (&rest[..word] == "ARGUMENTS").then_some(Placeholder { name: "ARGUMENTS", length: word, has_default: false })
}

fn braced(inside: &str) -> Option<Placeholder<'_>> {
    let close = inside.find(['}', '\n', '{'])?;
    let body = &inside[..close];
    let asked = body.strip_prefix("input:");
    let (name, default) = match asked.unwrap_or(body).split_once(':') {
        Some((name, default)) => (name, Some(default)),
        None => (asked.unwrap_or(body), None),
    };
    let is_shell = asked.is_none() && !name.bytes().any(|byte| byte.is_ascii_lowercase());
    // `${x:-y}` and `${x:?y}` are the shell's, `${env:X}` and `${config:x}` an editor's.
    let is_other = default.is_some_and(|default| default.starts_with(['-', '?', '+', '=']))
        || (asked.is_none() && matches!(name, "env" | "config" | "command" | "file"))
        || SUPPLIED.contains(&body);
    let fits = inside[close..].starts_with('}') && is_name(name) && !is_shell && !is_other;
    fits.then_some(Placeholder { name, length: close + 2, has_default: asked.is_none() && default.is_some() })
}

/// `$5.00`, `$1,000`, `$2M` and `$3/month` are prices.
fn is_price(after: &str) -> bool {
    let mut chars = after.chars();
    match chars.next() {
        Some('.' | ',') => chars.next().is_some_and(|digit| digit.is_ascii_digit()),
        Some(c) => c.is_alphanumeric() || matches!(c, '/' | '%' | '_' | '+'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::scan;

    fn names(text: &str) -> Vec<String> {
        scan(text).uses.into_iter().map(|found| found.name).collect()
    }

    #[test]
    fn arguments_count_and_prices_do_not() {
        let text = "$ARGUMENTS $1 costs $5.00 or $100 or $5/month; ${x} ${input:topic:which?} $HOME $ARGUMENTS[0]";
        assert_eq!(names(text), ["ARGUMENTS", "1", "x", "topic", "ARGUMENTS"]);
    }

    #[test]
    fn what_the_shell_or_the_editor_fills_in_is_no_variable() {
        assert_eq!(names("${HOME} ${x:-y} ${env:KEY} ${selection} ${file} \\$1 $$1 ${{ secrets.X }} ${a b}"), [""; 0]);
    }

    #[test]
    fn a_colon_brings_a_default() {
        let found = scan("${Tone:friendly} ${input:tone:friendly}");
        assert_eq!(found.uses.iter().map(|found| found.has_default).collect::<Vec<_>>(), [true, false]);
    }
}
