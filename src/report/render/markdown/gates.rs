//! The gates as a table, with what stands against those that do not pass folded below it; and what is refused besides.

use super::LINE;
use super::escape::{block, cell, code, literal, prose};
use crate::domain::{Severity, Verdict};
use crate::release::gates::Judged;
use crate::report::render::gates::{self, Point};
use crate::report::render::phrase;
use crate::report::render::remedy::{self, Step};
use crate::report::{Changes, Refusal, visible};

/// Bytes that the table may take, and what stands below it.
const TABLE: usize = 6_000;
const DETAILS: usize = 10_000;
/// Bytes that the refusals may take.
const REFUSALS: usize = 4_000;
/// What stands against one gate, before the rest is counted.
const POINTS: usize = 10;
/// Lines shown of what to do.
const STEPS: usize = 6;
/// Characters shown of an identity.
const NAME: usize = 120;

pub(super) fn section(changes: &Changes) -> String {
    let gates = gates::sorted(changes);
    if gates.is_empty() {
        return String::new();
    }
    let policy = gates::policy(changes).map_or_else(String::new, |policy| format!(" {}", prose(&clipped(&policy))));
    let counts = gates::counted(gates.iter().copied());
    format!("\n**Gates**: {counts}{policy}\n\n{}{}", table(&gates), details(&gates))
}

fn table(gates: &[&Judged]) -> String {
    let mut text = "| | artefact | gate | what it came to |\n|---|---|---|---|\n".to_owned();
    for (at, judged) in gates.iter().enumerate() {
        let row = table_row(judged);
        if text.len() + row.len() > TABLE {
            let left_out = gates.iter().skip(at).copied();
            text.push_str(&format!("\n_… and {} more: {}._\n", gates.len() - at, gates::counted(left_out)));
            break;
        }
        text.push_str(&row);
    }
    text
}

fn table_row(judged: &Judged) -> String {
    let cells = [
        format!("{} {}", mark(judged.verdict), judged.verdict),
        artefact(judged),
        judged.gate.to_string(),
        prose(&clipped(&gates::came_to(judged))),
    ];
    format!("| {} |\n", cells.map(|markdown| cell(&markdown)).join(" | "))
}

fn artefact(judged: &Judged) -> String {
    code(&phrase::clipped(&judged.artefact.to_string(), NAME))
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✅",
        Verdict::Waived => "⏭️",
        Verdict::Inconclusive => "⚠️",
        Verdict::Fail => "❌",
    }
}

/// What stands against the gates that do not pass, as many as there is room for.
fn details(gates: &[&Judged]) -> String {
    let telling: Vec<&Judged> =
        gates.iter().copied().filter(|judged| judged.verdict >= Verdict::Inconclusive).collect();
    let mut text = String::new();
    for (at, judged) in telling.iter().enumerate() {
        let part = one(judged);
        if text.len() + part.len() > DETAILS {
            let left_out = phrase::counted(telling.len() - at, "gate");
            text.push_str(&format!("\n_The details of {left_out} are left out: the comment would be too long._\n"));
            break;
        }
        text.push_str(&part);
    }
    text
}

fn one(judged: &Judged) -> String {
    let title = literal(&visible::line(&clipped(&gates::title(judged))));
    let points = gates::points(judged, false);
    let way_out = gates::only_reason(judged).map(|(check, remedy)| {
        let check = check.map_or_else(String::new, |check| format!(" ({})", code(check)));
        format!("{}{check}\n{}\n", prose(&clipped(&gates::came_to(judged))), what_to_do(remedy))
    });
    let mut items: Vec<String> = way_out.into_iter().chain(points.iter().take(POINTS).map(point)).collect();
    if points.len() > POINTS {
        items.push(format!("- … and {} more\n", points.len() - POINTS));
    }
    items.extend(gates::evidence(judged).map(|evidence| format!("- evidence: {}\n", prose(&clipped(&evidence)))));
    items.extend(gates::notes(judged).iter().take(POINTS).map(|note| format!("- {}\n", prose(&clipped(note)))));
    format!("\n<details><summary>{title}</summary>\n\n{}\n</details>\n", items.concat())
}

fn point(point: &Point<'_>) -> String {
    let check = point.check.map_or_else(String::new, |check| format!(" ({})", code(check)));
    format!("- **{}** {}{check}\n{}", point.word, prose(&clipped(&point.text)), indented(&what_to_do(point.remedy)))
}

/// What to do: a paragraph, and a block for every command line.
fn what_to_do(remedy: &str) -> String {
    let steps = remedy::steps(remedy).into_iter().take(STEPS).map(|step| match step {
        Step::Words(words) => format!("\n{}\n", prose(&clipped(&words))),
        Step::Command(command) => format!("\n{}", block("sh", &visible::line(&clipped(&command)))),
    });
    steps.collect()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect()
}

/// What the discipline asks for besides gates and does not find; whose policy judged, where that is to be told.
pub(super) fn refusals(changes: &Changes) -> String {
    let note = changes.policy.as_ref().and_then(|policy| policy.note.as_ref());
    let mut refusals: Vec<&Refusal> = changes.refusals.iter().collect();
    refusals.sort_by_key(|refusal| refusal.severity);
    let items = note.map(|note| prose(&clipped(note))).into_iter().chain(refusals.into_iter().map(refusal));
    let items: Vec<String> = items.map(|item| format!("- {item}\n")).collect();
    let mut text = String::new();
    for (at, item) in items.iter().enumerate() {
        if text.len() + item.len() > REFUSALS {
            text.push_str(&format!("- … and {} more\n", items.len() - at));
            break;
        }
        text.push_str(item);
    }
    if text.is_empty() { text } else { format!("\n**Intents and policy**\n\n{text}") }
}

fn refusal(refusal: &Refusal) -> String {
    let word = if refusal.severity == Severity::Error { "❌" } else { "⚠️" };
    let said = prose(&clipped(&phrase::refused(refusal)));
    let remedy = prose(&clipped(&refusal.refused.remedy));
    format!("{word} {said} — {remedy} ({})", code(refusal.refused.check.id))
}

fn clipped(text: &str) -> String {
    phrase::clipped(text, LINE)
}

#[cfg(test)]
mod tests {
    use crate::domain::{Gate, Verdict};
    use crate::report::render::sample;

    #[test]
    fn a_check_with_gates() {
        insta::assert_snapshot!(sample::rendered("markdown", sample::gated(), &sample::PLAIN), @r"
        <!-- pv/check/1 -->
        ### ❌ pv check failed — 1 artefact changed: 1 behavioural

        `HEAD` → `worktree`

        - 2 gates fail
        - 1 artefact has no intent

        | artefact | class | change type | version | owes |
        |---|---|---|---|---|
        | `prompt:greet` | behavioural | prompt | 1.0.0 → 1.1.0 (minor) | eval |

        **Gates**: 2 fail, 1 inconclusive, 1 waived, 1 pass by the policy of main (3f2a9c1b7e)

        | | artefact | gate | what it came to |
        |---|---|---|---|
        | ❌ fail | `prompt:greet` | eval | 1 of 4 checks fails, 1 is inconclusive |
        | ❌ fail | `prompt:greet` | cost | it was run on `prompt:greet` as of blake3\:1a2b3c4d5e, which is blake3\:9f8e7d6c5b now |
        | ⚠️ inconclusive | `prompt:greet` | safety | pass\_rate (at least 95 %)\: 94 % \[89, 97\] over 90 cases; about 60 more cases would decide |
        | ⏭️ waived | `prompt:greet` | integration | owner answers for it until 2026-12-31\: callers migrated |
        | ✅ pass | `prompt:bye` | eval | pass\_rate (at most 5 points below)\: 94 % \[91, 96\] over 200 cases |

        <details><summary>eval fails for prompt\:greet</summary>

        - **fail** pass\_rate lang=hi (at most 5 points below)\: -9 points \[-13, -5\] over 80 cases
        - **inconclusive** pass\_rate lang=mr (at most 5 points below)\: -3 points \[-9, 3\] over 12 cases, where 10 points would show; about 40 more cases would decide
        - **pass** 2 checks\: pass\_rate, pass\_rate lang=en
        - evidence: \.pv/evidence/greet.json, against prompt\:greet@<!-- -->1.0.0 of release 2026.05.20

        </details>

        <details><summary>cost fails for prompt\:greet</summary>

        it was run on `prompt:greet` as of blake3\:1a2b3c4d5e, which is blake3\:9f8e7d6c5b now (`report/run-incomplete`)

        Run the eval again on what is here, then\:

        ```sh
        pv gate add reports/cost.json
        ```


        </details>

        <details><summary>safety is inconclusive for prompt\:greet</summary>

        pass\_rate (at least 95 %)\: 94 % \[89, 97\] over 90 cases; about 60 more cases would decide

        - evidence: \.pv/evidence/greet-safety.json

        </details>

        **Intents and policy**

        - ❌ prompt\:greet\: it changed, and no intent names it — Say why\: `pv change add prompt:greet` (`report/cases-missing`)

        <details><summary><code>prompt:greet</code> behavioural, 1 finding</summary>

        `prompts/greet.md` modified

        - **behavioural** the wording of a sentence changed (`prompt/wording-changed`, line 7)

          > Answer in at most <del>3</del><ins>5</ins> short sentences.

        </details>
        ");
    }

    #[test]
    fn gates_of_a_sweep_leave_room_for_the_rest() {
        let gate = |at: usize| sample::judged(&format!("prompt:p{at:03}"), Gate::Eval, Verdict::Fail);
        let mut changes = sample::many();
        changes.gates = (0..700).map(gate).collect();
        let text = sample::rendered("markdown", changes, &sample::PLAIN);
        assert!(text.len() <= super::super::LONGEST, "{}", text.len());
        assert!(
            text.contains("gates are left out") && text.contains("more: ") && text.contains("| `prompt:checkout` |")
        );
    }
}
