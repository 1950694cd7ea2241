//! Template scanners on whatever a file may hold: in time, in bounds, and without a word about JSON.
#![expect(clippy::disallowed_methods, reason = "the scanners are timed")]

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use pv::kinds::shared::template::{self, Engine, Scan};

const ENGINES: [Engine; 8] = [
    Engine::Plain,
    Engine::FString,
    Engine::Jinja,
    Engine::Handlebars,
    Engine::Mustache,
    Engine::SemanticKernel,
    Engine::Promptl,
    Engine::Dollar,
];

const PIECES: [&str; 58] = [
    "{{ a }}",
    "{{{b}}}",
    "{{#if c}}",
    "{{else}}",
    "{{else if d}}",
    "{{/if}}",
    "{{#each xs as |x i|}}",
    "{{/each}}",
    "{{> part x=y}}",
    "{{^e}}",
    "{{/e}}",
    "{{#s}}",
    "{{/s}}",
    "{{{{raw}}}}",
    "{{{{/raw}}}}",
    "{{!-- ",
    " --}}",
    "{{! ",
    "}}",
    "{% if a == 'x' %}",
    "{% elif not b %}",
    "{% else %}",
    "{% endif %}",
    "{%- for x in xs if x.y -%}",
    "{% endfor %}",
    "{% set a = b | default('c') %}",
    "{% raw %}",
    "{% endraw %}",
    "{% include 'p.j2' %}",
    "{% macro m(a, b=1) %}",
    "{% endmacro %}",
    "{#",
    "#}",
    "{{ '}}' }}",
    "{{ {'k': {'l': 1}} }}",
    "{{=<% %>=}}",
    "{a}",
    "{a.b!r:>{w}}",
    "{{",
    "}",
    "{",
    "${input:x:y}",
    "${x:z}",
    "$ARGUMENTS",
    "$1",
    "$",
    "{{$v}}",
    "{{P.f $v 'a' k=$w}}",
    "/* ",
    " */",
    "```\n",
    "`",
    "\\",
    "'",
    "\"",
    "\n",
    " é ",
    "word",
];

fn scans(text: &str) -> impl Iterator<Item = Scan> {
    ENGINES.into_iter().map(move |engine| template::scan(text, engine)).chain([template::imports(text)])
}

fn ranges(scan: &Scan) -> impl Iterator<Item = &std::ops::Range<usize>> {
    let uses = scan.uses.iter().map(|found| &found.range);
    let others = scan.guards.iter().map(|found| &found.range).chain(scan.includes.iter().map(|found| &found.range));
    let tags = scan.controls.iter().chain(scan.blocks.iter().flatten());
    uses.chain(others).chain(tags).chain(scan.faults.iter().map(|found| &found.range))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn whatever_is_found_stands_in_the_text(pieces in vec(prop::sample::select(PIECES.to_vec()), 0..40)) {
        let text = pieces.concat();
        for scan in scans(&text) {
            for range in ranges(&scan) {
                prop_assert!(text.get(range.clone()).is_some_and(|tag| !tag.is_empty()), "{range:?} of {text:?}");
            }
            prop_assert!(scan.uses.iter().all(|found| !found.name.is_empty()));
            prop_assert!(scan.controls.is_sorted_by_key(|range| range.start), "{text:?}");
        }
        Engine::of_texts(&[&text]);
    }

    #[test]
    fn json_has_no_variables(
        keys in vec("[a-z]{1,6}", 1..5),
        indent in prop::sample::select(vec!["", " ", "\n  "]),
    ) {
        let fields: Vec<String> = keys.iter().map(|key| format!("{indent}\"{key}\":{indent}[1, {{\"in\": {{}}}}]")).collect();
        let text = format!("Answer like this: {{{}{indent}}}", fields.join(","));
        for scan in scans(&text) {
            prop_assert!(scan.uses.is_empty(), "{:?} in {text:?}", scan.uses);
        }
        prop_assert_eq!(Engine::of_texts(&[&text]), None);
    }
}

#[test]
fn no_repetition_takes_long() {
    for piece in PIECES.into_iter().chain([
        "{{#a}}{{b}}",
        "{{'",
        "{{\"}}",
        "{{(",
        "{% if (",
        "{a{",
        "${a",
        "{{#each a}}{{../b}}",
    ]) {
        let text = piece.repeat(30_000 / piece.len());
        let start = Instant::now();
        scans(&text).for_each(drop);
        Engine::of_texts(&[&text]);
        assert!(start.elapsed() < Duration::from_secs(3), "{piece:?} takes {:?}", start.elapsed());
    }
}
