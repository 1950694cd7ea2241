//! What names say: which paths speak of prompts.

/// Whether the file or one of its folders is called a prompt: `prompts/x.md`, `system_prompt.j2`, `cot_prompts/y.txt`.
pub(super) fn speaks_of_prompts(path: &str) -> bool {
    path.split('/').any(|name| matches!(subject(name).as_str(), "prompt" | "prompts"))
}

/// The word that says what `name` is: the last one of its stem, past versions and languages (`user_prompt.v2.md`:
/// `prompt`, `promptTemplates`: `templates`).
fn subject(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words = words(stem);
    words.into_iter().rev().find(|word| !is_qualifier(word)).unwrap_or_default()
}

/// The words of a name in snake, kebab or camel case, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (was_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.iter_mut().last().into_iter().for_each(|word| word.extend(c.to_lowercase()));
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A version, a number or a language code.
fn is_qualifier(word: &str) -> bool {
    let is_version = word.trim_start_matches('v').bytes().all(|byte| byte.is_ascii_digit());
    is_version || ["en", "de", "fr", "es", "hi", "ja", "zh", "pt", "it", "ko", "ru"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::speaks_of_prompts;

    #[test]
    fn names_that_end_in_prompt_speak_of_prompts() {
        for path in
            ["prompts/a.md", "x/cot_prompts/a.txt", "coder/prompt.md", "systemPrompt.v2.txt", "user-prompt_en.j2"]
        {
            assert!(speaks_of_prompts(path), "{path}");
        }
        for path in ["docs/prompt-engineering.md", "src/promptly.txt", "prompt_templates/a.txt", "a.md"] {
            assert!(!speaks_of_prompts(path), "{path}");
        }
    }
}
