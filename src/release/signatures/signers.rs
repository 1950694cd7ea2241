//! Who may sign what, and when: the file of allowed signers, in the format of `ssh-keygen` (section ALLOWED SIGNERS).

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};
use ssh_key::PublicKey;
use ssh_key::public::KeyData;

use super::pattern::matches_list;
use crate::domain::{Instant, Problem, SourceFile, Span};

/// A file longer than this is no list of people, in bytes.
const LARGEST: usize = 1 << 20;

/// Everybody who may sign.
#[derive(Debug, Clone, Default)]
pub struct Signers {
    lines: Vec<Line>,
    /// Lines that could not be read, and count for nobody.
    pub problems: Vec<Problem>,
}

/// A line of the file.
#[derive(Debug, Clone)]
struct Line {
    principals: String,
    options: Options,
    key: KeyData,
}

#[derive(Debug, Clone, Default)]
struct Options {
    /// The key signs certificates, not records.
    is_authority: bool,
    namespaces: Option<String>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
}

/// The names that a key may sign under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Patterns with commas between them; mostly one address.
    patterns: String,
}

/// What the file says of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// It may sign, under these names.
    Yes(Signer),
    /// It is there, and may not: why.
    No(String),
    /// It is not there.
    Unknown,
}

impl Signer {
    /// Whether it may sign as `principal`.
    pub fn is(&self, principal: &str) -> bool {
        matches_list(&self.patterns, principal)
    }

    /// Whether `principal` is one of its names as they are written, no pattern.
    pub fn is_named(&self, principal: &str) -> bool {
        self.patterns.split(',').any(|name| name.trim() == principal)
    }

    /// The first of its names.
    pub fn name(&self) -> &str {
        self.patterns.split(',').map(str::trim).find(|name| !name.starts_with('!')).unwrap_or(&self.patterns)
    }
}

impl Signers {
    /// What the file at `path` says.
    pub fn read(path: &str, text: &str) -> Self {
        let file = SourceFile::new(path, text);
        let mut signers = Self::default();
        if text.len() > LARGEST {
            let message = format!("the file is longer than {LARGEST} bytes, and counts for nobody");
            signers.problems.push(problem(&file, 0, 0, message));
            return signers;
        }
        let mut start = 0;
        for whole in text.split_inclusive('\n') {
            let line = whole.trim();
            if !line.is_empty() && !line.starts_with('#') {
                match parse(line) {
                    Ok(line) => signers.lines.push(line),
                    Err(why) => signers.problems.push(problem(&file, start, start + whole.trim_end().len(), why)),
                }
            }
            start += whole.len();
        }
        signers
    }

    /// Whether `key` may sign records of `namespace` at `at`.
    pub fn allow(&self, key: &KeyData, namespace: &str, at: &Instant) -> Allowed {
        let mut answer = Allowed::Unknown;
        for line in self.lines.iter().filter(|line| line.key == *key) {
            match line.options.bar(namespace, at) {
                None => return Allowed::Yes(Signer { patterns: line.principals.clone() }),
                Some(because) => answer = Allowed::No(because),
            }
        }
        answer
    }

    /// The signers whose keys may sign records of `namespace` at `at`, with the keys' fingerprints.
    pub fn able(&self, namespace: &str, at: &Instant) -> Vec<(String, Signer)> {
        let able = self.lines.iter().filter(|line| line.options.bar(namespace, at).is_none());
        able.map(|line| (super::fingerprint(&line.key), Signer { patterns: line.principals.clone() })).collect()
    }
}

impl Options {
    /// Why the key may not sign, if it may not.
    fn bar(&self, namespace: &str, at: &Instant) -> Option<String> {
        let allowed = self.namespaces.as_deref();
        if self.is_authority {
            return Some("signs certificates, and no records: its line says cert-authority".to_owned());
        }
        if let Some(allowed) = allowed.filter(|allowed| !matches_list(allowed, namespace)) {
            let allowed = allowed.escape_debug();
            return Some(format!("may sign namespaces=\"{allowed}\", and the namespace here is `{namespace}`"));
        }
        if let Some(after) = self.after.filter(|after| at.timestamp() < *after) {
            return Some(format!("is valid after {after}, and the record is of {at}"));
        }
        let before = self.before.filter(|before| at.timestamp() > *before)?;
        Some(format!("was valid before {before}, and the record is of {at}"))
    }
}

fn problem(file: &SourceFile, start: usize, end: usize, why: impl Into<String>) -> Problem {
    let help = "write `name@example.com namespaces=\"pv-override\" ssh-ed25519 AAAA…`, as `man ssh-keygen` says under ALLOWED SIGNERS";
    Problem::at(file, Span::new(start, end), "signer-unreadable", why, help)
}

/// `principals [options] keytype base64-key [comment]`
fn parse(line: &str) -> Result<Line, String> {
    let (principals, rest) = word(line).ok_or("there are no principals")?;
    let principals = unquoted(principals);
    if let Ok(key) = PublicKey::from_openssh(rest) {
        return Ok(Line { principals, options: Options::default(), key: key.key_data().clone() });
    }
    let (written, key) = word(rest).ok_or("there is no key")?;
    if ["ssh-", "ecdsa-", "sk-"].iter().any(|kind| written.starts_with(kind)) {
        return Err("the key cannot be read: a key is its type and base64".to_owned());
    }
    let options = options(written)?;
    let key = PublicKey::from_openssh(key).map_err(|_| "the key cannot be read: a key is its type and base64")?;
    Ok(Line { principals, options, key: key.key_data().clone() })
}

/// The first word, in which quotes hold blanks together, and what comes after it.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let mut quoted = false;
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' if !escaped => quoted = !quoted,
            ' ' | '\t' if !quoted => return Some((&text[..at], text[at..].trim_start())),
            _ => {}
        }
        escaped = letter == '\\' && !escaped;
    }
    (!text.is_empty() && !quoted).then_some((text, ""))
}

fn unquoted(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.map_or_else(|| text.to_owned(), |inner| inner.replace("\\\"", "\""))
}

fn options(text: &str) -> Result<Options, String> {
    let mut options = Options::default();
    for option in split(text) {
        let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        match (name.to_ascii_lowercase().as_str(), value) {
            ("cert-authority", None) => options.is_authority = true,
            ("namespaces", Some(value)) => options.namespaces = Some(unquoted(value)),
            ("valid-after", Some(value)) => options.after = Some(moment(&unquoted(value))?),
            ("valid-before", Some(value)) => options.before = Some(moment(&unquoted(value))?),
            _ => return Err(format!("`{}` is no option", name.chars().take(40).collect::<String>().escape_debug())),
        }
    }
    Ok(options)
}

/// The parts between commas that stand outside of quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// `YYYYMMDD` or `YYYYMMDDHHMM[SS]`, with or without `Z`: in UTC both, so that every machine reads the same.
fn moment(text: &str) -> Result<Timestamp, String> {
    let wrong = || format!("`{}` is no moment: YYYYMMDD or YYYYMMDDHHMM[SS], in UTC", text.escape_debug());
    let digits = text.strip_suffix('Z').unwrap_or(text);
    let format = match digits.len() {
        8 => "%Y%m%d",
        12 => "%Y%m%d%H%M",
        14 => "%Y%m%d%H%M%S",
        _ => return Err(wrong()),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let day =
        || jiff::civil::Date::strptime(format, digits).map(|date| date.to_datetime(jiff::civil::Time::midnight()));
    let read = if digits.len() == 8 { day() } else { DateTime::strptime(format, digits) };
    let zoned = read.and_then(|civil| TimeZone::UTC.to_timestamp(civil));
    zoned.map_err(|_| wrong())
}
