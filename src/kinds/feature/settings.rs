//! What of a feature decides when it can be shown: its flag, how many see it, and what has to be there.

use std::collections::BTreeMap;

use super::{keys, plan};
use crate::domain::{ArtefactId, Place, Version, Weight};
use crate::kinds::shared::part::Part;

/// The keys under which a feature names the flags that have to be on with its own.
const REQUIRED_FLAGS: [&str; 2] = ["requires_flags", "requires-flags"];

/// What decides when a feature can be shown; the same read from its document and from what a release recorded of it.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The key of its flag.
    pub flag: Option<Said>,
    /// The percentage of users that see it.
    pub exposure: Option<Said>,
    /// What has to be there.
    pub needs: Vec<Need>,
    /// The flags that have to be on with its own.
    pub requires_flags: Vec<Said>,
}

/// A text, and where it stands; a record does not tell where.
#[derive(Debug, Clone)]
pub struct Said {
    /// The text.
    pub text: String,
    /// Where.
    pub place: Option<Place>,
}

/// Something that has to be there.
#[derive(Debug, Clone)]
pub struct Need {
    /// Which artefact; `None`: its kind is none that pv knows.
    pub id: Option<ArtefactId>,
    /// In which version; `None`: any.
    pub version: Option<Version>,
    /// As it is written: `database:orders@1.0.0`.
    pub said: Said,
}

/// One setting: its aspect, its key and what it says.
type Setting<'a> = (&'a str, &'a str, Said);

/// Whether a release records the part.
pub(super) fn is_recorded(part: &Part) -> bool {
    matches!(part.aspect, "flag" | "canary" | "dependency") || requires_flags(&part.key)
}

impl Settings {
    /// What the parts of a feature say.
    pub fn of(parts: &[Part]) -> Self {
        Self::read(parts.iter().map(|part| {
            let said = Said { text: part.quote.text.clone(), place: Some(part.quote.place.clone()) };
            (part.aspect, part.key.as_str(), said)
        }))
    }

    /// What a release recorded of a feature.
    pub fn recorded(parameters: &BTreeMap<String, String>) -> Self {
        Self::read(parameters.iter().map(|(key, text)| {
            // The key of a dependency is an identity, and no other key that is recorded has a colon.
            let aspect = if key.contains(':') { "dependency" } else { keys::aspect_of_name(key) };
            (aspect, key.as_str(), Said { text: text.clone(), place: None })
        }))
    }

    fn read<'a>(settings: impl Iterator<Item = Setting<'a>>) -> Self {
        let mut read = Self::default();
        for (aspect, key, said) in settings {
            match aspect {
                "flag" if read.flag.is_none() => read.flag = Some(said),
                "canary" if read.weight().is_none() => read.exposure = Some(said),
                "dependency" => read.needs.push(need(key, said)),
                _ if requires_flags(key) => read.requires_flags.extend(each(&said)),
                _ => {}
            }
        }
        read
    }

    /// The share of users that see it, rounded up to hundredths of a percent; `None`: nothing that can be read is said.
    pub fn weight(&self) -> Option<Weight> {
        let percent = plan::percent(&self.exposure.as_ref()?.text)?;
        let hundredths = (0..=Weight::FULL.hundredths()).find(|share| f64::from(*share) >= percent * 100.0 - 1e-9)?;
        Some(Weight::of_hundredths(hundredths))
    }
}

fn requires_flags(key: &str) -> bool {
    REQUIRED_FLAGS.contains(&key)
}

/// `["a", "b"]`, or one name.
fn each(said: &Said) -> Vec<Said> {
    let names = serde_json::from_str::<Vec<String>>(&said.text).unwrap_or_else(|_| vec![said.text.clone()]);
    names.into_iter().map(|text| Said { text, place: said.place.clone() }).collect()
}

/// The need under `key`, the identity that it asks for, written as `name@version`.
fn need(key: &str, said: Said) -> Need {
    let word = key.split_once(':').map_or("", |(word, _)| word);
    let (name, version) =
        said.text.rsplit_once('@').map_or((said.text.as_str(), None), |(name, version)| (name, Some(version)));
    let id = word.parse().ok().filter(|_| !name.is_empty()).map(|kind| ArtefactId::new(kind, name));
    let version = version.map(|text| text.parse().unwrap_or_else(|never: std::convert::Infallible| match never {}));
    let text = if word.is_empty() { said.text.clone() } else { format!("{word}:{}", said.text) };
    Need { id, version, said: Said { text, place: said.place } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_tells_the_same_as_the_document() {
        let parameters = [
            ("flag", "refund_v1"),
            ("rollout.canary_percentage", "2.5"),
            ("prompt:explain", "explain@1.0.0"),
            ("database:orders", "orders@3"),
            ("requires_flags", r#"["base","search"]"#),
        ];
        let parameters = parameters.map(|(key, text)| (key.to_owned(), text.to_owned())).into();
        let settings = Settings::recorded(&parameters);
        assert_eq!(settings.flag.as_ref().map(|said| said.text.as_str()), Some("refund_v1"));
        assert_eq!(settings.weight(), Some(Weight::of_hundredths(250)));
        let needs: Vec<_> = settings.needs.iter().map(|need| (need.id.is_some(), need.said.text.as_str())).collect();
        assert_eq!(needs, [(false, "database:orders@3"), (true, "prompt:explain@1.0.0")]);
        assert_eq!(settings.requires_flags.len(), 2);
    }

    #[test]
    fn a_share_is_rounded_up_and_no_percentage_is_none() {
        let weight = |text: &str| {
            let exposure = Some(Said { text: text.to_owned(), place: None });
            Settings { exposure, ..Settings::default() }.weight().map(Weight::hundredths)
        };
        assert_eq!(
            ["5", "5 %", "0.001", "100", "101", "five"].map(weight),
            [Some(500), Some(500), Some(1), Some(10_000), None, None]
        );
    }
}
