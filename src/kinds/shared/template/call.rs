//! What stands inside a Handlebars tag: a path, or a helper with its arguments.

/// A tag's content, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Call<'t> {
    /// The first word: the helper when there are arguments, else a path (or a helper without any).
    pub(super) head: &'t str,
    /// The paths among the arguments, those of nested calls included.
    pub(super) paths: Vec<&'t str>,
    /// Whether anything follows the first word.
    pub(super) has_arguments: bool,
    /// The names behind `as |…|`.
    pub(super) params: Vec<&'t str>,
}

/// Takes `text` apart.
pub(super) fn parse(text: &str) -> Call<'_> {
    let mut call = Call::default();
    let mut rest = text.trim_start();
    // `(pick x)` in the place of a helper or partial.
    let (mut awaits_helper, mut has_head) = (false, false);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' => {
                call.has_arguments = true;
                (awaits_helper, has_head) = (true, true);
                1
            }
            ')' => 1,
            '"' | '\'' => {
                call.has_arguments |= has_head;
                (awaits_helper, has_head) = (false, true);
                let length = rest[1..].find(first).map_or(rest.len(), |end| end + 2);
                if call.head.is_empty() && !call.has_arguments {
                    call.head = &rest[..length];
                }
                length
            }
            '|' => {
                let end = rest[1..].find('|').map_or(rest.len(), |end| end + 2);
                call.params.extend(rest[..end].trim_matches('|').split_whitespace());
                end
            }
            _ => {
                let length = word_length(rest).max(first.len_utf8());
                let is_key = rest[length..].starts_with('=');
                match has_head {
                    true => call.argument(&rest[..length], is_key || awaits_helper),
                    false => call.head = &rest[..length],
                }
                (awaits_helper, has_head) = (false, true);
                length + usize::from(is_key)
            }
        };
        rest = rest[length..].trim_start();
    }
    call
}

impl<'t> Call<'t> {
    fn argument(&mut self, word: &'t str, is_name: bool) {
        self.has_arguments = true;
        if !is_name && word != "as" {
            self.paths.push(word);
        }
    }
}

/// A word ends at blanks, brackets, quotes and `=`; a `[literal segment]` belongs to it whole.
fn word_length(text: &str) -> usize {
    let mut is_literal = false;
    text.find(|c: char| {
        match c {
            '[' => is_literal = true,
            ']' => is_literal = false,
            _ => {}
        }
        !is_literal && (c.is_whitespace() || matches!(c, '(' | ')' | '=' | '"' | '\'' | '|'))
    })
    .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn helpers_keys_and_literals_are_no_paths() {
        let call = parse("link (lookup a b) url=c \"text d\" e.[f g] 3 as |x y|");
        assert_eq!((call.head, call.has_arguments), ("link", true));
        assert_eq!(call.paths, ["a", "b", "c", "e.[f g]", "3"]);
        assert_eq!(call.params, ["x", "y"]);
        assert!(!parse(" a.b ").has_arguments);
        assert_eq!(parse("(pick a)").paths, ["a"]);
    }

    #[test]
    fn nothing_is_lost_in_damage() {
        for text in ["(", "\"", "|", "= =", "[", "a=", "((((", "é|é"] {
            parse(text);
        }
    }
}
