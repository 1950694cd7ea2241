//! What the spelling of a model id proves: vendor, family and tier, and whether it names one snapshot.

use std::collections::BTreeSet;

/// First words of model ids, and whose they are.
const VENDORS: [(&str, &str); 24] = [
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
    ("command", "cohere"),
    ("grok", "xai"),
    ("deepseek", "deepseek"),
    ("qwen", "qwen"),
    ("qwq", "qwen"),
    ("phi", "microsoft"),
    ("nova", "amazon"),
    ("titan", "amazon"),
];

/// Words of an id that name a form of delivery rather than a family or tier.
const NEUTRAL: [&str; 12] =
    ["latest", "preview", "exp", "experimental", "instruct", "chat", "it", "v", "models", "free", "beta", "hf"];

/// A model id, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelId {
    /// Who offers it: the text before the first `/`.
    pub provider: Option<String>,
    /// Whose model it is, where the name tells.
    pub vendor: Option<&'static str>,
    /// The words that name family and tier, sizes included (`claude`, `sonnet`; `llama`, `70b`).
    pub family: BTreeSet<String>,
    /// Everything but date and `latest`.
    pub stem: Vec<String>,
    /// Whether the id names one snapshot: it carries a date or a digest.
    pub is_dated: bool,
}

impl ModelId {
    /// Takes `text` apart.
    pub fn parse(text: &str) -> Self {
        let lower = text.trim().to_ascii_lowercase();
        let provider = lower.split_once('/').map(|(provider, _)| provider.to_owned());
        let name = lower.rsplit('/').next().unwrap_or(&lower);
        let words: Vec<&str> = name.split(['-', '@', ':', '_', '.', ' ']).filter(|word| !word.is_empty()).collect();
        let date = date(&words);
        let is_kept = |at: &usize| !date.contains(at);
        let stem: Vec<String> = (0..words.len())
            .filter(is_kept)
            .filter_map(|at| words.get(at))
            .filter(|word| **word != "latest")
            .map(|word| (*word).to_owned())
            .collect();
        let family = stem.iter().filter(|word| names_family(word)).cloned().collect();
        let vendor = stem.iter().find_map(|word| vendor(word));
        Self { provider, vendor, family, stem, is_dated: !date.is_empty() || lower.contains("sha256:") }
    }

    /// Whether `other` names the same model without this one's snapshot (`claude-opus-4-20250514`, `opus`).
    pub fn is_loosened_to(&self, other: &Self) -> bool {
        let within = !other.stem.is_empty() && other.stem.iter().all(|word| self.stem.contains(word));
        self.is_dated && !other.is_dated && within
    }
}

fn vendor(word: &str) -> Option<&'static str> {
    VENDORS.iter().find(|(first, _)| *first == word).map(|(_, vendor)| *vendor)
}

/// Words with letters first name a family or tier, and so do sizes; the rest are versions.
fn names_family(word: &str) -> bool {
    let is_size = word.strip_suffix('b').is_some_and(|size| size.parse::<f64>().is_ok());
    let is_name = word.chars().all(|c| c.is_ascii_alphabetic()) || vendor(word).is_some();
    (is_size || is_name) && !NEUTRAL.contains(&word)
}

/// Which words are the snapshot's date: `20241022`, `2024-11-20`, `0613`, `preview-05-20`, `002`.
fn date(words: &[&str]) -> Vec<usize> {
    let digits = |at: usize, length: usize| {
        words.get(at).is_some_and(|word| word.len() == length && word.bytes().all(|byte| byte.is_ascii_digit()))
    };
    for at in 0..words.len() {
        if digits(at, 8) && words.get(at).is_some_and(|word| word.starts_with("20")) {
            return vec![at];
        }
        if digits(at, 4) && digits(at + 1, 2) && digits(at + 2, 2) {
            return vec![at, at + 1, at + 2];
        }
        if words.get(at) == Some(&"preview") && digits(at + 1, 2) && digits(at + 2, 2) {
            return vec![at + 1, at + 2];
        }
    }
    let last = words.len().saturating_sub(1);
    if last > 0 && (digits(last, 4) || digits(last, 3)) { vec![last] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::ModelId;

    #[test]
    fn a_snapshot_is_told_from_an_alias() {
        for dated in ["gpt-4o-2024-11-20", "claude-3-5-haiku-20241022", "gpt-4-0613", "gemini-2.5-pro-preview-05-06"] {
            assert!(ModelId::parse(dated).is_dated, "{dated}");
        }
        for floating in ["gpt-4o", "claude-3-5-sonnet-latest", "gpt-4.1", "llama-3.1-405b", "sonnet", "o3-mini"] {
            assert!(!ModelId::parse(floating).is_dated, "{floating}");
        }
    }

    #[test]
    fn family_and_tier_are_words_and_sizes() {
        let family = |id: &str| ModelId::parse(id).family;
        assert_eq!(family("claude-3-5-sonnet-20241022"), family("anthropic/claude-sonnet-4"));
        assert_ne!(family("gpt-4o"), family("gpt-4o-mini"));
        assert_ne!(family("llama-3-8b-instruct"), family("llama-3-70b-instruct"));
    }

    #[test]
    fn loosening_keeps_the_model() {
        let id = ModelId::parse;
        assert!(id("claude-opus-4-20250514").is_loosened_to(&id("opus")));
        assert!(id("gpt-4o-2024-08-06").is_loosened_to(&id("gpt-4o")));
        assert!(!id("gpt-4-turbo-2024-04-09").is_loosened_to(&id("gpt-4o")));
    }
}
