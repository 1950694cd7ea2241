//! Changes that nobody describes, or describes as less than they are.

use super::Defect;
use crate::seeded::release::Sort::{Model, Smaller, ToolText, Wording};

const GREET: &str = "changes/prompt-greet.md";

pub(super) const DEFECTS: &[Defect] = &[
    Defect::of("no intent", &[Wording, Smaller], (&["intent/change-undescribed"], 1), |it| {
        it.product.remove(GREET);
        it.commit().due().lock()
    }),
    Defect::of("a class lowered without a reason", &[Wording, Smaller], (&["intent/class-lowered"], 1), |it| {
        it.product.edit(GREET, "class: behavioural", "class: cosmetic");
        it.commit().due().lock()
    }),
    Defect::of("a bump that is too small", &[Wording, Smaller], (&["intent/class-lowered"], 1), |it| {
        it.product.edit(GREET, "class: behavioural", "bump: patch");
        it.commit().due().lock()
    }),
    Defect::of("a version used again", &[Wording, Smaller], (&["lock/digest-changed-same-version"], 1), |it| {
        it.product.edit("prompts/greet.md", "model: writer", "model: writer\nversion: 1.0.0");
        it.commit().due().lock()
    }),
    Defect::of("a version that is too small", &[Wording, Smaller], (&["lock/bump-too-small"], 1), |it| {
        it.product.edit("prompts/greet.md", "model: writer", "model: writer\nversion: 1.0.1");
        it.commit().due().lock()
    }),
    Defect::of("a type left out", &[ToolText], (&["intent/type-missing"], 1), |it| {
        it.product.edit("changes/tool-lookup.md", "agent-code", "prompt");
        it.commit().due().lock()
    }),
    Defect::of("a model that is said not to matter", &[Model], (&["intent/material-denied"], 1), |it| {
        it.product.edit("changes/model-writer.md", "owner:", "material: false\nowner:");
        it.commit().due().lock()
    }),
];
