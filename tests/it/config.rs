//! `pv.toml`: the example of the documentation, faults told together, defaults, the schema.
#![expect(clippy::expect_used, reason = "a failed step of a test is a failed test")]

use std::fmt::Write as _;

use miette::{GraphicalReportHandler, GraphicalTheme};
use proptest::prelude::*;
use pv::config::{Config, ConfigError, KnownRules, Level, MOST_FAULTS, Share};
use pv::domain::{ChangeType, Class, Gate, KindName, Versioning};

pub(crate) const EXAMPLE: &str = r##"#:schema ./schema/pv.schema.json
[project]
name = "support-assistant"
protected-branch = "main"

[[artefact]]
kind  = "prompt"
paths = ["prompts/**/*.md", "prompts/**/*.prompt"]

[[artefact]]
kind  = "eval"
paths = ["evals/*.jsonl"]
key = "id"
strata = ["lang", "stratum"]

[[artefact]]
kind  = "index"
paths = ["indexes/*/"]

[[code]]
paths = ["src/agents/**"]

[classify]
form = "behavioural"
[classify.levels]
"prompt/example-removed" = { class = "breaking", reason = "few-shots are our contract" }
"prompt/wording-changed" = "behavioural"

[types.prompt]
gates = ["eval"]
steps = ["5% 24h", "25% 24h", "50% 24h", "100% 24h"]
max-first = 5
rollback = { method = "route-weight-0", within = "5m" }

[[gate]]
name = "eval"
set = "eval:refunds"
[[gate.check]]
metric = "pass_rate"
scope = "each:lang"
floor = 0.80
critical = true

[calendar]
time-zone = "Asia/Kolkata"
[[window]]
name = "standard"
days = ["mon", "tue", "wed", "thu"]
from = "10:00"
to = "15:00"
[[freeze]]
name = "diwali-2026"
start = 2026-11-06
end = 2026-11-11
reason = "reduced staffing"
owner = "platform-lead"

[store]
inline-limit = "1 MiB"
remote = "s3://bucket/prefix"
retention = "90d"
"##;

fn rules() -> KnownRules {
    KnownRules::from([
        ("prompt/example-removed", Class::Behavioural),
        ("prompt/variable-removed", Class::Breaking),
        ("prompt/wording-changed", Class::Behavioural),
    ])
}

pub(crate) fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse("pv.toml", text, &rules())
}

fn rendered(text: &str) -> String {
    let error = parse(text).expect_err("the text has faults");
    let mut out = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::none()).with_width(110);
    handler.render_report(&mut out, &error).expect("a report renders");
    out.lines().fold(String::new(), |mut kept, line| {
        writeln!(kept, "{}", line.trim_end()).expect("a string takes text");
        kept
    })
}

/// `line:column code` of every fault.
fn faults(text: &str) -> Vec<String> {
    let error = parse(text).expect_err("the text has faults");
    let shown = error.faults.iter().map(|fault| {
        let before = &text[..fault.span.start];
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        format!("{}:{column} {}", before.matches('\n').count() + 1, fault.code)
    });
    shown.collect()
}

#[test]
fn the_documented_example_means_what_it_says() {
    let config = parse(EXAMPLE).expect("the example is valid");
    assert_eq!(config.project.as_deref(), Some("support-assistant"));
    let eval = config.select("evals/refunds.jsonl").expect("an eval set");
    assert_eq!((eval.selector.kind, eval.is_directory), (KindName::Eval, false));
    assert_eq!(eval.selector.settings.key.as_deref(), Some("id"));
    assert_eq!(eval.selector.settings.strata, ["lang", "stratum"]);
    let index = config.select("indexes/refund_policies/shards/0.json").expect("an index");
    assert_eq!((index.path, index.is_directory), ("indexes/refund_policies", true));
    assert_eq!(index.selector.versioning, Versioning::Date);
    assert!(config.select("README.md").is_none());
    assert!(config.is_code("src/agents/refund/main.py") && !config.is_code("src/main.py"));
    let level = config.level("prompt/example-removed").expect("a level");
    assert_eq!(level.level, Level::Class(Class::Breaking));
    assert_eq!(level.place.line, 26);
    assert_eq!(config.gates_for(ChangeType::Prompt), [Gate::Eval]);
    assert_eq!(config.gates[0].checks[0].floor, Some(0.8));
    assert_eq!(config.calendar.freezes[0].place.line, 51);
    assert_eq!(config.calendar.windows[0].to.to_string(), "15:00");
    assert_eq!(config.store.inline_limit.bytes, 1 << 20);
}

#[test]
fn the_defaults_are_the_disciplines_of_the_course() {
    let config = Config::default();
    let gates: Vec<_> = ChangeType::ALL.iter().map(|it| config.gates_for(*it).to_vec()).collect();
    assert_eq!(gates[0], [Gate::Eval, Gate::Feedback]);
    assert_eq!(gates[1], [Gate::Eval, Gate::Cost, Gate::Feedback]);
    assert_eq!(gates[2], [Gate::Eval, Gate::Integration, Gate::Feedback]);
    assert_eq!(gates[3], [Gate::Baseline]);
    assert_eq!(gates[4], [Gate::Schema, Gate::Eval]);
    let first = config.types[&ChangeType::Model].steps[0];
    assert!(matches!(first.share, Share::Percent(percent) if percent.hundredths == 100));
    assert_eq!(config.types[&ChangeType::Data].steps[0].share, Share::EachPartition);
    assert_eq!(config.types[&ChangeType::Model].rollback.within.map(|within| within.seconds), Some(600));
    assert_eq!(config.protected_branch, "main");
}

#[test]
fn a_key_that_is_said_replaces_the_default_and_no_other() {
    let config = parse("[types.model]\nrollback = { within = \"30m\" }\n").expect("valid");
    let (model, built_in) = (&config.types[&ChangeType::Model], &Config::default().types[&ChangeType::Model]);
    assert_eq!(model.rollback.within.map(|within| within.seconds), Some(1800));
    assert_eq!(model.rollback.method, built_in.rollback.method);
    assert_eq!((&model.gates, &model.steps, model.max_first), (&built_in.gates, &built_in.steps, built_in.max_first));
}

#[test]
fn the_digest_follows_the_meaning_and_not_the_writing() {
    let digest = |text: &str| parse(text).expect("valid").digest();
    assert_eq!(digest(""), Config::default().digest());
    assert_eq!(digest("[store]\nretention = \"90d\" # as built in\n"), digest(""));
    assert_ne!(digest("[store]\nretention = \"30d\"\n"), digest(""));
    assert_ne!(digest("[classify.levels]\n\"prompt/wording-changed\" = \"breaking\"\n"), digest(""));
}

#[test]
fn five_faults_are_told_together_each_at_its_place() {
    let text = r#"[project]
nmae = "support-assistant"

[[artefact]]
kind = "promt"
paths = ["/prompts/*.md"]

[classify.levels]
"prompt/variable-removed" = "cosmetic"

[calendar]
time-zone = "Asia/Kolkata"

[[freeze]]
name = "year-end"
start = "2026-12-20"
end = 2027-01-04
reason = "holidays"
owner = "platform-lead"
"#;
    insta::assert_snapshot!(rendered(text), @r##"
    config

      x pv.toml cannot be used: 5 faults

    Error: config/unknown-key

      x `nmae` is not a key of [project]
       ,-[pv.toml:2:1]
     1 | [project]
     2 | nmae = "support-assistant"
       : ^^|^
       :   `-- unknown key
     3 |
       `----
      help: did you mean `name`?

    Error: config/bad-value

      x `promt` is no kind
       ,-[pv.toml:5:8]
     4 | [[artefact]]
     5 | kind = "promt"
       :        ^^^|^^^
       :           `-- bad value
     6 | paths = ["/prompts/*.md"]
       `----
      help: did you mean `prompt`?

    Error: config/bad-pattern

      x the pattern `/prompts/*.md` is an absolute path
       ,-[pv.toml:6:10]
     5 | kind = "promt"
     6 | paths = ["/prompts/*.md"]
       :          ^^^^^^^|^^^^^^^
       :                 `-- bad pattern
     7 |
       `----
      help: write it from the root of the repository: `./prompts/x.md` or `prompts/**`

    Error: config/needs-reason

      x this lowers the rule from breaking to cosmetic without a reason
        ,-[pv.toml:9:29]
      8 | [classify.levels]
      9 | "prompt/variable-removed" = "cosmetic"
        :                             ^^^^^|^^^^
        :                                  `-- needs reason
     10 |
        `----
      help: say why: { class = "cosmetic", reason = "…" }

    Error: config/wrong-type

      x this is a string, not a date
        ,-[pv.toml:16:9]
     15 | name = "year-end"
     16 | start = "2026-12-20"
        :         ^^^^^^|^^^^^
        :               `-- wrong type
     17 | end = 2027-01-04
        `----
      help: write the date without quotes: 2026-11-06
    "##);
}

#[test]
fn every_sort_of_fault_is_found() {
    let texts = [
        "[project\nname = 1",
        "[project]\nname = 1\nprotected-branch = \" \"",
        "[[artefact]]\nkind = \"prompt\"",
        "[[artefact]]\nkind = \"prompt\"\npaths = [\"a\\nb\", \"../x\", \"[z\", \"ok\"]\nversioning = \"calver\"",
        "[[code]]\npaths = [\"!src/**\"]",
        "[[artefact]]\nkind = \"eval\"\npaths = []\nstrata = \"lang\"",
        "[classify]\nform = \"breaking\"\n[classify.levels]\n\"prompt/wordng-changed\" = \"off\"",
        "[classify.levels]\n\"prompt/wording-changed\" = { class = \"major\", resaon = \"x\" }",
        "[[gate]]\nname = \"eval\"\nset = \"refunds\"\n[[gate]]\nname = \"eval\"",
        "[[gate]]\nname = \"speed\"\n[[gate.check]]\nscope = \"each:\"\nfloor = 80\ncritical = 1",
        "[types.prompt]\nsteps = [\"25% 24h\", \"5% 1 day\", \"5% 24h\"]\nmax-first = 0\n[types.prompts]",
        "[types.data]\ngates = [\"shema\"]\nrollback = { method = \"undo\", within = \"soon\" }",
        "[[window]]\nname = \"a\"\ndays = [\"monday\"]\nfrom = \"15:00\"\nto = \"9:00\"",
        "[calendar]\ntime-zone = \"IST\"\n[[freeze]]\nname = \"x\"\nstart = 2026-11-06\nend = 2026-11-06\nreason = \"r\"",
        "[store]\ninline-limit = \"1 mb\"\nremote = \"bucket\"\nretention = 90",
        "artefact = 1\nproject = []\n",
    ];
    let found: Vec<String> = texts.iter().map(|text| faults(text).join(", ")).collect();
    insta::assert_snapshot!(found.join("\n"), @r##"
    1:9 syntax
    2:8 wrong-type, 3:20 bad-value
    1:1 missing-key
    3:10 bad-pattern, 3:18 bad-pattern, 3:26 bad-pattern, 4:14 bad-value
    2:9 bad-pattern
    3:9 bad-value, 4:10 wrong-type
    2:8 bad-value, 4:1 unknown-rule, 4:27 needs-reason
    2:38 bad-value, 2:47 unknown-key
    3:7 bad-value, 5:8 duplicate-name
    2:8 bad-value, 3:1 missing-key, 4:9 bad-value, 5:9 bad-value, 6:12 wrong-type
    2:21 bad-value, 2:33 bad-value, 3:13 bad-value, 4:8 unknown-key
    2:10 bad-value, 3:23 bad-value, 3:40 bad-value
    1:1 missing-key, 3:9 bad-value, 5:6 bad-value
    2:13 bad-value, 3:1 missing-key, 6:7 bad-value
    2:16 bad-value, 3:10 bad-value, 4:13 wrong-type
    1:12 wrong-type, 2:11 wrong-type
    "##);
}

#[test]
fn a_flood_of_faults_is_cut_and_counted() {
    let text = (0..MOST_FAULTS + 7).fold(String::new(), |text, n| text + &format!("key{n} = 1\n"));
    let error = parse(&text).expect_err("unknown keys");
    assert_eq!((error.faults.len(), error.hidden), (MOST_FAULTS, 7));
    assert_eq!(error.to_string(), "pv.toml cannot be used: 57 faults, the first 50 are shown");
}

#[test]
fn absurd_input_is_an_error_and_no_crash() {
    let deep = format!("a = {}", "[".repeat(100_000));
    let braces = format!("[[code]]\npaths = [\"{}\"]", "{".repeat(100_000));
    let large = "#".repeat(5 * 1024 * 1024);
    for text in [deep, braces, large, "\u{feff}[project]\nname=\"\\u0000\"\n\0".to_owned()] {
        assert!(parse(&text).is_err());
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in any::<String>()) {
        let _ = parse(&text).map(|config| config.digest());
    }

    #[test]
    fn any_cut_and_paste_of_the_example_is_read_without_panic(at in 0..EXAMPLE.len(), length in 0..400usize, put in "[\\[\\]{}\"=\\n#0-9a-z./*!%-]{0,12}") {
        let end = (at + length).min(EXAMPLE.len());
        if let (Some(before), Some(after)) = (EXAMPLE.get(..at), EXAMPLE.get(end..)) {
            let _ = parse(&format!("{before}{put}{after}")).map(|config| config.select("prompts/a.md").is_some());
        }
    }

    #[test]
    fn any_pattern_matches_any_path_without_panic(pattern in "[a-z/*?\\[\\]{}!,.\\\\-]{1,12}", path in "[a-z/.]{0,12}") {
        let quoted = pattern.replace('\\', "\\\\");
        if let Ok(config) = parse(&format!("[[artefact]]\nkind = \"eval\"\npaths = [\"{quoted}\"]\n")) {
            let _ = config.select(&path);
        }
    }
}
