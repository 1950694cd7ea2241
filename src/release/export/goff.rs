//! GO Feature Flag: a flag file in YAML, as its schema (`.schema/flag-schema.json` of its repository) has it.

use serde_json::{Map, Value, json};

use super::exposure::{self, Exposure};
use super::{Shipment, yaml};
use crate::release::checks::Refused;

pub(super) fn render(shipment: &Shipment<'_>) -> Result<String, Refused> {
    let allowed = ("GO Feature Flag", "one line of text");
    let exposures = exposure::spelled(exposure::of(shipment)?, allowed, exposure::is_one_line)?;
    let flags: Map<String, Value> =
        exposures.iter().map(|one| (one.flag.clone(), flag(one, exposure::metadata(shipment, one)))).collect();
    let comment = format!("Flags of release {}, exported by pv.", shipment.history.record.name);
    Ok(yaml::document(&[comment], &Value::Object(flags)))
}

/// Both arms are always there: the sum of the percentages is the number of buckets, so another sum deals everybody anew.
fn flag(exposure: &Exposure, metadata: Value) -> Value {
    let (on, off) = exposure::arms(exposure.weight);
    json!({
        "variations": { "on": true, "off": false },
        "defaultRule": { "name": "canary", "percentage": { "on": exposure::percent(on), "off": exposure::percent(off) } },
        "metadata": metadata,
    })
}
