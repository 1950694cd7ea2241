//! By how much a number may move before it is told.

/// By how much the numbers of a column may differ and still mean the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tolerance {
    /// By this much.
    Absolute(f64),
    /// By this part of the larger one.
    Relative(f64),
}

impl Tolerance {
    /// Whether two canonical values are numbers this near each other. Numbers in quotes are numbers, as CSV has them.
    pub(super) fn spans(self, old: &str, new: &str) -> bool {
        let number = |text: &str| text.trim_matches('"').trim().parse::<f64>().ok();
        let (Some(old), Some(new)) = (number(old), number(new)) else { return false };
        let apart = (old - new).abs();
        let allowed = match self {
            Self::Absolute(by) => by,
            Self::Relative(part) => part * old.abs().max(new.abs()),
        };
        apart <= allowed || (old.is_nan() && new.is_nan())
    }
}

#[cfg(test)]
mod tests {
    use super::Tolerance;

    #[test]
    fn numbers_are_near_by_value_and_texts_never() {
        assert!(Tolerance::Absolute(0.001).spans("0.5", "0.5005"));
        assert!(!Tolerance::Absolute(0.001).spans("0.5", "0.51"));
        assert!(Tolerance::Relative(0.01).spans("\"200\"", "\"201\""));
        assert!(!Tolerance::Absolute(9.0).spans("\"a\"", "\"b\""));
    }
}
