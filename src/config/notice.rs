//! Who is told of a release, how early, and where.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::NOTICE;
use super::quantity::Duration;
use super::raw::{Table, Value};
use crate::domain::Audience;

/// `[notice]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notice {
    /// Whose notice a release waits for.
    pub required: BTreeSet<Audience>,
    /// How long before a material change reaches them customers are told; the course's figure is 24 h.
    pub lead: Duration,
    /// Where each is told, as a person writes it: `#releases`.
    pub channels: BTreeMap<Audience, String>,
}

impl Notice {
    /// The channel of an audience; its name, where none is configured.
    pub fn channel(&self, audience: Audience) -> &str {
        self.channels.get(&audience).map_or(audience.as_str(), String::as_str)
    }
}

pub(super) fn read(root: &Table<'_>, base: Notice) -> Notice {
    let Some(table) = root.table("notice", &NOTICE) else { return base };
    let channel = |audience: Audience| Some((audience, table.get(audience.as_str())?.text()?.to_owned()));
    let channels = Audience::NOTIFIED.into_iter().filter_map(channel);
    Notice {
        required: table.get("required").map_or(base.required, |value| audiences(&value)),
        lead: table.get("lead").and_then(|lead| lead.read(Duration::read)).unwrap_or(base.lead),
        channels: base.channels.into_iter().chain(channels).collect(),
    }
}

fn audiences(value: &Value<'_>) -> BTreeSet<Audience> {
    let names = Audience::NOTIFIED.map(|audience| (audience.as_str(), audience));
    value.items().iter().filter_map(|item| item.one_of("audience of a notice", &names)).collect()
}
