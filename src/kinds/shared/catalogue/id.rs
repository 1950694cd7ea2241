//! What the spelling of a model id proves: host, vendor, family and tier, and whether it names one snapshot.

use std::collections::BTreeSet;

use super::stamp::{self, Stamp};

/// First words of model ids, and whose they are.
const VENDORS: [(&str, &str); 28] = [
    ("gpt", "openai"),
    ("chatgpt", "openai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("davinci", "openai"),
    ("claude", "anthropic"),
    ("opus", "anthropic"),
    ("sonnet", "anthropic"),
    ("haiku", "anthropic"),
    ("gemini", "google"),
    ("gemma", "google"),
    ("llama", "meta"),
    ("mistral", "mistral"),
    ("mixtral", "mistral"),
    ("codestral", "mistral"),
    ("ministral", "mistral"),
    ("magistral", "mistral"),
    ("devstral", "mistral"),
    ("pixtral", "mistral"),
    ("command", "cohere"),
    ("grok", "xai"),
    ("deepseek", "deepseek"),
    ("qwen", "qwen"),
    ("qwq", "qwen"),
    ("phi", "microsoft"),
    ("nova", "amazon"),
    ("titan", "amazon"),
];

/// Hosts and makers by the names that clients give them.
const HOSTS: [(&str, &str); 29] = [
    ("anthropic", "anthropic"),
    ("azure", "azure"),
    ("azure_ai", "azure"),
    ("azure_openai", "azure"),
    ("azure-openai", "azure"),
    ("azureopenai", "azure"),
    ("aws", "bedrock"),
    ("aws-bedrock", "bedrock"),
    ("bedrock", "bedrock"),
    ("bedrock_converse", "bedrock"),
    ("amazon-bedrock", "bedrock"),
    ("cohere", "cohere"),
    ("cohere_chat", "cohere"),
    ("gemini", "google"),
    ("google", "google"),
    ("googleai", "google"),
    ("google-gla", "google"),
    ("google_genai", "google"),
    ("google-vertex", "vertex"),
    ("vertex", "vertex"),
    ("vertex_ai", "vertex"),
    ("vertexai", "vertex"),
    ("google_vertexai", "vertex"),
    ("vertex_ai_beta", "vertex"),
    ("mistral", "mistral"),
    ("mistralai", "mistral"),
    ("openai", "openai"),
    ("text-completion-openai", "openai"),
    ("ollama", "ollama"),
];

/// Where Bedrock serves a model from, written before its name (`us.anthropic.claude-…`).
const REGIONS: [&str; 7] = ["us", "eu", "apac", "jp", "au", "ca", "global"];

/// Makers as Bedrock writes them before a model's name (`anthropic.claude-…`).
const MAKERS: [&str; 9] = ["anthropic", "meta", "mistral", "cohere", "amazon", "ai21", "deepseek", "openai", "qwen"];

/// Words of an id that name a form of delivery rather than a family or tier.
const NEUTRAL: [&str; 18] = [
    "latest",
    "preview",
    "exp",
    "experimental",
    "instruct",
    "chat",
    "it",
    "v",
    "models",
    "free",
    "beta",
    "hf",
    "claude",
    "meta",
    "maas",
    "versatile",
    "gguf",
    "default",
];

/// A model id, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelId {
    /// The id without host, maker and other decoration, words joined by `-`: two spellings of one id have the same.
    pub name: String,
    /// Who serves it, where the id says so (`azure/…`, `us.anthropic.…`).
    pub host: Option<String>,
    /// Whose model it is, where the name tells.
    pub vendor: Option<&'static str>,
    /// The words that name family and tier, sizes included (`sonnet`; `llama`, `70b`).
    pub family: BTreeSet<String>,
    /// Everything but date and `latest`.
    pub stem: Vec<String>,
    /// When the snapshot is from, as far as the id says.
    pub stamp: Option<Stamp>,
    /// The revision or digest of the weights, where the id names one.
    pub revision: Option<String>,
    /// Whether the id names one snapshot: it carries a date, a revision or a digest.
    pub is_dated: bool,
    /// Whether the id asks for whatever is newest (`…-latest`).
    pub is_latest: bool,
}

impl ModelId {
    /// Takes `text` apart.
    pub fn parse(text: &str) -> Self {
        let lower = text.trim().to_ascii_lowercase();
        let (host, name) = split_host(&lower);
        let (name, revision) = split_revision(name);
        let words = words(name);
        let vendor = words.iter().find_map(|word| vendor(word));
        let dated = stamp::find(&words, vendor);
        let is_stem = |at: &usize| !dated.at.contains(at) && words.get(*at).is_some_and(|word| word != "latest");
        let stem: Vec<String> = (0..words.len()).filter(is_stem).filter_map(|at| words.get(at)).cloned().collect();
        let family = stem.iter().filter(|word| names_family(word)).cloned().collect();
        Self {
            host,
            vendor,
            family,
            stem,
            is_dated: dated.stamp.is_some() || revision.is_some(),
            revision: revision.map(str::to_owned),
            stamp: dated.stamp,
            is_latest: words.iter().any(|word| word == "latest"),
            name: words.join("-"),
        }
    }

    /// Whether nobody but its maker is known to serve it.
    pub fn is_at_home(&self) -> bool {
        self.host.as_deref().is_none_or(|host| self.vendor == Some(host))
    }

    /// Whether `other` names the same model with fewer words (`claude-opus-4`, `opus`): versions and dates left out.
    pub fn contains(&self, other: &Self) -> bool {
        let within = !other.stem.is_empty() && other.stem.iter().all(|word| self.stem.contains(word));
        within && self.family.difference(&other.family).all(|word| vendor(word).is_some())
    }
}

/// The host and what it serves: the first segment of a path, a known name before a colon, or Bedrock's spelling.
fn split_host(lower: &str) -> (Option<String>, &str) {
    let name = lower.rsplit('/').next().unwrap_or(lower);
    let first = lower.split_once('/').map(|(first, _)| first);
    let written = first.filter(|first| !matches!(*first, "models" | "publishers" | "projects" | "accounts"));
    let host = written.map(|first| known_host(first).unwrap_or(first).to_owned());
    let told = name.split_once(':').filter(|_| host.is_none());
    if let Some((known, rest)) = told.and_then(|(first, rest)| Some((known_host(first)?, rest))) {
        return (Some(known.to_owned()), rest);
    }
    match bedrock_name(name) {
        Some(name) => (host.or_else(|| Some("bedrock".to_owned())), name),
        None => (host, name),
    }
}

fn known_host(name: &str) -> Option<&'static str> {
    HOSTS.iter().find(|(written, _)| *written == name).map(|(_, host)| *host)
}

/// The name inside `us.anthropic.claude-3-5-sonnet-20241022-v2:0`.
fn bedrock_name(name: &str) -> Option<&str> {
    let region = name.split_once('.').filter(|(region, _)| REGIONS.contains(region));
    let (_, rest) =
        region.map_or(name, |(_, rest)| rest).split_once('.').filter(|(maker, _)| MAKERS.contains(maker))?;
    let rest = rest.split(':').next().unwrap_or(rest);
    let version = rest.rsplit_once("-v").filter(|(_, version)| version.bytes().all(|byte| byte.is_ascii_digit()));
    Some(version.map_or(rest, |(name, _)| name))
}

/// The name before `@<revision>` of a repository of weights, and the revision; `@20241022` is a date.
fn split_revision(name: &str) -> (&str, Option<&str>) {
    let is_hex = |text: &str| text.len() >= 7 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_revision = |text: &str| text.starts_with("sha256:") || is_hex(text) && text.parse::<u32>().is_err();
    match name.split_once('@') {
        Some((name, revision)) if is_revision(revision) => (name, Some(revision)),
        _ => (name, None),
    }
}

fn words(name: &str) -> Vec<String> {
    let plain: Vec<&str> = name.split(['-', '@', ':', '_', '.', ' ']).filter(|word| !word.is_empty()).collect();
    let mut words: Vec<String> = Vec::new();
    for (at, word) in plain.iter().enumerate() {
        let next = plain.get(at + 1).copied().unwrap_or_default();
        match *word {
            // Vertex counts revisions before the date: `claude-3-5-sonnet-v2@20241022`.
            "v1" | "v2" if next.len() == 8 => {}
            // Azure allows no dots: `gpt-35-turbo`.
            "35" if words.last().is_some_and(|word| word == "gpt") => words.extend(["3".to_owned(), "5".to_owned()]),
            word => words.extend(unglued(word)),
        }
    }
    words
}

/// `llama3` is `llama` and `3`.
fn unglued(word: &str) -> Vec<String> {
    let name = word.trim_end_matches(|c: char| c.is_ascii_digit());
    match word.strip_prefix(name) {
        Some(version) if !version.is_empty() && vendor(word).is_none() && vendor(name).is_some() => {
            vec![name.to_owned(), version.to_owned()]
        }
        _ => vec![word.to_owned()],
    }
}

fn vendor(word: &str) -> Option<&'static str> {
    VENDORS.iter().find(|(first, _)| *first == word).map(|(_, vendor)| *vendor)
}

/// Words with letters first name a family or tier, and so do sizes; the rest are versions.
fn names_family(word: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x');
    let is_size = word.strip_suffix('b').is_some_and(is_digits);
    let is_name = word.chars().all(|c| c.is_ascii_alphabetic()) || vendor(word).is_some();
    (is_size || is_name) && !NEUTRAL.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::ModelId;

    #[test]
    fn a_snapshot_is_told_from_an_alias() {
        for dated in [
            "gpt-4o-2024-11-20",
            "claude-3-5-haiku-20241022",
            "gpt-4-0613",
            "gemini-2.5-pro-preview-05-06",
            "gemini-1.5-pro-002",
            "command-r-08-2024",
            "mistral-large-2407",
            "vertex_ai/claude-3-5-sonnet-v2@20241022",
            "meta-llama/Llama-3.1-8B-Instruct@0e9e39f249a16976918f6564b8830bc894c89659",
        ] {
            assert!(ModelId::parse(dated).is_dated, "{dated}");
        }
        for floating in [
            "gpt-4o",
            "claude-3-5-sonnet-latest",
            "gpt-4.1",
            "llama-3.1-405b",
            "sonnet",
            "o3-mini",
            "groq/llama3-8b-8192",
            "llama3:8b-q4_0",
        ] {
            assert!(!ModelId::parse(floating).is_dated, "{floating}");
        }
    }

    #[test]
    fn one_model_has_one_name_however_a_host_spells_it() {
        for (name, spellings) in [
            (
                "claude-3-5-sonnet-20241022",
                &[
                    "anthropic/claude-3-5-sonnet-20241022",
                    "anthropic:claude-3-5-sonnet-20241022",
                    "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0",
                    "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
                    "bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0",
                    "vertex_ai/claude-3-5-sonnet-v2@20241022",
                    "openrouter/anthropic/claude-3.5-sonnet-20241022",
                ][..],
            ),
            ("gpt-4o", &["openai/gpt-4o", "azure/gpt-4o", "GPT-4o", "openai:gpt-4o"]),
            ("gpt-3-5-turbo", &["azure/gpt-35-turbo", "gpt-3.5-turbo"]),
            ("gemini-1-5-pro", &["models/gemini-1.5-pro", "gemini/gemini-1.5-pro", "vertex_ai/gemini-1.5-pro"]),
            ("llama-3-8b-q4", &["llama3:8b-q4", "ollama/llama3:8b-q4"]),
            ("llama-3-1-8b-instruct", &["meta.llama3-1-8b-instruct-v1:0", "meta-llama/Llama-3.1-8B-Instruct"]),
        ] {
            for spelling in spellings {
                assert_eq!(ModelId::parse(spelling).name, name, "{spelling}");
            }
        }
    }

    #[test]
    fn the_host_is_who_serves() {
        let host = |id: &str| ModelId::parse(id).host;
        assert_eq!(host("azure_ai/gpt-4o").as_deref(), Some("azure"));
        assert_eq!(host("eu.anthropic.claude-sonnet-4-20250514-v1:0").as_deref(), Some("bedrock"));
        assert_eq!(host("models/gemini-2.5-pro"), None);
        assert!(ModelId::parse("openai/gpt-4o").is_at_home());
        assert!(!ModelId::parse("azure/gpt-4o").is_at_home());
    }

    #[test]
    fn family_and_tier_are_words_and_sizes() {
        let family = |id: &str| ModelId::parse(id).family;
        assert_eq!(family("claude-3-5-sonnet-20241022"), family("anthropic/claude-sonnet-4"));
        assert_ne!(family("gpt-4o"), family("gpt-4o-mini"));
        assert_ne!(family("llama-3-8b-instruct"), family("llama-3-70b-instruct"));
        assert_eq!(family("llama3:8b"), family("meta-llama/Meta-Llama-3.1-8B-Instruct"));
    }

    #[test]
    fn fewer_words_may_name_the_same_model() {
        let id = ModelId::parse;
        assert!(id("claude-opus-4-20250514").contains(&id("opus")));
        assert!(id("gpt-4o-2024-08-06").contains(&id("gpt-4o")));
        assert!(!id("gpt-4-turbo-2024-04-09").contains(&id("gpt-4o")));
        assert!(!id("gpt-4-turbo-2024-04-09").contains(&id("gpt-4")));
    }
}
