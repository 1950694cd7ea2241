//! Handlebars (dotprompt) and Mustache: `{{x}}`, `{{{x}}}`, `{{#block}}`, `{{> partial}}`.

use std::ops::Range;

use super::{Guard, Include, Scan, is_name};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Helpers with arguments; a block's first word is a helper.
    Handlebars,
    /// A block's only word is a variable.
    Mustache,
}

/// Helpers that stand alone and are no variables.
const ALONE: &[&str] = &["else", "this", "history", "null", "undefined", "true", "false"];

struct Open<'t> {
    word: &'t str,
    /// What a condition asks for.
    asks: Option<&'t str>,
    range: Range<usize>,
    /// Whether bare names inside mean fields of an item.
    binds: bool,
}

struct Scanner<'t> {
    dialect: Dialect,
    scan: Scan,
    open: Vec<Open<'t>>,
}

/// Reads `text`.
pub(super) fn scan(text: &str, dialect: Dialect) -> Scan {
    let mut scanner = Scanner { dialect, scan: Scan::default(), open: Vec::new() };
    let mut at = 0;
    while let Some(start) = text[at..].find("{{").map(|found| at + found) {
        if text[..start].ends_with('\\') {
            at = start + 2;
            continue;
        }
        let Some(range) = tag_range(text, start) else {
            scanner.scan.fault(start..start + 2, "`{{` is never closed");
            break;
        };
        at = range.end;
        scanner.tag(&text[range.clone()], range);
    }
    for open in std::mem::take(&mut scanner.open) {
        scanner.scan.fault(open.range, format!("`{{{{#{}}}}}` is never closed", open.word));
    }
    scanner.scan
}

fn tag_range(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    let closer = if rest.starts_with("{{!--") {
        "--}}"
    } else if rest.starts_with("{{{") {
        "}}}"
    } else {
        "}}"
    };
    rest.find(closer).map(|end| start..start + end + closer.len())
}

impl<'t> Scanner<'t> {
    fn tag(&mut self, tag: &'t str, range: Range<usize>) {
        let inside = tag.trim_matches(['{', '}']).trim_matches('~').trim();
        let Some(sigil) = inside.chars().next() else { return };
        let rest = inside[sigil.len_utf8()..].trim();
        match sigil {
            '!' | '=' => self.scan.controls.push(range),
            '>' => self.partial(rest, range),
            '#' => self.open(rest, range, false),
            '^' if !rest.is_empty() => self.open(rest, range, true),
            '^' => self.scan.controls.push(range),
            '/' => self.close(rest, range),
            '&' => self.expression(rest, range),
            _ => self.plain_tag(inside, range),
        }
    }

    fn plain_tag(&mut self, inside: &'t str, range: Range<usize>) {
        let mut words = words(inside);
        if words.next() == Some("else") {
            self.scan.controls.push(range.clone());
            for word in words.skip(1) {
                self.name(word, range.clone());
            }
        } else {
            self.expression(inside, range);
        }
    }

    fn partial(&mut self, rest: &'t str, range: Range<usize>) {
        let mut words = words(rest);
        if let Some(name) = words.next() {
            self.scan.includes.push(Include { name: name.to_owned(), range: range.clone() });
        }
        for word in words {
            self.name(argument(word), range.clone());
        }
    }

    fn open(&mut self, rest: &'t str, range: Range<usize>, inverted: bool) {
        let rest = rest.trim_start_matches(['*', '>']).trim();
        let mut words = words(rest);
        let word = words.next().unwrap_or_default();
        let argument_word = words.clone().next();
        self.scan.controls.push(range.clone());
        let is_helper = self.dialect == Dialect::Handlebars && argument_word.is_some();
        let is_condition = inverted || !is_helper || matches!(word, "if" | "unless" | "ifEquals" | "unlessEquals");
        let asks = if is_helper { argument_word.filter(|_| word == "if") } else { Some(word).filter(|_| !inverted) };
        let binds = matches!(word, "each" | "with") && is_helper;
        self.open.push(Open { word, asks: asks.filter(|_| is_condition), range: range.clone(), binds: false });
        if is_helper {
            for word in words {
                self.name(argument(word), range.clone());
            }
        } else {
            self.name(word, range.clone());
        }
        if let Some(open) = self.open.last_mut() {
            open.binds = binds;
        }
    }

    fn close(&mut self, word: &str, range: Range<usize>) {
        self.scan.controls.push(range.clone());
        if self.open.last().is_none_or(|open| open.word != word) {
            self.scan.fault(range, format!("`{{{{/{word}}}}}` closes nothing"));
            return;
        }
        if let Some(Open { asks: Some(name), range: opened, .. }) = self.open.pop() {
            let name = name.split('.').next().unwrap_or(name).to_owned();
            self.scan.guards.push(Guard { name, range: opened.start..range.end });
        }
    }

    fn expression(&mut self, inside: &'t str, range: Range<usize>) {
        let mut words = words(inside);
        let Some(first) = words.next() else { return };
        let arguments: Vec<&str> = words.collect();
        if arguments.is_empty() {
            self.name(first, range);
        } else {
            for word in arguments {
                self.name(argument(word), range.clone());
            }
        }
    }

    fn name(&mut self, word: &str, range: Range<usize>) {
        let word = word.trim_matches(['(', ')']);
        let at_root = word.strip_prefix("@root.");
        let is_bound = self.open.iter().any(|open| open.binds);
        let path = at_root.unwrap_or_else(|| word.trim_start_matches("../"));
        let name = path.split(['.', '[']).next().unwrap_or_default();
        let is_outer = at_root.is_some() || word.starts_with("../");
        if !is_name(name) || ALONE.contains(&name) || (is_bound && !is_outer) {
            return;
        }
        let guarded = self.open.iter().any(|open| open.asks.is_some() || matches!(open.word, "if" | "unless"));
        self.scan.add_use(name, range);
        if let Some(last) = self.scan.uses.last_mut() {
            last.guarded = guarded;
        }
    }
}

/// `key=value` gives the value, everything else itself.
fn argument(word: &str) -> &str {
    word.split_once('=').map_or(word, |(_, value)| value)
}

/// The words of a tag; a quoted string is one word.
fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let mut quote = None;
        let end = rest
            .find(|c: char| {
                match quote {
                    Some(open) if c == open => quote = None,
                    None if matches!(c, '"' | '\'') => quote = Some(c),
                    _ => {}
                }
                quote.is_none() && c.is_whitespace()
            })
            .unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        rest = tail;
        (!word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::{Dialect, scan};

    fn uses(text: &str, dialect: Dialect) -> Vec<(String, bool)> {
        scan(text, dialect).uses.into_iter().map(|found| (found.name, found.guarded)).collect()
    }

    fn expect(found: &[(String, bool)], expected: &[(&str, bool)]) {
        let found: Vec<(&str, bool)> = found.iter().map(|(name, guarded)| (name.as_str(), *guarded)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn helpers_are_not_variables() {
        let text =
            "{{role \"system\"}}{{a}}{{{b.c}}}{{json d}}{{media url=e}}{{history}}{{! no }}{{!-- {{no}} --}}\\{{no}}";
        expect(&uses(text, Dialect::Handlebars), &[("a", false), ("b", false), ("d", false), ("e", false)]);
    }

    #[test]
    fn blocks_guard_and_bind() {
        let text = "{{#if a}}{{b}}{{else}}{{c}}{{/if}}{{#each xs}}{{this.y}}{{z}}{{../w}}{{@index}}{{/each}}";
        let expected = [("a", true), ("b", true), ("c", true), ("xs", false), ("w", false)];
        expect(&uses(text, Dialect::Handlebars), &expected);
    }

    #[test]
    fn mustache_sections_ask_for_their_own_name() {
        let found = scan("{{#s}}{{y}}{{/s}}{{^t}}no{{/t}}{{> part}}", Dialect::Mustache);
        let names: Vec<&str> = found.uses.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(names, ["s", "y", "t"]);
        assert!(found.uses[0].guarded && found.uses[1].guarded);
        assert_eq!(found.includes[0].name, "part");
        assert_eq!(found.guards.len(), 1);
    }

    #[test]
    fn an_unclosed_block_is_a_fault() {
        assert_eq!(scan("{{#if a}}", Dialect::Handlebars).faults.len(), 1);
        assert_eq!(scan("{{/if}}", Dialect::Handlebars).faults.len(), 1);
        assert_eq!(scan("{{a", Dialect::Handlebars).faults.len(), 1);
    }
}
