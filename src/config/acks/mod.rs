//! `.pv/acks.toml`: the findings that somebody answers for, read with all its faults, and written entry by entry.

mod emit;
mod place;

pub use emit::with;

use toml::de::DeTable;

use super::fault::{ConfigError, Fault};
use super::keys::{ACK, ACKS};
use super::raw::{Reader, Table, Value, Wrong, printable};
use super::valid::{LARGEST, syntax_fault, too_large};
use crate::domain::{Ack, ArtefactId, Digest, Waiver};

/// The acknowledgements in the file at `path` whose content is `text`.
///
/// # Errors
/// Every fault of the file, each with its place and the way out.
pub fn parse(path: &str, text: &str) -> Result<Vec<Ack>, ConfigError> {
    if text.len() > LARGEST {
        return Err(ConfigError::new(path, text, vec![too_large(path)]));
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let faults: Vec<Fault> = errors.iter().map(|error| syntax_fault(error, text)).collect();
        return Err(ConfigError::new(path, text, faults));
    }
    let reader = Reader::new(path, text);
    let acks = reader.open(&document, &ACKS).tables("ack", &ACK).iter().filter_map(ack).collect();
    let faults = reader.into_faults();
    if faults.is_empty() { Ok(acks) } else { Err(ConfigError::new(path, text, faults)) }
}

fn ack(table: &Table<'_>) -> Option<Ack> {
    let optional = |key| Some(table.get(key)?.text()?.to_owned());
    let digest = |key| table.get(key)?.read(digest);
    let (from, to) = (digest("from"), digest("to"));
    let must = |key| Some(table.must(key)?.text()?.to_owned());
    let fingerprint = table.must("fingerprint").and_then(|value| value.read(fingerprint_of));
    let artefact = table.must("artefact").and_then(|value| value.read(identity));
    let waives =
        table.must("waives").map(|value| value.some_items().iter().filter_map(|item| item.read(waiver)).collect());
    let (rule, reason) = (must("rule"), must("reason"));
    let until = table.get("until").and_then(|until| date(&until));
    Some(Ack {
        fingerprint: fingerprint?,
        rule: rule?,
        artefact: artefact?,
        from,
        to,
        reason: reason?,
        approved_by: optional("approved_by"),
        role: optional("role"),
        until,
        waives: waives?,
        place: table.place(),
    })
}

fn fingerprint_of(text: &str) -> Result<String, Wrong> {
    let is_one = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    is_one.then(|| text.to_owned()).ok_or_else(|| {
        Wrong::new(format!("`{}` is no fingerprint", printable(text)), "copy the twelve digits that the finding shows")
    })
}

fn identity(text: &str) -> Result<String, Wrong> {
    let parsed = text.parse::<ArtefactId>();
    parsed.map(|id| id.to_string()).map_err(|error| Wrong::new(error.to_string(), "write it as `prompt:greet`"))
}

fn digest(text: &str) -> Result<Digest, Wrong> {
    text.parse().map_err(|error: crate::domain::DigestParseError| {
        Wrong::new(error.to_string(), "let `pv ack` write it: it binds the entry to one edit")
    })
}

fn waiver(text: &str) -> Result<Waiver, Wrong> {
    text.parse::<Waiver>().map_err(|error| Wrong::new(printable(&error.to_string()), "one of: level, bump, gate:NAME"))
}

fn date(value: &Value<'_>) -> Option<jiff::civil::Date> {
    value.date()?.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{parse, with};
    use crate::domain::{Ack, Digest, Waiver};

    const FILE: &str = ".pv/acks.toml";

    fn ack(artefact: &str, fingerprint: &str) -> Ack {
        Ack {
            fingerprint: fingerprint.to_owned(),
            rule: "tool/param-removed".to_owned(),
            artefact: artefact.to_owned(),
            from: Some(Digest::of(b"old")),
            to: Some(Digest::of(b"new")),
            reason: "callers \"migrated\"".to_owned(),
            approved_by: None,
            role: Some("tool-owner".to_owned()),
            until: "2026-12-31".parse().ok(),
            waives: vec![Waiver::Level, Waiver::Bump],
            place: crate::domain::Place { path: FILE.into(), line: 1, column: 1 },
        }
    }

    fn names(text: &str) -> Vec<String> {
        parse(FILE, text).unwrap().into_iter().map(|ack| format!("{} {}", ack.artefact, ack.fingerprint)).collect()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let ack = ack("tool:a", "0123456789ab");
        let text = with("", &ack);
        let mut read = parse(FILE, &text).unwrap();
        read[0].place = ack.place.clone();
        assert_eq!(read, [ack]);
    }

    #[test]
    fn entries_are_sorted_whatever_the_order_of_writing() {
        let (a, b, c) = (ack("tool:a", "0123456789ab"), ack("tool:b", "0123456789ab"), ack("tool:b", "f123456789ab"));
        let one = with(&with(&with("", &c), &a), &b);
        assert_eq!(one, with(&with(&with("", &a), &b), &c));
        assert_eq!(names(&one), ["tool:a 0123456789ab", "tool:b 0123456789ab", "tool:b f123456789ab"]);
    }

    #[test]
    fn comments_stay_where_they_are() {
        let (a, b) = (ack("tool:a", "0123456789ab"), ack("tool:b", "0123456789ab"));
        let text = with("", &b).replace("[[ack]]", "# agreed in the weekly\n[[ack]]") + "# the end\n";
        let more = with(&text, &a);
        assert!(more.contains("\n\n# agreed in the weekly\n[[ack]]") && more.ends_with("# the end\n"), "{more}");
        assert_eq!(with(&more, &a), more, "the same again changes nothing");
        assert_eq!(names(&more), ["tool:a 0123456789ab", "tool:b 0123456789ab"]);
    }

    #[test]
    fn all_faults_are_told_with_the_way_out() {
        let text =
            "[[ack]]\nfingerprint = \"xyz\"\nreson = \"a\"\nrule = \"a/b\"\nartefact = \"c\"\nwaives = [\"all\"]\n";
        let error = parse(FILE, text).unwrap_err();
        let told: Vec<String> = error.faults.iter().map(|fault| format!("{} {}", fault.message, fault.help)).collect();
        for wanted in
            ["did you mean `reason`?", "needs `reason`", "no fingerprint", "kind:name", "`all` cannot be waived"]
        {
            assert!(told.iter().any(|told| told.contains(wanted)), "{wanted}: {told:#?}");
        }
    }
}
