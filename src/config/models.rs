//! `[[model]]`: what a project knows of models that the built-in catalogue does not know, or knows otherwise.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::keys::MODEL;
use super::raw::{Table, Value, Wrong, refuse_twins};
use crate::kinds::shared::catalogue::{self, Entry};

/// The entries by the ids under which they are written.
pub(super) fn read(root: &Table<'_>) -> BTreeMap<String, Entry> {
    let tables = root.tables("model", &MODEL);
    refuse_twins(&tables);
    tables.iter().filter_map(|table| Some((table.must("name")?.text()?.to_owned(), entry(table)))).collect()
}

fn entry(table: &Table<'_>) -> Entry {
    let text = |key| table.get(key)?.text().map(str::to_owned);
    let day = |key| table.get(key).and_then(|value| day(&value));
    let tokens = |key| table.get(key).and_then(|value| tokens(&value));
    let price = |key| table.get(key).and_then(|value| price(&value));
    Entry {
        family: text("family").map(|family| family.to_ascii_lowercase()),
        released: day("released"),
        version: text("version"),
        floating: table.get("floating").and_then(|value| value.flag()),
        points_to: text("points-to"),
        deprecated: day("deprecated"),
        retires: day("retires"),
        retires_on: BTreeMap::new(),
        context_window: tokens("context-window"),
        max_output: tokens("max-output"),
        input_price: price("input-price"),
        output_price: price("output-price"),
    }
}

fn day(value: &Value<'_>) -> Option<Date> {
    catalogue::day(value.date()?)
}

fn tokens(value: &Value<'_>) -> Option<u64> {
    let number = value.number()?;
    let whole = format!("{number:.0}").parse::<u64>().ok().filter(|count| *count > 0 && number.fract() == 0.0);
    if whole.is_none() {
        value.fault("bad-value", Wrong::new("this is no number of tokens", "write a whole number above zero: 128000"));
    }
    whole
}

fn price(value: &Value<'_>) -> Option<f64> {
    let price = value.number()?;
    if price < 0.0 {
        value.fault("bad-value", Wrong::new("a price is not negative", "write dollars a million tokens: 2.5"));
        return None;
    }
    Some(price)
}
