//! The order in which a feature goes live, one operation after another.

use std::collections::BTreeSet;

use super::graph::{Graph, Node};
use super::order;
use crate::config::Config;
use crate::domain::{ArtefactId, ChangeType, Gate, KindName, Weight};
use crate::release::checks::Refused;

/// One thing to do for a feature.
#[derive(Debug, Clone)]
pub struct Operation {
    /// What it is about; a feature stands for its flag.
    pub artefact: ArtefactId,
    /// How that stands.
    pub node: Node,
    /// How far it goes before the next; `None`: an eval set serves nobody.
    pub weight: Option<Weight>,
    /// What is owed before.
    pub gates: BTreeSet<Gate>,
}

/// What is to be done for features, in order, and what of theirs is live already beyond what they list.
#[derive(Debug, Clone, Default)]
pub struct Operations {
    /// In order.
    pub todo: Vec<Operation>,
    /// Live already, and listed by no feature.
    pub live: Vec<(ArtefactId, Node)>,
}

impl Operation {
    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        match self.artefact.kind {
            KindName::Feature => false,
            KindName::Eval => self.node.is_released(),
            _ => self.node.is_released() && self.node.weight.is_full(),
        }
    }

    /// What is done, in words.
    pub fn words(&self) -> String {
        let name = &self.artefact.name;
        match (self.artefact.kind, self.weight) {
            (KindName::Index, _) => format!("ship the index {name}"),
            (KindName::Tool, _) => format!("ship the tool {name}"),
            (KindName::Eval, _) => format!("update the eval set {name}"),
            (KindName::Model, _) => format!("ship the model pin {name}"),
            (KindName::Agent, _) => format!("ship the agent {name}"),
            (KindName::Prompt, Some(weight)) if weight.is_none() => format!("register the prompt {name} at weight 0"),
            (KindName::Prompt, _) => format!("ship the prompt {name}"),
            (KindName::Feature, weight) => {
                let flag = self.node.flag.as_deref().unwrap_or(name);
                format!("enable the flag {flag} at {}", weight.unwrap_or(Weight::NONE))
            }
        }
    }
}

/// What is to be done for the features of `graph`.
///
/// # Errors
/// When something of it needs itself.
pub fn operations(graph: &Graph, config: &Config) -> Result<Operations, Refused> {
    let order = order::ordered(graph.nodes.keys().cloned(), &graph.requires)?;
    let listed: BTreeSet<&ArtefactId> = features(graph).flat_map(|id| graph.requires.get(id)).flatten().collect();
    let mut operations = Operations::default();
    for id in order {
        let Some(node) = graph.nodes.get(&id).cloned() else { continue };
        let weight = match id.kind {
            KindName::Eval => None,
            KindName::Feature => Some(node.weight),
            KindName::Prompt if node.is_guarded && !node.weight.is_full() => Some(Weight::NONE),
            _ => Some(Weight::FULL),
        };
        // A flag climbs by the steps of a prompt, whose exposure it is.
        let owes = if id.kind == KindName::Feature { ChangeType::Prompt } else { ChangeType::of(id.kind) };
        let gates = config.gates_for(owes).iter().copied().collect();
        let operation = Operation { artefact: id, node, weight, gates };
        let is_own = listed.contains(&operation.artefact) || operation.artefact.kind == KindName::Eval;
        if operation.is_done() && !is_own {
            operations.live.push((operation.artefact, operation.node));
        } else {
            operations.todo.push(operation);
        }
    }
    Ok(operations)
}

fn features(graph: &Graph) -> impl Iterator<Item = &ArtefactId> {
    graph.nodes.keys().filter(|id| id.kind == KindName::Feature)
}

/// How far something is, in words.
pub fn state(id: &ArtefactId, node: &Node) -> String {
    match id.kind {
        _ if !node.is_present && node.locked.is_none() => "not in this repository".to_owned(),
        _ if node.locked.is_none() => "not released".to_owned(),
        _ if !node.is_released() => {
            format!("the lock has {}", node.locked.as_ref().map(ToString::to_string).unwrap_or_default())
        }
        KindName::Eval => "in the lock".to_owned(),
        _ if node.weight.is_none() => "not deployed".to_owned(),
        _ if node.weight.is_full() => "live".to_owned(),
        _ => format!("at {}", node.weight),
    }
}
