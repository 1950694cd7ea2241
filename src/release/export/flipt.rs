//! Flipt: a `features.yaml`, version 1.2, with boolean flags, as its CUE schema (`core/validation/flipt.cue`) has it.

use serde_json::{Value, json};

use super::exposure::{self, Exposure};
use super::{Shipment, yaml};
use crate::release::checks::{Refused, export as checks};

pub(super) fn render(shipment: &Shipment<'_>) -> Result<String, Refused> {
    let allowed = ("Flipt", "letters, digits, `-`, `_` and `,`");
    let exposures = exposure::spelled(exposure::of(shipment)?, allowed, is_key)?;
    let flags = exposures.iter().map(|one| flag(shipment, one)).collect::<Result<Vec<_>, _>>()?;
    let comment = format!("Flags of release {}, exported by pv.", shipment.history.record.name);
    let document = json!({ "version": "1.2", "namespace": "default", "flags": flags });
    Ok(yaml::document(&[comment], &document))
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_,".contains(letter))
}

/// Rollouts are asked in their order, and the first that has the user answers: the canary, then everybody else. Metadata
/// has no place in this version of the document, so the description holds it.
fn flag(shipment: &Shipment<'_>, exposure: &Exposure) -> Result<Value, Refused> {
    let metadata = exposure::metadata(shipment, exposure);
    let said = metadata.as_object().into_iter().flatten();
    let said: Vec<String> = said.map(|(name, value)| format!("{name}={}", plain(value))).collect();
    Ok(json!({
        "key": exposure.flag,
        "name": exposure.flag,
        "type": "BOOLEAN_FLAG_TYPE",
        "description": said.join("; "),
        "enabled": false,
        "rollouts": [
            { "description": "canary", "threshold": { "percentage": whole(exposure)?, "value": true } },
            { "description": "everybody else", "threshold": { "percentage": 100, "value": false } },
        ],
    }))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Flipt puts users in 100 buckets and takes every bucket below the percentage: 0.5 % would expose 1 %.
fn whole(exposure: &Exposure) -> Result<u16, Refused> {
    match exposure.weight.hundredths() {
        share if share % 100 == 0 => Ok(share / 100),
        _ => {
            let message =
                format!("Flipt counts in whole percents, and the flag `{}` is at {}", exposure.flag, exposure.weight);
            Err(Refused::by(&checks::SHARE_UNSPELLABLE, message))
        }
    }
}
