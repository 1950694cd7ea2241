//! The story that the demo plays: the files of `fixtures/repos/refund-explanation`, embedded.

/// Files with their paths from the repository's root.
pub(super) type Files = &'static [(&'static str, &'static str)];

/// A commit of the story.
pub(super) struct Step {
    /// What it writes; files that it does not name stay as they are.
    pub(super) files: Files,
    /// The commit's message.
    pub(super) message: &'static str,
    /// When it was made.
    pub(super) at: &'static str,
}

macro_rules! files {
    ($step:literal: $($path:literal,)+) => {
        &[$((
            $path,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/repos/refund-explanation/", $step, "/", $path)),
        )),+]
    };
}

/// The feature as it was first written.
pub(super) const BASE: Step = Step {
    files: files! { "01-base":
        "evals/refunds.jsonl",
        "features.yaml",
        "indexes/refund_policies/documents.jsonl",
        "indexes/refund_policies/manifest.yaml",
        "models/routing.yaml",
        "prompts/explain_refund.md",
        "pv.toml",
        "src/agents/refund_agent.py",
        "tools/lookup_refund_eligibility.json",
    },
    message: "Explain refunds: prompt, tool, index, eval set, routing and flag",
    at: "2026-05-11T10:30:00+05:30",
};

/// A small edit of the prompt: one number.
pub(super) const MORE_ITEMS: Step = Step {
    files: files! { "02-more-items":
        "prompts/explain_refund.md",
        "src/agents/refund_agent.py",
    },
    message: "Quote up to five items of the policy",
    at: "2026-05-13T11:05:00+05:30",
};

/// Another model behind the alias.
pub(super) const MODEL_PIN: Step = Step {
    files: files! { "03-model-pin":
        "models/routing.yaml",
    },
    message: "Move smart-reasoner to the next snapshot",
    at: "2026-05-14T10:20:00+05:30",
};

/// New documents in the index.
pub(super) const INDEX_REFRESH: Step = Step {
    files: files! { "04-index-refresh":
        "indexes/refund_policies/documents.jsonl",
        "indexes/refund_policies/manifest.yaml",
    },
    message: "Refresh the refund policies",
    at: "2026-05-20T10:40:00+05:30",
};

/// A variable less, a required parameter more.
pub(super) const BREAKING: Step = Step {
    files: files! { "05-breaking":
        "prompts/explain_refund.md",
        "src/agents/refund_agent.py",
        "tools/lookup_refund_eligibility.json",
    },
    message: "Look up the latest order, by region",
    at: "2026-05-21T10:15:00+05:30",
};

/// The same meaning, written otherwise.
pub(super) const FORMATTING: Step = Step {
    files: files! { "06-formatting":
        "models/routing.yaml",
        "tools/lookup_refund_eligibility.json",
    },
    message: "Format the routing file and the tool schema",
    at: "2026-05-21T12:30:00+05:30",
};

/// How the live release does on the eval set.
pub(super) const BASELINE: Step = Step {
    files: files! { "07-baseline":
        "reports/baseline.json",
    },
    message: "Measure the live release on the eval set",
    at: "2026-05-21T13:10:00+05:30",
};

/// A small edit of the prompt, and what the eval set says of it.
pub(super) const FRIENDLIER: Step = Step {
    files: files! { "08-friendlier":
        "prompts/explain_refund.md",
        "reports/candidate.json",
    },
    message: "Say it in a friendlier way",
    at: "2026-05-21T15:05:00+05:30",
};

/// An edit that nobody should commit: a comma is missing.
pub(super) const BROKEN_EDIT: Files = files! { "broken-edit":
    "tools/lookup_refund_eligibility.json",
};
