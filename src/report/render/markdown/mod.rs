//! `--format markdown`: a comment on a pull request, or a job summary.

mod artefact;
pub(super) mod escape;
mod gates;
mod page;

use std::io::{self, Write};

use super::{Layout, phrase};
use crate::domain::Problem;
use crate::report::{Changes, Report, Row, Verdict};
use escape::{code, prose};

/// The longest comment, in bytes; forges refuse longer ones.
const LONGEST: usize = 60_000;
/// Of those, what the table may take.
const TABLE: usize = 16_000;
/// Of those, what is kept for what follows the artefacts.
const REST: usize = 12_000;
/// Of those, what the note about what is left out may take.
const NOTE: usize = 200;
/// Characters shown of what was typed as a side, of a reason, a path and a problem.
const LINE: usize = 300;
/// Problems, reasons and paths listed before the rest is counted.
const LISTED: usize = 20;

pub(super) fn render(report: &Report, _layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let text = match report {
        Report::Changes(changes) => comment(changes),
        Report::Page(page) => page::render(page),
    };
    out.write_all(text.as_bytes())
}

fn comment(changes: &Changes) -> String {
    let mut text = head(changes);
    let rest = rest(changes);
    text.push_str(&table(&changes.artefacts));
    text.push_str(&gates::section(changes));
    text.push_str(&gates::refusals(changes));
    for (at, row) in changes.artefacts.iter().enumerate() {
        let room = LONGEST.saturating_sub(text.len() + rest.len() + NOTE);
        let Some(part) = artefact::details(row, room) else {
            let left_out = phrase::counted(changes.artefacts.len() - at, "artefact");
            text.push_str(&format!("\n_The details of {left_out} are left out: the comment would be too long._\n"));
            break;
        };
        text.push_str(&part);
    }
    text + &rest
}

/// A marker by which a bot finds its comment again; the verdict or the counts, first.
fn head(changes: &Changes) -> String {
    let classes: Vec<String> =
        phrase::classes(changes).iter().map(|(class, count)| format!("{count} {class}")).collect();
    let classes = if classes.is_empty() { String::new() } else { format!(": {}", classes.join(", ")) };
    let counts = format!("{}{classes}", phrase::total(changes));
    let title = match &changes.verdict {
        Some(Verdict { passed: true, .. }) => format!("✅ pv {} — {counts}", phrase::passed(changes)),
        Some(_) => format!("❌ pv check failed — {counts}"),
        None => counts,
    };
    let mut about = vec![format!("{} → {}", side(&changes.old.spec), side(&changes.new.spec))];
    about.extend(phrase::inventory(changes));
    about.extend(phrase::beside(changes));
    if changes.gates.is_empty() && !changes.summary.gates.is_empty() {
        about.push(format!("owes {}", phrase::list(&changes.summary.gates)));
    }
    let reasons = changes
        .verdict
        .iter()
        .flat_map(|verdict| &verdict.reasons)
        .map(|reason| prose(&phrase::clipped(reason, LINE)))
        .collect();
    format!("<!-- {} -->\n### {title}\n\n{}\n{}", changes.schema, about.join(" · "), listed(reasons))
}

fn side(spec: &str) -> String {
    code(&phrase::clipped(&phrase::short(spec), LINE))
}

fn table(rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut text = "\n| artefact | class | change type | version | owes |\n|---|---|---|---|---|\n".to_owned();
    for (at, row) in rows.iter().enumerate() {
        if text.len() > TABLE {
            text.push_str(&format!("\n_… and {} more._\n", phrase::counted(rows.len() - at, "artefact")));
            break;
        }
        text.push_str(&artefact::table_row(row));
    }
    text
}

/// What stands below the artefacts: code, submodules, unmanaged files, problems.
fn rest(changes: &Changes) -> String {
    let code_files =
        changes.code.iter().map(|change| format!("{} {}", path(&change.path), phrase::status(change.status)));
    let short = |oid: &Option<String>| oid.as_ref().map_or("none".to_owned(), |oid| oid.chars().take(10).collect());
    let submodules = changes
        .submodules
        .iter()
        .map(|change| format!("{} {} → {}", path(&change.path), code(&short(&change.old)), code(&short(&change.new))));
    let sections = [
        ("Could not be read", changes.problems.iter().map(problem).collect()),
        ("Code (agent-code change)", code_files.collect()),
        ("Submodules that moved", submodules.collect()),
        ("Not managed", changes.unmanaged.iter().map(|name| path(name)).collect::<Vec<_>>()),
    ];
    let mut text = String::new();
    for (title, items) in sections.into_iter().filter(|(_, items)| !items.is_empty()) {
        let section = format!("\n**{title}**\n{}", listed(items));
        if text.len() + section.len() <= REST {
            text.push_str(&section);
        }
    }
    text
}

fn path(path: &str) -> String {
    code(&phrase::clipped(path, LINE))
}

fn problem(problem: &Problem) -> String {
    let said = |text: &str| prose(&phrase::clipped(text, LINE));
    let place = &problem.place;
    let place = code(&format!("{}:{}:{}", phrase::clipped(&place.path, LINE), place.line, place.column));
    let help = if problem.help.is_empty() { String::new() } else { format!(" — {}", said(&problem.help)) };
    format!("{place} {}{help} ({})", said(&problem.message), code(problem.code))
}

fn listed(items: Vec<String>) -> String {
    let more = items.len().saturating_sub(LISTED);
    let mut text: String = items.iter().take(LISTED).map(|item| format!("\n- {item}")).collect();
    if more > 0 {
        text.push_str(&format!("\n- … and {more} more"));
    }
    if text.is_empty() { text } else { text + "\n" }
}

#[cfg(test)]
mod tests {
    use super::LONGEST;
    use crate::report::render::sample;

    #[test]
    fn one_edit() {
        insta::assert_snapshot!(sample::rendered("markdown", sample::one_line(), &sample::PLAIN), @r#"
        <!-- pv/diff/1 -->
        ### 1 artefact changed: 1 behavioural

        `HEAD` → `worktree` · owes eval

        | artefact | class | change type | version | owes |
        |---|---|---|---|---|
        | `prompt:greet` | behavioural | prompt | 1.0.0 → 1.1.0 (minor) | eval |

        <details><summary><code>prompt:greet</code> behavioural, 1 finding</summary>

        `prompts/greet.md` modified

        - **behavioural** the wording of a sentence changed (`prompt/wording-changed`, line 7)

          > Answer in at most <del>3</del><ins>5</ins> short sentences.

        </details>
        "#);
    }

    #[test]
    fn a_failed_check() {
        insta::assert_snapshot!(sample::rendered("markdown", sample::breaking(), &sample::PLAIN), @r#"
        <!-- pv/diff/1 -->
        ### ❌ pv check failed — 1 artefact changed: 1 breaking

        `HEAD` → `worktree` · 1 code file · 1 problem · owes eval, cost

        - 1 file cannot be read

        | artefact | class | change type | version | owes |
        |---|---|---|---|---|
        | `prompt:greet` | breaking | prompt, model | 1.0.0 → 2.0.0 (major) | eval, cost |

        <details><summary><code>prompt:greet</code> breaking, 2 findings</summary>

        `prompts/greet.md` modified

        - **breaking** the prompt no longer takes `order_id` (`prompt/variable-removed`, line 7)

          > <del>Order {{order\_id}}</del>

        - **behavioural** the model changed (`prompt/model-changed`, line 7)

          > <del>small-1</del><ins>large-2</ins>

        </details>

        **Could not be read**

        - `prompts/bad.md:2:7` the list is not closed — add a `]` (`yaml-syntax`)

        **Code (agent-code change)**

        - `src/agents/loop.py` modified
        "#);
    }

    #[test]
    fn nothing_breaks_out() {
        insta::assert_snapshot!(sample::rendered("markdown", sample::hostile(), &sample::PLAIN), @r#"
        <!-- pv/diff/1 -->
        ### 1 artefact changed: 1 breaking

        `HEAD` → `worktree` · owes eval

        | artefact | class | change type | version | owes |
        |---|---|---|---|---|
        | ``prompt:x`\|<img src=x>\n::error::y\u{1b}[2J`` | breaking | prompt | 1.0.0 → 2.0.0 (major) | eval |

        <details><summary><code>prompt:x`|&lt;img src=x&gt;\n::error::y\u{1b}[2J</code> breaking, 1 finding</summary>

        ``prompts/x`|<img src=x>\n::error::y\u{1b}[2J.md`` modified

        - **breaking** takes `a`&lt;script&gt;`b` from @<!-- -->team,\\n\:\:warning\:\:see \[x\](javascript\:1) (`prompt/wording-changed`, line 7)
          ````diff
            ```
          - </details>
          - \u{1b}]0;title\u{7}\u{202e}evil
          + @everyone
          + ::error::gone
          ````

        </details>

        **Not managed**

        - ``x`|<img src=x>\n::error::y\u{1b}[2J``
        "#);
    }

    #[test]
    fn what_is_acknowledged_is_struck_through_and_says_why() {
        let text = sample::rendered("markdown", sample::acknowledged(), &sample::PLAIN);
        let (acked, doubtful) =
            text.split_once("<del>**breaking**").unwrap().1.split_once("- **behavioural**").unwrap();
        assert!(acked.contains(r#"e.g. `{"order":"x"} was valid and is not`"#), "{text}");
        assert!(acked.contains(r"acked: callers \*migrated\* with @<!-- -->team"), "{text}");
        assert!(doubtful.contains("line 7, possible"), "{text}");
    }

    #[test]
    fn no_text_however_long_or_hostile_makes_it_too_long() {
        let changes = sample::monstrous();
        let text = sample::rendered("markdown", changes, &sample::PLAIN);
        assert!(text.len() <= LONGEST, "{}", text.len());
        let opened = text.lines().filter(|line| line.starts_with("<details>")).count();
        assert_eq!(opened, text.lines().filter(|line| line.starts_with("</details>")).count());
        assert!(opened > 2, "a large first artefact leaves room for others");
        let is_in_block = |line: &str| ["  - ", "  + ", "    "].iter().any(|sign| line.starts_with(sign));
        let outside: Vec<&str> = text.lines().filter(|line| !is_in_block(line)).collect();
        assert!(outside.iter().all(|line| !line.contains("@team") && !line.contains("#12")), "{outside:#?}");
    }

    #[test]
    fn a_long_comment_is_cut_at_an_artefact_and_says_so() {
        let text = sample::rendered("markdown", sample::many(), &sample::PLAIN);
        assert!(text.len() <= LONGEST, "{}", text.len());
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
        assert!(text.contains("artefacts more._") && text.contains("artefacts are left out"), "{text}");
    }
}
