//! Whether the way back has to be tried, how often, and by what.

use super::keys::REHEARSAL;
use super::quantity::Duration;
use super::raw::Table;

/// `[rollback]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsing {
    /// What asks for a rehearsal.
    pub when: When,
    /// How old a rehearsal may be.
    pub max_age: Duration,
    /// What a rehearsal runs, for a shell; `None`: the files alone are tried.
    pub command: Option<String>,
}

/// What asks for a rehearsal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum When {
    /// The cut, and the first step.
    Lock,
    /// The first step.
    Step,
    /// Nothing.
    #[default]
    Off,
}

const WHENS: [(&str, When); 3] = [("lock", When::Lock), ("step", When::Step), ("off", When::Off)];

impl When {
    /// The name as `pv.toml` writes it.
    pub fn as_str(self) -> &'static str {
        WHENS.iter().find(|(_, when)| *when == self).map_or("off", |(name, _)| name)
    }
}

impl Default for Rehearsing {
    fn default() -> Self {
        Self { when: When::Off, max_age: Duration { seconds: 0 }, command: None }
    }
}

pub(super) fn read(root: &Table<'_>, base: Rehearsing) -> Rehearsing {
    let Some(table) = root.table("rollback", &REHEARSAL) else { return base };
    let when = table.get("rehearsal").and_then(|value| value.one_of("moment of a rehearsal", &WHENS));
    let max_age = table.get("max-age").and_then(|value| value.read(Duration::read));
    let command = table.get("command").and_then(|value| value.text()).map(str::to_owned);
    Rehearsing {
        when: when.unwrap_or(base.when),
        max_age: max_age.unwrap_or(base.max_age),
        command: command.or(base.command),
    }
}
