//! What looks like a real person's data: mail addresses, phone numbers, numbers of cards, accounts and people.
//!
//! Only what has a checksum or a form of its own is told, and nothing that examples are made of.

/// Domains and names that stand for nobody.
const EXAMPLE_DOMAINS: [&str; 18] = [
    "example",
    "test",
    "invalid",
    "localhost",
    "local",
    "acme",
    "domain",
    "yourdomain",
    "mydomain",
    "company",
    "yourcompany",
    "mycompany",
    "email",
    "mail",
    "foo",
    "bar",
    "sample",
    "contoso",
];
const NOBODIES: [&str; 33] = [
    "user",
    "username",
    "name",
    "test",
    "tester",
    "example",
    "sample",
    "someone",
    "somebody",
    "anyone",
    "you",
    "me",
    "info",
    "support",
    "help",
    "contact",
    "sales",
    "admin",
    "hello",
    "office",
    "team",
    "press",
    "privacy",
    "legal",
    "billing",
    "service",
    "noreply",
    "no-reply",
    "donotreply",
    "john",
    "jane",
    "alice",
    "bob",
];
/// Card numbers that payment providers publish for tests.
const TEST_CARDS: [&str; 8] = [
    "4111111111111111",
    "4242424242424242",
    "4012888888881881",
    "5555555555554444",
    "5105105105105100",
    "378282246310005",
    "6011111111111117",
    "4000056655665556",
];

/// Whether the text of a case is worth a closer look; asked of every case, so it is quick and generous: whether it has
/// an `@`, or nine digits with nothing but separators and capitals between them.
///
/// By blocks: texts are mostly words, and a small letter ends whatever number came before it.
pub(super) fn may_hold(text: &str) -> bool {
    let (blocks, rest) = text.as_bytes().as_chunks::<32>();
    let mut digits = 0;
    for block in blocks {
        if is_marked(block) {
            if block.contains(&b'@') || is_long_number(block, &mut digits) {
                return true;
            }
        } else if digits > 0 && block.iter().any(u8::is_ascii_lowercase) {
            digits = 0;
        } else if digits > 0 {
            is_long_number(block, &mut digits);
        }
    }
    rest.contains(&b'@') || is_long_number(rest, &mut digits)
}

/// Whether there is a digit or an `@` in a block; without a branch for each byte, so that all are looked at together.
fn is_marked(block: &[u8; 32]) -> bool {
    block.iter().fold(false, |marked, byte| marked | byte.is_ascii_digit() | (*byte == b'@'))
}

/// Goes on counting digits in `bytes`, after `digits` that stood before; whether there are nine.
fn is_long_number(bytes: &[u8], digits: &mut usize) -> bool {
    bytes.iter().any(|byte| {
        *digits = match byte {
            b'0'..=b'9' => *digits + 1,
            b' ' | b'-' | b'.' | b'(' | b')' | b'A'..=b'Z' => *digits,
            _ => 0,
        };
        *digits >= 9
    })
}

/// The first thing in `text` that looks like personal data, named and masked.
pub(super) fn found(text: &str) -> Option<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | ',' | ';' | '|' | '\\'))
        .find_map(mail_address)
        .or_else(|| numbers(text).into_iter().find_map(number))
}

fn mail_address(word: &str) -> Option<String> {
    let word = word.trim_start_matches(['(', '[', '{', '\'']).trim_start_matches("mailto:");
    let word = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let (name, domain) = word.rsplit_once('@')?;
    let name = name.rsplit([':', '=', '/']).next().unwrap_or(name);
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._%+-".contains(c));
    let labels: Vec<&str> = domain.split('.').collect();
    let is_domain = labels.len() > 1
        && labels.iter().all(|label| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        && labels.last().is_some_and(|last| last.len() > 1 && last.chars().all(|c| c.is_ascii_alphabetic()));
    let lower = name.to_ascii_lowercase();
    let first =
        lower.split(['.', '_', '+', '-']).next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
    let is_nobody =
        NOBODIES.contains(&&*lower) || NOBODIES.contains(&first) || lower.ends_with("doe") || first.len() < 2;
    let is_example = labels.iter().any(|label| {
        let label = label.to_ascii_lowercase();
        EXAMPLE_DOMAINS.contains(&&*label) || label.starts_with("example") || label.starts_with("your")
    });
    (is_name(name) && is_domain && !is_nobody && !is_example).then(|| {
        let head: String = name.chars().take(1).collect();
        format!("the mail address `{head}…@{domain}`")
    })
}

/// Runs of digits with single separators, as they stand, a leading `+` or letters of an account included.
fn numbers(text: &str) -> Vec<&str> {
    let is_part =
        |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || matches!(c, ' ' | '-' | '.' | '+' | '(' | ')');
    let runs = text.split(|c: char| !is_part(c)).map(|run| run.trim_matches([' ', '-', '.', ')']));
    runs.filter(|run| run.bytes().filter(u8::is_ascii_digit).count() >= 9).collect()
}

fn number(run: &str) -> Option<String> {
    let is_account = is_account(run);
    // What the number is called may stand before it in capitals.
    let run = run.trim_start_matches(|c: char| c.is_ascii_uppercase() || matches!(c, ' ' | '.' | '-')).trim_start();
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    let masked = |what: &str| format!("{what} `{}…`", run.chars().take(4).collect::<String>());
    let is_obvious = is_pattern(&digits);
    match () {
        () if is_obvious => None,
        () if is_account => Some(masked("the account number")),
        () if run.contains(|c: char| c.is_ascii_uppercase()) => None,
        () if is_phone(run, &digits) => Some(masked("the phone number")),
        () if is_card(run, &digits) => Some(masked("the card number")),
        () if is_cpf(run, &digits) || is_social_security(run) => Some(masked("the identity number")),
        () => None,
    }
}

/// Whether the digits are those that people make up: all alike, counted up or down, or mostly zeros.
fn is_pattern(digits: &str) -> bool {
    let steps: Vec<i32> = digits.as_bytes().windows(2).map(|pair| i32::from(pair[1]) - i32::from(pair[0])).collect();
    let of = |step: i32| steps.iter().filter(|it| **it == step).count() * 10 >= steps.len() * 7;
    of(0) || of(1) || of(-1) || digits.contains("123456") || digits.contains("000000")
}

/// `+49 30 901820`: an international number. `(415) 867-5309` is one in North America. 555 is for films.
fn is_phone(run: &str, digits: &str) -> bool {
    let international = run.starts_with('+') && run.matches('+').count() == 1 && (9..=15).contains(&digits.len());
    let american =
        run.len() == 14 && run.starts_with('(') && run.get(4..6) == Some(") ") && run.get(9..10) == Some("-");
    let fictional = digits.contains("555") || digits.starts_with("447700900") || digits.starts_with("442079460");
    (international || american) && !fictional
}

fn is_card(run: &str, digits: &str) -> bool {
    let is_grouped = run.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    let is_length = match digits.as_bytes().first() {
        Some(b'3') => matches!(digits.len(), 14 | 15),
        Some(b'4' | b'5' | b'6') => digits.len() == 16,
        _ => false,
    };
    is_grouped && is_length && !TEST_CARDS.contains(&digits) && is_luhn(digits)
}

fn is_luhn(digits: &str) -> bool {
    let doubled = |(at, byte): (usize, u8)| {
        let digit = u32::from(byte - b'0') * if at % 2 == 1 { 2 } else { 1 };
        if digit > 9 { digit - 9 } else { digit }
    };
    digits.bytes().rev().enumerate().map(doubled).sum::<u32>().is_multiple_of(10)
}

/// An international bank account number, by its checksum. Words in capitals may stand before it.
fn is_account(run: &str) -> bool {
    let opens = |word: &str| {
        let word = word.as_bytes();
        word.iter().take(2).all(u8::is_ascii_uppercase) && word.get(2).is_some_and(u8::is_ascii_digit)
    };
    let start = run.split(' ').take_while(|word| !opens(word)).map(|word| word.len() + 1).sum::<usize>();
    let run = run.get(start..).unwrap_or_default();
    let text: String = run.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let is_form = (15..=34).contains(&text.len())
        && text.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && text.bytes().skip(2).take(2).all(|byte| byte.is_ascii_digit());
    let value = |byte: u8| u32::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 });
    let rest = text.bytes().skip(4).chain(text.bytes().take(4)).fold(0, |rest, byte| {
        let value = value(byte);
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    });
    is_form && rest == 1
}

/// A Brazilian CPF as it is written, by its two check digits.
fn is_cpf(run: &str, digits: &str) -> bool {
    let is_form = run.len() == 14
        && digits.len() == 11
        && [(3, "."), (7, "."), (11, "-")].iter().all(|(at, mark)| run.get(*at..at + 1) == Some(*mark));
    let check = |length: usize| {
        let sum: usize = digits
            .bytes()
            .take(length)
            .enumerate()
            .map(|(at, byte)| usize::from(byte - b'0') * (length + 1 - at))
            .sum();
        let digit = sum * 10 % 11 % 10;
        digits.as_bytes().get(length).is_some_and(|byte| usize::from(byte - b'0') == digit)
    };
    is_form && check(9) && check(10)
}

/// A United States social security number as it is written, of a range that is given out.
fn is_social_security(run: &str) -> bool {
    let parts: Vec<&str> = run.split('-').collect();
    let [area, group, serial] = parts.as_slice() else { return false };
    let is_form = (area.len(), group.len(), serial.len()) == (3, 2, 4)
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let is_given = *area != "000" && *area != "666" && !area.starts_with('9') && *group != "00" && *serial != "0000";
    is_form && is_given && !matches!(run, "078-05-1120" | "219-09-9999" | "123-45-6789")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found() {
        for text in [
            "write to maria.kowalska@firma-kowalska.pl today",
            "call +49 30 901820 33",
            "my card is 4539 1488 0343 6467",
            "IBAN DE75512108001245126199",
            "CPF 529.982.247-25",
            "SSN 536-22-8726",
            "call (415) 867-5309",
        ] {
            assert!(may_hold(text) && found(text).is_some(), "{text}");
        }
    }

    #[test]
    fn where_a_number_stands_in_a_text_does_not_matter() {
        for before in 0..70 {
            let text = |number: &str| format!("{}{number} and more words after it", "w".repeat(before));
            assert!(may_hold(&text("030 90 18 20 33")) && may_hold(&text("a@b")), "{before}");
            assert!(may_hold(&text(&format!("03090182{}33", " ".repeat(40)))), "{before}");
            assert!(!may_hold(&text("1234 and 56789")) && !may_hold(&text("12345678")), "{before}");
        }
    }

    #[test]
    fn examples_are_nobody() {
        for text in [
            "user@example.com",
            "john.doe@company.com",
            "support@shop.io",
            "a@b.test",
            "4111 1111 1111 1111",
            "4539 1488 0343 6468",
            "+1 202 555 0143",
            "123-45-6789",
            "order 20260101123456",
            "2026-01-02 10:11:12",
            "case-00000001 0.1234567890",
            "@someone said hi",
            "git@github.com:owner/repo.git",
            "1234567890123456",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
