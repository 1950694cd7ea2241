//! Prompts in their formats: what is read out of each, what is refused, and that the format is not the meaning.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "the tests read the repository's own fixtures")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pv::domain::KindName;
use pv::kinds::prompt::Prompt;
use pv::kinds::{AnyArtefact, Item, Parsed};

use crate::judged;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/parse/prompt").join(name)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a readable fixture")
}

/// The files below `root`, as paths from there, sorted.
fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root).expect("below the root").to_str().expect("UTF-8").to_owned());
            }
        }
    }
    found.sort();
    found
}

fn prompt(item: &Item<AnyArtefact>) -> &Prompt {
    item.artefact.downcast_ref().expect("a prompt")
}

fn describe(parsed: &Parsed<AnyArtefact>, out: &mut String) {
    for item in &parsed.items {
        let prompt = prompt(item);
        let _ = writeln!(out, "  name {:?} version {:?} engine {}", item.name, item.version, prompt.engine.as_str());
        for message in &prompt.messages {
            let _ = writeln!(out, "    {}: {:?}", message.role, message.text.content);
        }
        for variable in &prompt.variables {
            let need = if variable.is_required { "required" } else { "optional" };
            let (declared, used) = (variable.is_declared, variable.is_used);
            let _ = writeln!(
                out,
                "    variable {} {need} declared={declared} used={used} type={:?} default={:?}",
                variable.name, variable.type_name, variable.default
            );
        }
        for part in &prompt.parts {
            let _ = writeln!(out, "    {} {} = {}", part.aspect, part.key, part.value);
        }
        for reference in &item.references {
            let _ = writeln!(out, "    refers to {}", reference.id);
        }
    }
    for problem in &parsed.problems {
        let _ = writeln!(out, "  PROBLEM {} {}", problem.code, problem.message);
    }
}

#[test]
fn every_format_is_read() {
    let root = folder("valid");
    let mut out = String::new();
    for path in files(&root) {
        if path.starts_with("skill/") {
            continue;
        }
        let _ = writeln!(out, "{path}");
        describe(&judged::parse(KindName::Prompt, &path, &read(&root.join(&path))), &mut out);
    }
    let texts = ["config.json", "skprompt.txt"].map(|name| {
        let path = format!("skill/Explain/{name}");
        let text = read(&root.join(&path));
        (path, text)
    });
    let parts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let _ = writeln!(out, "skill/Explain/");
    describe(&judged::parse_files(KindName::Prompt, "skill/Explain", &parts), &mut out);
    insta::assert_snapshot!(out);
}

#[test]
fn what_cannot_be_read_is_told_at_its_place() {
    let root = folder("invalid");
    let (mut told, mut wrong) = (0, Vec::new());
    for path in files(&root).into_iter().filter(|path| !path.ends_with(".expected")) {
        let parsed = judged::parse(KindName::Prompt, &path, &read(&root.join(&path)));
        let found: String = parsed
            .problems
            .iter()
            .map(|problem| {
                let (line, column) = (problem.place.line, problem.place.column);
                format!("{} {line}:{column} {}\n", problem.code, problem.message)
            })
            .collect();
        if found != read(&root.join(format!("{path}.expected"))) {
            wrong.push(format!("{path}: {found}"));
        }
        told += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told >= 5);
}

fn meaning(path: &str, text: &str) -> String {
    let parsed = judged::parse(KindName::Prompt, path, text);
    assert!(parsed.problems.is_empty(), "{path}: {:?}", parsed.problems);
    parsed.items.first().expect("a prompt").meaning.to_string()
}

const BODY: &str = "You answer {{customer}}.\n\nUse two sentences.\n";

#[test]
fn the_same_prompt_means_the_same_in_another_format() {
    let head = "model: acme/writer-2\nowner: refunds\n";
    let front = format!("---\n{head}temperature: 0.2\ninputs:\n  customer: string\n---\n{BODY}");
    let dot = format!("---\n{head}config:\n  temperature: 0.20\ninput:\n  schema:\n    customer: string\n---\n{BODY}");
    let yaml = format!(
        "{head}modelParameters: {{temperature: 2e-1}}\ninputs: [{{name: customer, type: string}}]\nmessages:\n- role: user\n  content: |\n    You answer {{{{customer}}}}.\n\n    Use two sentences.\n"
    );
    let markdown = meaning("prompts/greet.md", &front);
    assert_eq!(markdown, meaning("prompts/greet.prompt", &dot));
    assert_eq!(markdown, meaning("prompts/greet.prompt.yml", &yaml));
    assert_ne!(markdown, meaning("prompts/greet.md", &front.replace("two", "three")));
}

#[test]
fn line_ends_the_mark_and_the_final_newline_are_not_meaning() {
    let plain = meaning("prompts/greet.md", BODY);
    let dos = format!("\u{feff}{}", BODY.replace('\n', "\r\n"));
    assert_eq!(plain, meaning("prompts/greet.md", &dos));
    assert_eq!(plain, meaning("prompts/greet.md", BODY.trim_end()));
    assert_ne!(plain, meaning("prompts/greet.md", &BODY.replace("\n\n", "\n")));
    assert_ne!(plain, meaning("prompts/greet.md", &BODY.replace(". ", ".  ").replace("two ", "two  ")));
}

#[test]
fn a_table_of_prompts_gives_each_its_own_span() {
    let text = "[greet]\nsystem = \"Be kind.\"\n\n[part]\nsystem = \"Say\"\nuser = \"goodbye\"\n";
    let parsed = judged::parse(KindName::Prompt, "prompts/all.toml", text);
    let spans: Vec<&str> =
        parsed.items.iter().filter_map(|item| item.span).map(|span| &text[span.start..span.end]).collect();
    assert_eq!(spans.len(), 2);
    assert!(spans[0].contains("Be kind.") && !spans[0].contains("part"), "{spans:?}");
    assert!(spans[1].contains("goodbye"), "{spans:?}");
}
