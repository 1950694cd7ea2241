//! Versions behind names: `refund@1.2.0`, `langchain==0.3.1`, `requests>=2`.

/// The name and the version of `name@1.2.0`; `None`: no version stands there (`@scope/name`, `user@host`).
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let (name, version) = text.rsplit_once('@')?;
    let is_version = is_exact(version) || is_open(version);
    (!name.is_empty() && is_version && !version.contains(char::is_whitespace)).then_some((name, version))
}

/// Whether what was pinned to one version no longer is.
pub(super) fn is_loosened(old: &str, new: &str) -> bool {
    let (Some((name, was)), Some((other, is))) = (reference(old), reference(new)) else { return false };
    name == other && is_exact(was) && (is.is_empty() || is_open(is))
}

/// Whether two references, each with a version, name one thing.
pub(super) fn is_same_thing(old: &str, new: &str) -> bool {
    matches!((split(old), split(new)), (Some((name, _)), Some((other, _))) if name == other)
}

/// What is referred to, and the version that is asked for, which may be none.
fn reference(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    if let Some(split) = split(text) {
        return Some(split);
    }
    let is_operator = |c: char| matches!(c, '=' | '<' | '>' | '~' | '^' | '!');
    let Some(at) = text.find(is_operator) else {
        return (!text.contains(char::is_whitespace)).then_some((text, ""));
    };
    let (name, version) = text.split_at(at);
    Some((name.trim(), version.trim_start_matches("==").trim()))
}

/// One version: digits and dots, behind a `v` or not, of at least two numbers or a date.
fn is_exact(version: &str) -> bool {
    let digits = version.strip_prefix('v').unwrap_or(version);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit());
    is_number && !digits.contains(['x', '*', '<', '>', ',', ' ']) && digits.contains(['.', '-'])
}

/// A range, or a name for whatever is newest.
fn is_open(version: &str) -> bool {
    let words = ["latest", "stable", "main", "master", "head", "next", "*", "x"];
    words.contains(&version.to_ascii_lowercase().as_str())
        || version.starts_with(['^', '~', '>', '<', '!'])
        || version.ends_with(".x")
        || version.ends_with(".*")
        || version.bytes().all(|byte| byte.is_ascii_digit()) && !version.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{is_loosened, split};

    #[test]
    fn a_pin_that_becomes_a_range_is_loosened() {
        for (old, new) in [
            ("refund@1.2.0", "refund@latest"),
            ("refund@1.2.0", "refund@^1.2"),
            ("refund@1.2.0", "refund"),
            ("@x/server@2.0.1", "@x/server@*"),
            ("langchain==0.3.1", "langchain>=0.3"),
            ("langchain==0.3.1", "langchain"),
        ] {
            assert!(is_loosened(old, new), "{old} -> {new}");
            assert!(!is_loosened(new, old), "{new} -> {old}");
        }
        for (old, new) in [("refund@1.2.0", "refund@1.3.0"), ("refund@1.2.0", "lookup"), ("Python 3.12", "Python 3.13")]
        {
            assert!(!is_loosened(old, new), "{old} -> {new}");
        }
        assert_eq!(split("user@host"), None);
        assert_eq!(split("@x/server"), None);
    }
}
