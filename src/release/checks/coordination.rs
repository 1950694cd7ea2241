//! Features and what they depend on, in the wrong order or not there.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[
    &DEPENDENCY_UNKNOWN,
    &DEPENDENCY_UNRELEASED,
    &VERSION_UNLOCKED,
    &DEPENDENCY_CIRCULAR,
    &EXPOSURE_UNREADABLE,
    &EXPOSED_UNDEPLOYED,
    &EXPOSURE_ABOVE_WEIGHT,
    &FLAG_DISABLED,
    &FOUNDATION_UNDEPLOYED,
    &PROMPT_EXPOSED_EARLY,
    &NEEDED_REMOVED,
    &PLANS_CONFLICTING,
    &FLAG_SHARED,
];

/// A dependency that leads nowhere.
pub const DEPENDENCY_UNKNOWN: Check = Check {
    id: "coordination/dependency-unknown",
    summary: "a feature depends on something that is not in this repository",
    why: "What is not versioned here is neither locked, nor deployed, nor rolled back with the feature.",
    remedy: "Correct the name, or add the artefact; `pv status` counts what there is.",
};

/// A dependency that is in no release.
pub const DEPENDENCY_UNRELEASED: Check = Check {
    id: "coordination/dependency-unreleased",
    summary: "a feature depends on an artefact that no release has shipped",
    why: "A version that no release has shipped cannot be deployed, so whoever sees the feature would find it missing.",
    remedy: "Cut the release that ships it with `pv lock --write`.",
};

/// A dependency in a version that the lock does not have.
pub const VERSION_UNLOCKED: Check = Check {
    id: "coordination/version-unlocked",
    summary: "a feature depends on a version that is not the one in the lock",
    why: "The lock says what a release consists of. A feature that was made for another version was not measured on this one.",
    remedy: "Name the version that the lock has, or release the one that the feature needs.",
};

/// Artefacts that need each other in a circle.
pub const DEPENDENCY_CIRCULAR: Check = Check {
    id: "coordination/dependency-circular",
    summary: "artefacts need each other in a circle",
    why: "Whatever goes live has to find what it needs; in a circle there is no first step that keeps that, and no first step back.",
    remedy: "Take one of the references out of the circle, or ship what is in it as one artefact.",
};

/// An exposure that is no percentage.
pub const EXPOSURE_UNREADABLE: Check = Check {
    id: "coordination/exposure-unreadable",
    summary: "the exposure of a feature is no percentage",
    why: "A tool that cannot read it may take it for nobody or for everybody.",
    remedy: "Write a number from 0 to 100.",
};

/// A flag that is on for somebody while something it needs is not there.
pub const EXPOSED_UNDEPLOYED: Check = Check {
    id: "coordination/exposed-undeployed",
    summary: "a feature is exposed and something that it depends on is not deployed",
    why: "Foundations ship first: data, tools and eval sets, then the prompt at weight 0, and the flag last. Before that the feature fails for everybody who sees it.",
    remedy: "Deploy the dependency first, and keep the flag at 0 % until then; `pv feature order` tells the order.",
};

/// A flag above the weight of something it needs.
pub const EXPOSURE_ABOVE_WEIGHT: Check = Check {
    id: "coordination/exposure-above-weight",
    summary: "a feature is exposed to more users than something that it depends on",
    why: "At every step the percentage of the flag stays at or below the smallest weight of what it depends on; above it, some see the feature without what it needs.",
    remedy: "Raise the weight of the dependency first, or lower the flag to it.",
};

/// A flag that is on while another that it needs is not.
pub const FLAG_DISABLED: Check = Check {
    id: "coordination/flag-disabled",
    summary: "a feature is exposed and a flag that it requires is off, or on for fewer",
    why: "The feature builds on what the other flag switches; for whoever has only one of the two it cannot work.",
    remedy: "Raise the required flag first.",
};

/// A consumer that is exposed before what it needs.
pub const FOUNDATION_UNDEPLOYED: Check = Check {
    id: "coordination/foundation-undeployed",
    summary: "a step exposes an artefact before what it needs",
    why: "Foundations ship first: a prompt that calls a tool, or an agent that reads an index, fails where those are not there.",
    remedy: "Put the steps of what is needed first; `pv plan` computes them in that order.",
};

/// A prompt that is served before the flag that guards it.
pub const PROMPT_EXPOSED_EARLY: Check = Check {
    id: "coordination/prompt-exposed-early",
    summary: "a prompt that is only used behind a flag gets traffic before the flag's step",
    why: "A prompt behind a flag is registered at weight 0; the flag decides who sees it. Served before, it reaches users whom no canary counts.",
    remedy: "Register the prompt at weight 0, and let the flag's steps raise it.",
};

/// An artefact that goes away while a feature needs it.
pub const NEEDED_REMOVED: Check = Check {
    id: "coordination/needed-removed",
    summary: "an artefact is removed that an enabled feature needs",
    why: "Whoever sees the feature uses it now.",
    remedy: "Set the flag to 0 first, or take the dependency out of the feature.",
};

/// Two releases under way that move one artefact.
pub const PLANS_CONFLICTING: Check = Check {
    id: "coordination/plans-conflicting",
    summary: "two releases are under way that touch one artefact or flag",
    why: "The weights of one artefact in two plans fight each other, and no regression can be told to be of the one or the other.",
    remedy: "Finish the other release, or take it back, before this one moves.",
};

/// One flag, two features.
pub const FLAG_SHARED: Check = Check {
    id: "coordination/flag-shared",
    summary: "two features have one flag",
    why: "Whoever raises the flag for one exposes the other, and taking one back takes back both.",
    remedy: "Give each feature a flag of its own.",
};
