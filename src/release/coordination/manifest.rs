//! The features of one state of the repository: of its files, or of what a release shipped.

use crate::diff::{Artefact, Inventory};
use crate::domain::{ArtefactId, KindName, Place};
use crate::kinds::feature::{Need, Said, Settings};
use crate::lock::record::{Record, Shipped};

/// A feature: its flag, how many see it, and what has to be there.
#[derive(Debug, Clone)]
pub struct Feature {
    /// Its identity.
    pub id: ArtefactId,
    /// What decides when it can be shown.
    pub settings: Settings,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The file that it stands in.
    pub path: String,
}

impl Feature {
    /// The features of an inventory, sorted by name.
    pub fn all_of(inventory: &Inventory) -> Vec<Self> {
        inventory.artefacts.iter().filter(|one| one.id.kind == KindName::Feature).map(Self::of).collect()
    }

    fn of(artefact: &Artefact) -> Self {
        Self {
            id: artefact.id.clone(),
            settings: Settings::of(artefact.parts()),
            owner: artefact.owner(),
            path: artefact.path.clone(),
        }
    }

    /// The features that a release shipped, sorted by name.
    pub fn all_shipped(record: &Record) -> Vec<Self> {
        let features = record.artefacts.iter().filter(|(id, _)| id.kind == KindName::Feature);
        features.map(|(id, shipped)| Self::shipped(id, shipped)).collect()
    }

    fn shipped(id: &ArtefactId, shipped: &Shipped) -> Self {
        let mut settings = Settings::recorded(&shipped.parameters);
        if shipped.parameters.is_empty() {
            // A record of a time before features were recorded in full.
            settings.needs = shipped.entry.requires.iter().map(unversioned).collect();
        }
        Self { id: id.clone(), settings, owner: shipped.owner.clone(), path: shipped.entry.path.clone() }
    }

    /// The artefacts that it needs, each with what is said of it; of unknown kinds there is none.
    pub fn needs(&self) -> impl Iterator<Item = (&ArtefactId, &Need)> {
        self.settings.needs.iter().filter_map(|need| Some((need.id.as_ref()?, need)))
    }

    /// Whether it lists an artefact among what it needs.
    pub fn lists(&self, id: &ArtefactId) -> bool {
        self.needs().any(|(need, _)| need == id)
    }

    /// The key of its flag; its name where it says none.
    pub fn flag(&self) -> &str {
        self.settings.flag.as_ref().map_or(&self.id.name, |flag| &flag.text)
    }

    /// Where something of it stands; without a place of its own, the file that the feature stands in.
    pub fn place(&self, said: Option<&Said>) -> Place {
        let place = said.and_then(|said| said.place.clone());
        place.unwrap_or_else(|| Place { path: self.path.as_str().into(), line: 1, column: 1 })
    }
}

fn unversioned(id: &ArtefactId) -> Need {
    Need { id: Some(id.clone()), version: None, said: Said { text: id.to_string(), place: None } }
}
