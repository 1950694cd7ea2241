//! Whose tags a text has that names no engine.

use std::ops::Range;

use super::{Engine, code};

/// Words that open or close a Jinja statement.
const STATEMENTS: &[&str] = &[
    "if", "elif", "else", "endif", "for", "endfor", "set", "endset", "include", "extends", "import", "from", "block",
    "endblock", "macro", "endmacro", "raw", "endraw", "with", "endwith", "filter", "call", "assign",
];

/// Tags that are longer than so many bytes tell nothing.
const MAX_TAG: usize = 200;

/// Block helpers that every Handlebars has.
const HELPERS: &[&str] = &["if", "each", "unless", "with"];

/// The engine of the first tag that only one engine has; else `str.format`, if that renders all of them.
pub(super) fn engine(texts: &[&str]) -> Option<Engine> {
    let by_tag = texts.iter().find_map(|text| by_tag(text));
    by_tag.or_else(|| is_format(texts).then_some(Engine::FString))
}

/// Whether `str.format` renders the texts, and fills in something: no brace in them is anything but a field or doubled.
fn is_format(texts: &[&str]) -> bool {
    let mut fields = 0;
    for text in texts.iter().filter(|text| text.contains(['{', '}'])) {
        let scan = super::scan(text, Engine::FString);
        let is_other = !super::scan(text, Engine::Plain).uses.is_empty();
        if is_other || !scan.faults.is_empty() || !scan.uses.iter().all(|found| stands_free(text, &found.range)) {
            return false;
        }
        let code = code::ranges(text);
        fields += scan.uses.iter().filter(|found| !is_within(&code, found.range.start)).count();
    }
    fields > 0
}

/// Whether a field is a word of its own: no piece of a path or of code, and not in capitals.
fn stands_free(text: &str, field: &Range<usize>) -> bool {
    let (before, after) = (text[..field.start].chars().next_back(), text[field.end..].chars().next());
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '/' | '\\' | '$' | '_' | '.' | '%' | '@');
    let is_low = text[field.start + 1..].starts_with(|c: char| c.is_lowercase());
    is_low && !before.is_some_and(joins) && !after.is_some_and(|c| joins(c) && c != '.')
}

fn is_within(code: &[Range<usize>], at: usize) -> bool {
    let next = code.partition_point(|range| range.end <= at);
    code.get(next).is_some_and(|range| range.start <= at)
}

fn by_tag(text: &str) -> Option<Engine> {
    if !text.contains("{{") && !text.contains("{%") {
        return None;
    }
    let code = code::ranges(text);
    let tags = text.match_indices('{').filter(|(at, _)| !is_within(&code, *at));
    tags.filter_map(|(at, _)| of_tag(&text[at + 1..])).next()
}

/// The engine of the tag that `rest` continues, behind its first brace.
fn of_tag(rest: &str) -> Option<Engine> {
    let most = (0..=MAX_TAG.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(0);
    let line = rest[..most].split('\n').next().unwrap_or_default();
    if let Some(statement) = line.strip_prefix('%') {
        let inside = statement.trim_start_matches(['-', '+']).trim_start();
        let word = inside.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        return STATEMENTS.contains(&word).then_some(Engine::Jinja);
    }
    let inside = line.strip_prefix('{')?.trim_start_matches(['{', '~']);
    let inside = &inside[..inside.find("}}")?];
    let word = |text: &str| text.trim().split([' ', '}', '~']).next().unwrap_or_default().to_owned();
    match inside.chars().next()? {
        '#' | '^' | '/' if HELPERS.contains(&word(&inside[1..]).as_str()) => Some(Engine::Handlebars),
        '#' | '^' | '/' if super::is_name(&word(&inside[1..])) => Some(Engine::Mustache),
        '>' if super::is_name(&word(&inside[1..])) => Some(Engine::Handlebars),
        '$' if super::is_name(&word(&inside[1..])) => Some(Engine::SemanticKernel),
        _ if is_filtered(inside) => Some(Engine::Jinja),
        _ if inside.trim_start().starts_with('$') => Some(Engine::SemanticKernel).filter(|_| is_kernel(inside.trim())),
        _ => None,
    }
}

/// `name.attribute | filter`
fn is_filtered(inside: &str) -> bool {
    let Some((path, filter)) = inside.split_once('|') else { return false };
    super::is_name(path.trim()) && filter.trim_start().starts_with(|c: char| c.is_ascii_lowercase())
}

fn is_kernel(inside: &str) -> bool {
    inside.strip_prefix('$').is_some_and(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

#[cfg(test)]
mod tests {
    use super::Engine;

    fn engine(text: &str) -> Option<Engine> {
        super::engine(&[text])
    }

    #[test]
    fn tags_that_only_one_engine_has_tell() {
        assert_eq!(engine("{{ a }} {%- if b %}"), Some(Engine::Jinja));
        assert_eq!(engine("{{ a.b | trim }}"), Some(Engine::Jinja));
        assert_eq!(engine("{{ a }} {{#if b}}"), Some(Engine::Handlebars));
        assert_eq!(engine("{{> part}}"), Some(Engine::Handlebars));
        assert_eq!(engine("{{#items}}{{.}}{{/items}}"), Some(Engine::Mustache));
        assert_eq!(engine("Tell {{$input}} so"), Some(Engine::SemanticKernel));
    }

    #[test]
    fn texts_that_format_renders_are_its_own() {
        assert_eq!(engine("Answer {question} by {context}.\nSay {{\"a\": 1}}"), Some(Engine::FString));
        for text in ["{a} and {\"b\": 1}", "{a} {{b}}", "GET /users/{id}", "Use `{a}`", "{NAME}", "${a}", "plain"] {
            assert_eq!(engine(text), None, "{text}");
        }
    }

    #[test]
    fn placeholders_code_and_other_braces_do_not() {
        for text in
            ["{{ a }}", "`{% if a %}`", "```\n{{#if x}}\n```", "{% blah %}", "{{ $json.x }}", "${{ x }}", "{\"a\": 1}"]
        {
            assert_eq!(engine(text), None, "{text}");
        }
    }
}
