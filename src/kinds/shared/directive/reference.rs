//! References in a sentence: addresses, dates, telephone numbers, ids.

/// How long the reference is that `rest` starts with.
pub(super) fn length(rest: &str) -> Option<usize> {
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let chunk = trimmed(&rest[..length]);
    let found = [url, mail, date, id].into_iter().find_map(|of| of(chunk));
    found.or_else(|| phone(rest)).filter(|length| *length > 0)
}

/// A chunk without what closes the sentence or the bracket around it.
fn trimmed(chunk: &str) -> &str {
    let chunk = chunk.find(['>', '"', '`', '<', '|', '{', ']']).map_or(chunk, |end| &chunk[..end]);
    let chunk = if chunk.contains('(') { chunk } else { chunk.find(')').map_or(chunk, |end| &chunk[..end]) };
    chunk.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_'])
}

fn url(chunk: &str) -> Option<usize> {
    let rest = ["https://", "http://", "www."].into_iter().find_map(|scheme| chunk.strip_prefix(scheme))?;
    rest.contains('.').then_some(chunk.len())
}

fn mail(chunk: &str) -> Option<usize> {
    let (name, domain) = chunk.split_once('@')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let is_mail = !name.is_empty() && name.chars().all(is_name) && domain.chars().all(is_name);
    (is_mail && domain.contains('.') && !domain.starts_with('.')).then_some(chunk.len())
}

/// `2024-01-31`.
fn date(chunk: &str) -> Option<usize> {
    let bytes = chunk.as_bytes();
    let shape = |at: usize, byte: &u8| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() };
    let is_date = bytes.len() == 10 && bytes.iter().enumerate().all(|(at, byte)| shape(at, byte));
    is_date.then_some(chunk.len())
}

/// `POL-123`, `#482`.
fn id(chunk: &str) -> Option<usize> {
    let is_number = |text: &str| text.len() >= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let named = || {
        let (name, number) = chunk.rsplit_once('-')?;
        let is_name = name.len() >= 2 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
        let is_format = matches!(name, "UTF" | "ISO" | "SHA" | "GPT" | "MD" | "AES" | "COVID");
        (is_name && !is_format && is_number(number)).then_some(chunk.len())
    };
    let numbered = || chunk.strip_prefix('#').filter(|rest| is_number(rest)).map(|_| chunk.len());
    named().or_else(numbered)
}

/// Seven to fifteen digits in at least two groups, or after a `+`.
fn phone(rest: &str) -> Option<usize> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.');
    let body = rest.strip_prefix('+').unwrap_or(rest);
    let run = body.len() - body.trim_start_matches(is_part).len();
    let run = body[..run].trim_end_matches([' ', '-', '(', ')', '.']);
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let groups = run.split(['-', ' ']).filter(|group| !group.is_empty()).count();
    let has_plus = rest.starts_with('+');
    let is_grouped = run.contains('-') && groups >= 3 || has_plus;
    let length = rest.len() - body.len() + run.len();
    (run.starts_with(|c: char| c.is_ascii_digit() || c == '(') && (7..=15).contains(&digits) && is_grouped)
        .then_some(length)
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn references_are_found_whole() {
        let found = |text: &str| length(text).map(|end| text[..end].to_owned());
        assert_eq!(found("https://a.example/x?y=1). Then").as_deref(), Some("https://a.example/x?y=1"));
        assert_eq!(found("help@a.example, or").as_deref(), Some("help@a.example"));
        assert_eq!(found("+1 (555) 010-0199 now").as_deref(), Some("+1 (555) 010-0199"));
        assert_eq!(found("555-010-0199.").as_deref(), Some("555-010-0199"));
        assert_eq!(found("2024-01-31").as_deref(), Some("2024-01-31"));
        assert_eq!(found("POL-123:").as_deref(), Some("POL-123"));
        assert_eq!(found("#482").as_deref(), Some("#482"));
        for plain in ["15-30 words", "gpt-4", "word", "1,000,000 rows", "UTF-16", "@name", "# 4"] {
            assert_eq!(found(plain), None, "{plain}");
        }
    }
}
