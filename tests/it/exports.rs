//! `pv export`: releases for other tools.
#![expect(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "a failed step is a failed test")]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::harness::Repo;

const PROMPT: &str = "---\nname: explain\n---\nExplain the refund of {{order}}.\n";
const MODEL: &str = "models:\n  smart:\n    provider: openai\n    model: gpt-4o-2024-08-06\n";
const FEATURES: &str = "features:\n  refunds:\n    flag: refunds_v1\n    rollout:\n      canary_percentage: 5\n    dependencies:\n      \
                        - prompt: explain@1.0.0\n";
const AT: &str = "--at=2026-05-20T11:00:00+05:30";
const FORMATS: [&str; 8] = ["flagd", "goff", "flipt", "argo", "cyclonedx", "in-toto", "env", "json"];

/// A released repository: a prompt, a model, and a feature with a flag.
fn released(features: &str) -> Repo {
    let repo = Repo::new();
    repo.write("prompts/explain.md", PROMPT).write("models/routing.yaml", MODEL).write("features.yaml", features);
    repo.ungate().commit("base");
    cut(&repo, "r1", AT);
    repo
}

fn cut(repo: &Repo, name: &str, at: &str) {
    let said = repo.pv(&["lock", "--name", name, "--write", "--commit", at]);
    assert!(said.contains("committed as"), "{said}");
}

/// The release after it, with another prompt that goes live by steps; features take any version of it.
fn twice(features: &str) -> Repo {
    let repo = released(&features.replace("explain@1.0.0", "explain"));
    repo.write("prompts/explain.md", PROMPT.replace("the refund", "in two sentences the refund")).commit("edit");
    cut(&repo, "r2", "--at=2026-05-21T11:00:00+05:30");
    repo
}

fn export(repo: &Repo, format: &str) -> String {
    repo.pv(&["export", "--format", format, AT])
}

fn json(repo: &Repo, format: &str) -> Value {
    let said = export(repo, format);
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

#[test]
fn flagd_has_both_arms_and_on_comes_first() {
    let flags = json(&released(FEATURES), "flagd");
    let flag = &flags["flags"]["refunds_v1"];
    assert_eq!(flag["targeting"].to_string(), r#"{"fractional":[["on",5],["off",95]]}"#);
    assert_eq!((&flag["state"], &flag["defaultVariant"]), (&Value::from("ENABLED"), &Value::from("off")));
    assert_eq!(flag["metadata"]["pv.release"], "r1");
    assert_eq!(flag["metadata"]["pv.requires"], "prompt:explain@1.0.0");
    assert!(flag["metadata"]["pv.lock"].as_str().unwrap().starts_with("blake3:"));
}

#[test]
fn a_fraction_of_a_percent_is_told_in_whole_weights_or_not_at_all() {
    let repo = released(&FEATURES.replace(": 5", ": 0.5"));
    let flags = json(&repo, "flagd");
    assert_eq!(flags["flags"]["refunds_v1"]["targeting"]["fractional"].to_string(), r#"[["on",50],["off",9950]]"#);
    assert!(export(&repo, "goff").contains("\"on\": 0.5\n      \"off\": 99.5\n"));
    insta::assert_snapshot!(export(&repo, "flipt"), @r"
    export/share-unspellable

      × Flipt counts in whole percents, and the flag `refunds_v1` is at 0.5%
      help: Plan whole percents, or export to a format that has fractions: flagd, goff.
    [exit code 1]
    ");
}

#[test]
fn flags_as_yaml() {
    let repo = released(FEATURES);
    let lock = json(&repo, "json")["lock"].as_str().unwrap().to_owned();
    insta::assert_snapshot!(export(&repo, "goff").replace(&lock, "LOCK"), @r#"
    # Flags of release r1, exported by pv.
    refunds_v1:
      variations:
        "on": true
        "off": false
      defaultRule:
        name: "canary"
        percentage:
          "on": 5
          "off": 95
      metadata:
        "pv.release": "r1"
        "pv.lock": "LOCK"
        "pv.step": 0
        "pv.requires": "prompt:explain@1.0.0"
    "#);
    insta::assert_snapshot!(export(&repo, "flipt").replace(&lock, "LOCK"), @r#"
    # Flags of release r1, exported by pv.
    version: "1.2"
    namespace: "default"
    flags:
      - key: "refunds_v1"
        name: "refunds_v1"
        type: "BOOLEAN_FLAG_TYPE"
        description: "pv.release=r1; pv.lock=LOCK; pv.step=0; pv.requires=prompt:explain@1.0.0"
        enabled: false
        rollouts:
          - description: "canary"
            threshold:
              percentage: 5
              value: true
          - description: "everybody else"
            threshold:
              percentage: 100
              value: false
    "#);
}

#[test]
fn a_rollout_has_the_steps_of_the_plan() {
    let repo = twice(FEATURES);
    let said = repo.pv(&["export", "--format", "argo"]);
    let lock = json(&repo, "json")["lock"].as_str().unwrap().to_owned();
    let latest: Value = serde_json::from_str(&repo.pv(&["export", "--format", "json"])).unwrap();
    let said = said.replace(latest["lock"].as_str().unwrap(), "LOCK").replace(&lock, "LOCK");
    insta::assert_snapshot!(said, @r#"
    # Canary steps of explain in release r2, exported by pv.
    # Set workloadRef.name to the Deployment that serves it.
    apiVersion: "argoproj.io/v1alpha1"
    kind: "Rollout"
    metadata:
      name: "explain"
      annotations:
        "pv/release": "r2"
        "pv/lock": "LOCK"
        "pv/subject": "explain"
    spec:
      workloadRef:
        apiVersion: "apps/v1"
        kind: "Deployment"
        name: "explain"
      strategy:
        canary:
          steps:
            - setWeight: 5
            - pause:
                duration: "86400s"
            - setWeight: 25
            - pause:
                duration: "86400s"
            - setWeight: 50
            - pause:
                duration: "86400s"
            - setWeight: 100
    "#);
    insta::assert_snapshot!(repo.pv(&["export", "--as", "argo", "r1"]), @r"
    export/steps-missing

      × release r1 has no step that gives a share of the traffic to something new
      help: `pv rollout plan` shows the steps of a release; the first release has none, for it was
            live already.
    [exit code 1]
    ");
}

#[test]
fn no_flag_is_no_export_of_flags() {
    let repo = released("features:\n  refunds:\n    dependencies:\n      - prompt: explain@1.0.0\n");
    for format in ["flagd", "goff", "flipt"] {
        let said = export(&repo, format);
        assert!(said.contains("export/flag-missing") && said.ends_with("[exit code 1]\n"), "{said}");
    }
    assert!(export(&repo, "env").starts_with("PV_RELEASE=r1\n"));
}

#[test]
fn a_key_that_the_format_cannot_spell_is_refused() {
    let repo = released(&FEATURES.replace("refunds_v1", "\"refunds v1: ü\""));
    insta::assert_snapshot!(export(&repo, "flipt"), @r"
    export/key-unspellable

      × Flipt cannot spell the flag `refunds v1: ü`: it takes letters, digits, `-`, `_` and `,`
      help: Rename the flag in the manifest and in the code, or export to another format.
    [exit code 1]
    ");
    assert_eq!(json(&repo, "flagd")["flags"].as_object().unwrap().keys().next().unwrap(), "refunds v1: ü");
    assert!(export(&repo, "goff").contains("\n\"refunds v1: ü\":\n"));
}

#[test]
fn nothing_is_vouched_for_whose_bytes_are_gone() {
    let repo = released(FEATURES);
    let object = json(&repo, "json")["artefacts"][0]["digest"].as_str().unwrap().replace("blake3:", "");
    let path = find(&repo.path(".pv/objects"), &object[2..]).unwrap();
    std::fs::remove_file(&path).unwrap();
    for format in ["cyclonedx", "in-toto"] {
        let said = export(&repo, format);
        assert!(said.contains("export/bytes-missing") && said.ends_with("[exit code 5]\n"), "{said}");
    }
    assert!(export(&repo, "flagd").starts_with('{'), "flags need no bytes");
}

/// The file below `folder` whose name ends so.
fn find(folder: &Path, end: &str) -> Option<std::path::PathBuf> {
    let files = ignore::WalkBuilder::new(folder).standard_filters(false).build().map(Result::unwrap);
    files.map(ignore::DirEntry::into_path).find(|path| path.to_str().unwrap().replace('/', "").ends_with(end))
}

#[test]
fn what_was_typed_wrong_is_told() {
    let repo = released(FEATURES);
    insta::assert_snapshot!(repo.pv(&["export"]), @r"
    export::format

      × the format says for which tool; it is not there
      help: pv export flagd|goff|flipt|argo|cyclonedx|in-toto|env|json [RELEASE]
    [exit code 2]
    ");
    insta::assert_snapshot!(repo.pv(&["export", "r1"]), @r"
    export::format

      × `r1` is no format
      help: pv export flagd|goff|flipt|argo|cyclonedx|in-toto|env|json [RELEASE]
    [exit code 2]
    ");
    insta::assert_snapshot!(repo.pv(&["export", "--format", "env", "r1", "r2"]), @r"
    export::release

      × one release is exported at a time, and 2 words name one
      help: pv export FORMAT [RELEASE]
    [exit code 2]
    ");
    insta::assert_snapshot!(repo.pv(&["--format", "json", "export", "flagd"]), @r"
    export::format

      × --format says json, and flagd is a format too: one document is written at a time
      help: pv export flagd [RELEASE], or pv export json [RELEASE]
    [exit code 2]
    ");
    insta::assert_snapshot!(repo.pv(&["export", "--format", "splunk"]), @r"
    error: invalid value 'splunk' for '--format <FORMAT>'
      [possible values: flagd, goff, flipt, argo, cyclonedx, in-toto, env, json]

    For more information, try '--help'.
    [exit code 2]
    ");
    insta::assert_snapshot!(repo.pv(&["export", "--format", "env", "r9"]), @r"
    lock::unknown_release

      × there is no release `r9`
      help: released were: r1
    [exit code 2]
    ");
}

#[test]
fn a_format_is_named_with_and_without_the_option() {
    let repo = twice(FEATURES);
    for format in FORMATS {
        assert_eq!(repo.pv(&["export", format, AT]), repo.pv(&["export", "--format", format, AT]), "{format}");
        let named = repo.pv(&["export", format, "r1", AT]);
        assert_eq!(named, repo.pv(&["export", "--format", format, "r1", AT]), "{format}");
    }
}

#[test]
fn flags_stand_where_the_steps_left_them() {
    let repo = released("features: {}\n");
    repo.write("prompts/refuse.md", "---\nname: refuse\n---\nRefuse {{order}}.\n");
    repo.write("features.yaml", FEATURES.replace("explain@", "refuse@")).commit("a feature");
    cut(&repo, "r2", "--at=2026-05-21T11:00:00Z");
    for audience in ["engineering", "support", "customer"] {
        let text = repo.pv(&["notice", "draft", "--audience", audience, "r2", "--at=2026-05-21T12:00:00Z"]);
        repo.write("notice.txt", text);
        let told = ["notice", "record", "r2", "--audience", audience, "--channel", "#x", "--file", "notice.txt"];
        repo.pv(&[&told[..], &["--commit", "--at=2026-05-21T12:00:00Z"]].concat());
    }
    let on = |at: &str| {
        let flags: Value = serde_json::from_str(&repo.pv(&["export", "flagd", "r2", &format!("--at={at}")])).unwrap();
        let flag = &flags["flags"]["refunds_v1"];
        (flag["targeting"]["fractional"].to_string(), flag["metadata"]["pv.step"].clone())
    };
    let rollout = |at: &str, words: &[&str]| {
        let said = repo.pv(&[&["rollout"], words, &["--commit", &format!("--at={at}")]].concat());
        assert!(!said.contains("exit code"), "{said}");
    };
    rollout("2026-05-25T10:00:00Z", &["step"]);
    rollout("2026-05-25T10:00:00Z", &["step"]);
    rollout("2026-05-26T10:00:00Z", &["gate", "--verdict", "pass", "--reason", "fine"]);
    rollout("2026-05-26T10:00:00Z", &["step"]);
    let arms = |on: u8, step: u8| (format!(r#"[["on",{on}],["off",{}]]"#, 100 - on), Value::from(step));
    assert_eq!(on("2026-05-25T09:59:59Z"), arms(0, 0));
    assert_eq!(on("2026-05-25T10:00:00Z"), arms(5, 2));
    assert_eq!(on("2026-05-26T10:00:00Z"), arms(25, 3));
}

#[test]
fn the_same_release_is_the_same_bytes() {
    let repo = twice(FEATURES);
    for format in FORMATS {
        let said = repo.pv(&["export", "--format", format, "r2", AT]);
        assert_eq!(said, repo.pv(&["export", "--format", format, "r2", AT]), "{format}");
        assert!(!said.contains("[exit code"), "{said}");
        repo.pv(&["export", "--format", format, "r2", "--out", "out.txt", AT]);
        assert_eq!(said, std::fs::read_to_string(repo.path("out.txt")).unwrap(), "{format}");
    }
}

#[test]
fn a_bill_of_materials_names_everything_and_its_bytes() {
    let repo = twice(FEATURES);
    let bom: Value = serde_json::from_str(&repo.pv(&["export", "--format", "cyclonedx", "r1"])).unwrap();
    assert_eq!(bom["metadata"]["timestamp"], "2026-05-20T05:30:00Z");
    let component = |name: &str| bom["components"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
    let (prompt, model) = (component("explain"), component("smart"));
    assert_eq!((&prompt["type"], &prompt["data"][0]["type"]), (&"data".into(), &"configuration".into()));
    assert!(prompt.get("modelCard").is_none());
    assert_eq!(model["type"], "machine-learning-model");
    assert_eq!(model["purl"], "pkg:generic/openai/gpt-4o-2024-08-06@1.0.0");
    let sha256 = repo.said(repo.command("sh").args(["-c", "git show HEAD~2:prompts/explain.md | sha256sum"]));
    assert_eq!(prompt["hashes"][0]["content"], sha256.split(' ').next().unwrap());
    let release = bom["metadata"]["component"]["bom-ref"].as_str().unwrap();
    let needs = bom["dependencies"].as_array().unwrap().iter().find(|one| one["ref"] == release).unwrap();
    assert_eq!(needs["dependsOn"].as_array().unwrap().len(), bom["components"].as_array().unwrap().len());
    let other: Value = serde_json::from_str(&repo.pv(&["export", "--format", "cyclonedx", "r2"])).unwrap();
    assert_ne!(bom["serialNumber"], other["serialNumber"]);
}

#[test]
fn statements_name_files_as_sha256sum_and_git_do() {
    let repo = released(FEATURES);
    let said = export(&repo, "in-toto");
    let statements: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let types: Vec<&str> = statements.iter().map(|one| one["predicateType"].as_str().unwrap()).collect();
    assert_eq!(types, ["https://in-toto.io/attestation/release/v0.2", "https://in-toto.io/attestation/svr/v0.2"]);
    for statement in &statements {
        for subject in statement["subject"].as_array().unwrap() {
            let path = subject["name"].as_str().unwrap();
            assert_eq!(subject["digest"]["gitBlob"], repo.git(&["rev-parse", &format!("HEAD:{path}")]));
            let sha256 = repo.said(repo.command("sha256sum").arg(path));
            assert_eq!(subject["digest"]["sha256"], sha256.split(' ').next().unwrap());
        }
    }
    assert_eq!(statements[1]["predicate"]["properties"].to_string(), r#"["PV_RELEASE_VERIFIED"]"#);
    let policy = &statements[1]["predicate"]["verifier"]["policies"][0];
    assert_eq!(policy["digest"]["gitBlob"], repo.git(&["rev-parse", "HEAD:pv.toml"]));
}

/// A release that was rehearsed, in a window, with `policy` besides.
fn rehearsed(policy: &str, at: &str) -> Repo {
    let repo = released("");
    let own =
        std::fs::read_to_string(repo.path("pv.toml")).unwrap().replace("rehearsal = \"off\"", "rehearsal = \"lock\"");
    repo.write("pv.toml", format!("{own}{policy}"));
    repo.write("prompts/explain.md", PROMPT.replace("the refund", "in two sentences the refund")).commit("edit");
    repo.pv(&["rollback", "rehearse", "--name", "r2", "--commit", at]);
    cut(&repo, "r2", at);
    repo
}

fn properties(repo: &Repo) -> String {
    let said = repo.pv(&["export", "in-toto", "r2"]);
    let last: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap_or_else(|_| panic!("{said}"));
    last["predicate"]["properties"].to_string()
}

#[test]
fn only_what_held_at_the_cut_is_stated() {
    const WINDOW: &str = "\n[calendar]\ntime-zone = \"Asia/Kolkata\"\n\n[[window]]\nname = \"standard\"\ndays = [\"mon\", \"tue\", \"wed\", \"thu\"]\nfrom = \"10:00\"\nto = \"15:00\"\n";
    let monday = "--at=2026-05-25T11:00:00+05:30";
    let repo = rehearsed(WINDOW, monday);
    assert_eq!(properties(&repo), r#"["PV_RELEASE_VERIFIED","PV_ROLLBACK_REHEARSED","PV_WINDOW_OPEN"]"#);
    // A policy of today says nothing of the cut, nor does a rehearsal that came later.
    repo.write("pv.toml", std::fs::read_to_string(repo.path("pv.toml")).unwrap().replace("mon", "fri"))
        .commit("policy");
    assert!(properties(&repo).contains("PV_WINDOW_OPEN"));
    assert_eq!(properties(&rehearsed("", monday)), r#"["PV_RELEASE_VERIFIED","PV_ROLLBACK_REHEARSED"]"#);
    let repo = twice(FEATURES);
    assert_eq!(properties(&repo), r#"["PV_RELEASE_VERIFIED"]"#);
    repo.pv(&["rollback", "rehearse", "--from", "r2", "--commit"]);
    assert_eq!(properties(&repo), r#"["PV_RELEASE_VERIFIED"]"#);
}

#[test]
fn notes_stand_in_the_bill_where_there_are_any() {
    let repo = twice(FEATURES);
    let component = |repo: &Repo| {
        let said = repo.pv(&["export", "cyclonedx", "r2"]);
        serde_json::from_str::<Value>(&said).unwrap_or_else(|_| panic!("{said}"))["metadata"]["component"].clone()
    };
    // The cut writes notes; whoever wants none removes them.
    std::fs::remove_file(repo.path("releases/r2/notes.md")).unwrap();
    let bare = component(&repo);
    assert!(bare.get("releaseNotes").is_none() && bare.get("externalReferences").is_none(), "{bare}");
    repo.write("releases/r2/notes.md", "# r2\r\n\r\nShorter answers.\r\n");
    let told = component(&repo);
    assert_eq!(told["releaseNotes"]["type"], "minor");
    assert_eq!(told["releaseNotes"]["timestamp"], "2026-05-21T05:30:00Z");
    assert_eq!(told["releaseNotes"]["notes"][0]["text"]["content"], "# r2\n\nShorter answers.\n");
    repo.write("prompts/explain.md", PROMPT.replace("the refund", "kindly the refund")).commit("edit");
    repo.pv(&["lock", "--name", "r3", "--write", "--commit", "--tag", "--at=2026-05-22T11:00:00+05:30"]);
    let bom: Value = serde_json::from_str(&repo.pv(&["export", "cyclonedx", "r3"])).unwrap();
    assert_eq!(bom["metadata"]["component"]["externalReferences"][0]["url"], "refs/tags/pv/r3");
}

#[test]
fn names_that_a_shell_would_run_are_only_text() {
    let repo = Repo::new();
    let names = ["a-b", "a_b", "it's $(touch boom) \"quoted\"", "日本", "`id`;x=1"];
    for (at, name) in names.iter().enumerate() {
        let quoted = serde_json::to_string(name).unwrap();
        repo.write(&format!("prompts/p{at}.md"), format!("---\nname: {quoted}\n---\nGreet {{{{who}}}}.\n"));
    }
    repo.ungate().commit("base");
    cut(&repo, "r1", AT);
    let env = export(&repo, "env");
    let shell = repo.said(repo.command("sh").args(["-c", "set -eu; eval \"$1\"; set", "sh", &env]));
    assert!(!repo.path("boom").exists());
    for name in names {
        let printed = repo.said(repo.command("sh").args([
            "-c",
            "eval \"$1\"; for v in $(printf '%s\\n' \"$1\" | sed -n 's/^\\(PV_PROMPT_[A-Z0-9_]*_NAME\\)=.*/\\1/p'); do eval \
             \"printf '%s\\\\n' \\\"\\$$v\\\"\"; done",
            "sh",
            &env,
        ]));
        assert!(printed.lines().any(|line| line == name), "{name}: {printed}\n{shell}");
    }
    let variables: BTreeMap<&str, &str> = env.lines().filter_map(|line| line.split_once('=')).collect();
    assert_eq!(variables.len(), env.lines().count(), "{env}");
}

#[test]
fn what_json_says_is_what_its_schema_says() {
    let schema: Value = serde_json::from_str(include_str!("../../schema/export.schema.json")).unwrap();
    let document = json(&released(FEATURES), "json");
    assert!(jsonschema::is_valid(&schema, &document), "{document:#}");
    assert_eq!(document["artefacts"][0]["attributes"]["prompt.name"], "explain");
}
