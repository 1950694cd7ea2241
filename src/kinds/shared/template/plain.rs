//! Texts that no engine is named for: only `{{name}}` counts as a variable.

use super::{Scan, is_name};

/// Reads `text`.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    let mut at = 0;
    while let Some(open) = text[at..].find("{{").map(|found| at + found) {
        at = open + 2;
        let Some(close) = text[at..].find(['}', '{', '\n']).map(|found| at + found) else { break };
        let path = text[at..close].trim();
        // `{{{x}}}`, `${{ x }}` of workflows and `\frac{{a}}{{b}}` are no plain placeholders.
        let is_other = text[..open].ends_with(['{', '$', '\\', '^']) || is_latex(&text[..open]);
        if text[close..].starts_with("}}") && !text[close + 2..].starts_with('}') && is_name(path) && !is_other {
            at = close + 2;
            scan.add_use(path.split('.').next().unwrap_or(path), open..at);
        }
    }
    scan
}

/// Whether a text ends with a LaTeX command.
fn is_latex(before: &str) -> bool {
    before.trim_end_matches(|c: char| c.is_ascii_alphabetic()).ends_with('\\')
}

#[cfg(test)]
mod tests {
    use super::scan;

    fn names(text: &str) -> Vec<String> {
        scan(text).uses.into_iter().map(|found| found.name).collect()
    }

    #[test]
    fn only_double_braces_around_a_name_count() {
        assert_eq!(names("Hi {{ name }}, {x} {\"a\": {\"b\": 1}} {{#if y}} {{ }} {{z.w}}"), ["name", "z"]);
    }

    #[test]
    fn workflows_latex_and_unclosed_braces_do_not() {
        assert_eq!(names("${{ secret }} \\frac{{a}} x^{{b}} {{{c}}} {{d\n}} {{ .Values }} {{e"), [""; 0]);
    }
}
