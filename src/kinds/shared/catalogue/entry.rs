//! What is known of one model.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use toml::value::Datetime;

use super::ModelId;

/// What is known of one model. What is `None` is unknown, and nothing is said that would need it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// Line and tier (`claude sonnet`): models of one family follow each other, those of two replace each other.
    pub family: Option<String>,
    /// The day of its release.
    pub released: Option<Date>,
    /// Its version within the family (`3.1`), where releases are told apart by that.
    pub version: Option<String>,
    /// Whether it is a name that its maker moves from snapshot to snapshot.
    pub floating: Option<bool>,
    /// The snapshot that a floating name stood for when it was looked up.
    pub points_to: Option<String>,
    /// The day on which its retirement was announced.
    pub deprecated: Option<Date>,
    /// The day from which its maker no longer serves it.
    pub retires: Option<Date>,
    /// The same for other hosts, by host (`bedrock`).
    pub retires_on: BTreeMap<String, Date>,
    /// How much it reads at once, in tokens.
    pub context_window: Option<u64>,
    /// How much it writes at most, in tokens.
    pub max_output: Option<u64>,
    /// Dollars a million tokens read.
    pub input_price: Option<f64>,
    /// Dollars a million tokens written.
    pub output_price: Option<f64>,
}

impl Entry {
    /// This entry as it holds for the host that `id` names: only there the model retires on its day.
    pub(super) fn at(mut self, id: &ModelId) -> Self {
        if let (false, Some(host), Some(day)) = (id.is_at_home(), &id.host, self.retires) {
            self.retires = None;
            self.retires_on.insert(host.clone(), day);
        }
        self
    }

    /// This entry, with what it leaves open taken from `base`.
    #[must_use]
    pub fn over(mut self, base: &Self) -> Self {
        let Self { family, released, version, floating, points_to, deprecated, retires, .. } = base.clone();
        self.family = self.family.or(family);
        self.released = self.released.or(released);
        self.version = self.version.or(version);
        self.floating = self.floating.or(floating);
        self.points_to = self.points_to.or(points_to);
        self.deprecated = self.deprecated.or(deprecated);
        self.retires = self.retires.or(retires);
        self.context_window = self.context_window.or(base.context_window);
        self.max_output = self.max_output.or(base.max_output);
        self.input_price = self.input_price.or(base.input_price);
        self.output_price = self.output_price.or(base.output_price);
        for (host, day) in &base.retires_on {
            self.retires_on.entry(host.clone()).or_insert(*day);
        }
        self
    }
}

/// The data file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// Where facts were read, by the names that entries use.
    #[cfg_attr(not(test), expect(dead_code, reason = "for people and for the test that holds the file to it"))]
    pub(super) source: BTreeMap<String, Source>,
    /// The entries by id.
    pub(super) model: BTreeMap<String, Row>,
}

/// A page, and the day on which it was read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(test), expect(dead_code, reason = "for people and for the test that holds the file to it"))]
pub(super) struct Source {
    pub(super) url: String,
    #[serde(default)]
    pub(super) through: Option<String>,
    pub(super) read: Datetime,
}

/// An entry as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Row {
    family: String,
    released: Option<Datetime>,
    version: Option<String>,
    #[serde(default)]
    floating: bool,
    pub(super) points_to: Option<String>,
    deprecated: Option<Datetime>,
    retires: Option<Datetime>,
    #[serde(default)]
    retires_on: BTreeMap<String, Datetime>,
    context_window: Option<u64>,
    max_output: Option<u64>,
    input_price: Option<f64>,
    output_price: Option<f64>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for people and for the test that holds the file to it"))]
    pub(super) sources: Vec<String>,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            family: Some(row.family),
            released: row.released.and_then(day),
            version: row.version,
            floating: Some(row.floating),
            points_to: row.points_to,
            deprecated: row.deprecated.and_then(day),
            retires: row.retires.and_then(day),
            retires_on: row.retires_on.into_iter().filter_map(|(host, date)| Some((host, day(date)?))).collect(),
            context_window: row.context_window,
            max_output: row.max_output,
            input_price: row.input_price,
            output_price: row.output_price,
        }
    }
}

/// The day that a TOML date names.
pub fn day(date: Datetime) -> Option<Date> {
    let date = date.date?;
    Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}
