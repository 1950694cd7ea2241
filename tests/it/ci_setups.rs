//! The set-ups of docs/ci: what each file tells its service to run is run here, in a clone as the service makes it and with
//! the variables that it sets. Only the installation is left out: the pv under test is on the path.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![expect(clippy::disallowed_methods, reason = "the tests read the repository's own files")]

use std::path::Path;
use std::process::Output;

use pv::domain::SourceFile;
use pv::kinds::shared::document::{self, Syntax};
use pv::kinds::shared::node::Node;
use serde_json::Value;

use crate::harness::Repo;

const GREET: &str = "---\nname: greet\n---\nGreet {{customer}} by name.\n";

fn setup(name: &str) -> Node {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci").join(name);
    let file = SourceFile::new(name, std::fs::read_to_string(path).unwrap());
    document::parse(&file, file.whole(), Syntax::Yaml).unwrap()
}

fn lines(list: Option<&Node>) -> Vec<String> {
    list.unwrap().elements().iter().map(|line| line.text().unwrap().to_owned()).collect()
}

/// A clone on the merge of a pull request into `main`, cut to `depth` commits if at all: main has a prompt, and the pull
/// request makes `edited` of it.
fn pull_request(edited: &str, depth: Option<&str>) -> (Repo, String) {
    let origin = Repo::new();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let base = origin.write("prompts/greet.md", GREET).commit("base");
    origin.git(&["checkout", "--quiet", "-b", "topic"]);
    origin.write("prompts/greet.md", edited).commit("topic");
    origin.git(&["checkout", "--quiet", "-b", "merge", "main"]);
    origin.git(&["merge", "--quiet", "--no-ff", "-m", "merge", "topic"]);
    origin.git(&["checkout", "--quiet", "main"]);
    let (url, clone) = (format!("file://{}", origin.root().display()), origin.beside("clone"));
    let depth: Vec<String> = depth.map(|depth| format!("--depth={depth}")).into_iter().collect();
    let mut arguments = vec!["clone", "--quiet", "--filter=blob:none", "--branch=merge"];
    arguments.extend(depth.iter().map(String::as_str));
    origin.git(&[&arguments[..], &[&url, clone.to_str().unwrap()]].concat());
    let clone = origin.at(clone);
    clone.git(&["checkout", "--quiet", "--detach"]);
    clone.git(&["branch", "--quiet", "-D", "merge"]);
    (clone, base)
}

/// What bash says to `script`, as the services run it.
fn bash(repo: &Repo, script: &str, variables: &[(&str, &str)]) -> Output {
    let mut bash = repo.command("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).envs(variables.iter().copied());
    bash.output().unwrap()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// What came of a workflow run.
struct Run {
    /// The exit code of every step that runs something, by its name.
    codes: Vec<(String, i32)>,
    annotations: String,
    summary: String,
    sarif: String,
}

/// Runs the steps of the GitHub workflow but for the installation; after a failure, those that always run.
fn workflow(repo: &Repo) -> Run {
    let setup = setup("github-actions.yml");
    let (summary, temporary) = (repo.beside("summary.md"), repo.beside("runner"));
    std::fs::create_dir_all(&temporary).unwrap();
    let (summary, folder) = (summary.to_str().unwrap().to_owned(), temporary.to_str().unwrap().to_owned());
    let variables = [
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_BASE_REF", "main"),
        ("GITHUB_STEP_SUMMARY", &*summary),
        ("RUNNER_TEMP", &*folder),
    ];
    let mut run = Run { codes: Vec::new(), annotations: String::new(), summary: String::new(), sarif: String::new() };
    for step in setup.at(&["jobs", "check", "steps"]).unwrap().elements() {
        let Some(script) = step.get("run").and_then(Node::text) else { continue };
        let name = step.get("name").and_then(Node::text).unwrap().to_owned();
        let is_reached = run.codes.iter().all(|(_, code)| *code == 0)
            || step.get("if").and_then(Node::text).is_some_and(|when| when.starts_with("always()"));
        if name == "Install pv" || !is_reached {
            continue;
        }
        let output = bash(repo, script, &variables);
        run.annotations += &String::from_utf8(output.stdout).unwrap();
        run.codes.push((name, output.status.code().unwrap()));
    }
    (run.summary, run.sarif) = (read(Path::new(&summary)), read(&temporary.join("pv.sarif")));
    run
}

fn codes(run: &Run) -> Vec<i32> {
    run.codes.iter().map(|(_, code)| *code).collect()
}

#[test]
fn the_workflow_checks_out_what_it_needs_and_may_do_no_more_than_it_has_to() {
    let setup = setup("github-actions.yml");
    let steps = setup.at(&["jobs", "check", "steps"]).unwrap().elements();
    let checkout = steps[0].get("with").unwrap();
    assert_eq!(checkout.get("fetch-depth").unwrap().scalar().unwrap(), "0");
    assert_eq!(checkout.get("filter").unwrap().text(), Some("blob:none"));
    let permissions: Vec<&str> =
        setup.get("permissions").unwrap().entries().iter().map(|one| one.key.as_str()).collect();
    assert_eq!(permissions, ["contents", "security-events"]);
    for action in steps.iter().filter_map(|step| step.get("uses")?.text()) {
        let version = action.split_once("@v").unwrap().1;
        assert!(version.parse::<u32>().is_ok(), "{action} is pinned by its major version");
    }
}

#[test]
fn a_pull_request_whose_gate_fails_is_annotated_summed_up_and_stopped() {
    let (repo, _) = pull_request(&GREET.replace("by name", "warmly"), None);
    let run = workflow(&repo);
    assert_eq!(codes(&run), [1, 0, 0], "the check decides, the others tell: {:?}", run.codes);
    assert!(run.annotations.contains("::error file=prompts/greet.md,line=1,title=eval fails for prompt%3Agreet::"));
    assert!(run.summary.contains("❌ pv check failed") && run.summary.contains("| ❌ fail | `prompt:greet` | eval |"));
    assert!(run.summary.contains("`origin/main` → `worktree`"), "{}", run.summary);
    let sarif: Value = serde_json::from_str(&run.sarif).unwrap();
    assert!(sarif["runs"][0]["results"].as_array().unwrap().iter().any(|one| one["ruleId"] == "gate/evidence-missing"));
    assert_eq!(repo.git(&["status", "--porcelain"]), "", "nothing is left in the checkout");
}

#[test]
fn a_pull_request_that_owes_nothing_passes() {
    let (repo, _) = pull_request(&GREET.replace("---\nname: greet\n---\n", "---\nname:  greet\n---\n"), None);
    let run = workflow(&repo);
    assert_eq!(codes(&run), [0, 0, 0], "{}", run.annotations);
    assert!(run.summary.contains("✅ pv check passed"), "{}", run.summary);
}

#[test]
fn a_checkout_without_history_fails_every_step() {
    let (repo, _) = pull_request(&GREET.replace("by name", "warmly"), Some("1"));
    let run = workflow(&repo);
    assert!(codes(&run).iter().all(|code| *code != 0), "{:?}", run.codes);
    assert!(run.summary.is_empty() && run.sarif.is_empty(), "nothing passes by absence");
}

/// Runs the GitLab job: its exit code, and what it reports under the names that it promises.
fn job(repo: &Repo, base: &str) -> (i32, Value, String) {
    let setup = setup("gitlab-ci.yml");
    let job = setup.get("pv").unwrap();
    let script = [lines(job.get("before_script")), lines(job.get("script"))].concat().join("\n");
    let folder = repo.root().to_str().unwrap();
    let install = job.at(&["variables", "CARGO_INSTALL_ROOT"]).unwrap().text().unwrap();
    let install = install.replace("$CI_PROJECT_DIR", folder);
    let variables = [
        ("CI", "true"),
        ("GITLAB_CI", "true"),
        ("CI_PROJECT_DIR", folder),
        ("CARGO_INSTALL_ROOT", &*install),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base),
    ];
    let output = bash(repo, &script, &variables);
    let report = |name: &str| {
        let path = job.at(&["artifacts", "reports", name]).unwrap().text().unwrap();
        std::fs::read_to_string(repo.path(path)).unwrap()
    };
    let quality = serde_json::from_str(&report("codequality")).unwrap_or(Value::Null);
    (output.status.code().unwrap(), quality, report("junit"))
}

#[test]
fn a_merge_request_whose_gate_fails_is_stopped_with_both_reports() {
    let (repo, base) = pull_request(&GREET.replace("by name", "warmly"), None);
    let (code, quality, junit) = job(&repo, &base);
    assert_eq!(code, 1);
    let issues = quality.as_array().unwrap();
    assert!(issues.iter().any(|one| one["check_name"] == "gate/evidence-missing" && one["severity"] == "blocker"));
    assert!(junit.contains("<testcase classname=\"prompt:greet\" name=\"gate eval\">") && junit.contains("<failure"));
    assert!(!junit.contains("code-quality"), "a report is no part of the change: {junit}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "", "nor is anything else that the job leaves behind");
}

#[test]
fn a_merge_request_that_owes_nothing_passes() {
    let (repo, base) = pull_request(&GREET.replace("---\nname: greet\n---\n", "---\nname:  greet\n---\n"), None);
    let (code, _, junit) = job(&repo, &base);
    assert_eq!(code, 0, "{junit}");
    assert!(junit.contains("failures=\"0\""), "{junit}");
}

#[test]
fn the_job_asks_for_the_whole_history_and_stops_without_it() {
    let setup = setup("gitlab-ci.yml");
    assert_eq!(setup.at(&["pv", "variables", "GIT_DEPTH"]).unwrap().scalar().unwrap(), "0");
    let (repo, base) = pull_request(&GREET.replace("by name", "warmly"), Some("1"));
    let script = lines(setup.at(&["pv", "script"])).join("\n");
    let output = bash(&repo, &script, &[("CI", "true"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)]);
    assert_ne!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("GIT_DEPTH: 0"));
}

#[test]
fn the_hook_stops_a_broken_artefact_and_lets_a_good_one_pass() {
    let setup = setup("pre-commit-config.yaml");
    let hook = &setup.get("repos").unwrap().elements()[0].get("hooks").unwrap().elements()[0];
    let entry = hook.get("entry").unwrap().text().unwrap();
    assert_eq!(hook.get("pass_filenames").unwrap().scalar().unwrap(), "false");
    let repo = Repo::new();
    repo.write("prompts/greet.md", GREET).git(&["add", "--all"]);
    assert_eq!(bash(&repo, entry, &[]).status.code(), Some(0));
    repo.write("prompts/greet.md", "---\nname: [greet\n---\nGreet.\n").git(&["add", "--all"]);
    assert_eq!(bash(&repo, entry, &[]).status.code(), Some(1));
}
