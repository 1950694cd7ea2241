//! Signs: what of an artefact a report of a run can hold, and so prove that it was run on exactly this.

use std::collections::BTreeSet;

/// What a report may hold of an artefact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signs {
    /// The texts that a runner is given: a template, or all messages of one.
    pub texts: BTreeSet<String>,
    /// The ids of the model that it pins, as providers write them.
    pub models: BTreeSet<String>,
    /// Digests of the names of its cases, where they have names.
    pub cases: BTreeSet<[u8; 16]>,
}

impl Signs {
    /// Whether `text` is one of its texts; line ends and white space around it aside.
    pub fn has_text(&self, text: &str) -> bool {
        let text = normal(text);
        !text.is_empty() && self.texts.iter().any(|own| normal(own) == text)
    }

    /// Whether `name`, as a report writes a model, names the model that it pins: `openai:chat:gpt-4o-2024-08-06` names
    /// `gpt-4o-2024-08-06`.
    pub fn has_model(&self, name: &str) -> bool {
        let is_end = |own: &String| {
            name.strip_suffix(own.as_str()).is_some_and(|before| before.is_empty() || before.ends_with([':', '/', '.']))
        };
        self.models.iter().filter(|own| !own.is_empty()).any(is_end)
    }

    /// Whether it has a case called `id`.
    pub fn has_case(&self, id: &str) -> bool {
        self.cases.contains(&Self::case(id))
    }

    /// The digest of a case's name.
    pub fn case(id: &str) -> [u8; 16] {
        let mut short = [0; 16];
        short.copy_from_slice(blake3::hash(id.as_bytes()).as_bytes().split_at(16).0);
        short
    }
}

fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::Signs;

    #[test]
    fn a_model_is_named_by_its_whole_id_and_not_by_the_end_of_another() {
        let signs = Signs { models: ["gpt-4o".to_owned()].into(), ..Signs::default() };
        assert!(signs.has_model("gpt-4o") && signs.has_model("openai:chat:gpt-4o") && signs.has_model("openai/gpt-4o"));
        assert!(!signs.has_model("my-gpt-4o") && !signs.has_model("gpt-4o-mini") && !signs.has_model("echo"));
    }

    #[test]
    fn a_text_is_the_same_with_other_line_ends() {
        let signs = Signs { texts: ["a\nb\n".to_owned(), String::new()].into(), ..Signs::default() };
        assert!(signs.has_text("a\r\nb") && !signs.has_text("a b") && !signs.has_text("") && !signs.has_text(" "));
    }
}
