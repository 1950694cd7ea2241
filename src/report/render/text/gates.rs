//! The gates: a line each, and below it what stands in the way and what to do about it.

use std::io::{self, Write};

use super::columns::{self, padded};
use crate::release::gates::Judged;
use crate::report::render::gates::{self, Point};
use crate::report::render::paint::Tone;
use crate::report::render::remedy::{self, Step};
use crate::report::render::{Layout, phrase};
use crate::report::{Changes, visible};

/// Gates shown before the rest is counted.
const GATES: usize = 20;
/// Of those that do not pass, as many are shown with what stands against them.
const DETAILED: usize = 8;
/// What stands against one gate, before the rest is counted.
const POINTS: usize = 8;
/// Columns of the longest verdict.
const WORD: usize = 12;
/// Columns that an identity may fill before it pushes the rest of its line.
const NAME: usize = 40;
/// Blanks before what stands below a gate's line.
const INDENT: usize = 6;

pub(super) fn write(changes: &Changes, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let gates = gates::sorted(changes);
    if gates.is_empty() {
        return Ok(());
    }
    write_heading(changes, layout, out)?;
    let shown = if layout.full { gates.len() } else { GATES.min(gates.len()) };
    let (shown, rest) = gates.split_at(shown);
    let names: Vec<String> = shown.iter().map(|judged| artefact(judged)).collect();
    let kinds: Vec<String> = shown.iter().map(|judged| judged.gate.to_string()).collect();
    let widths = (columns::widest(&names).min(NAME), columns::widest(&kinds));
    for (at, judged) in shown.iter().enumerate() {
        write_line(judged, widths, layout, out)?;
        if layout.full || at < DETAILED {
            write_details(judged, layout, out)?;
        }
    }
    if !rest.is_empty() {
        writeln!(out, "  … and {} more: {} (--full shows all)", rest.len(), gates::counted(rest.iter().copied()))?;
    }
    Ok(())
}

fn write_heading(changes: &Changes, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let policy = gates::policy(changes).map_or_else(String::new, |policy| format!("   {}", visible::line(&policy)));
    writeln!(out, "\n{}{}", layout.paint(Tone::Strong, "gates"), layout.paint(Tone::Faint, &policy))
}

fn artefact(judged: &Judged) -> String {
    visible::line(&judged.artefact.to_string())
}

/// `fail          prompt:greet  eval  pass_rate 84 % [80, 88]; at least 90 %`
fn write_line(judged: &Judged, widths: (usize, usize), layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let (name, gate) = (padded(&artefact(judged), widths.0), padded(judged.gate.as_str(), widths.1));
    let word = layout.paint(Tone::Verdict(judged.verdict), &padded(judged.verdict.as_str(), WORD));
    let lead = format!("  {word}  {}  {gate}", layout.paint(Tone::Strong, &name));
    let indent = 2 + WORD + 2 + columns::widest([&name]) + 2 + widths.1 + 2;
    let check = gates::only_reason(judged).and_then(|(check, _)| check);
    let text = format!("{}{}", visible::line(&gates::came_to(judged)), bracketed(check));
    write_wrapped(&lead, &text, indent, (layout, out))
}

/// The check whose page says more.
fn bracketed(check: Option<&str>) -> String {
    check.map_or_else(String::new, |check| format!(" [{check}]"))
}

fn write_details(judged: &Judged, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    if let Some((_, remedy)) = gates::only_reason(judged) {
        write_remedy(remedy, INDENT, layout, out)?;
    }
    let points = gates::points(judged, layout.full);
    let shown = if layout.full { points.len() } else { POINTS.min(points.len()) };
    for point in points.iter().take(shown) {
        write_point(point, layout, out)?;
    }
    if points.len() > shown {
        writeln!(out, "{:INDENT$}… and {} more (--full shows all)", "", points.len() - shown)?;
    }
    if layout.full {
        write_labelled("owed by", Some(phrase::list(&judged.because)), layout, out)?;
    }
    write_labelled("evidence", gates::evidence(judged), layout, out)?;
    gates::notes(judged).iter().try_for_each(|note| write_labelled("note", Some(note.clone()), layout, out))
}

fn write_point(point: &Point<'_>, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let word = layout.paint(Tone::Verdict(point.verdict), &padded(point.word, WORD));
    let lead = format!("{:INDENT$}{word}", "");
    let text = format!("{}{}", visible::line(&point.text), bracketed(point.check));
    write_wrapped(&lead, &text, INDENT + WORD + 2, (layout, out))?;
    write_remedy(point.remedy, INDENT + WORD + 2, layout, out)
}

fn write_labelled(label: &str, text: Option<String>, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(()) };
    let lead = format!("{:INDENT$}{}", "", layout.paint(Tone::Faint, &padded(label, WORD)));
    write_wrapped(&lead, &visible::line(&text), INDENT + WORD + 2, (layout, out))
}

/// What to do: words wrapped, a command line on a line of its own.
pub(super) fn write_remedy(remedy: &str, indent: usize, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    for step in remedy::steps(remedy) {
        match step {
            Step::Words(words) => {
                let room = layout.width.saturating_sub(indent).max(30);
                for line in columns::wrapped(&visible::line(&words), room) {
                    writeln!(out, "{:indent$}{line}", "")?;
                }
            }
            Step::Command(command) => {
                writeln!(out, "{:indent$}  {}", "", layout.paint(Tone::Strong, &visible::line(&command)))?;
            }
        }
    }
    Ok(())
}

/// `text` behind `lead`, which fills the columns before `indent`; further lines stand below its beginning.
pub(super) fn write_wrapped(
    lead: &str,
    text: &str,
    indent: usize,
    (layout, out): (&Layout, &mut dyn Write),
) -> io::Result<()> {
    let lines = columns::wrapped(text, layout.width.saturating_sub(indent).max(30));
    let (first, rest) = lines.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    writeln!(out, "{}", format!("{lead}  {first}").trim_end())?;
    rest.iter().try_for_each(|line| writeln!(out, "{:indent$}{line}", ""))
}

#[cfg(test)]
mod tests {
    use crate::domain::{Gate, Verdict};
    use crate::report::render::Layout;
    use crate::report::render::sample::{self, PLAIN, rendered};

    #[test]
    fn a_check_with_gates_is_one_screen() {
        insta::assert_snapshot!(rendered("text", sample::gated(), &PLAIN), @r"
        1 artefact changed: 1 behavioural · gates: 2 fail, 1 inconclusive, 1 waived, 1 pass   HEAD → worktree

        prompt:greet  behavioural  1.0.0 → 1.1.0 (minor)
          prompts/greet.md · modified · prompt change · owes eval
          behavioural  the wording of a sentence changed  [prompt/wording-changed]
                  7:3 │ Answer in at most [-3-]{+5+} short sentences.

        gates   by the policy of main (3f2a9c1b7e)
          fail          prompt:greet  eval         1 of 4 checks fails, 1 is inconclusive
              fail          pass_rate lang=hi (at most 5 points below): -9 points [-13, -5] over 80 cases
              inconclusive  pass_rate lang=mr (at most 5 points below): -3 points [-9, 3] over 12 cases,
                            where 10 points would show; about 40 more cases would decide
              pass          2 checks: pass_rate, pass_rate lang=en
              evidence      .pv/evidence/greet.json, against prompt:greet@1.0.0 of release 2026.05.20
          fail          prompt:greet  cost         it was run on `prompt:greet` as of blake3:1a2b3c4d5e,
                                                   which is blake3:9f8e7d6c5b now [report/run-incomplete]
              Run the eval again on what is here, then:
                pv gate add reports/cost.json
          inconclusive  prompt:greet  safety       pass_rate (at least 95 %): 94 % [89, 97] over 90 cases;
                                                   about 60 more cases would decide
              evidence      .pv/evidence/greet-safety.json
          waived        prompt:greet  integration  owner answers for it until 2026-12-31: callers migrated
          pass          prompt:bye    eval         pass_rate (at most 5 points below): 94 % [91, 96] over
                                                   200 cases
              evidence      .pv/evidence/bye.json, against prompt:greet@1.0.0 of release 2026.05.20

        intents and policy
          error    prompt:greet: it changed, and no intent names it [report/cases-missing]
                   Say why:
                     pv change add prompt:greet

        check failed (exit 1)
          2 gates fail
          1 artefact has no intent
        ");
    }

    #[test]
    fn all_of_it_is_shown_when_asked_for() {
        let text = rendered("text", sample::gated(), &Layout { full: true, ..PLAIN });
        for wanted in ["pass          pass_rate lang=en", "owed by       prompt/wording-changed"] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
    }

    #[test]
    fn gates_of_a_sweep_are_counted() {
        let gate = |at: usize, verdict| sample::judged(&format!("prompt:p{at:03}"), Gate::Eval, verdict);
        let mut changes = sample::one_line();
        changes.gates = (0..300).map(|at| gate(at, if at % 3 == 0 { Verdict::Fail } else { Verdict::Pass })).collect();
        let text = rendered("text", changes, &PLAIN);
        assert!(text.contains("  … and 280 more: 80 fail, 200 pass (--full shows all)"), "{text}");
        assert!(text.lines().count() < 40, "{text}");
    }
}
