//! Templates: which variables a text takes, which it can do without, and what it includes.
//!
//! Scanners, not renderers: each engine's own tags are read exactly, and its expressions as far as it takes to know which
//! names come from outside and whether the text renders without them. JSON braces are never variables.

mod block;
mod call;
mod code;
mod dollar;
mod expression;
mod fstring;
mod handlebars;
mod imports;
mod jinja;
mod mustache;
mod plain;
mod semantic_kernel;
mod sniff;
mod tokens;

use std::ops::Range;

/// Who renders the text, hence what a variable looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// Nobody says: only `{{name}}` counts.
    Plain,
    /// Python's `str.format`: `{name}`, doubled braces are literal.
    FString,
    /// Jinja2, Nunjucks, Liquid: `{{ name }}`, `{% if %}`.
    Jinja,
    /// Handlebars and dotprompt: `{{name}}`, `{{#if}}`, `{{> partial}}`.
    Handlebars,
    /// Mustache: sections instead of helpers.
    Mustache,
    /// Semantic Kernel: `{{$name}}`, `{{Plugin.Function $name}}`.
    SemanticKernel,
    /// Latitude PromptL: Jinja's statements inside double braces.
    Promptl,
    /// Slash commands: `$ARGUMENTS`, `$1`, `${name}`, `${input:name}`.
    Dollar,
}

impl Engine {
    /// The engine that a document calls `name` (`template_format: jinja2`), if pv knows it.
    pub fn called(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "f-string" | "fstring" | "format" | "str.format" => Self::FString,
            "jinja" | "jinja2" | "nunjucks" | "liquid" => Self::Jinja,
            "handlebars" | "hbs" | "dotprompt" => Self::Handlebars,
            "mustache" => Self::Mustache,
            "semantic-kernel" => Self::SemanticKernel,
            "promptl" => Self::Promptl,
            "default" | "none" | "plain" => Self::Plain,
            _ => return None,
        })
    }

    /// The engine whose tags the texts of one prompt have, where nobody names one; `None`: `{{name}}` at most.
    pub fn of_texts(texts: &[&str]) -> Option<Self> {
        sniff::engine(texts)
    }

    /// The name as written in findings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::FString => "f-string",
            Self::Jinja => "jinja2",
            Self::Handlebars => "handlebars",
            Self::Mustache => "mustache",
            Self::SemanticKernel => "semantic-kernel",
            Self::Promptl => "promptl",
            Self::Dollar => "dollar",
        }
    }
}

/// One place where a variable is used. Ranges are byte offsets into the scanned text, delimiters included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The variable.
    pub name: String,
    /// The placeholder.
    pub range: Range<usize>,
    /// Whether it stands in a branch that is not rendered when nothing is given, or in a mere condition.
    pub guarded: bool,
    /// Whether the placeholder itself brings a default.
    pub has_default: bool,
    /// Whether it stands in a loop or section, where it may as well be a field of an item.
    pub is_bound: bool,
    /// Whether the value is rendered without escaping, by the placeholder's own word (`{{{x}}}`, `| safe`).
    pub is_raw: bool,
    /// Whether it stands in a code fence or inline code, of texts that no engine is named for: there it is an example.
    pub in_code: bool,
}

/// Text that is rendered only when a variable is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The variable that the condition asks for.
    pub name: String,
    /// From the opening tag to past the closing one.
    pub range: Range<usize>,
}

/// Another template that is pulled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The partial's name or path.
    pub name: String,
    /// The tag.
    pub range: Range<usize>,
}

/// A tag that makes the text unrenderable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The tag.
    pub range: Range<usize>,
    /// What is wrong with it.
    pub message: String,
}

/// What a scan found, each list in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// Uses of free variables.
    pub uses: Vec<Use>,
    /// Conditional text.
    pub guards: Vec<Guard>,
    /// Partials.
    pub includes: Vec<Include>,
    /// Tags that only steer rendering (`{% if x %}`, `{{/each}}`, comments).
    pub controls: Vec<Range<usize>>,
    /// The tags of each closed block, from the opening one to the closing one.
    pub blocks: Vec<Vec<Range<usize>>>,
    /// What cannot be rendered.
    pub faults: Vec<Fault>,
}

/// Reads `text` as `engine` would.
pub fn scan(text: &str, engine: Engine) -> Scan {
    let mut scan = match engine {
        Engine::Plain => plain::scan(text),
        Engine::FString => fstring::scan(text),
        Engine::Jinja => jinja::scan(text, jinja::Dialect::Jinja),
        Engine::Promptl => jinja::scan(text, jinja::Dialect::Promptl),
        Engine::Handlebars => handlebars::scan(text),
        Engine::Mustache => mustache::scan(text),
        Engine::SemanticKernel => semantic_kernel::scan(text),
        Engine::Dollar => dollar::scan(text),
    };
    if matches!(engine, Engine::Plain | Engine::Dollar) && !scan.uses.is_empty() {
        scan.mark_code(&code::ranges(text));
    }
    scan
}

/// Reads `text` as tools read their standing instructions: nothing is filled in, and `@path` pulls in a file.
pub fn imports(text: &str) -> Scan {
    imports::scan(text)
}

impl Scan {
    fn add_use(&mut self, name: &str, range: Range<usize>) {
        let name = name.to_owned();
        let plain =
            Use { name, range, guarded: false, has_default: false, is_bound: false, is_raw: false, in_code: false };
        self.uses.push(plain);
    }

    /// Marks the uses that lie in `code`, sorted.
    fn mark_code(&mut self, code: &[Range<usize>]) {
        for found in &mut self.uses {
            let next = code.partition_point(|range| range.end <= found.range.start);
            found.in_code = code.get(next).is_some_and(|range| range.start <= found.range.start);
        }
    }

    fn fault(&mut self, range: Range<usize>, message: impl Into<String>) {
        self.faults.push(Fault { range, message: message.into() });
    }
}

/// Whether `name` can name a variable: a letter or underscore, then letters, digits, underscores, hyphens, dots.
pub fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
