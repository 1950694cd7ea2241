//! Standing instructions: `@docs/style.md` pulls in a file; nothing else in them is a template.

use super::{Include, Scan, code};

/// Reads `text`. A word counts that begins with `@` outside of code and ends like a file's name.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    if !text.contains('@') {
        return scan;
    }
    let code = code::ranges(text);
    for (at, _) in text.match_indices('@') {
        let next = code.partition_point(|range| range.end <= at);
        let is_code = code.get(next).is_some_and(|range| range.start <= at);
        let opens = text[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '*'));
        if let Some(path) = path(&text[at + 1..]).filter(|_| opens && !is_code) {
            scan.includes.push(Include { name: path.to_owned(), range: at..at + 1 + path.len() });
        }
    }
    scan
}

/// The path that `rest` starts with: a file's name with a short extension.
fn path(rest: &str) -> Option<&str> {
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '~')));
    let path = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
    let (stem, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    let is_extension = (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    (!stem.is_empty() && is_extension && !extension.bytes().all(|b| b.is_ascii_digit())).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn files_are_imported_and_people_are_not() {
        let text = "See @docs/style.md. Ask @someone or a@b.org; (@./x.txt) `@no.md` @scope/package @v1.2\n@~/own.md";
        let found: Vec<String> = scan(text).includes.into_iter().map(|include| include.name).collect();
        assert_eq!(found, ["docs/style.md", "./x.txt", "~/own.md"]);
    }
}
