//! Time zones by their IANA names.

use jiff::tz::{self, TimeZone};

use super::raw::{Wrong, printable};

/// The name of a zone that the time zone database knows, exactly as it spells it.
pub(super) fn read(text: &str) -> Result<String, Wrong> {
    let refused = |help: String| Err(Wrong::new(format!("`{}` is no time zone", printable(text)), help));
    if !is_well_formed(text) {
        return refused(
            "write an IANA name such as \"Asia/Kolkata\" or \"UTC\"; abbreviations and offsets are ambiguous"
                .to_owned(),
        );
    }
    let known = text == "UTC"
        || TimeZone::get(text)
            .is_ok_and(|zone| zone.iana_name().is_some_and(|name| name == text && !zone.is_unknown()));
    if known { Ok(text.to_owned()) } else { refused(nearest(text)) }
}

fn is_well_formed(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+'))
    };
    text == "UTC" || (text.contains('/') && text.split('/').all(part))
}

fn nearest(text: &str) -> String {
    let names: Vec<String> =
        tz::db().available().map(|name| name.to_string()).filter(|name| is_well_formed(name)).collect();
    if names.is_empty() {
        return "this machine has no time zone database: install the package `tzdata`".to_owned();
    }
    let text = text.to_lowercase();
    let likeness = |name: &String| strsim::jaro_winkler(&text, &name.to_lowercase());
    match names.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).filter(|name| likeness(name) > 0.85) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "write an IANA name such as \"Asia/Kolkata\" or \"Europe/Berlin\"".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    fn help(text: &str) -> String {
        read(text).err().map(|wrong| wrong.help).unwrap_or_default()
    }

    #[test]
    fn a_zone_is_one_that_the_database_knows() {
        for text in ["UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Etc/GMT+5"] {
            assert!(read(text).is_ok(), "{text}");
        }
        assert_eq!(help("Asia/Kolkatta"), "did you mean `Asia/Kolkata`?");
        assert_eq!(help("europe/berlin"), "did you mean `Europe/Berlin`?");
        assert!(help("Mars/Olympus_Mons").starts_with("write an IANA name"));
        for text in ["IST", "+05:30", "", "Asia/", "../../etc/passwd", "Asia//Kolkata"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
