//! What a comparison goes by beyond the two artefacts: the day, the project's thresholds, what is known of models.

use jiff::civil::Date;

use super::shared::catalogue::Catalogue;

/// What a comparison goes by. The same basis and the same artefacts give the same facts.
#[derive(Debug, Clone, Default)]
pub struct Basis {
    /// The day for which it is said what is retired or expired; `None`: nothing that depends on the day is said.
    pub today: Option<Date>,
    /// How much is too much.
    pub thresholds: Thresholds,
    /// What is known of models.
    pub catalogue: Catalogue,
}

macro_rules! thresholds {
    ($($(#[$doc:meta])* $field:ident = $default:literal,)*) => {
        /// How much is too much: `[classify.thresholds]` of `pv.toml`, where the names are written with dashes.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Thresholds {
            $($(#[$doc])* pub $field: f64,)*
        }

        impl Default for Thresholds {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl Thresholds {
            /// Every name, as `pv.toml` spells it but for the dashes.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($field),)*];

            /// The threshold called `name` (with dashes or underscores), to be read or set.
            pub fn named(&mut self, name: &str) -> Option<&mut f64> {
                match name.replace('-', "_").as_str() {
                    $(stringify!($field) => Some(&mut self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

thresholds! {
    /// A prompt that grows by this many percent is told (`prompt/token-budget-grown`).
    token_growth_pct = 20.0,
    /// A model that retires within this many days is told (`model/retiring-soon`).
    retire_warn_days = 60.0,
    /// A price that grows by this many percent is told (`model/cost-increased`).
    cost_pct = 10.0,
    /// An eval set that shrinks by this many percent is told (`eval/set-shrunk`).
    shrink_pct = 5.0,
    /// A stratum that shrinks by this many percent is told (`eval/stratum-coverage-drop`).
    stratum_drop_pct = 20.0,
    /// A stratum that falls below this many cases is told (`eval/stratum-coverage-drop`).
    min_per_stratum = 5.0,
    /// A mix of strata or labels whose total variation distance is above this is told (0 to 1).
    mix_shift = 0.1,
    /// A document count that moves by this many percent is told (`index/document-count-drift`).
    count_drift_pct = 5.0,
    /// An index of whose documents this many percent changed is told (`index/churn-high`).
    churn_pct = 20.0,
    /// A neighbour overlap below this is told (`index/vector-stat-drift`, 0 to 1).
    nn_overlap = 0.9,
}

#[cfg(test)]
mod tests {
    use super::Thresholds;

    #[test]
    fn every_name_is_known_with_dashes() {
        let mut thresholds = Thresholds::default();
        for name in Thresholds::NAMES {
            *thresholds.named(&name.replace('_', "-")).unwrap() = 1.5;
        }
        assert_eq!(thresholds.mix_shift, 1.5);
        assert_eq!(thresholds.named("no-such"), None);
    }
}
