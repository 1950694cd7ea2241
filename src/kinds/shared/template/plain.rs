//! Texts that no engine is named for: only `{{name}}` counts as a variable.

use super::{Scan, is_name};

/// Reads `text`; uses inside code fences and inline code are marked.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    let mut offset = 0;
    let mut in_fence = false;
    for line in text.split_inclusive('\n') {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        scan_line(line, offset, in_fence || is_fence, &mut scan);
        in_fence ^= is_fence;
        offset += line.len();
    }
    scan
}

fn scan_line(line: &str, offset: usize, in_fence: bool, scan: &mut Scan) {
    let mut at = 0;
    let mut in_code = false;
    while let Some(open) = line[at..].find("{{").map(|found| at + found) {
        in_code ^= line[at..open].matches('`').count() % 2 == 1;
        let Some(close) = line[open + 2..].find("}}").map(|found| open + 2 + found) else { return };
        let name = line[open + 2..close].trim();
        // `{{{x}}}` and `{{{{` are no plain placeholders.
        if is_name(name) && !line[..open].ends_with('{') {
            scan.add_use(name, offset + open..offset + close + 2);
            if let Some(last) = scan.uses.last_mut() {
                last.in_code = in_fence || in_code;
            }
            at = close + 2;
        } else {
            at = open + 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::scan;

    fn names(text: &str) -> Vec<(String, bool)> {
        scan(text).uses.into_iter().map(|found| (found.name, found.in_code)).collect()
    }

    #[test]
    fn only_double_braces_around_a_name_count() {
        assert_eq!(names("Hi {{ name }}, {x} {\"a\": {\"b\": 1}} {{#if y}} {{ }}"), [("name".to_owned(), false)]);
    }

    #[test]
    fn code_is_marked() {
        assert_eq!(
            names("`{{a}}` {{b}}\n```\n{{c}}\n```\n{{d}}"),
            [("a".into(), true), ("b".into(), false), ("c".into(), true), ("d".into(), false)]
        );
    }
}
