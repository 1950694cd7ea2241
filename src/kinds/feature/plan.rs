//! The planned steps of a rollout: `[5, 25, 100]`, or each with how long it lasts and what ends it.

use crate::domain::SourceFile;
use crate::kinds::shared::leaves::leaves;
use crate::kinds::shared::node::Node;
use crate::kinds::shared::part::Part;

use super::keys;

/// Where a plan may stand.
const PLACES: [&[&str]; 8] = [
    &["stages"],
    &["steps"],
    &["canary_steps"],
    &["rollout", "stages"],
    &["rollout", "steps"],
    &["rollout", "canary", "steps"],
    &["canary", "stages"],
    &["canary", "steps"],
];

/// Keys of how many people a stage reaches.
const REACH: [&str; 6] = ["percentage", "percent", "canary_percentage", "weight", "traffic", "setWeight"];

/// Keys of how long a stage lasts.
const DURATION: [&str; 9] =
    ["duration", "hold", "wait", "bake", "bake_time", "soak", "min_duration", "pause", "observe"];

/// Whether `keys` lead to the plan of `feature`.
pub(super) fn is_plan(feature: &Node, keys: &[String]) -> bool {
    PLACES.iter().any(|place| place.iter().eq(keys))
        && feature.at(&texts(keys)).is_some_and(|plan| reaches(plan).is_some())
}

fn texts(keys: &[String]) -> Vec<&str> {
    keys.iter().map(String::as_str).collect()
}

/// The percentage of each stage, where every stage has one of its own.
fn reaches(plan: &Node) -> Option<Vec<String>> {
    let reach = |stage: &Node| {
        let node = REACH.into_iter().find_map(|key| stage.get(key)).unwrap_or(stage);
        percent(&node.scalar()?).map(|reach| reach.to_string())
    };
    let reaches: Vec<String> = plan.elements().iter().map(reach).collect::<Option<_>>()?;
    let mut distinct = reaches.clone();
    distinct.sort();
    distinct.dedup();
    (!reaches.is_empty() && distinct.len() == reaches.len()).then_some(reaches)
}

/// `25`, `25%`, `25 %`.
pub(super) fn percent(text: &str) -> Option<f64> {
    text.trim().trim_end_matches('%').trim().parse().ok().filter(|percent| (0.0..=100.0).contains(percent))
}

/// The parts of the plans of `feature`: a stage is known by its percentage, whatever its place in the list.
pub(super) fn parts(file: &SourceFile, feature: &Node) -> Vec<Part> {
    let plans = PLACES.iter().filter_map(|place| Some((place.join("."), feature.at(place)?)));
    plans
        .flat_map(|(path, plan)| {
            let stages = plan.elements().iter().zip(reaches(plan).unwrap_or_default());
            stages.flat_map(|(node, reach)| stage(file, node, &format!("{path}[{reach}%]"))).collect::<Vec<Part>>()
        })
        .collect()
}

fn stage(file: &SourceFile, node: &Node, key: &str) -> Vec<Part> {
    let reach = key.rsplit_once('[').map_or(key, |(_, reach)| reach.trim_end_matches(']'));
    let quote = file.quote_as(node.span, reach);
    let mut parts =
        vec![Part { aspect: "canary-stage", key: key.to_owned(), value: String::new(), quote, marks: Vec::new() }];
    if node.is_map() {
        let is_reach = |keys: &[String]| matches!(keys, [key] if REACH.contains(&key.as_str()));
        let own = leaves(node, &is_reach);
        parts.extend(own.iter().map(|leaf| {
            let aspect = if DURATION.contains(&leaf.name()) { "stage-duration" } else { keys::aspect(leaf) };
            let aspect = if aspect == "config" { "stage-setting" } else { aspect };
            Part::of(file, aspect, format!("{key}.{}", leaf.path()), leaf.node)
        }));
    }
    parts
}

/// The percentages that a feature's plan names, lowest first.
pub(super) fn stages(parts: &[Part]) -> Vec<f64> {
    let stages = parts.iter().filter(|part| part.aspect == "canary-stage");
    let mut stages: Vec<f64> = stages.filter_map(|part| percent(&part.quote.text)).collect();
    stages.sort_by(f64::total_cmp);
    stages
}
