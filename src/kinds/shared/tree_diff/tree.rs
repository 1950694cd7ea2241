//! Parts as the tree that their keys spell, every branch with a digest of what hangs below it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::kinds::shared::part::Part;

/// One step of a path and what hangs below it.
#[derive(Debug, Default)]
struct Branch<'p> {
    name: &'p str,
    parent: usize,
    children: Vec<usize>,
    /// The parts that stand right here.
    parts: Vec<usize>,
    content: u64,
    /// Digest of those parts alone.
    own: u64,
    /// Whether some value hangs here or below; a set's elements are nothing but their names.
    is_valued: bool,
}

/// The tree of a side's parts. Branches are numbered so that a parent precedes its children.
#[derive(Debug)]
pub(super) struct Tree<'p> {
    branches: Vec<Branch<'p>>,
    at: HashMap<(usize, &'p str), usize>,
    /// The branch of each part.
    of_part: Vec<usize>,
}

impl<'p> Tree<'p> {
    /// The branch from which all hang.
    pub(super) const ROOT: usize = 0;

    /// The tree that the keys of `parts` spell.
    pub(super) fn of(parts: &'p [Part]) -> Self {
        let mut tree = Self { branches: vec![Branch::default()], at: HashMap::new(), of_part: Vec::new() };
        for (number, part) in parts.iter().enumerate() {
            let branch = steps(&part.key).fold(Self::ROOT, |parent, name| tree.grown(parent, name));
            tree.branches[branch].parts.push(number);
            tree.of_part.push(branch);
        }
        tree.digest(parts);
        tree
    }

    fn grown(&mut self, parent: usize, name: &'p str) -> usize {
        let next = self.branches.len();
        let branch = *self.at.entry((parent, name)).or_insert(next);
        if branch == next {
            self.branches.push(Branch { name, parent, ..Branch::default() });
            self.branches[parent].children.push(next);
        }
        branch
    }

    /// From the leaves up: a branch's content is its parts and, by name, its children's contents.
    fn digest(&mut self, parts: &[Part]) {
        for at in (0..self.branches.len()).rev() {
            let branch = &self.branches[at];
            let mut below: Vec<(&str, u64)> =
                branch.children.iter().map(|&c| (self.name(c), self.content(c))).collect();
            below.sort_unstable();
            let own = branch.parts.iter().filter_map(|&part| parts.get(part));
            let mut own: Vec<(&str, &str)> = own.map(|part| (part.aspect, part.value.as_str())).collect();
            own.sort_unstable();
            let is_valued = own.iter().any(|(_, value)| !value.is_empty())
                || branch.children.iter().any(|&child| self.branches[child].is_valued);
            let (own, content) = (digest_of(&own), digest_of(&(below, &own)));
            let branch = &mut self.branches[at];
            (branch.own, branch.content, branch.is_valued) = (own, content, is_valued);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.branches.len()
    }

    pub(super) fn name(&self, branch: usize) -> &'p str {
        self.branches[branch].name
    }

    pub(super) fn parent(&self, branch: usize) -> usize {
        self.branches[branch].parent
    }

    pub(super) fn children(&self, branch: usize) -> &[usize] {
        &self.branches[branch].children
    }

    pub(super) fn child(&self, branch: usize, name: &str) -> Option<usize> {
        self.at.get(&(branch, name)).copied()
    }

    /// For each branch, whether `other` has it too; of elements without a name that cannot be told by their number.
    pub(super) fn stays_in(&self, other: &Tree<'_>) -> Vec<bool> {
        let mut there = vec![Some(Self::ROOT)];
        for branch in self.branches.iter().skip(1) {
            let above = there.get(branch.parent).copied().flatten();
            let found = above.filter(|_| !is_index(branch.name)).and_then(|above| other.child(above, branch.name));
            there.push(found);
        }
        there.iter().map(Option::is_some).collect()
    }

    /// A digest of what hangs at and below a branch, whatever it is called.
    pub(super) fn content(&self, branch: usize) -> u64 {
        self.branches[branch].content
    }

    /// A digest of the parts that stand at a branch itself.
    pub(super) fn own(&self, branch: usize) -> u64 {
        self.branches[branch].own
    }

    /// Whether an element is more than its name.
    pub(super) fn is_valued(&self, branch: usize) -> bool {
        self.branches[branch].is_valued
    }

    /// The content of an element, or its name where it holds nothing else.
    pub(super) fn identity(&self, branch: usize) -> u64 {
        let Branch { name, content, is_valued, .. } = &self.branches[branch];
        if *is_valued { *content } else { digest_of(&(content, name)) }
    }

    /// The parts that stand at a branch.
    pub(super) fn parts(&self, branch: usize) -> &[usize] {
        &self.branches[branch].parts
    }

    /// The branch at which a part stands.
    pub(super) fn branch_of(&self, part: usize) -> Option<usize> {
        self.of_part.get(part).copied()
    }

    /// The first part at or below a branch.
    pub(super) fn first_part(&self, branch: usize) -> Option<usize> {
        self.below(branch).flat_map(|branch| self.parts(branch)).copied().min()
    }

    /// A branch and all below it.
    pub(super) fn below(&self, branch: usize) -> impl Iterator<Item = usize> {
        let mut open = vec![branch];
        std::iter::from_fn(move || {
            let branch = open.pop()?;
            open.extend(self.children(branch));
            Some(branch)
        })
    }

    /// The path to a branch, as keys spell it.
    pub(super) fn path(&self, branch: usize) -> String {
        let mut names = Vec::new();
        let mut at = branch;
        while at != Self::ROOT {
            names.push(self.name(at));
            at = self.parent(at);
        }
        names.iter().rev().fold(String::new(), |path, name| joined(&path, name))
    }

    /// The key of each part, with other names for some branches.
    pub(super) fn keys(&self, names: &[Option<String>]) -> Vec<String> {
        let mut paths = vec![String::new()];
        for (branch, renamed) in self.branches.iter().zip(names).skip(1) {
            let above = paths.get(branch.parent).map_or("", String::as_str);
            paths.push(joined(above, renamed.as_deref().unwrap_or(branch.name)));
        }
        self.of_part.iter().map(|&branch| paths.get(branch).cloned().unwrap_or_default()).collect()
    }
}

fn joined(path: &str, name: &str) -> String {
    let dot = if path.is_empty() || name.starts_with('[') { "" } else { "." };
    format!("{path}{dot}{name}")
}

pub(super) fn digest_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Whether a key leads through an element that has no name.
pub(super) fn has_index(key: &str) -> bool {
    steps(key).any(is_index)
}

/// Whether a step is an element's place in its list: `[3]`.
pub(super) fn is_index(step: &str) -> bool {
    let inner = step.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The steps of a key: `a.b[3]."x.y"` is `a`, `b`, `[3]`, `"x.y"`.
pub(super) fn steps(key: &str) -> impl Iterator<Item = &str> {
    let mut rest = key;
    std::iter::from_fn(move || {
        let text = rest.strip_prefix('.').unwrap_or(rest);
        if text.is_empty() {
            return None;
        }
        let (step, after) = text.split_at(step_end(text));
        rest = after;
        Some(step)
    })
}

/// Where the first step of `text` ends: before a dot or a bracket, outside quotes and brackets of its own.
fn step_end(text: &str) -> usize {
    let (mut depth, mut is_quoted) = (0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'.' if depth == 0 && at > 0 => return at,
            b'[' if depth == 0 && at > 0 => return at,
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}
