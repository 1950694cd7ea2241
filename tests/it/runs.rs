//! Reports in pv's own form, made for tests, and a repository with a prompt, its model, its tool and its eval set.
#![expect(clippy::panic, reason = "output that is none fails its test")]

use serde_json::{Value, json};

use crate::harness::Repo;

/// A run of some artefacts of a repository, as a tool would report it.
pub(crate) struct Run {
    statement: Value,
}

/// Which artefacts a run of the prompt is about.
pub(crate) const CLOSURE: [&str; 4] = ["prompt:greet", "model:writer", "tool:lookup", "eval:greetings"];

impl Run {
    /// A run of [`CLOSURE`] as it stands in `repo`: `share` of `attempts` attempts pass at each of the cases.
    pub(crate) fn of(repo: &Repo, cases: usize, attempts: u32) -> Self {
        let mut run = Self::about(repo, &CLOSURE);
        for number in 0..cases {
            run = run.case(&name(number), attempts, f64::from(attempts));
        }
        run
    }

    /// A run of the prompt with its model and its tool, on `cases` cases of no set, each passed three times.
    pub(crate) fn of_cases(repo: &Repo, cases: usize) -> Self {
        (0..cases).fold(Self::about(repo, &CLOSURE[..3]), |run, number| run.case(&name(number), 3, 3.0))
    }

    /// A run of `artefacts`, of which the first is what was run, without any case.
    pub(crate) fn about(repo: &Repo, artefacts: &[&str]) -> Self {
        let subjects: Vec<Value> = artefacts
            .iter()
            .map(|id| {
                let digest = digest(repo, id);
                let (algorithm, hex) = digest.split_once(':').unwrap();
                json!({ "name": id, "digest": { algorithm: hex } })
            })
            .collect();
        let predicate = json!({
            "about": artefacts[0], "tool": "runner 1.0", "made": "2026-05-20T10:00:00Z",
            "cases": { "planned": 0, "run": 0, "attempts": 0, "errors": 0 }, "perCase": [],
        });
        let statement = json!({
            "_type": "https://in-toto.io/Statement/v1", "subject": subjects,
            "predicateType": "urn:pv:evidence:1", "predicate": predicate,
        });
        Self { statement }
    }

    /// With one more case: `passed` of its attempts (or parts of them) passed. Even cases are in English, odd ones in Hindi.
    pub(crate) fn case(mut self, id: &str, attempts: u32, passed: f64) -> Self {
        let cases = self.cases();
        let lang = if cases.len().is_multiple_of(2) { "en" } else { "hi" };
        cases.push(json!({
            "id": id, "strata": { "lang": lang }, "attempts": attempts,
            "scores": { "pass_rate": { "sum": passed, "n": attempts } },
        }));
        self.count();
        self
    }

    /// With the first `count` cases failing every attempt.
    pub(crate) fn failing(mut self, count: usize) -> Self {
        for case in self.cases().iter_mut().take(count) {
            case["scores"]["pass_rate"]["sum"] = json!(0.0);
        }
        self
    }

    /// With a metric of the same value in every attempt of every case.
    pub(crate) fn metric(mut self, name: &str, value: f64) -> Self {
        for case in self.cases() {
            let attempts = case["attempts"].as_u64().unwrap();
            case["scores"][name] = json!({ "sum": value * attempts as f64, "n": attempts });
        }
        self
    }

    /// With whatever `edit` does to the statement.
    pub(crate) fn with(mut self, edit: impl FnOnce(&mut Value)) -> Self {
        edit(&mut self.statement);
        self.count();
        self
    }

    /// With the time that it was made.
    pub(crate) fn made(self, at: &str) -> Self {
        self.with(|statement| statement["predicate"]["made"] = json!(at))
    }

    /// Without what the run was measured with or was run with.
    pub(crate) fn without(self, id: &str) -> Self {
        self.with(|statement| statement["subject"].as_array_mut().unwrap().retain(|subject| subject["name"] != id))
    }

    /// The report's text.
    pub(crate) fn text(&self) -> String {
        format!("{:#}", self.statement)
    }

    /// Writes the report and gives its name.
    pub(crate) fn save(&self, repo: &Repo, name: &str) -> String {
        repo.write(name, self.text());
        name.to_owned()
    }

    /// Records the report as evidence; what pv says.
    pub(crate) fn add(&self, repo: &Repo, more: &[&str]) -> String {
        let name = self.save(repo, "report.json");
        repo.pv(&[&["gate", "add", &name], more].concat())
    }

    fn cases(&mut self) -> &mut Vec<Value> {
        self.statement["predicate"]["perCase"].as_array_mut().unwrap()
    }

    fn count(&mut self) {
        let cases = self.cases();
        let sum = |key: &str| cases.iter().map(|case| case[key].as_u64().unwrap_or(0)).sum::<u64>();
        let (run, attempts, errors) = (cases.len(), sum("attempts"), sum("errors"));
        self.statement["predicate"]["cases"] =
            json!({ "planned": run, "run": run, "attempts": attempts, "errors": errors });
    }
}

/// What the `number`th case is called.
pub(crate) fn name(number: usize) -> String {
    format!("case-{number:03}")
}

/// The digest of an artefact as it stands.
pub(crate) fn digest(repo: &Repo, id: &str) -> String {
    let said = repo.pv(&["show", id, "--format", "json"]);
    let shown: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"));
    shown["digest"].as_str().unwrap().to_owned()
}

/// What `pv check --base HEAD~1` says as data, and the exit code that is its verdict.
pub(crate) fn check(repo: &Repo, more: &[&str]) -> Value {
    json_of(repo, &[&["check", "--base", "HEAD~1"], more].concat())
}

/// What a command says as data.
pub(crate) fn json_of(repo: &Repo, arguments: &[&str]) -> Value {
    let output = repo.command(env!("CARGO_BIN_EXE_pv")).args(arguments).args(["--format", "json"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// The gate called `gate` of a check's data.
pub(crate) fn gate(check: &Value, gate: &str) -> Value {
    let gates = check["gates"].as_array().cloned().unwrap_or_default();
    gates.into_iter().find(|one| one["gate"] == gate).unwrap_or_else(|| panic!("{check:#}"))
}

/// Verdict of a gate, and the check that stands first against it.
pub(crate) fn told(judged: &Value) -> (String, String) {
    let refused = judged["refused"][0]["check"].as_str();
    let checked = judged["checks"].as_array().unwrap().iter().find_map(|one| one["check"].as_str());
    (judged["verdict"].as_str().unwrap().to_owned(), refused.or(checked).unwrap_or_default().to_owned())
}

/// A configured repository in one commit: prompt, model, tool, and an eval set of `cases` cases.
pub(crate) fn repository(cases: usize) -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", CONFIG).write("prompts/greet.md", PROMPT).write("models.yaml", MODELS);
    repo.write("tools/lookup.json", TOOL).write("evals/greetings.jsonl", eval_set(cases));
    repo.commit("base");
    repo
}

/// The rows of an eval set.
pub(crate) fn eval_set(cases: usize) -> String {
    let row = |number: usize| format!("{{\"id\": \"{}\", \"input\": \"greet customer {number}\"}}\n", name(number));
    (0..cases).map(row).collect()
}

pub(crate) const CONFIG: &str = "\
[project]
name = \"greetings\"

[[artefact]]
kind = \"prompt\"
paths = [\"prompts/*.md\"]

[[artefact]]
kind = \"model\"
paths = [\"models.yaml\"]

[[artefact]]
kind = \"tool\"
paths = [\"tools/*.json\"]

[[artefact]]
kind = \"eval\"
paths = [\"evals/*.jsonl\"]
key = \"id\"
";

pub(crate) const PROMPT: &str = "---\nname: greet\nmodel: writer\ntools:\n  - lookup\n---\nGreet the customer politely by name.\n\nLook the customer up first.\n";

const MODELS: &str = "aliases:\n  writer:\n    provider: anthropic\n    model: claude-sonnet-4-5-20250929\n";

const TOOL: &str = "{\"name\": \"lookup\", \"description\": \"Looks a customer up.\", \"inputSchema\": {\"type\": \"object\", \"properties\": {\"id\": {\"type\": \"string\"}}, \"required\": [\"id\"]}}\n";

/// The prompt's wording, edited and committed.
pub(crate) fn reword(repo: &Repo) {
    repo.write("prompts/greet.md", PROMPT.replace("politely", "warmly and politely"));
    repo.commit("fix: pagination off by one");
}

/// A repository whose last commit reworded the prompt, with a run of the version before it as evidence.
pub(crate) fn reworded(cases: usize) -> Repo {
    let repo = repository(cases);
    let said = Run::of(&repo, cases, 3).add(&repo, &[]);
    assert!(said.contains("for the gate eval"), "{said}");
    repo.commit("baseline");
    reword(&repo);
    repo
}
