//! Rules about identity and files, the same for every kind.

use crate::domain::{Class, Event, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;

/// The rule that cannot be acknowledged: a file that cannot be read stops everything that reads it.
pub const UNREADABLE: &str = "meta/parse-error";

/// The rules that stand beside every kind's own.
pub const RULES: &[Rule] = &[
    Rule {
        id: "meta/content-swapped",
        class: Class::Breaking,
        risk: Risk::High,
        summary: "an identity kept its place but took another artefact's content",
        why: "Everything that refers to the artefact by name now gets what used to be another one. Two files that were \
              swapped, or a paste into the wrong file, look exactly like this.",
        remedy: "If it was an accident, swap the files back. If it was meant, rename the artefacts so that callers choose.",
        applies: |fact| fact.is_about("content", Event::Moved),
        message: |fact| format!("now holds what was `{}`", fact.subject),
        ..BASE
    },
    Rule {
        id: "meta/kind-changed",
        class: Class::Integrity,
        risk: Risk::Medium,
        summary: "the file at a path is an artefact of another kind",
        why: "What loads the file by its path still takes it for what it was: a prompt is sent where an agent is meant to \
              run. Its history, its version and what refers to it end with the old identity.",
        remedy: "If the kind was recognised wrongly, name it in pv.toml. If it was meant, give the new artefact a path of \
                 its own and remove the old one.",
        applies: |fact| fact.is_about("kind", Event::Changed),
        message: |fact| format!("the file was of kind {} and is of kind {}", fact.old_text(), fact.new_text()),
        ..BASE
    },
    Rule {
        id: "meta/unclassified-change",
        class: Class::Behavioural,
        risk: Risk::Medium,
        gates: &[Gate::Eval],
        summary: "the meaning changed and no comparison can say what did",
        why: "The canonical form differs, so something that reaches a model, a tool or a judge may differ. That no fact \
              states it is a gap in pv, and a gap is told rather than passed over.",
        remedy: "Read the change line by line and run the artefact's evals. Please report the pair of files as a bug of pv.",
        applies: |fact| fact.has("unclassified"),
        message: |fact| format!("`{}` changed in a way that pv has no words for", fact.subject),
        ..BASE
    },
    Rule {
        id: UNREADABLE,
        class: Class::Integrity,
        risk: Risk::Critical,
        summary: "a file that could be read no longer can",
        why: "Whatever loads this file will fail, or will silently use less of it than was meant.",
        remedy: "Fix the file at the place named by the problem, then run the command again.",
        applies: |fact| fact.is_about("artefact", Event::Unfit),
        message: |fact| format!("can no longer be read: {}", fact.subject),
        ..BASE
    },
    Rule {
        id: "meta/degraded-analysis",
        class: Class::Integrity,
        risk: Risk::Medium,
        gates: &[Gate::Review],
        summary: "a text differs too widely for its sentences to be paired",
        why: "pv counts its work, and this comparison reached the limit: part of the text is told as removed and added, so an \
              edited rule in it does not show as one.",
        remedy: "Read the part in the plain diff, or make the change in smaller commits.",
        applies: |fact| fact.is_about("analysis", Event::Unfit),
        message: |_| "from here on the texts differ too widely to be compared sentence by sentence".to_owned(),
        ..BASE
    },
    Rule {
        id: "meta/path-renamed",
        class: Class::Cosmetic,
        risk: Risk::None,
        summary: "the file moved; the artefact kept its name",
        why: "Nothing that a model reads changed. Code that opens the file by its path may still care.",
        remedy: "Nothing, unless something opens the old path.",
        applies: |fact| fact.is_about("path", Event::Renamed),
        message: |fact| format!("moved from {} to {}", fact.old_text(), fact.new_text()),
        ..BASE
    },
    Rule {
        id: "meta/file-mode-changed",
        class: Class::Behavioural,
        risk: Risk::Low,
        gates: &[Gate::Smoke],
        summary: "a file may be executed now and might not before, or the other way round",
        why: "An agent that runs the file by its name fails, or can suddenly run it.",
        remedy: "Set the mode that is meant with `git update-index --chmod=+x` (or -x) and commit it.",
        applies: |fact| fact.is_about("mode", Event::Changed),
        message: |fact| format!("`{}` is {} now", fact.subject, fact.new_text()),
        ..BASE
    },
    Rule {
        id: "meta/file-changed",
        class: Class::Behavioural,
        risk: Risk::Medium,
        summary: "a file of a directory artefact that is not text was added, removed or changed",
        why: "pv compares binary files by digest alone, so it cannot say what the change means.",
        remedy: "Check the file by its own tools, and run the artefact's evals.",
        applies: |fact| fact.aspect == "file",
        message: |fact| {
            let happened = match fact.event {
                Event::Added => "was added",
                Event::Removed => "was removed",
                _ => "changed",
            };
            format!("the file `{}` {happened}", fact.subject.trim_start_matches('/'))
        },
        ..BASE
    },
];
