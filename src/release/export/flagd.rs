//! flagd: flag definitions with a fractional targeting, as <https://flagd.dev/schema/v0/flags.json> has them.

use serde_json::{Map, Value, json};

use super::exposure::{self, Exposure};
use super::{Shipment, pretty};
use crate::release::checks::Refused;

pub(super) fn render(shipment: &Shipment<'_>) -> Result<String, Refused> {
    let allowed = ("flagd", "one line of text");
    let exposures = exposure::spelled(exposure::of(shipment)?, allowed, exposure::is_one_line)?;
    let flags: Map<String, Value> =
        exposures.iter().map(|one| (one.flag.clone(), flag(one, exposure::metadata(shipment, one)))).collect();
    Ok(pretty(&json!({
        "$schema": "https://flagd.dev/schema/v0/flags.json",
        "metadata": {
            "flagSetId": shipment.project.unwrap_or("pv"),
            "version": shipment.history.record.name.as_str(),
        },
        "flags": flags,
    })))
}

/// The arms keep their order, on first: swapped, other users are in the canary. Both are always there: a lone arm has
/// everybody, whatever its weight.
fn flag(exposure: &Exposure, metadata: Value) -> Value {
    let (on, off) = weights(exposure);
    json!({
        "state": "ENABLED",
        "variants": { "on": true, "off": false },
        "defaultVariant": "off",
        "targeting": { "fractional": [["on", on], ["off", off]] },
        "metadata": metadata,
    })
}

/// Weights are whole numbers: percents where the share is whole, else hundredths of a percent, of both arms. Where a user
/// falls is a fraction of the sum, so a canary in percents contains a smaller one in hundredths.
fn weights(exposure: &Exposure) -> (u16, u16) {
    match exposure::arms(exposure.weight) {
        (on, off) if on % 100 == 0 => (on / 100, off / 100),
        arms => arms,
    }
}
