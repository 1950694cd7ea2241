//! `--format text`: the face that people see.

mod artefact;
mod fold;
mod page;
mod problem;

use std::io::{self, Write};

use super::Layout;
use super::paint::Tone;
use crate::domain::Class;
use crate::report::{Changes, Report};

pub(super) fn render(report: &Report, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    match report {
        Report::Changes(changes) => render_changes(changes, layout, out),
        Report::Page(page) => page::render(page, layout, out),
    }
}

fn render_changes(changes: &Changes, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", headline(changes, layout))?;
    if layout.stat {
        artefact::write_stat(&changes.artefacts, layout, out)?;
    } else {
        fold::write_artefacts(&changes.artefacts, layout, out)?;
    }
    write_code(changes, layout, out)?;
    write_unmanaged(changes, layout, out)?;
    problem::write_all(&changes.problems, layout, out)?;
    write_verdict(changes, layout, out)
}

/// The counts, first: `3 artefacts changed: 1 breaking, 2 behavioural (prompt, model) · owes eval, feedback`.
fn headline(changes: &Changes, layout: &Layout) -> String {
    let total = changes.artefacts.len();
    let mut line = match total {
        0 => "no artefact changed".to_owned(),
        1 => "1 artefact changed".to_owned(),
        _ => format!("{total} artefacts changed"),
    };
    let classes = [Class::Integrity, Class::Breaking, Class::Behavioural, Class::Additive, Class::Cosmetic];
    let counts: Vec<String> = classes
        .into_iter()
        .filter_map(|class| {
            let count = changes.artefacts.iter().filter(|row| artefact::class_shown(row) == Some(class)).count();
            (count > 0).then(|| layout.paint(Tone::Class(class), &format!("{count} {class}")))
        })
        .collect();
    if !counts.is_empty() {
        line.push_str(": ");
        line.push_str(&counts.join(", "));
    }
    let also = [
        (changes.code.len(), "code file"),
        (changes.submodules.len(), "submodule"),
        (changes.problems.len(), "problem"),
    ];
    for (count, what) in also.into_iter().filter(|(count, _)| *count > 0) {
        line.push_str(&format!(" · {count} {what}{}", if count == 1 { "" } else { "s" }));
    }
    let sides = format!("   {} → {}", changes.old.spec, changes.new.spec);
    line + &layout.paint(Tone::Faint, &sides)
}

fn write_code(changes: &Changes, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    if !changes.code.is_empty() {
        writeln!(out, "\n{}", layout.paint(Tone::Strong, "code (agent-code change)"))?;
    }
    let shown = if layout.full { usize::MAX } else { 10 };
    for change in changes.code.iter().take(shown) {
        writeln!(out, "  {:<9} {}", artefact::status_word(change.status), change.path)?;
    }
    if changes.code.len() > shown {
        writeln!(out, "  … and {} more (--full shows all)", changes.code.len() - shown)?;
    }
    for change in &changes.submodules {
        let short = |oid: &Option<String>| oid.as_ref().map_or("none".to_owned(), |oid| oid.chars().take(10).collect());
        writeln!(out, "\nsubmodule {} now points to {} (was {})", change.path, short(&change.new), short(&change.old))?;
    }
    Ok(())
}

fn write_unmanaged(changes: &Changes, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    if changes.unmanaged.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", layout.paint(Tone::Strong, "not managed (no rule of pv.toml takes these)"))?;
    changes.unmanaged.iter().try_for_each(|path| writeln!(out, "  {path}"))
}

fn write_verdict(changes: &Changes, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let Some(verdict) = &changes.verdict else { return Ok(()) };
    let (tone, word) =
        if verdict.passed { (Tone::Good, "check passed") } else { (Tone::Class(Class::Breaking), "check failed") };
    writeln!(out, "\n{}", layout.paint(tone, word))?;
    verdict.reasons.iter().try_for_each(|reason| writeln!(out, "  {reason}"))
}
