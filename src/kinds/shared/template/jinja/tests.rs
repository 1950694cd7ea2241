//! Jinja and its relatives: variables, scopes, branches, and what is no template at all.

use super::{Dialect, scan};

fn uses(text: &str) -> Vec<(String, bool)> {
    scan(text, Dialect::Jinja).uses.into_iter().map(|found| (found.name, found.guarded)).collect()
}

fn names(text: &str) -> Vec<String> {
    uses(text).into_iter().map(|(name, _)| name).collect()
}

fn expect(text: &str, expected: &[(&str, bool)]) {
    let found = uses(text);
    let found: Vec<(&str, bool)> = found.iter().map(|(name, guarded)| (name.as_str(), *guarded)).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn conditions_guard_and_loops_bind() {
    expect(
        "{{ a }}{% if b %}{{ c }}{% endif %}{% for x in xs %}{{ x.y }}{{ loop.index }}{% endfor %}{{ x }}",
        &[("a", false), ("b", true), ("c", true), ("xs", false), ("x", false)],
    );
    expect("{% for k, v in m.items() if v.ok %}{{ k }}{% endfor %}", &[("m", false)]);
}

#[test]
fn the_branch_that_renders_without_anything_is_not_guarded() {
    expect("{% if a %}{{ b }}{% else %}{{ c }}{% endif %}", &[("a", true), ("b", true), ("c", false)]);
    expect("{% if not a %}{{ b }}{% else %}{{ c }}{% endif %}", &[("a", true), ("b", false), ("c", true)]);
    expect("{% unless a %}{{ b }}{% endunless %}", &[("a", true), ("b", false)]);
    expect(
        "{% if a == 'x' %}{{ b }}{% elif a != 'y' %}{{ c }}{% else %}{{ d }}{% endif %}",
        &[("a", true), ("b", true), ("a", true), ("c", false), ("d", true)],
    );
}

#[test]
fn guards_cover_their_branch() {
    let found = scan("A{%- if b %} x {%- endif %}.", Dialect::Jinja);
    assert_eq!(found.guards.len(), 1);
    assert_eq!(found.guards[0].range, 1..27);
    let found = scan("{% if b %}x{% else %}y{% endif %}", Dialect::Jinja);
    assert_eq!(found.guards[0].range, 0..11);
    assert_eq!(found.blocks, [vec![0..10, 11..21, 22..33]]);
}

#[test]
fn set_raw_and_comments_are_not_variables() {
    expect("{% set a = b %}{{ a }}{% raw %}{{ c }}endraw{%- endraw -%}{# {{ d }} #}", &[("b", false)]);
    assert_eq!(names("{% set a = a | default('x') %}{{ a }}"), ["a"]);
    assert_eq!(names("{% with a = b, c = 1 %}{{ a }}{{ c }}{% endwith %}{{ a }}"), ["b", "a"]);
    assert_eq!(names("{% macro f(x, y=1) %}{{ x }}{{ z }}{% endmacro %}{{ f(w) }}"), ["z", "w"]);
    assert_eq!(names("{% set x %}{{ a }}{% endset %}{{ x }}"), ["a"]);
    assert_eq!(names("{% capture x %}{{ a }}{% endcapture %}{{ x }}"), ["a"]);
    assert_eq!(names("{% comment %}{{ a }}{% endcomment %}"), [""; 0]);
}

#[test]
fn strings_and_maps_do_not_end_a_tag() {
    assert_eq!(names("{{ '}}' ~ a }}{{ b }}"), ["a", "b"]);
    assert_eq!(names("{{ {'k': {'l': a}} }}{{ b }}"), ["a", "b"]);
    assert_eq!(names("{{ {'k': a}}}{{ b }}"), ["a", "b"]);
    assert_eq!(names("{{ '{{' }}{{ b }}"), ["b"]);
}

#[test]
fn includes_and_imports_are_followed_by_name() {
    let text = "{% include \"a.j2\" ignore missing %}{% extends 'b' %}{% import 'c' as m %}{% from 'd' import e as f %}\
                {{ m }}{{ f }}{% include which %}";
    let found = scan(text, Dialect::Jinja);
    let included: Vec<&str> = found.includes.iter().map(|include| include.name.as_str()).collect();
    assert_eq!(included, ["a.j2", "b", "c", "d"]);
    assert_eq!(names(text), ["which"]);
}

#[test]
fn an_unclosed_block_is_a_fault() {
    let faults = |text: &str| scan(text, Dialect::Jinja).faults.len();
    for text in
        ["{% if a %}", "{% endif %}", "{{ a", "{% if a", "{# a", "{% raw %}", "{% if a %}{% for b in c %}{% endif %}"]
    {
        assert_eq!(faults(text), 1, "{text}");
    }
    for text in
        ["{% for a in b %}{% endfor %}", "{% generation %}{% endgeneration %}", "{% if a %}{% endif %}", "} }} %}"]
    {
        assert_eq!(faults(text), 0, "{text}");
    }
}

#[test]
fn a_safe_filter_is_seen() {
    let found = scan("{{ a | safe }}{{ b | e }}{{ c }}", Dialect::Jinja);
    assert_eq!(found.uses.iter().map(|found| found.is_raw).collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn promptl_has_its_statements_in_double_braces() {
    let found =
        scan("{{ if a }}{{ b }}{{ else if d }}{{ endif }}{{ c = e }}{{ c }}/* {{ f }} */{% x", Dialect::Promptl);
    let names: Vec<&str> = found.uses.iter().map(|found| found.name.as_str()).collect();
    assert_eq!((names, found.faults.len()), (vec!["a", "b", "d", "e"], 0));
}
