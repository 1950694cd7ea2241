//! Names for places that allow few letters.

use crate::domain::Digest;

/// The longest name that Kubernetes allows where it makes a DNS label of it.
const LABEL: usize = 63;

/// `text` in capitals, digits and `_`: a piece of a shell variable's name. Different texts may come to the same.
pub(super) fn variable(text: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
    text.chars().map(letter).collect()
}

/// A DNS label for `text`: itself where it is one, else what is like it, with the beginning of its digest, so that
/// different texts have different labels.
pub(super) fn label(text: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let slug: String = text.chars().map(letter).collect();
    let slug = slug.trim_matches('-');
    if slug == text && !slug.is_empty() && slug.len() <= LABEL {
        return slug.to_owned();
    }
    let mark = mark(text);
    let kept: String = slug.chars().take(LABEL - mark.len() - 1).collect();
    match kept.trim_matches('-') {
        "" => format!("x-{mark}"),
        kept => format!("{kept}-{mark}"),
    }
}

/// What tells `text` from others that look alike: the first letters of its digest.
pub(super) fn mark(text: &str) -> String {
    Digest::of(text.as_bytes()).hex().chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::{label, variable};

    #[test]
    fn labels_are_labels_and_tell_texts_apart() {
        assert_eq!(label("refund-explanation"), "refund-explanation");
        assert_ne!(label("refund_explanation"), label("refund-explanation"));
        for text in ["", "-", "é", "A", "a_b", &"x".repeat(100), &format!("{}-é", "x".repeat(53))] {
            let label = label(text);
            let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
            assert!(!label.is_empty() && label.len() <= 63 && label.chars().all(is_letter), "{label}");
            assert!(!label.starts_with('-') && !label.ends_with('-'), "{label}");
        }
    }

    #[test]
    fn variables_have_capitals_digits_and_underscores() {
        assert_eq!(variable("billing.classifier-v2 é"), "BILLING_CLASSIFIER_V2__");
    }
}
