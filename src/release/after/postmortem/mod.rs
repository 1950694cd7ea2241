//! Postmortems: `releases/<name>/postmortem.md`, what went wrong, why nothing caught it, and what is done about it.
//!
//! Markdown by headings. Lines that begin with `>` are what pv filled in: facts and questions, never an answer.
//! Blameless: owners of action items are the only people that one names.

mod actions;
mod draft;
mod lint;
mod read;

use std::fmt;

pub use actions::Action;
pub use draft::{Draft, draft};
pub use lint::{Grounds, lint};
pub use read::{Postmortem, Section, parse};

use crate::lock::ReleaseName;

/// The sections, in order.
pub const SECTIONS: [&str; 7] =
    ["Timeline", "Root cause", "Contributing factors", "Blast", "Response assessment", "Action items", "Eval delta"];

/// The lines that a section must answer, by section: `- Detection: …`.
pub const PARTS: [(&str, &[&str]); 3] = [
    ("Timeline", &["Release", "Detection", "Response", "Rollback", "Resolution"]),
    ("Blast", &["Users", "Impact", "Escalations"]),
    ("Response assessment", &["Worked", "Slow", "Improve"]),
];

/// The disciplines that are asked whether they could have caught it, each with the question.
pub const FACTORS: [(&str, &str); 7] = [
    ("Eval gate", "Did the eval measure what went wrong? If it did not, its set has a gap."),
    ("Feedback gate", "Was the feedback judged at each step, against a baseline, and was its threshold tight enough?"),
    ("Canary", "Would a smaller step or a longer hold have shown it to fewer?"),
    ("Rollback", "Was the way back rehearsed, and did it take as long as it may?"),
    ("Window", "Were enough people there, when it shipped and while it was held?"),
    ("Communication", "Did everybody know who had to, before and while it went on?"),
    ("Versioning", "Was it clear at once what was live, and what to go back to?"),
];

/// What caused a regression: the course's taxonomy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The text that a model reads.
    Prompt,
    /// The model or its parameters.
    Model,
    /// What was retrieved, or how.
    Retrieval,
    /// The data behind it.
    Data,
    /// A tool or its contract.
    Tooling,
    /// What stands between the product and its models.
    Gateway,
    /// Somebody else's service.
    Upstream,
    /// What quality is measured and released with.
    Apparatus,
}

impl Cause {
    /// Every cause and its name.
    pub const ALL: [(&'static str, Self); 8] = [
        ("prompt", Self::Prompt),
        ("model", Self::Model),
        ("retrieval", Self::Retrieval),
        ("data", Self::Data),
        ("tooling", Self::Tooling),
        ("gateway", Self::Gateway),
        ("upstream", Self::Upstream),
        ("apparatus", Self::Apparatus),
    ];

    /// The cause called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, cause)| *cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(Self::ALL.iter().find(|(_, cause)| cause == self).map_or("", |(name, _)| name))
    }
}

/// Where the postmortem of a release stands.
pub fn path(release: &ReleaseName) -> String {
    format!("{}/postmortem.md", release.folder())
}
