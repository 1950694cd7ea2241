//! Jinja2, Nunjucks and Liquid (`{{ }}`, `{% %}`, `{# #}`), and PromptL, whose statements stand in double braces.

use std::collections::BTreeSet;
use std::ops::Range;

use super::expression::free_names;
use super::{Guard, Include, Scan};

/// Which spelling of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `{% if x %}`
    Jinja,
    /// `{{ if x }}`
    Promptl,
}

/// Statements that must be closed.
const BLOCKS: &[&str] =
    &["if", "for", "block", "macro", "call", "filter", "with", "autoescape", "trans", "unless", "capture", "case"];

struct Open {
    word: String,
    range: Range<usize>,
    /// Variables that the condition asks for.
    asks: Vec<String>,
    /// Names that hold only inside.
    locals: Vec<String>,
}

struct Scanner<'t> {
    text: &'t str,
    dialect: Dialect,
    scan: Scan,
    open: Vec<Open>,
    locals: BTreeSet<String>,
}

/// Reads `text`.
pub(super) fn scan(text: &str, dialect: Dialect) -> Scan {
    let mut scanner = Scanner { text, dialect, scan: Scan::default(), open: Vec::new(), locals: BTreeSet::new() };
    let mut at = 0;
    while let Some(found) = scanner.next_tag(at) {
        at = scanner.tag(found);
    }
    for open in std::mem::take(&mut scanner.open) {
        scanner.scan.fault(open.range, format!("`{}` is never closed", open.word));
    }
    scanner.scan
}

impl Scanner<'_> {
    fn next_tag(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += self.text.get(at..)?.find('{')?;
            match self.text.as_bytes().get(at + 1) {
                Some(b'{') => return Some(at),
                Some(b'%' | b'#') if self.dialect == Dialect::Jinja => return Some(at),
                _ => at += 1,
            }
        }
    }

    /// Reads the tag at `start`; returns where to go on.
    fn tag(&mut self, start: usize) -> usize {
        let (closer, is_expression) = match self.text.as_bytes().get(start + 1) {
            Some(b'%') => ("%}", false),
            Some(b'#') => ("#}", false),
            _ => ("}}", true),
        };
        let Some(end) = self.text[start + 2..].find(closer).map(|found| start + 2 + found + 2) else {
            self.scan.fault(start..start + 2, format!("`{}` is never closed", &self.text[start..start + 2]));
            return self.text.len();
        };
        let inside = self.text[start + 2..end - 2].trim_matches(['-', '+', '~']).trim();
        if closer == "#}" {
            self.scan.controls.push(start..end);
        } else if !is_expression || (self.dialect == Dialect::Promptl && is_statement(inside)) {
            return self.statement(inside, start..end);
        } else {
            self.uses(inside, start..end, false);
        }
        end
    }

    fn statement(&mut self, inside: &str, range: Range<usize>) -> usize {
        let (word, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        let end = range.end;
        self.scan.controls.push(range.clone());
        if let Some(closed) = word.strip_prefix("end") {
            self.close(closed, range);
            return end;
        }
        match word {
            "raw" | "verbatim" => return self.skip_raw(word, range),
            "include" | "import" | "from" | "extends" | "render" => self.include(rest, range),
            "set" | "assign" => self.assign(rest, range),
            "for" => self.open_loop(rest, range),
            "macro" => self.open_macro(rest, range),
            "elif" | "elsif" | "elseif" => self.uses(rest, range, true),
            "else" => {}
            _ if BLOCKS.contains(&word) => self.open_block(word, rest, range),
            _ => self.uses(rest, range, false),
        }
        end
    }

    fn open_block(&mut self, word: &str, rest: &str, range: Range<usize>) {
        let is_condition = matches!(word, "if" | "unless");
        if word != "block" && word != "filter" {
            self.uses(rest, range.clone(), is_condition);
        }
        let asks = if word == "if" && !rest.starts_with("not ") {
            free_names(rest, &self.locals).into_iter().map(|free| free.name.to_owned()).collect()
        } else {
            Vec::new()
        };
        self.push(word, range, asks, Vec::new());
    }

    fn open_loop(&mut self, rest: &str, range: Range<usize>) {
        let (targets, source) = rest.split_once(" in ").unwrap_or(("", rest));
        self.uses(source, range.clone(), false);
        self.push("for", range, Vec::new(), names(targets));
    }

    fn open_macro(&mut self, rest: &str, range: Range<usize>) {
        let parameters = rest.split_once('(').map_or("", |(_, parameters)| parameters);
        self.push("macro", range, Vec::new(), names(parameters));
    }

    fn push(&mut self, word: &str, range: Range<usize>, asks: Vec<String>, locals: Vec<String>) {
        self.locals.extend(locals.iter().cloned());
        self.open.push(Open { word: word.to_owned(), range, asks, locals });
    }

    fn assign(&mut self, rest: &str, range: Range<usize>) {
        let (target, value) = rest.split_once('=').unwrap_or((rest, ""));
        self.uses(value, range.clone(), false);
        let targets = names(target);
        self.locals.extend(targets.iter().cloned());
        if value.is_empty() && self.dialect == Dialect::Jinja {
            self.push("set", range, Vec::new(), Vec::new());
        }
    }

    fn include(&mut self, rest: &str, range: Range<usize>) {
        match rest.split(['"', '\'']).nth(1) {
            Some(name) => self.scan.includes.push(Include { name: name.to_owned(), range }),
            None => self.uses(rest, range, false),
        }
    }

    fn close(&mut self, word: &str, range: Range<usize>) {
        let fits = self.open.last().is_some_and(|open| word.is_empty() || open.word == word);
        let Some(open) = fits.then(|| self.open.pop()).flatten() else {
            self.scan.fault(range, format!("`end{word}` closes nothing"));
            return;
        };
        for name in &open.locals {
            self.locals.remove(name);
        }
        let whole = open.range.start..range.end;
        self.scan.guards.extend(open.asks.into_iter().map(|name| Guard { name, range: whole.clone() }));
    }

    fn skip_raw(&mut self, word: &str, range: Range<usize>) -> usize {
        let rest = &self.text[range.end..];
        let closer = format!("end{word}");
        match rest.find(&closer).and_then(|found| rest[found..].find("%}").map(|end| found + end + 2)) {
            Some(length) => range.end + length,
            None => {
                self.scan.fault(range, format!("`{word}` is never closed"));
                self.text.len()
            }
        }
    }

    fn uses(&mut self, expression: &str, range: Range<usize>, is_condition: bool) {
        let guarded = is_condition || self.open.iter().any(|open| matches!(open.word.as_str(), "if" | "unless"));
        for free in free_names(expression, &self.locals) {
            self.scan.add_use(free.name, range.clone());
            if let Some(last) = self.scan.uses.last_mut() {
                last.guarded = guarded;
                last.has_default = free.has_default;
            }
        }
    }
}

fn is_statement(inside: &str) -> bool {
    let word = inside.split_whitespace().next().unwrap_or_default();
    matches!(word, "if" | "else" | "elseif" | "endif" | "for" | "endfor")
}

/// The names in a list of loop targets, macro parameters or assignment targets.
fn names(list: &str) -> Vec<String> {
    let parameters = list.split(',').map(|piece| piece.split('=').next().unwrap_or_default());
    parameters.map(|name| name.trim_matches(|c: char| !c.is_alphanumeric() && c != '_').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Dialect, scan};

    fn uses(text: &str) -> Vec<(String, bool)> {
        scan(text, Dialect::Jinja).uses.into_iter().map(|found| (found.name, found.guarded)).collect()
    }

    #[test]
    fn conditions_guard_and_loops_bind() {
        let text = "{{ a }}{% if b %}{{ c }}{% endif %}{% for x in xs %}{{ x.y }}{{ loop.index }}{% endfor %}";
        let expected = [("a", false), ("b", true), ("c", true), ("xs", false)];
        assert_eq!(uses(text), expected.map(|(name, guarded)| (name.to_owned(), guarded)));
    }

    #[test]
    fn guards_cover_their_block() {
        let found = scan("A{%- if b %} x {%- endif %}.", Dialect::Jinja);
        assert_eq!(found.guards.len(), 1);
        assert_eq!(found.guards[0].range, 1..26 + 1);
    }

    #[test]
    fn set_raw_and_comments_are_not_variables() {
        assert_eq!(uses("{% set a = b %}{{ a }}{% raw %}{{ c }}{% endraw %}{# {{ d }} #}"), [("b".to_owned(), false)]);
    }

    #[test]
    fn an_unclosed_block_is_a_fault() {
        assert_eq!(scan("{% if a %}", Dialect::Jinja).faults.len(), 1);
        assert_eq!(scan("{% endif %}", Dialect::Jinja).faults.len(), 1);
        assert_eq!(scan("{% for a in b %}{% endfor %}", Dialect::Jinja).faults.len(), 0);
        assert_eq!(scan("{{ a", Dialect::Jinja).faults.len(), 1);
    }

    #[test]
    fn promptl_has_its_statements_in_double_braces() {
        let found = scan("{{ if a }}{{ b }}{{ endif }}{% x", Dialect::Promptl);
        let names: Vec<&str> = found.uses.iter().map(|found| found.name.as_str()).collect();
        assert_eq!((names, found.faults.len()), (vec!["a", "b"], 0));
    }
}
