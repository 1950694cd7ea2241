//! Jinja2, Nunjucks and Liquid (`{{ }}`, `{% %}`, `{# #}`), and PromptL, whose statements stand in double braces.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::block::{self, Block, Branch};
use super::expression::{Reading, read, split_at_word};
use super::tokens::is_balanced;
use super::{Include, Scan};

/// Which spelling of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `{% if x %}`
    Jinja,
    /// `{{ if x }}`
    Promptl,
}

/// Statements that must be closed.
const BLOCKS: &[&str] = &[
    "if",
    "ifAsync",
    "unless",
    "for",
    "asyncEach",
    "asyncAll",
    "tablerow",
    "block",
    "macro",
    "call",
    "filter",
    "with",
    "autoescape",
    "trans",
    "capture",
    "case",
    "switch",
];

/// Statements that stand alone and take no names from outside.
const ALONE: &[&str] = &["break", "continue", "debug", "default", "layout", "pluralize", "increment", "decrement"];

/// A tag that is closed later than this many bytes, or behind this many false closers, is taken to end at the first.
const MAX_TAG: usize = 4096;
const MAX_CLOSERS: usize = 8;

struct Scanner<'t> {
    text: &'t str,
    dialect: Dialect,
    scan: Scan,
    open: Vec<Block>,
    /// How many open scopes bind each name.
    locals: BTreeMap<String, usize>,
    /// Statements that are not known to open a block; one of them may turn out to.
    strange: BTreeSet<&'t str>,
}

/// Reads `text`.
pub(super) fn scan(text: &str, dialect: Dialect) -> Scan {
    let mut scanner = Scanner {
        text,
        dialect,
        scan: Scan::default(),
        open: Vec::new(),
        locals: BTreeMap::new(),
        strange: BTreeSet::new(),
    };
    let mut at = 0;
    while let Some(found) = scanner.next_tag(at) {
        at = scanner.tag(found);
    }
    for block in std::mem::take(&mut scanner.open) {
        scanner.scan.fault(block.opening(), format!("`{}` is never closed", block.word));
    }
    scanner.scan
}

impl<'t> Scanner<'t> {
    fn next_tag(&self, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let is_jinja = self.dialect == Dialect::Jinja;
        (from..bytes.len().saturating_sub(1)).find(|&at| match (bytes[at], bytes[at + 1]) {
            (b'{', b'{') => true,
            (b'{', b'%' | b'#') => is_jinja,
            (b'/', b'*') => !is_jinja,
            _ => false,
        })
    }

    /// Reads the tag at `start`; returns where to go on.
    fn tag(&mut self, start: usize) -> usize {
        let opener = &self.text[start..start + 2];
        let closer = match opener {
            "{%" => "%}",
            "{#" => "#}",
            "/*" => "*/",
            _ => "}}",
        };
        let is_comment = matches!(opener, "{#" | "/*");
        let Some(close) = self.closing(start + 2, closer, is_comment) else {
            self.scan.fault(start..start + 2, format!("`{opener}` is never closed"));
            return self.text.len();
        };
        let range = start..close + 2;
        let inside = self.text[start + 2..close].trim_matches(['-', '+', '~']).trim();
        if is_comment {
            self.scan.controls.push(range.clone());
        } else if opener == "{%" || (self.dialect == Dialect::Promptl && is_statement(inside)) {
            return self.statement(inside, range);
        } else {
            self.uses(inside, range.clone(), false);
        }
        range.end
    }

    /// The `closer` of a tag: the first outside of strings and brackets.
    fn closing(&self, from: usize, closer: &str, is_comment: bool) -> Option<usize> {
        let first = from + self.text[from..].find(closer)?;
        if is_comment {
            return Some(first);
        }
        let mut end = first;
        for _ in 0..MAX_CLOSERS {
            if is_balanced(&self.text[from..end]) {
                return Some(end);
            }
            match self.text.get(end + 1..).and_then(|rest| rest.find(closer)) {
                Some(next) if end + 1 + next - from <= MAX_TAG => end += 1 + next,
                _ => break,
            }
        }
        Some(first)
    }

    fn statement(&mut self, inside: &'t str, range: Range<usize>) -> usize {
        let word_end = inside.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inside.len());
        let (word, rest) = inside.split_at(word_end);
        let (rest, end) = (rest.trim(), range.end);
        self.scan.controls.push(range.clone());
        if matches!(word, "raw" | "verbatim" | "comment") {
            return self.skip_raw(word, range);
        }
        match word.strip_prefix("end") {
            Some(closed) if !closed.is_empty() || self.dialect == Dialect::Jinja => self.close(closed, range),
            _ => self.plain_statement(word, rest, range),
        }
        end
    }

    fn plain_statement(&mut self, word: &'t str, rest: &'t str, range: Range<usize>) {
        match word {
            "include" | "extends" | "render" => self.include(rest, range),
            "import" | "from" => self.import(rest, range),
            "set" | "assign" => self.assign(rest, range),
            "elif" | "elsif" | "elseif" => self.branch(Some(rest), range),
            "else" => self.branch(rest.strip_prefix("if "), range),
            "when" => {
                self.uses(rest, range, true);
            }
            _ if ALONE.contains(&word) => (),
            _ if BLOCKS.contains(&word) => self.open(word, rest, range),
            _ => {
                self.uses(rest, range, false);
                self.strange.insert(word);
            }
        }
    }

    fn open(&mut self, word: &str, rest: &'t str, range: Range<usize>) {
        let mut locals = Vec::new();
        let mut branch = Branch::always();
        match word {
            "if" | "ifAsync" | "unless" => {
                let reading = self.uses(rest, range.clone(), true);
                branch = Branch::on(&reading, word != "unless");
            }
            "for" | "asyncEach" | "asyncAll" | "tablerow" => {
                let (targets, source) = split_at_word(rest, "in").unwrap_or(("", rest));
                let (source, filter) = split_at_word(source, "if").unwrap_or((source, ""));
                self.uses(source, range.clone(), false);
                locals = names(targets);
                self.bind(&locals);
                self.uses(filter, range.clone(), true);
            }
            "with" => {
                self.uses(rest, range.clone(), false);
                locals = keywords(rest);
                self.bind(&locals);
            }
            "macro" => {
                let parameters = rest.split_once('(').map_or("", |(_, parameters)| parameters);
                locals = names(parameters.split(')').next().unwrap_or_default());
                self.bind(&locals);
            }
            "call" => {
                let (parameters, callee) =
                    rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).unwrap_or(("", rest));
                self.uses(callee, range.clone(), false);
                locals = names(parameters);
                self.bind(&locals);
            }
            "capture" => self.bind(&names(rest)),
            "case" | "switch" | "trans" => {
                self.uses(rest, range.clone(), false);
                locals = keywords(rest);
                self.bind(&locals);
            }
            _ => {}
        }
        self.open.push(Block::new(word, range, branch, locals).within(self.open.last()));
    }

    /// `elif` with its condition, or `else`.
    fn branch(&mut self, condition: Option<&'t str>, range: Range<usize>) {
        let reading = condition.map(|condition| self.uses(condition, range.clone(), true));
        let branch = reading.map_or_else(Branch::always, |reading| Branch::on(&reading, true));
        let Some(block) = self.open.last_mut() else { return };
        self.scan.guards.extend(block.enter(branch, range));
    }

    fn bind(&mut self, names: &[String]) {
        names.iter().for_each(|name| *self.locals.entry(name.clone()).or_insert(0) += 1);
    }

    fn assign(&mut self, rest: &'t str, range: Range<usize>) {
        let Some((target, value)) = assignment(rest) else {
            self.bind(&names(rest));
            if self.dialect == Dialect::Jinja && super::is_name(rest) {
                let block = Block::new("set", range, Branch::always(), Vec::new()).within(self.open.last());
                self.open.push(block);
            }
            return;
        };
        self.uses(value, range, false);
        self.bind(&names(target));
    }

    fn include(&mut self, rest: &'t str, range: Range<usize>) {
        match quoted(rest) {
            Some(name) if rest.starts_with(['"', '\'']) => {
                self.scan.includes.push(Include { name: name.to_owned(), range });
            }
            _ => {
                let target = [" ignore ", " with ", " without "].iter().find_map(|word| rest.split_once(word));
                self.uses(target.map_or(rest, |(target, _)| target), range, false);
            }
        }
    }

    /// `import "x" as y`, `from "x" import y, z as w`
    fn import(&mut self, rest: &'t str, range: Range<usize>) {
        if let Some(name) = quoted(rest) {
            self.scan.includes.push(Include { name: name.to_owned(), range });
        }
        let imported = split_at_word(rest, "import")
            .map_or_else(|| split_at_word(rest, "as").map_or("", |(_, name)| name), |(_, names)| names);
        let bound: Vec<String> = imported
            .split(',')
            .flat_map(|piece| names(split_at_word(piece, "as").map_or(piece, |(_, name)| name)))
            .collect();
        self.bind(&bound);
    }

    fn close(&mut self, word: &str, range: Range<usize>) {
        let word = match word {
            "each" => "asyncEach",
            "all" => "asyncAll",
            other => other,
        };
        let Some(depth) = block::find(&self.open, |block| word.is_empty() || block.word == word) else {
            if !self.strange.contains(word) {
                self.scan.fault(range, format!("`end{word}` closes nothing"));
            }
            return;
        };
        for unclosed in self.open.split_off(depth + 1) {
            self.scan.fault(unclosed.opening(), format!("`{}` is never closed", unclosed.word));
            self.unbind(&unclosed.locals);
        }
        if let Some(block) = self.open.pop() {
            self.unbind(&block.locals);
            block.finish(range, &mut self.scan);
        }
    }

    fn unbind(&mut self, names: &[String]) {
        for name in names {
            if let Some(count) = self.locals.get_mut(name) {
                *count = count.saturating_sub(1);
            }
        }
    }

    fn skip_raw(&mut self, word: &str, range: Range<usize>) -> usize {
        let closer = format!("end{word}");
        for (at, _) in self.text[range.end..].match_indices("{%") {
            let open = range.end + at;
            let inside = self.text[open + 2..].trim_start_matches(['-', '+']).trim_start();
            let Some(tail) = inside.strip_prefix(closer.as_str()) else { continue };
            let tail = tail.trim_start().trim_start_matches(['-', '+']);
            if tail.starts_with("%}") {
                let end = self.text.len() - tail.len() + 2;
                self.scan.controls.push(open..end);
                return end;
            }
        }
        self.scan.fault(range, format!("`{word}` is never closed"));
        self.text.len()
    }

    fn uses(&mut self, expression: &'t str, range: Range<usize>, is_condition: bool) -> Reading<'t> {
        let is_assigned = self.dialect == Dialect::Promptl && !is_condition;
        if let Some((target, value)) = assignment(expression).filter(|_| is_assigned) {
            let reading = self.uses(value, range, false);
            self.bind(&names(target));
            return reading;
        }
        let locals = &self.locals;
        let reading = read(expression, &|name| locals.get(name).is_some_and(|count| *count > 0));
        let guarded = is_condition || self.open.last().is_some_and(Block::is_guarded);
        for free in &reading.names {
            self.scan.add_use(free.name, range.clone());
            if let Some(last) = self.scan.uses.last_mut() {
                last.guarded = guarded;
                last.has_default = free.has_default;
                last.is_raw = reading.is_safe;
            }
        }
        reading
    }
}

fn is_statement(inside: &str) -> bool {
    let word = inside.split_whitespace().next().unwrap_or_default();
    matches!(word, "if" | "else" | "elseif" | "endif" | "for" | "endfor")
}

/// The target and the value of `a = b`; `==` and its like are comparisons.
fn assignment(text: &str) -> Option<(&str, &str)> {
    let (target, value) = text.split_once('=')?;
    let is_target = target.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ',' | ' '));
    (is_target && !value.starts_with('=')).then_some((target, value))
}

/// The first string of a text.
fn quoted(text: &str) -> Option<&str> {
    text.split(['"', '\'']).nth(1).filter(|name| !name.is_empty())
}

/// The names in a list of loop targets, macro parameters or assignment targets.
fn names(list: &str) -> Vec<String> {
    let parameters = list.split(',').map(|piece| piece.split('=').next().unwrap_or_default());
    let names = parameters.map(|name| name.trim_matches(|c: char| !c.is_alphanumeric() && c != '_'));
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The names that `a = b, c = d` gives values to.
fn keywords(list: &str) -> Vec<String> {
    let pairs = list.split(',').filter_map(assignment);
    pairs.flat_map(|(target, _)| names(target)).collect()
}

#[cfg(test)]
mod tests;
