//! Reports made by hand, for the tests of the formats.

use super::{FORMATS, Layout};
use crate::diff::Status;
use crate::domain::{
    ArtefactId, Bump, ChangeType, Class, Confidence, Digest, Gate, KindName, Meaning, Place, Problem, Quote, Risk,
    SourceFile, Span, Version,
};
use crate::report::{Both, Changes, CodeChange, Endpoint, FindingRow, Report, Row, Summary, Verdict, VersionRow};

/// Without colours, 100 columns.
pub(super) const PLAIN: Layout = Layout { color: false, width: 100, full: false, stat: false };

pub(super) fn rendered(format: &str, changes: Changes, layout: &Layout) -> String {
    let format = FORMATS.iter().find(|one| one.name == format).unwrap();
    let mut out = Vec::new();
    (format.render)(&Report::Changes(Box::new(changes)), layout, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub(super) fn changes(artefacts: Vec<Row>) -> Changes {
    let side = |spec: &str| Endpoint { spec: spec.to_owned(), commit: None };
    Changes {
        schema: "pv/diff/1",
        old: side("HEAD"),
        new: side("worktree"),
        summary: Summary { gates: artefacts.iter().flat_map(|row| row.gates.clone()).collect(), ..Summary::default() },
        artefacts,
        code: Vec::new(),
        submodules: Vec::new(),
        unmanaged: Vec::new(),
        problems: Vec::new(),
        verdict: None,
    }
}

pub(super) fn row(name: &str, status: Status, findings: Vec<FindingRow>) -> Row {
    let path = format!("prompts/{name}.md");
    let class = findings.iter().map(|finding| finding.class).filter(|class| *class != Class::Integrity).max();
    let bump = class.map_or(Bump::None, Class::bump);
    let released = Version::Semver(1, 0, 0);
    Row {
        id: ArtefactId::new(KindName::Prompt, name),
        kind: KindName::Prompt,
        status,
        path: Both { old: Some(path.clone()), new: Some(path) },
        digest: Both { old: Some(Digest::of(b"old")), new: Some(Digest::of(b"new")) },
        meaning: Both { old: Some(Meaning::of(b"old")), new: Some(Meaning::of(b"new")) },
        version: VersionRow { required: Some(released.bumped(bump)), old: Some(released), declared: None },
        class,
        bump,
        types: findings.iter().map(|finding| finding.change_type).collect(),
        gates: [Gate::Eval].into(),
        findings,
    }
}

pub(super) fn finding(rule: &'static str, class: Class, message: &str, texts: (&str, &str)) -> FindingRow {
    let quote = |text: &str| Quote {
        place: Place { path: "prompts/greet.md".into(), line: 7, column: 3 },
        text: text.to_owned(),
    };
    FindingRow {
        rule,
        class,
        risk: Risk::Medium,
        confidence: Confidence::Proven,
        change_type: ChangeType::Prompt,
        message: message.to_owned(),
        old: Some(quote(texts.0)).filter(|quote| !quote.text.is_empty()),
        new: Some(quote(texts.1)).filter(|quote| !quote.text.is_empty()),
        count: 1,
    }
}

/// A number changed in one line of one prompt.
pub(super) fn one_line() -> Changes {
    let texts = ("Answer in at most 3 short sentences.", "Answer in at most 5 short sentences.");
    changes(vec![row(
        "greet",
        Status::Modified,
        vec![finding("prompt/wording-changed", Class::Behavioural, "the wording of a sentence changed", texts)],
    )])
}

/// A variable that went and another model, in one prompt; a problem in another file; a failed check.
pub(super) fn breaking() -> Changes {
    let model = FindingRow {
        change_type: ChangeType::Model,
        ..finding("prompt/model-changed", Class::Behavioural, "the model changed", ("small-1", "large-2"))
    };
    let mut greet = row(
        "greet",
        Status::Modified,
        vec![
            finding(
                "prompt/variable-removed",
                Class::Breaking,
                "the prompt no longer takes `order_id`",
                ("Order {{order_id}}", ""),
            ),
            model,
        ],
    );
    greet.gates = [Gate::Eval, Gate::Cost].into();
    let file = SourceFile::new("prompts/bad.md", "---\nname: [a\n---\n");
    let problem = Problem::at(&file, Span::new(10, 12), "yaml-syntax", "the list is not closed", "add a `]`");
    Changes {
        problems: vec![problem],
        code: vec![CodeChange {
            path: "src/agents/loop.py".to_owned(),
            status: Status::Modified,
            change_type: ChangeType::AgentCode,
        }],
        verdict: Some(Verdict { passed: false, exit: 1, reasons: vec!["1 file cannot be read".to_owned()] }),
        ..changes(vec![greet])
    }
}

/// Names and texts that try to break out of every format.
pub(super) fn hostile() -> Changes {
    let name = "x`|<img src=x>\n::error::y\x1b[2J";
    let texts = ("```\n</details>\n\x1b]0;title\x07\u{202e}evil", "```\n@everyone\n::error::gone");
    let message = "takes `a`<script>`b` from @team,\n::warning::see [x](javascript:1)";
    Changes {
        unmanaged: vec![name.to_owned()],
        ..changes(vec![row(
            name,
            Status::Modified,
            vec![finding("prompt/wording-changed", Class::Breaking, message, texts)],
        )])
    }
}

/// As many artefacts as a sweep over a large repository touches.
pub(super) fn many() -> Changes {
    let reworded = |at: usize| {
        let texts = (format!("sentence {at}"), format!("sentence {at}, reworded"));
        row(
            &format!("p{at:03}"),
            Status::Modified,
            vec![finding(
                "prompt/wording-changed",
                Class::Behavioural,
                "the wording of a sentence changed",
                (&texts.0, &texts.1),
            )],
        )
    };
    let added = |at: usize| {
        row(
            &format!("new{at:03}"),
            Status::Added,
            vec![finding("prompt/artefact-added", Class::Additive, "the prompt is new", ("", ""))],
        )
    };
    let broken = row(
        "checkout",
        Status::Modified,
        vec![finding(
            "prompt/variable-removed",
            Class::Breaking,
            "the prompt no longer takes `order_id`",
            ("{{order_id}}", ""),
        )],
    );
    changes(std::iter::once(broken).chain((0..700).map(reworded)).chain((0..49).map(added)).collect())
}
