//! Excerpts: the part of two long texts where they differ.

/// Both texts cut to at most `limit` characters around the place where they begin to differ; `…` marks a cut.
pub(super) fn around_change(old: &str, new: &str, limit: usize) -> (String, String) {
    let shared = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
    let lead = shared.saturating_sub(limit / 4);
    (window(old, lead, limit), window(new, lead, limit))
}

fn window(text: &str, lead: usize, limit: usize) -> String {
    let total = text.chars().count();
    if total <= limit {
        return text.to_owned();
    }
    let start = lead.min(total - limit);
    let (before, after) = (start > 0, start + limit < total);
    let kept = limit - usize::from(before) - usize::from(after);
    let body = text.chars().skip(start + usize::from(before)).take(kept);
    let (open, close) = (if before { "…" } else { "" }, if after { "…" } else { "" });
    format!("{open}{}{close}", body.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::around_change;

    #[test]
    fn a_short_text_stays() {
        assert_eq!(around_change("abc", "abd", 3), ("abc".to_owned(), "abd".to_owned()));
    }

    #[test]
    fn a_cut_is_marked_and_counted() {
        assert_eq!(around_change("abcdef", "", 4).0, "abc…");
    }

    #[test]
    fn the_window_shows_the_difference() {
        let (old, new) =
            (format!("{}x{}", "a".repeat(900), "b".repeat(900)), format!("{}y{}", "a".repeat(900), "b".repeat(900)));
        let (old, new) = around_change(&old, &new, 400);
        assert!(old.contains('x') && new.contains('y'));
        assert_eq!((old.chars().count(), new.chars().count()), (400, 400));
    }
}
