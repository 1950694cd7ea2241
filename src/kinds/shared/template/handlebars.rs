//! Handlebars and dotprompt: `{{x}}`, `{{{x}}}`, `{{#if x}}…{{else}}…{{/if}}`, `{{> partial}}`, `{{helper x key=y}}`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::block::{self, Block, Branch};
use super::call::{self, Call};
use super::{Include, Scan, is_name};

/// Words that stand alone and are no variables.
const ALONE: &[&str] = &["else", "this", "history", "null", "undefined", "true", "false"];
/// Block helpers whose body is an item's or another object's: bare names in it are that object's fields.
const BINDING: &[&str] = &["each", "with"];
/// Block helpers whose body is rendered when nothing is given.
const UNCONDITIONAL: &[&str] = &["section", "unless", "unlessEquals", "role"];

struct Open<'t> {
    block: Block,
    /// Whether bare names in the current branch mean fields of an item.
    binds: bool,
    /// How many blocks around it do so.
    depth: usize,
    params: Vec<&'t str>,
}

impl Open<'_> {
    /// How many contexts a bare name inside of it is away from the outermost one.
    fn depth(&self) -> usize {
        self.depth + usize::from(self.binds)
    }
}

struct Scanner<'t> {
    scan: Scan,
    open: Vec<Open<'t>>,
    /// How many open blocks have each parameter.
    params: BTreeMap<&'t str, usize>,
}

/// Reads `text`.
pub(super) fn scan(text: &str) -> Scan {
    let mut scanner = Scanner { scan: Scan::default(), open: Vec::new(), params: BTreeMap::new() };
    let mut at = 0;
    while let Some(start) = text[at..].find("{{").map(|found| at + found) {
        if is_escaped(&text[..start]) {
            at = start + 2;
            continue;
        }
        let Some(range) = tag_range(text, start) else {
            scanner.scan.fault(start..start + 2, "`{{` is never closed");
            break;
        };
        if let Some(inner) = nested_tag(text, &range) {
            scanner.scan.fault(start..start + 2, "`{{` is never closed");
            at = inner;
            continue;
        }
        at = range.end;
        if text[range.clone()].starts_with("{{{{") {
            at = scanner.skip_raw(text, range);
        } else {
            scanner.tag(&text[range.clone()], range);
        }
    }
    for open in std::mem::take(&mut scanner.open) {
        scanner.scan.fault(open.block.opening(), format!("`{{{{#{}}}}}` is never closed", open.block.word));
    }
    scanner.scan
}

/// `\{{x}}` is literal; `\\{{x}}` is a backslash and a placeholder.
fn is_escaped(before: &str) -> bool {
    before.ends_with('\\') && !before.ends_with("\\\\")
}

fn tag_range(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    let closer = match rest {
        _ if rest.starts_with("{{!--") || rest.starts_with("{{~!--") => "--",
        _ if rest.starts_with("{{{{") => "}}}}",
        _ if rest.starts_with("{{{") => "}}}",
        _ => "}}",
    };
    if closer != "--" {
        return rest.find(closer).map(|end| start..start + end + closer.len());
    }
    let body = rest.find("--").map_or(0, |dashes| dashes + 2);
    let closers = rest[body..].match_indices("--").map(|(end, _)| body + end + 2);
    let ends = closers.filter_map(|end| {
        let tail = rest[end..].strip_prefix('~').unwrap_or(&rest[end..]);
        tail.starts_with("}}").then(|| rest.len() - tail.len() + 2)
    });
    ends.min().map(|end| start..start + end)
}

/// Where another tag opens inside of one, which was never closed then.
fn nested_tag(text: &str, range: &Range<usize>) -> Option<usize> {
    let tag = &text[range.clone()];
    let sigils = tag.len() - tag.trim_start_matches(['{', '~']).len();
    if tag[sigils..].starts_with('!') || tag.contains(['"', '\'']) {
        return None;
    }
    tag[sigils..].find("{{").map(|inner| range.start + sigils + inner)
}

impl<'t> Scanner<'t> {
    fn tag(&mut self, tag: &'t str, range: Range<usize>) {
        let is_raw = tag.starts_with("{{{");
        let inside = tag.trim_matches(['{', '}']).trim_matches('~').trim();
        let Some(sigil) = inside.chars().next() else { return };
        let rest = inside[sigil.len_utf8()..].trim();
        match sigil {
            '!' => self.scan.controls.push(range),
            '>' => self.partial(rest, range),
            '#' => self.open(rest, range, false),
            '^' if !rest.is_empty() => self.open(rest, range, true),
            '^' => self.branch("", range),
            '/' => self.close(rest, range),
            '&' => self.expression(rest, range, true),
            _ => match inside
                .strip_prefix("else")
                .filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
            {
                Some(condition) => self.branch(condition.trim(), range),
                None => self.expression(inside, range, is_raw),
            },
        }
    }

    /// `{{{{raw}}}} … {{{{/raw}}}}` is literal.
    fn skip_raw(&mut self, text: &str, range: Range<usize>) -> usize {
        let word = text[range.clone()].trim_matches(['{', '}']).trim();
        let closer = format!("{{{{{{{{/{word}}}}}}}}}");
        self.scan.controls.push(range.clone());
        match text[range.end..].find(&closer) {
            Some(found) => {
                let start = range.end + found;
                self.scan.controls.push(start..start + closer.len());
                start + closer.len()
            }
            None => {
                self.scan.fault(range, format!("`{{{{{{{{{word}}}}}}}}}` is never closed"));
                text.len()
            }
        }
    }

    fn partial(&mut self, rest: &'t str, range: Range<usize>) {
        let call = call::parse(rest);
        let name = call.head.trim_matches(['"', '\'']);
        if !name.is_empty() && !name.starts_with('@') {
            self.scan.includes.push(Include { name: name.to_owned(), range: range.clone() });
        }
        self.names(&call, &range);
    }

    fn open(&mut self, rest: &'t str, range: Range<usize>, is_inverted: bool) {
        self.scan.controls.push(range.clone());
        if let Some(partial) = rest.strip_prefix('>') {
            self.partial(partial, range.clone());
            let word = call::parse(partial).head;
            self.push(Block::new(word, range, Branch::always(), Vec::new()), false, Vec::new());
            return;
        }
        let call = call::parse(rest.trim_start_matches('*'));
        self.condition(&call, &range);
        let is_section = !call.has_arguments;
        let binds = BINDING.contains(&call.head) || (is_section && !is_inverted);
        let branch = branch(&call, is_inverted);
        let block = Block::new(call.head, range, branch, Vec::new());
        self.push(block, binds, call.params);
    }

    fn push(&mut self, block: Block, binds: bool, params: Vec<&'t str>) {
        params.iter().for_each(|name| *self.params.entry(name).or_insert(0) += 1);
        let outer = self.open.last();
        let depth = outer.map_or(0, Open::depth);
        let block = block.within(outer.map(|open| &open.block));
        self.open.push(Open { block, binds, depth, params });
    }

    fn forget(&mut self, params: &[&'t str]) {
        for name in params {
            self.params.entry(name).and_modify(|count| *count = count.saturating_sub(1));
        }
    }

    /// `{{else}}`, `{{else if x}}`, `{{^}}`
    fn branch(&mut self, condition: &'t str, range: Range<usize>) {
        self.scan.controls.push(range.clone());
        let call = call::parse(condition);
        if let Some(open) = self.open.last_mut() {
            open.binds = false;
            let params = std::mem::take(&mut open.params);
            let branch = if condition.is_empty() { Branch::always() } else { branch(&call, false) };
            let guards = open.block.enter(branch, range.clone());
            self.scan.guards.extend(guards);
            self.forget(&params);
        }
        if !condition.is_empty() {
            self.condition(&call, &range);
        }
    }

    /// The names of a block's tag: what a mere condition asks for can be left out.
    fn condition(&mut self, call: &Call<'t>, range: &Range<usize>) {
        let from = self.scan.uses.len();
        if !call.has_arguments {
            self.name(call.head, range.clone());
        }
        self.names(call, range);
        if !BINDING.contains(&call.head) {
            self.scan.uses[from..].iter_mut().for_each(|found| found.guarded = true);
        }
    }

    fn close(&mut self, word: &str, range: Range<usize>) {
        self.scan.controls.push(range.clone());
        let word = word.split_whitespace().next().unwrap_or_default();
        let Some(depth) = block::find(&self.open, |open| open.block.word == word) else {
            self.scan.fault(range, format!("`{{{{/{word}}}}}` closes nothing"));
            return;
        };
        for open in self.open.split_off(depth + 1) {
            self.scan.fault(open.block.opening(), format!("`{{{{#{}}}}}` is never closed", open.block.word));
            self.forget(&open.params);
        }
        if let Some(open) = self.open.pop() {
            self.forget(&open.params);
            open.block.finish(range, &mut self.scan);
        }
    }

    fn expression(&mut self, inside: &'t str, range: Range<usize>, is_raw: bool) {
        let call = call::parse(inside);
        let from = self.scan.uses.len();
        if !call.has_arguments {
            self.name(call.head, range.clone());
        }
        self.names(&call, &range);
        self.scan.uses[from..].iter_mut().for_each(|found| found.is_raw = is_raw);
    }

    fn names(&mut self, call: &Call<'t>, range: &Range<usize>) {
        call.paths.iter().for_each(|path| self.name(path, range.clone()));
    }

    /// A path: its first step is a variable, unless it is a block's parameter or starts at an item.
    fn name(&mut self, path: &str, range: Range<usize>) {
        let at_root = path.strip_prefix("@root.");
        let mut rest = at_root.unwrap_or(path);
        let mut ups = 0;
        while let Some(outer) = rest.strip_prefix("../") {
            (rest, ups) = (outer, ups + 1);
        }
        let rest = ["./", "this.", "this/"].iter().find_map(|own| rest.strip_prefix(own)).unwrap_or(rest);
        let name = rest.split(['.', '[', '/']).next().unwrap_or_default();
        let is_param = self.params.get(name).is_some_and(|count| *count > 0);
        if !is_name(name) || ALONE.contains(&name) || is_param {
            return;
        }
        let depth = self.open.last().map_or(0, Open::depth);
        self.scan.add_use(name, range);
        if let Some(last) = self.scan.uses.last_mut() {
            last.guarded = self.open.last().is_some_and(|open| open.block.is_guarded());
            last.is_bound = at_root.is_none() && ups < depth;
        }
    }
}

fn branch(call: &Call<'_>, is_inverted: bool) -> Branch {
    let section = (!call.has_arguments).then_some(call.head);
    match call.head {
        "if" if !is_inverted => Branch::asking(call.paths.first().map(|path| root(path)), true),
        _ if is_inverted => Branch::asking(None, call.has_arguments),
        _ if section.is_some() => Branch::asking(section.map(root), true),
        head if BINDING.contains(&head) => Branch::always(),
        head if UNCONDITIONAL.contains(&head) => Branch::asking(None, false),
        _ => Branch::asking(None, true),
    }
}

/// The first step of a path.
fn root(path: &str) -> &str {
    path.trim_start_matches("../").trim_start_matches("this.").split(['.', '/', '[']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::scan;

    fn uses(text: &str) -> Vec<(String, bool)> {
        let found = scan(text).uses.into_iter().filter(|found| !found.is_bound);
        found.map(|found| (found.name, found.guarded)).collect()
    }

    fn expect(text: &str, expected: &[(&str, bool)]) {
        let found = uses(text);
        let found: Vec<(&str, bool)> = found.iter().map(|(name, guarded)| (name.as_str(), *guarded)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn helpers_are_not_variables() {
        expect(
            "{{role \"system\"}}{{a}}{{{b.c}}}{{json d indent=2}}{{media url=e}}{{history}}{{@index}}{{! no }}\
             {{!-- {{no}} --}}{{~!-- {{no}} --~}}\\{{no}}\\\\{{f}}",
            &[("a", false), ("b", false), ("d", false), ("e", false), ("f", false)],
        );
        expect("{{{{raw}}}}{{no}}{{{{/raw}}}}{{a}}", &[("a", false)]);
        expect("{{#ifEquals a \"b\"}}{{c}}{{else}}{{d}}{{/ifEquals}}", &[("a", true), ("c", true), ("d", false)]);
    }

    #[test]
    fn blocks_guard_and_bind() {
        expect(
            "{{#if a}}{{b}}{{else}}{{c}}{{/if}}{{#each xs}}{{this.y}}{{z}}{{../w}}{{@root.v}}{{@index}}{{/each}}",
            &[("a", true), ("b", true), ("c", false), ("xs", false), ("w", false), ("v", false)],
        );
        expect("{{#unless a}}{{b}}{{else}}{{c}}{{/unless}}", &[("a", true), ("b", false), ("c", true)]);
        expect(
            "{{#if a}}{{else if b}}{{c}}{{else}}{{d}}{{/if}}",
            &[("a", true), ("b", true), ("c", true), ("d", false)],
        );
        expect("{{#each xs as |x|}}{{x.y}}{{else}}{{z}}{{/each}}{{x}}", &[("xs", false), ("z", false), ("x", false)]);
        expect("{{#each a}}{{#each b}}{{../c}}{{../../d}}{{/each}}{{/each}}", &[("a", false), ("d", false)]);
    }

    #[test]
    fn sections_and_partials() {
        let found = scan("{{#s}}{{y}}{{/s}}{{^t}}no{{/t}}{{> part ctx a=b}}{{#> lay}}x{{/lay}}{{> @partial-block}}");
        let included: Vec<&str> = found.includes.iter().map(|include| include.name.as_str()).collect();
        assert_eq!((included, found.faults.len()), (vec!["part", "lay"], 0));
        assert_eq!(found.guards.len(), 1);
        expect(
            "{{#s}}{{y}}{{/s}}{{^t}}{{u}}{{/t}}{{> p c a=b}}",
            &[("s", true), ("t", true), ("u", false), ("c", false), ("b", false)],
        );
    }

    #[test]
    fn an_unclosed_block_is_a_fault() {
        for text in ["{{#if a}}", "{{/if}}", "{{a", "{{#if a}}{{#each b}}{{/if}}", "{{{{raw}}}}"] {
            assert_eq!(scan(text).faults.len(), 1, "{text}");
        }
        assert_eq!(scan("}} {x} {{#if a}}{{/if}}").faults.len(), 0);
    }

    #[test]
    fn escaping_is_seen() {
        let raw: Vec<bool> = scan("{{a}}{{{b}}}{{&c}}").uses.iter().map(|found| found.is_raw).collect();
        assert_eq!(raw, [false, true, true]);
    }
}
