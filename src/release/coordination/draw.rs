//! A graph as text that other programs draw: Mermaid flowcharts, and DOT of Graphviz.

use std::collections::BTreeMap;

use super::graph::{Graph, Node};
use crate::domain::{ArtefactId, KindName};

/// The graph as a Mermaid flowchart, from left to right.
pub fn mermaid(graph: &Graph) -> String {
    let numbers: BTreeMap<&ArtefactId, usize> = graph.nodes.keys().zip(0..).collect();
    let name = |id: &ArtefactId| numbers.get(id).map(|at| format!("n{at}")).unwrap_or_default();
    let mut lines = vec!["flowchart LR".to_owned()];
    for (id, node) in &graph.nodes {
        let (open, close) = match id.kind {
            KindName::Feature => ("([", "])"),
            KindName::Eval => ("{{", "}}"),
            _ => ("[", "]"),
        };
        let text: Vec<String> = label(id, node).iter().map(|line| entities(line)).collect();
        lines.push(format!("  {}{open}\"{}\"{close}", name(id), text.join("<br/>")));
    }
    lines.extend(graph.edges().map(|(from, to)| format!("  {} --> {}", name(from), name(to))));
    lines
        .extend(graph.measures.iter().map(|(set, tested)| format!("  {} -. measures .-> {}", name(set), name(tested))));
    lines.join("\n") + "\n"
}

/// The graph in the language of Graphviz.
pub fn dot(graph: &Graph) -> String {
    let mut lines = vec!["digraph features {".to_owned(), "  rankdir=LR;".to_owned(), "  node [shape=box];".to_owned()];
    lines.extend(graph.nodes.iter().map(|(id, node)| {
        let text: Vec<String> = label(id, node).iter().map(|line| escaped(line)).collect();
        format!("  {} [label=\"{}\"];", quoted(id), text.join("\\n"))
    }));
    lines.extend(graph.edges().map(|(from, to)| format!("  {} -> {};", quoted(from), quoted(to))));
    lines.extend(
        graph.measures.iter().map(|(set, tested)| {
            format!("  {} -> {} [style=dashed, label=\"measures\"];", quoted(set), quoted(tested))
        }),
    );
    lines.push("}".to_owned());
    lines.join("\n") + "\n"
}

/// Its name and version, its flag, and how far it is.
fn label(id: &ArtefactId, node: &Node) -> Vec<String> {
    if let Some(flag) = &node.flag {
        return vec![id.to_string(), format!("{flag} at {}", node.weight)];
    }
    let version = node.version().map(|version| format!(" {version}")).unwrap_or_default();
    vec![format!("{id}{version}"), super::operations::state(id, node)]
}

/// Mermaid reads some characters as its own; it knows any of them by its number.
fn entities(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || " _-.:/%@".contains(c);
    text.chars().map(|c| if is_plain(c) { c.to_string() } else { format!("#{};", u32::from(c)) }).collect()
}

fn quoted(id: &ArtefactId) -> String {
    format!("\"{}\"", escaped(&id.to_string()))
}

fn escaped(text: &str) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    flat.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::super::sets::Measures;
    use super::*;
    use crate::domain::Weight;

    fn graph() -> Graph {
        let node = |flag: Option<&str>| Node {
            locked: None,
            wanted: None,
            is_present: true,
            weight: Weight::NONE,
            flag: flag.map(str::to_owned),
            is_guarded: false,
        };
        let (feature, tool) =
            (ArtefactId::new(KindName::Feature, "refund"), ArtefactId::new(KindName::Tool, "a\"]\\;b\n-->"));
        Graph {
            nodes: [(feature.clone(), node(Some("on \"now\""))), (tool.clone(), node(None))].into(),
            requires: [(feature, [tool].into())].into(),
            measures: Measures::new(),
        }
    }

    /// The quoted strings of a text, unescaped, and the text with each of them as `S`.
    fn strings(text: &str) -> (Vec<String>, String) {
        let (mut found, mut rest, mut chars) = (Vec::new(), String::new(), text.chars());
        while let Some(c) = chars.next() {
            if c != '"' {
                rest.push(c);
                continue;
            }
            let mut string = String::new();
            while let Some(c) = chars.next().filter(|c| *c != '"') {
                string.push(if c == '\\' { chars.next().unwrap() } else { c });
            }
            found.push(string);
            rest.push('S');
        }
        (found, rest)
    }

    #[test]
    fn dot_quotes_whatever_a_name_holds() {
        let (found, rest) = strings(&dot(&graph()));
        let expected =
            "digraph features {\n  rankdir=LR;\n  node [shape=box];\n  S [label=S];\n  S [label=S];\n  S -> S;\n}\n";
        assert_eq!(rest, expected);
        assert_eq!(found[0], "tool:a\"]\\;b -->");
        assert_eq!(found[5], found[0]);
    }

    #[test]
    fn mermaid_gets_no_character_of_its_own_in_a_label() {
        let drawn = mermaid(&graph());
        let (found, rest) = strings(&drawn);
        assert_eq!(rest, "flowchart LR\n  n0[S]\n  n1([S])\n  n1 --> n0\n");
        assert_eq!(found[0], "tool:a#34;#93;#92;#59;b#10;--#62;<br/>not released");
    }
}
