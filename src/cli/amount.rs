//! Numbers of things and of bytes, as a person reads them.

/// `1 object`, `2 objects`.
pub(super) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A length as a person reads it: `7 bytes`, `1.5 MiB`.
pub(super) fn sized(bytes: u64) -> String {
    let units = [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let Some((unit, size)) = units.into_iter().find(|(_, size)| bytes >= *size) else { return counted(bytes, "byte") };
    // Whole tenths: a float would round some of them otherwise elsewhere.
    let tenths = bytes / (size / 10).max(1);
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::sized;

    #[test]
    fn lengths_read_well() {
        let said = [0, 1, 1023, 1024, 1536, 8 << 20, (1 << 30) - 1, 5 << 30].map(sized);
        assert_eq!(said, ["0 bytes", "1 byte", "1023 bytes", "1.0 KiB", "1.5 KiB", "8.0 MiB", "1024.0 MiB", "5.0 GiB"]);
    }
}
