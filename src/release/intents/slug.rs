//! File names of intents: short, ASCII, and safe on every system.

use crate::domain::ArtefactId;

/// The longest slug that is made, in bytes.
const LONGEST: usize = 48;

/// A slug for a change of `first`, made because of `why`: `greet-name-the-customer`.
pub fn slug(first: Option<&ArtefactId>, why: &str) -> String {
    let name = first.map_or("", |id| id.name.as_str());
    let mut slug = String::new();
    for word in words(name).chain(words(why)) {
        if !slug.is_empty() && slug.len() + 1 + word.len() > LONGEST {
            break;
        }
        slug.extend(Some('-').filter(|_| !slug.is_empty()));
        slug.extend(word.chars().take(LONGEST));
    }
    match slug.as_str() {
        "" => "change".to_owned(),
        name if is_reserved(name) => format!("change-{name}"),
        _ => slug,
    }
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase)
}

/// Names that Windows keeps for devices, and that of a file that is no intent.
fn is_reserved(name: &str) -> bool {
    let device = name.strip_prefix("com").or_else(|| name.strip_prefix("lpt"));
    matches!(name, "con" | "prn" | "aux" | "nul" | "readme")
        || device.is_some_and(|number| number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::KindName;

    #[test]
    fn a_slug_is_short_ascii_and_never_empty() {
        let id = |name: &str| ArtefactId::new(KindName::Prompt, name);
        let of = |name: &str, why: &str| slug(Some(&id(name)), why);
        assert_eq!(of("explain_refund", "Name the customer."), "explain-refund-name-the-customer");
        assert_eq!(of("../../etc", "/passwd\n\0"), "etc-passwd");
        assert_eq!(of("ÄÖ", "日本"), "change");
        assert_eq!(of("con", ""), "change-con");
        assert_eq!(of("readme", ""), "change-readme");
        assert!(of(&"x".repeat(500), &"why ".repeat(500)).len() <= LONGEST);
        assert_eq!(slug(None, "Fix"), "fix");
    }
}
