//! What a sentence quotes: the pieces between backticks, and the words around them.

/// A piece of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// The sentence's own words.
    Words(&'t str),
    /// A quoted text, without its backticks.
    Quote(&'t str),
}

/// A quote longer than this many characters is cut where its text stands below the sentence anyway.
const LONGEST: usize = 44;
/// To about this many.
const CUT: usize = 36;

/// The pieces of `sentence`. A quote begins and ends with as many backticks; a run without its like is words.
pub(super) fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut words, mut at) = (0, 0);
    while let Some(found) = sentence.get(at..).and_then(|rest| rest.find('`')) {
        let open = at + found;
        let fence = run(sentence, open);
        match closing(sentence, open + fence, fence) {
            Some(close) => {
                pieces.push(Piece::Words(sentence.get(words..open).unwrap_or_default()));
                pieces.push(Piece::Quote(unpadded(sentence.get(open + fence..close).unwrap_or_default())));
                (words, at) = (close + fence, close + fence);
            }
            None => at = open + fence,
        }
    }
    pieces.push(Piece::Words(sentence.get(words..).unwrap_or_default()));
    pieces.retain(|piece| !matches!(piece, Piece::Words("")));
    pieces
}

/// The sentence with long quotes cut, for where the quoted text is shown below it.
pub(super) fn shortened(sentence: &str) -> String {
    let shown = |piece: &Piece<'_>| match piece {
        Piece::Words(words) => (*words).to_owned(),
        Piece::Quote(text) => in_marks(&cut(text)),
    };
    pieces(sentence).iter().map(shown).collect()
}

/// The sentence as it stands.
pub(super) fn whole(sentence: &str) -> String {
    let shown = |piece: &Piece<'_>| match piece {
        Piece::Words(words) => (*words).to_owned(),
        Piece::Quote(text) => in_marks(text),
    };
    pieces(sentence).iter().map(shown).collect()
}

/// Between backticks; a text that has backticks of its own, between quotation marks.
pub(super) fn in_marks(text: &str) -> String {
    if text.contains('`') { format!("“{text}”") } else { format!("`{text}`") }
}

/// A long text, cut at the end of a word where there is one.
fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let kept: String = text.chars().take(CUT).collect();
    let words = kept.rsplit_once(' ').map_or(kept.as_str(), |(words, _)| words);
    let kept = if words.len() * 2 > kept.len() { words } else { &kept };
    format!("{}…", kept.trim_end_matches(|c: char| c.is_whitespace() || c == ','))
}

/// How many backticks stand from `at` on.
fn run(text: &str, at: usize) -> usize {
    text.bytes().skip(at).take_while(|byte| *byte == b'`').count()
}

/// Where the next run of exactly `fence` backticks from `at` on begins.
fn closing(text: &str, mut at: usize, fence: usize) -> Option<usize> {
    loop {
        let open = at + text.get(at..)?.find('`')?;
        match run(text, open) {
            found if found == fence => return Some(open),
            found => at = open + found,
        }
    }
}

/// Without the one blank on each side that keeps a backtick from its fence.
fn unpadded(text: &str) -> &str {
    let inner = text.strip_prefix(' ').and_then(|text| text.strip_suffix(' '));
    inner.filter(|inner| inner.starts_with('`') || inner.ends_with('`')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces, shortened, whole};

    #[test]
    fn a_quote_may_hold_backticks() {
        let expected = [Piece::Words("says "), Piece::Quote("call `x` first"), Piece::Words(" now")];
        assert_eq!(pieces("says ``call `x` first`` now"), expected);
        assert_eq!(whole("says ``call `x` first`` now"), "says “call `x` first” now");
        assert_eq!(pieces("`` `a ``"), [Piece::Quote("`a")]);
    }

    #[test]
    fn a_run_without_its_like_is_words() {
        assert_eq!(pieces("an odd ` stays"), [Piece::Words("an odd ` stays")]);
        assert_eq!(pieces("``a` `b`"), [Piece::Words("``a"), Piece::Quote(" "), Piece::Words("b`")]);
    }

    #[test]
    fn a_long_quote_is_cut_between_words_and_a_short_one_stays() {
        let long = "`Give 10-50 20-word bullet points on how the tenets and claims differ` changed, `x` did not";
        assert_eq!(shortened(long), "`Give 10-50 20-word bullet points on…` changed, `x` did not");
    }
}
