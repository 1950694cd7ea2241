//! Patterns as OpenSSH matches them: `*`, `?`, lists with commas, `!` for what is left out.

/// Whether `text` matches the list: one of its patterns, and none that begins with `!`.
pub(super) fn matches_list(list: &str, text: &str) -> bool {
    let mut found = false;
    for pattern in list.split(',').map(str::trim) {
        match pattern.strip_prefix('!') {
            Some(pattern) if matches(pattern, text) => return false,
            Some(_) => {}
            None => found |= matches(pattern, text),
        }
    }
    found
}

/// Whether `text` matches one pattern. Takes time in proportion to both lengths multiplied, never more.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(letter) if *letter == b'?' || *letter == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod tests {
    use super::matches_list;

    #[test]
    fn patterns_match_as_those_of_openssh() {
        for (list, text, fits) in [
            ("lead@example.com", "lead@example.com", true),
            ("lead@example.com", "Lead@example.com", false),
            ("*@example.com", "lead@example.com", true),
            ("*@example.com", "lead@example.com.evil", false),
            ("*@example.com,!bot@example.com", "bot@example.com", false),
            ("!bot@example.com,*@example.com", "bot@example.com", false),
            ("lead?", "lead1", true),
            ("lead?", "lead", false),
            ("a,b", "b", true),
            ("*", "", true),
            ("", "lead", false),
            ("!a", "b", false),
        ] {
            assert_eq!(matches_list(list, text), fits, "{list} {text}");
        }
    }

    #[test]
    fn a_hostile_pattern_ends() {
        assert!(!matches_list(&"*a".repeat(2_000), &"a".repeat(1_999)));
        assert!(!matches_list(&("*a".repeat(500) + "b"), &"a".repeat(20_000)));
    }
}
