//! `--format text`: the face that people see.

mod artefact;
mod body;
mod columns;
mod fold;
mod gates;
mod page;
mod problem;
mod refusals;

use std::io::{self, Write};

use super::paint::Tone;
use super::{Layout, phrase};
use crate::domain::Class;
use crate::report::{Changes, Report, visible};

pub(super) fn render(report: &Report, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    match report {
        Report::Changes(changes) => render_changes(changes, layout, out),
        Report::Page(page) => page::render(page, layout, out),
    }
}

fn render_changes(changes: &Changes, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", headline(changes, layout))?;
    if let Some(inventory) = phrase::inventory(changes) {
        writeln!(out, "{inventory}")?;
    }
    if layout.stat {
        artefact::write_stat(&changes.artefacts, layout, out)?;
    } else {
        fold::write_artefacts(&changes.artefacts, layout, out)?;
    }
    write_code(changes, layout, out)?;
    gates::write(changes, layout, out)?;
    refusals::write(changes, layout, out)?;
    problem::write_all(&changes.problems, layout, out)?;
    write_unmanaged(changes, layout, out)?;
    write_verdict(changes, layout, out)
}

/// The counts, first: `3 artefacts changed: 1 breaking, 2 behavioural · owes eval, feedback   HEAD → worktree`.
fn headline(changes: &Changes, layout: &Layout) -> String {
    let classes = phrase::classes(changes).into_iter();
    let counts: Vec<String> =
        classes.map(|(class, count)| layout.paint(Tone::Class(class), &format!("{count} {class}"))).collect();
    let mut line = phrase::total(changes);
    if !counts.is_empty() {
        line = format!("{line}: {}", counts.join(", "));
    }
    for piece in phrase::beside(changes).into_iter().chain(phrase::owed(changes)) {
        line = format!("{line} · {piece}");
    }
    format!("{line}   {}", layout.paint(Tone::Faint, &phrase::sides(changes)))
}

fn write_code(changes: &Changes, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    if !changes.code.is_empty() {
        writeln!(out, "\n{}", layout.paint(Tone::Strong, "code (agent-code change)"))?;
    }
    let shown = if layout.full { usize::MAX } else { 10 };
    for change in changes.code.iter().take(shown) {
        let status = columns::padded(phrase::status(change.status), 9);
        writeln!(out, "  {status} {}", visible::line(&change.path))?;
    }
    if changes.code.len() > shown {
        writeln!(out, "  … and {} more (--full shows all)", changes.code.len() - shown)?;
    }
    for change in &changes.submodules {
        let short = |oid: &Option<String>| oid.as_ref().map_or("none".to_owned(), |oid| oid.chars().take(10).collect());
        writeln!(
            out,
            "\nsubmodule {} now points to {} (was {})",
            visible::line(&change.path),
            short(&change.new),
            short(&change.old)
        )?;
    }
    Ok(())
}

fn write_unmanaged(changes: &Changes, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    if changes.unmanaged.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", layout.paint(Tone::Strong, "not managed (no rule of pv.toml takes these)"))?;
    changes.unmanaged.iter().try_for_each(|path| writeln!(out, "  {}", visible::line(path)))
}

fn write_verdict(changes: &Changes, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let Some(verdict) = &changes.verdict else { return Ok(()) };
    let (tone, word) = match verdict.passed {
        true => (Tone::Good, phrase::passed(changes)),
        false => (Tone::Class(Class::Breaking), format!("check failed (exit {})", verdict.exit)),
    };
    writeln!(out, "\n{}", layout.paint(tone, &word))?;
    verdict.reasons.iter().try_for_each(|reason| writeln!(out, "  {}", visible::line(reason)))
}

#[cfg(test)]
mod tests {
    use crate::domain::KindName;
    use crate::report::render::Layout;
    use crate::report::render::sample::{self, PLAIN, rendered};

    #[test]
    fn one_edit_is_one_screen() {
        insta::assert_snapshot!(rendered("text", sample::one_line(), &PLAIN), @r#"
        1 artefact changed: 1 behavioural   HEAD → worktree

        prompt:greet  behavioural  1.0.0 → 1.1.0 (minor)
          prompts/greet.md · modified · prompt change · owes eval
          behavioural  the wording of a sentence changed  [prompt/wording-changed]
                  7:3 │ Answer in at most [-3-]{+5+} short sentences.
        "#);
    }

    #[test]
    fn colours_take_the_place_of_the_marks() {
        let text = rendered("text", sample::one_line(), &Layout { color: true, ..PLAIN });
        assert!(!text.contains("[-") && text.contains("\x1b[9m"), "{text:?}");
    }

    #[test]
    fn a_break_a_model_and_a_problem() {
        insta::assert_snapshot!(rendered("text", sample::breaking(), &PLAIN), @r"
        1 artefact changed: 1 breaking · 1 code file · 1 problem   HEAD → worktree

        prompt:greet  breaking  1.0.0 → 2.0.0 (major)
          prompts/greet.md · modified · prompt, model change · owes eval, cost
          breaking     the prompt no longer takes `order_id`  [prompt/variable-removed b0c1e15d2457]
                  7:3 │ [-Order {{order_id}}-]
          behavioural  the model changed  [prompt/model-changed]
                  7:3 │ [-small-1-]{+large-2+}

        code (agent-code change)
          modified  src/agents/loop.py

        yaml-syntax

          × the list is not closed
           ╭─[prompts/bad.md:2:7]
         2 │ name: [a
           ·       ─┬
           ·        ╰── here
           ╰────
          help: add a `]`

        check failed (exit 1)
          1 file cannot be read
        ");
    }

    #[test]
    fn a_sweep_over_750_artefacts_is_folded_and_counted() {
        insta::assert_snapshot!(rendered("text", sample::many(), &PLAIN), @r"
        750 artefacts changed: 1 breaking, 700 behavioural, 49 additive · owes eval   HEAD → worktree

        prompt:checkout  breaking  1.0.0 → 2.0.0 (major)
          prompts/checkout.md · modified · prompt change · owes eval
          breaking     the prompt no longer takes `order_id`  [prompt/variable-removed b0c1e15d2457]
                  7:3 │ [-{{order_id}}-]

        700 prompt artefacts modified  behavioural
          prompt/wording-changed
          prompt:p000  the wording of a sentence changed
          prompt:p001  the wording of a sentence changed
          prompt:p002  the wording of a sentence changed
          prompt:p003  the wording of a sentence changed
          prompt:p004  the wording of a sentence changed
          … and 695 more

        49 prompt artefacts added  additive
          prompt/artefact-added
          prompt:new000  the prompt is new
          prompt:new001  the prompt is new
          prompt:new002  the prompt is new
          prompt:new003  the prompt is new
          prompt:new004  the prompt is new
          … and 44 more

        folded; --full shows everything, `-- PATH…` a part, --stat a line each
        ");
    }

    #[test]
    fn one_line_an_artefact() {
        insta::assert_snapshot!(rendered("text", sample::breaking(), &Layout { stat: true, ..PLAIN }), @r#"
        1 artefact changed: 1 breaking · 1 code file · 1 problem   HEAD → worktree
         prompt:greet │ breaking    modified    1.0.0 → 2.0.0 (major) 2 findings

        code (agent-code change)
          modified  src/agents/loop.py

        yaml-syntax

          × the list is not closed
           ╭─[prompts/bad.md:2:7]
         2 │ name: [a
           ·       ─┬
           ·        ╰── here
           ╰────
          help: add a `]`

        check failed (exit 1)
          1 file cannot be read
        "#);
    }

    #[test]
    fn a_status_counts_what_there_is() {
        let mut changes = sample::changes(Vec::new());
        changes.summary.inventory = [(KindName::Prompt, 10), (KindName::Index, 1)].into();
        insta::assert_snapshot!(rendered("text", changes, &PLAIN), @r"
        no artefact changed   HEAD → worktree
        in all 11 artefacts: 10 prompt, 1 index
        ");
    }

    #[test]
    fn no_text_drives_the_terminal_or_breaks_its_line() {
        let text = rendered("text", sample::hostile(), &PLAIN);
        assert!(!text.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{text:?}");
        insta::assert_snapshot!(text, @r"
        1 artefact changed: 1 breaking   HEAD → worktree

        prompt:x`|<img src=x>\n::error::y\u{1b}[2J  breaking  1.0.0 → 2.0.0 (major)
          prompts/x`|<img src=x>\n::error::y\u{1b}[2J.md · modified · prompt change · owes eval
          breaking     takes `a`<script>`b` from @team,\n::warning::see [x](javascript:1)  [prompt/wording-changed bfab3c5adb08]
                  7:3 │ ```
                      │ [-</details>
                      │ \u{1b}]0;title\u{7}\u{202e}evil-]{+@everyone
                      │ ::error::gone+}

        not managed (no rule of pv.toml takes these)
          x`|<img src=x>\n::error::y\u{1b}[2J
        ");
    }

    #[test]
    fn long_lines_are_wrapped_beside_their_bar() {
        let (old, new) = ("word ".repeat(60), "thing ".repeat(60));
        let mut changes = sample::one_line();
        let finding = &mut changes.artefacts[0].findings[0];
        for (quote, text) in [(&mut finding.old, old), (&mut finding.new, new)] {
            quote.as_mut().unwrap().text = text;
        }
        let text = rendered("text", changes, &Layout { width: 60, ..PLAIN });
        insta::assert_snapshot!(text, @r#"
        1 artefact changed: 1 behavioural   HEAD → worktree

        prompt:greet  behavioural  1.0.0 → 1.1.0 (minor)
          prompts/greet.md · modified · prompt change · owes eval
          behavioural  the wording of a sentence changed  [prompt/wording-changed]
                  7:3 │ [-word word word word word word word word
                      │ word word word word word word word word word
                      │ word word word word word word word word word
                      │ word word word word word word …ord word word
                      │ word word word word word word word-]
                      │ {+thing thing thing thing thing thing thing
                      │ thing thing thing thing thing thing thing
                      │ thing thing thing thing thing thing thing
                      … 2 more lines
        "#);
        assert!(text.lines().skip(5).all(|line| line.chars().count() <= 60), "{text}");
    }
}
