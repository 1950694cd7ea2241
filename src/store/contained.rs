//! Paths that stay inside the directory they are joined to.

/// Whether `path` (`/`-separated, as recorded in a lock or a listing) stays inside its root when joined to it: relative,
/// no `.`, `..` or empty component, no NUL, and nothing inside a `.git` directory.
///
/// Locks and listings come from other people's repositories, and `restore` writes where they say.
pub fn is_contained(path: &[u8]) -> bool {
    !path.contains(&0) && path.split(|&byte| byte == b'/').all(is_plain)
}

fn is_plain(component: &[u8]) -> bool {
    !matches!(component, b"" | b"." | b"..") && !component.eq_ignore_ascii_case(b".git")
}

#[cfg(test)]
mod tests {
    use super::is_contained;

    #[test]
    fn only_paths_below_the_root_are_contained() {
        for good in ["a", "a/b.md", "..a/b..", ".pv/objects", "a\nb", "\u{e9}"] {
            assert!(is_contained(good.as_bytes()), "{good:?}");
        }
        for bad in ["", "/a", "a//b", "a/", "../a", "a/../b", "./a", "a\0b", ".git/hooks/pre-commit", "a/.GIT/config"] {
            assert!(!is_contained(bad.as_bytes()), "{bad:?}");
        }
    }
}
