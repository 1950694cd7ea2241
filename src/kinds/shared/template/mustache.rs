//! Mustache: `{{x}}`, `{{{x}}}`, `{{&x}}`, sections, partials, and delimiters of the text's own.

use std::ops::Range;

use super::block::{self, Block, Branch};
use super::{Include, Scan, is_name};

struct Scanner {
    scan: Scan,
    /// Open sections, and whether names inside of them may be fields of an item.
    open: Vec<(Block, bool)>,
}

/// Reads `text`.
pub(super) fn scan(text: &str) -> Scan {
    let mut scanner = Scanner { scan: Scan::default(), open: Vec::new() };
    let (mut opener, mut closer) = ("{{", "}}");
    let mut at = 0;
    while let Some(start) = text[at..].find(opener).map(|found| at + found) {
        let inside_start = start + opener.len();
        let is_triple = opener == "{{" && text[inside_start..].starts_with('{');
        let end_mark = if is_triple { "}}}" } else { closer };
        let Some(length) = text[inside_start..].find(end_mark) else {
            scanner.scan.fault(start..inside_start, format!("`{opener}` is never closed"));
            break;
        };
        let inside = text[inside_start..inside_start + length].trim_start_matches('{').trim();
        let range = start..inside_start + length + end_mark.len();
        at = range.end;
        match inside.strip_prefix('=') {
            Some(delimiters) => {
                let mut words = delimiters.trim_end_matches('=').split_whitespace();
                if let (Some(open), Some(close)) = (words.next(), words.next()) {
                    (opener, closer) = (open, close);
                }
                scanner.scan.controls.push(range);
            }
            None => scanner.tag(inside, range, is_triple),
        }
    }
    for (block, _) in std::mem::take(&mut scanner.open) {
        scanner.scan.fault(block.opening(), format!("`{{{{#{}}}}}` is never closed", block.word));
    }
    scanner.scan
}

impl Scanner {
    fn tag(&mut self, inside: &str, range: Range<usize>, is_triple: bool) {
        let Some(sigil) = inside.chars().next() else { return };
        let rest = inside[sigil.len_utf8()..].trim();
        match sigil {
            '!' => self.scan.controls.push(range),
            '>' => self.scan.includes.push(Include { name: rest.to_owned(), range }),
            '#' | '^' | '$' | '<' => self.open(rest, range, sigil),
            '/' => self.close(rest, range),
            '&' => self.name(rest, range, true),
            _ => self.name(inside, range, is_triple),
        }
    }

    fn open(&mut self, word: &str, range: Range<usize>, sigil: char) {
        self.scan.controls.push(range.clone());
        if matches!(sigil, '#' | '^') {
            self.name(word, range.clone(), false);
            self.scan.uses.last_mut().into_iter().for_each(|found| found.guarded = true);
        }
        let root = word.split('.').next();
        let branch = Branch::asking(root.filter(|_| sigil == '#'), sigil == '#');
        let outer = self.open.last();
        let binds = sigil == '#' || outer.is_some_and(|(_, binds)| *binds);
        let block = Block::new(word, range, branch, Vec::new()).within(outer.map(|(block, _)| block));
        self.open.push((block, binds));
    }

    fn close(&mut self, word: &str, range: Range<usize>) {
        self.scan.controls.push(range.clone());
        let Some(depth) = block::find(&self.open, |(block, _)| block.word == word) else {
            self.scan.fault(range, format!("`{{{{/{word}}}}}` closes nothing"));
            return;
        };
        for (block, _) in self.open.split_off(depth + 1) {
            self.scan.fault(block.opening(), format!("`{{{{#{}}}}}` is never closed", block.word));
        }
        if let Some((block, _)) = self.open.pop() {
            block.finish(range, &mut self.scan);
        }
    }

    fn name(&mut self, path: &str, range: Range<usize>, is_raw: bool) {
        let name = path.split('.').next().unwrap_or_default();
        if !is_name(name) {
            return;
        }
        self.scan.add_use(name, range);
        if let Some(last) = self.scan.uses.last_mut() {
            last.guarded = self.open.last().is_some_and(|(block, _)| block.is_guarded());
            last.is_bound = self.open.last().is_some_and(|(_, binds)| *binds);
            last.is_raw = is_raw;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn sections_ask_for_their_own_name() {
        let found = scan("{{#s}}{{y}}{{/s}}{{^t}}no{{u}}{{/t}}{{> part}}{{.}}{{! no }}");
        let uses: Vec<(&str, bool, bool)> =
            found.uses.iter().map(|found| (found.name.as_str(), found.guarded, found.is_bound)).collect();
        assert_eq!(uses, [("s", true, false), ("y", true, true), ("t", true, false), ("u", false, false)]);
        assert_eq!((found.includes[0].name.as_str(), found.guards.len(), found.faults.len()), ("part", 1, 0));
    }

    #[test]
    fn delimiters_can_be_others() {
        let found = scan("{{=<% %>=}}<% a %>{{ no }}<%={{ }}=%>{{{b}}}{{&c}}");
        let uses: Vec<(&str, bool)> = found.uses.iter().map(|found| (found.name.as_str(), found.is_raw)).collect();
        assert_eq!(uses, [("a", false), ("b", true), ("c", true)]);
    }

    #[test]
    fn an_unclosed_section_is_a_fault() {
        for text in ["{{#a}}", "{{/a}}", "{{a", "{{#a}}{{#b}}{{/a}}"] {
            assert_eq!(scan(text).faults.len(), 1, "{text}");
        }
    }
}
