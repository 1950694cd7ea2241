//! Which way a limit moved: how long a stage lasts, when a canary ends, what a gate asks for.

use crate::domain::{Event, Fact};

/// Words of a key whose numbers are good when high.
const FLOORS: [&str; 11] = [
    "min",
    "floor",
    "success",
    "score",
    "quality",
    "accuracy",
    "satisfaction",
    "pass",
    "precision",
    "recall",
    "samples",
];
/// Words of a key whose numbers are good when low.
const CEILINGS: [&str; 14] = [
    "max",
    "ceil",
    "error",
    "latency",
    "cost",
    "p50",
    "p95",
    "p99",
    "fail",
    "refus",
    "timeout",
    "toxic",
    "hallucin",
    "complaint",
];
/// Words that say how strictly something is asked for, from strictest to not at all.
const STRICTNESS: [&[&str]; 4] = [
    &["block", "blocking", "deny", "required", "hard", "mandatory", "true", "yes", "on", "enforced"],
    &["warn", "warning", "advisory", "soft"],
    &["optional", "info", "note"],
    &["false", "no", "off", "none", "skip", "skipped", "disabled", "null", ""],
];

/// Whether what the fact is about asks for less than before; `None`: it cannot be told.
pub(super) fn loosened(fact: &Fact) -> Option<bool> {
    if fact.event == Event::Removed {
        return Some(true);
    }
    let (old, new) = (fact.old_text(), fact.new_text());
    if let Some((before, after)) = strictness(old).zip(strictness(new)) {
        return Some(after > before);
    }
    let ((was, before), (is, after)) = (number(old)?, number(new)?);
    let path = fact.subject.to_ascii_lowercase();
    if was != is || before == after {
        return None;
    }
    Some(if is_ceiling(&path, &was)? { after > before } else { after < before })
}

fn strictness(text: &str) -> Option<usize> {
    let word = text.trim().to_ascii_lowercase();
    STRICTNESS.iter().position(|words| words.contains(&word.as_str()))
}

/// Whether a number is an upper limit, by its comparator or else by the words around it.
fn is_ceiling(path: &str, text: &str) -> Option<bool> {
    let ends_when_met = ["abort", "stop", "halt", "rollback"].iter().any(|word| path.contains(word));
    match (text.contains('<'), text.contains('>')) {
        (true, false) => return Some(!ends_when_met),
        (false, true) => return Some(ends_when_met),
        _ => {}
    }
    let words = format!("{path} {text}");
    let has = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    let (is_floor, is_ceiling) = (has(&FLOORS), has(&CEILINGS));
    let by_bound = (has(&["min", "floor"]), has(&["max", "ceil"]));
    match (by_bound, is_floor, is_ceiling) {
        ((true, false), ..) | ((false, false), true, false) => Some(false),
        ((false, true), ..) | ((false, false), false, true) => Some(true),
        _ => None,
    }
}

/// The only number of a text, and the text around it.
fn number(text: &str) -> Option<(String, f64)> {
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = text.get(start..)?;
    let end = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    let around = format!("{}#{after}", text.get(..start)?.to_ascii_lowercase());
    (!after.contains(|c: char| c.is_ascii_digit())).then_some((around, digits.parse().ok()?))
}

/// Whether a stage lasts less long than before; `None`: it cannot be told.
pub(super) fn shortened(fact: &Fact) -> Option<bool> {
    match fact.event {
        Event::Removed => Some(true),
        Event::Changed => Some(seconds(fact.new_text())? < seconds(fact.old_text())?),
        _ => None,
    }
}

/// `2d`, `36 hours`, `1h30m`, `P1DT12H`, or a number of whatever unit its key says, in seconds.
fn seconds(text: &str) -> Option<f64> {
    let text = text.trim().to_ascii_lowercase();
    let mut rest = text.trim_start_matches(['p', 't']);
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (amount, after) = rest.split_at(digits);
        let letters = after.trim_start();
        let unit = letters.find(|c: char| c.is_ascii_digit()).unwrap_or(letters.len());
        let (unit, after) = letters.split_at(unit);
        total += amount.parse::<f64>().ok()? * unit_seconds(unit.trim().trim_end_matches('t'))?;
        rest = after;
    }
    (!text.is_empty()).then_some(total)
}

fn unit_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SourceFile;

    fn changed(path: &str, old: &str, new: &str) -> Fact {
        let file = SourceFile::new("a", "x");
        let quote = |text: &str| file.quote_as(file.whole(), text);
        Fact::new("guard", Event::Changed, path).was(quote(old)).is(quote(new))
    }

    #[test]
    fn durations_are_compared_across_units() {
        for (old, new, is_shorter) in
            [("2d", "24h", true), ("P1D", "PT36H", false), ("1h30m", "60 minutes", true), ("4", "2", true)]
        {
            assert_eq!(shortened(&changed("hold", old, new)), Some(is_shorter), "{old} {new}");
        }
        assert_eq!(shortened(&changed("hold", "overnight", "1d")), None);
    }

    #[test]
    fn a_limit_is_loosened_by_its_comparator_or_by_its_words() {
        for (path, old, new, is_looser) in [
            ("guard.error_rate", "< 1%", "< 2%", Some(true)),
            ("abort_if", "error_rate > 1%", "error_rate > 2%", Some(true)),
            ("guard.max_latency_ms", "800", "600", Some(false)),
            ("guard.min_score", "0.8", "0.7", Some(true)),
            ("guard.quality_score", "0.8", "0.9", Some(false)),
            ("guard.window", "5", "6", None),
            ("guard.enabled", "true", "false", Some(true)),
            ("gates.eval", "advisory", "required", Some(false)),
            ("guard", "error_rate < 1%", "latency < 2%", None),
        ] {
            assert_eq!(loosened(&changed(path, old, new)), is_looser, "{path}: {old} -> {new}");
        }
    }
}
