//! Writes inputs of any size, streaming: rows of an index, or a repository for `git fast-import`.
//!
//! usage: corpus rows COUNT [CHANGED scattered|clustered]
//!        corpus import ARTEFACTS
//!        corpus edits ARTEFACTS COMMITS
//!
//! `rows` are documents as in C4 (one JSON object a line, 180 bytes), CHANGED of them with another hash: every n-th one,
//! or the ones in the middle. `import` is a commit of prompts of 1 KB and, as every fifth file, a model pin; `edits` are
//! commits on top of it, each of one line of one prompt. The same arguments give the same bytes.

use std::env;
use std::io::{self, BufWriter, Write};
use std::process;

const WORDS: [&str; 16] = [
    "answer", "the", "customer", "in", "plain", "language", "never", "promise", "a", "refund", "before", "checking",
    "orders", "quote", "policy", "sections",
];

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut output = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    match *words.as_slice() {
        ["rows", count] => rows(&mut output, number(count), |_| false)?,
        ["rows", count, changed, "scattered"] => {
            let (count, changed) = (number(count), number(changed));
            let step = count / changed;
            rows(&mut output, count, |row| row % step == step / 2 && row / step < changed)?;
        }
        ["rows", count, changed, "clustered"] => {
            let (count, changed) = (number(count), number(changed));
            let first = (count - changed) / 2;
            rows(&mut output, count, |row| (first..first + changed).contains(&row))?;
        }
        ["import", artefacts] => import(&mut output, number(artefacts))?,
        ["edits", artefacts, commits] => edits(&mut output, number(artefacts), number(commits))?,
        _ => {
            eprintln!(
                "usage: corpus rows COUNT [CHANGED scattered|clustered] | import ARTEFACTS | edits ARTEFACTS COMMITS"
            );
            process::exit(2);
        }
    }
    output.flush()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| {
        eprintln!("corpus: {text} is no number");
        process::exit(2)
    })
}

/// SplitMix64: a number that looks drawn, from its place.
fn drawn(place: u64) -> u64 {
    let mut z = place.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn rows(output: &mut impl Write, count: u64, is_changed: impl Fn(u64) -> bool) -> io::Result<()> {
    const AREAS: [&str; 6] = ["kb", "wiki", "tickets", "policies", "release-notes", "contracts"];
    const LANGUAGES: [&str; 4] = ["en", "de", "fr", "ja"];
    for row in 0..count {
        let hash = drawn(row * 2 + u64::from(is_changed(row)));
        let (a, b, c) = (drawn(hash), drawn(hash ^ 1), drawn(hash ^ 2));
        let traits = drawn(row ^ (1 << 60));
        let (area, language) = (AREAS[(traits % 6) as usize], LANGUAGES[(traits >> 8) as usize % 4]);
        writeln!(
            output,
            r#"{{"id":"doc-{row:08}","hash":"b3:{hash:016x}{a:016x}{b:016x}{c:016x}","meta":{{"source":"{area}/{}.md","chunks":{},"updated":{},"lang":"{language}"}}}}"#,
            row % 9973,
            1 + (traits >> 16) % 40,
            1_700_000_000 + (traits >> 24) % 10_000_000,
        )?;
    }
    Ok(())
}

fn import(output: &mut impl Write, artefacts: u64) -> io::Result<()> {
    commit(output, 0, "")?;
    (0..artefacts).try_for_each(|artefact| file(output, artefact, 0))
}

fn edits(output: &mut impl Write, artefacts: u64, commits: u64) -> io::Result<()> {
    for edit in 1..=commits {
        commit(output, edit, if edit == 1 { "from refs/heads/main^0\n" } else { "" })?;
        // A prompt: every artefact but the fifths.
        let chosen = drawn(edit) % artefacts;
        file(output, if chosen % 5 == 4 { chosen - 1 } else { chosen }, edit)?;
    }
    Ok(())
}

fn commit(output: &mut impl Write, number: u64, parent: &str) -> io::Result<()> {
    let (message, stamp) = (format!("edit {number}"), 1_700_000_000 + number * 60);
    write!(output, "commit refs/heads/main\ncommitter gen <gen@example.invalid> {stamp} +0000\n")?;
    write!(output, "data {}\n{message}\n{parent}", message.len())
}

fn file(output: &mut impl Write, artefact: u64, edit: u64) -> io::Result<()> {
    let (path, text) = if artefact % 5 == 4 {
        (format!("models/area-{}/m{artefact:06}.toml", artefact % 32), pin(artefact))
    } else {
        (format!("prompts/area-{}/p{artefact:06}.md", artefact % 32), prompt(artefact, edit))
    };
    write!(output, "M 100644 inline {path}\ndata {}\n{text}\n", text.len())
}

fn pin(artefact: u64) -> String {
    let revision = drawn(artefact);
    format!(
        "[model]\nid = \"model_{artefact}\"\nprovider = \"acme\"\nname = \"chat-{}\"\nrevision = \"{revision:016x}\"\n[params]\ntemperature = 0.2\nmax_tokens = 1024\n",
        artefact % 9
    )
}

fn prompt(artefact: u64, edit: u64) -> String {
    let mut text = format!("---\nid: prompt_{artefact}\ninputs: [question, locale]\n---\n# prompt_{artefact}\n\n");
    for line in 0..18 {
        // The edit of a commit is one line.
        let seed = drawn(artefact << 20 | line << 8) ^ if line == edit % 18 { drawn(edit) } else { 0 };
        let words: Vec<&str> = (0..8).map(|word| WORDS[(drawn(seed ^ word) % 16) as usize]).collect();
        text.push_str(&format!("- {}.\n", words.join(" ")));
    }
    text.push_str("\nUser: {{question}} ({{locale}})\n");
    text
}
