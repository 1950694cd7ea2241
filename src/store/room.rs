//! How much memory this process may address.
#![expect(clippy::disallowed_methods, reason = "the system tells it in a file")]

use std::fs;

/// The limit of the address space in bytes (`ulimit -v`), where there is one and the system tells it (Linux).
pub fn address_space() -> Option<u64> {
    limit(&fs::read_to_string("/proc/self/limits").ok()?)
}

/// The soft limit, as `/proc/self/limits` has it.
fn limit(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::limit;

    #[test]
    fn the_soft_limit_is_read() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max cpu time              unlimited            unlimited            seconds   \n\
                      Max address space         536870912            unlimited            bytes     \n";
        assert_eq!(limit(limits), Some(512 << 20));
        assert_eq!(limit(&limits.replace("536870912", "unlimited")), None);
        assert_eq!(limit(""), None);
    }
}
