//! Reports made by hand, for the tests of the formats.

use super::{FORMATS, Layout};
use crate::diff::Status;
use std::collections::BTreeSet;

use crate::domain::{
    self, Ack, ArtefactId, Bump, ChangeType, Class, Confidence, Digest, Gate, KindName, Meaning, Place, Problem, Quote,
    Risk, Severity, SourceFile, Span, Version, Waiver, Witness,
};
use crate::release::checks::{self, Refused};
use crate::release::gates::{Checked, Judged};
use crate::release::statistics::Outcome;
use crate::report::{
    Both, Changes, CodeChange, Endpoint, FindingRow, PolicySource, Refusal, Report, Row, Summary, Verdict, VersionRow,
};

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
        gates: Vec::new(),
        refusals: Vec::new(),
        policy: None,
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
        was: None,
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
        change_type: ChangeType::Prompt,
        message: message.to_owned(),
        old: Some(quote(texts.0)).filter(|quote| !quote.text.is_empty()),
        new: Some(quote(texts.1)).filter(|quote| !quote.text.is_empty()),
        count: 1,
        fingerprint: Digest::of([rule, message].concat().as_bytes()).hex().chars().take(12).collect(),
        confidence: Confidence::Proven,
        witness: None,
        ack: None,
        owes: BTreeSet::new(),
        way_out: None,
        why: None,
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

/// A removed parameter with a witness, acknowledged; a doubtful reading beside it.
pub(super) fn acknowledged() -> Changes {
    let mut removed = finding("tool/param-removed", Class::Breaking, "the tool no longer takes `order`", ("order", ""));
    removed.witness = Some(Witness { instance: r#"{"order":"x"}"#.to_owned(), was_valid: true });
    removed.ack = Some(Ack {
        fingerprint: removed.fingerprint.clone(),
        rule: removed.rule.to_owned(),
        artefact: "prompt:greet".to_owned(),
        from: None,
        to: None,
        reason: "callers *migrated* with @team".to_owned(),
        approved_by: Some("owner".to_owned()),
        role: None,
        until: "2026-12-31".parse().ok(),
        waives: vec![Waiver::Level],
        place: Place { path: ".pv/acks.toml".into(), line: 1, column: 1 },
    });
    let mut doubtful =
        finding("prompt/polarity-flipped", Class::Behavioural, "`always` became `never`", ("always", "never"));
    doubtful.confidence = Confidence::Possible;
    changes(vec![row("greet", Status::Modified, vec![removed, doubtful])])
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

/// Gates and refusals whose every text tries to break out of every format.
pub(super) fn hostile_gates() -> Changes {
    let evil =
        "```\n</details>\x1b[2J\u{202e}]]><failure/>\u{ffff}\n::error::gone\n| @team | `pv ack\nrm -rf` <script>";
    let mut changes = gated();
    for judged in &mut changes.gates {
        judged.artefact = ArtefactId::new(KindName::Prompt, evil);
        judged.evidence = Some(evil.to_owned());
        judged.against = Some(evil.to_owned());
        judged.notes = vec![evil.to_owned(); 2];
        for checked in &mut judged.checks {
            for text in [&mut checked.metric, &mut checked.scope, &mut checked.asks, &mut checked.message] {
                evil.clone_into(text);
            }
        }
        for refused in &mut judged.refused {
            *refused = Refused::by(refused.check, evil).remedy(evil);
        }
    }
    for refusal in &mut changes.refusals {
        refusal.refused = Refused::by(refusal.refused.check, evil).remedy(evil);
        refusal.place = Some(Place { path: evil.into(), line: 1, column: 1 });
    }
    changes.policy = Some(PolicySource { spec: evil.to_owned(), commit: None, note: Some(evil.to_owned()) });
    changes
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

/// Thousands of findings with long texts that mention people and try to close what they stand in.
pub(super) fn monstrous() -> Changes {
    let text = "</details> ``` @team #12 | <img src=x> `\n".repeat(400);
    let message = format!("says `{}` to @team in #12 |", "word ".repeat(400));
    let one = |at: usize| finding("prompt/wording-changed", Class::Breaking, &message, (&text, &format!("{at}{text}")));
    let findings = |count: usize| (0..count).map(one).collect::<Vec<_>>();
    let name = |at: usize| format!("{at:03}{}", "n|`<".repeat(2000));
    let rows = (0..200).map(|at| row(&name(at), Status::Modified, findings(if at < 2 { 1500 } else { 3 })));
    let reasons = (0..50).map(|_| message.clone()).collect();
    let problem = Problem::of_path(&name(0), "code", message.clone(), message.clone());
    let unquoted = text.replace('`', "'");
    let refused = || Refused::by(&checks::report::MIXED, message.clone()).remedy(unquoted.clone());
    let gate = Judged {
        evidence: Some(unquoted.clone()),
        checks: vec![checked(&unquoted, domain::Verdict::Fail, (&message, &unquoted)); 12],
        refused: (0..12).map(|_| refused()).collect(),
        notes: vec![unquoted.clone(); 12],
        ..judged("prompt:greet", Gate::Eval, domain::Verdict::Fail)
    };
    let refusal = Refusal { refused: refused(), severity: Severity::Warning, artefact: None, place: None };
    Changes {
        gates: vec![gate; 60],
        refusals: vec![refusal; 60],
        unmanaged: (0..500).map(name).collect(),
        problems: vec![problem; 100],
        verdict: Some(Verdict { passed: false, exit: 1, reasons }),
        ..changes(rows.collect())
    }
}

/// A gate without checks, evidence or refusals.
pub(super) fn judged(artefact: &str, gate: Gate, verdict: domain::Verdict) -> Judged {
    Judged {
        artefact: artefact.parse().unwrap(),
        gate,
        verdict,
        because: vec!["prompt/wording-changed"],
        evidence: None,
        against: None,
        baseline: None,
        checks: Vec::new(),
        refused: Vec::new(),
        notes: Vec::new(),
    }
}

/// A check of `scope`: what it asks for, what was seen.
fn checked(scope: &str, verdict: domain::Verdict, (asks, message): (&str, &str)) -> Checked {
    Checked {
        metric: "pass_rate".to_owned(),
        scope: scope.to_owned(),
        asks: asks.to_owned(),
        verdict,
        message: message.to_owned(),
        outcome: Some(Outcome {
            verdict,
            value: 0.94,
            interval: Some((0.91, 0.96)),
            cases: 200,
            smallest: Some(0.03),
            more: None,
        }),
        check: None,
        policy: Some(Place { path: "pv.toml".into(), line: 12, column: 1 }),
    }
}

/// Gates of every verdict, a missing intent, and the policy of the base.
pub(super) fn gated() -> Changes {
    use domain::Verdict::{Fail, Inconclusive, Pass, Waived};
    let margin = "at most 5 points below";
    let evidence = |name: &str| Some(format!(".pv/evidence/{name}.json"));
    let against = Some("prompt:greet@1.0.0 of release 2026.05.20".to_owned());
    let eval = Judged {
        evidence: evidence("greet"),
        against: against.clone(),
        checks: vec![
            checked("lang=hi", Fail, (margin, "-9 points [-13, -5] over 80 cases")),
            checked(
                "lang=mr",
                Inconclusive,
                (
                    margin,
                    "-3 points [-9, 3] over 12 cases, where 10 points would show; about 40 more cases would decide",
                ),
            ),
            checked("overall", Pass, (margin, "+1 point [-1, 3] over 200 cases")),
            checked("lang=en", Pass, (margin, "+2 points [0, 4] over 108 cases")),
        ],
        ..judged("prompt:greet", Gate::Eval, Fail)
    };
    let stale = Refused::by(
        &checks::report::INCOMPLETE,
        "it was run on `prompt:greet` as of blake3:1a2b3c4d5e, which is blake3:9f8e7d6c5b now",
    );
    let cost = Judged {
        refused: vec![stale.remedy("Run the eval again on what is here, then `pv gate add reports/cost.json`.")],
        ..judged("prompt:greet", Gate::Cost, Fail)
    };
    let safety = Judged {
        evidence: evidence("greet-safety"),
        checks: vec![checked(
            "overall",
            Inconclusive,
            ("at least 95 %", "94 % [89, 97] over 90 cases; about 60 more cases would decide"),
        )],
        ..judged("prompt:greet", Gate::Safety, Inconclusive)
    };
    let waived = Judged {
        notes: vec!["owner answers for it until 2026-12-31: callers migrated".to_owned()],
        ..judged("prompt:greet", Gate::Integration, Waived)
    };
    let pass = Judged {
        evidence: evidence("bye"),
        against,
        checks: vec![checked("overall", Pass, (margin, "94 % [91, 96] over 200 cases"))],
        ..judged("prompt:bye", Gate::Eval, Pass)
    };
    let missing = Refused::by(&checks::report::EMPTY, "it changed, and no intent names it");
    let intent = Refusal {
        refused: missing.remedy("Say why: `pv change add prompt:greet`"),
        severity: Severity::Error,
        artefact: Some(ArtefactId::new(KindName::Prompt, "greet")),
        place: None,
    };
    Changes {
        schema: "pv/check/1",
        gates: vec![pass, eval, cost, safety, waived],
        refusals: vec![intent],
        policy: Some(PolicySource { spec: "main".to_owned(), commit: Some("3f2a9c1b7e".repeat(4)), note: None }),
        verdict: Some(Verdict {
            passed: false,
            exit: 1,
            reasons: vec!["2 gates fail".to_owned(), "1 artefact has no intent".to_owned()],
        }),
        ..one_line()
    }
}
