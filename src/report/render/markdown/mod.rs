//! `--format markdown`: a comment on a pull request, or a job summary.

mod artefact;
mod escape;
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
    for (at, row) in changes.artefacts.iter().enumerate() {
        let part = artefact::details(row);
        if text.len() + part.len() + rest.len() + 200 > LONGEST {
            let left_out = phrase::counted(changes.artefacts.len() - at, "artefact");
            text.push_str(&format!("\n_The details of {left_out} are left out: the comment would be too long._\n"));
            break;
        }
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
        Some(Verdict { passed: true, .. }) => format!("✅ pv check passed — {counts}"),
        Some(_) => format!("❌ pv check failed — {counts}"),
        None => counts,
    };
    let mut about =
        vec![format!("{} → {}", code(&phrase::short(&changes.old.spec)), code(&phrase::short(&changes.new.spec)))];
    about.extend(phrase::inventory(changes));
    about.extend(phrase::beside(changes));
    if !changes.summary.gates.is_empty() {
        about.push(format!("owes {}", phrase::list(&changes.summary.gates)));
    }
    let reasons = changes.verdict.iter().flat_map(|verdict| &verdict.reasons).map(|reason| prose(reason)).collect();
    format!("<!-- {} -->\n### {title}\n\n{}\n{}", changes.schema, about.join(" · "), listed(reasons))
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
        changes.code.iter().map(|change| format!("{} {}", code(&change.path), phrase::status(change.status)));
    let short = |oid: &Option<String>| oid.as_ref().map_or("none".to_owned(), |oid| oid.chars().take(10).collect());
    let submodules = changes
        .submodules
        .iter()
        .map(|change| format!("{} {} → {}", code(&change.path), code(&short(&change.old)), code(&short(&change.new))));
    let sections = [
        ("Could not be read", changes.problems.iter().map(problem).collect()),
        ("Code (agent-code change)", code_files.collect()),
        ("Submodules that moved", submodules.collect()),
        ("Not managed", changes.unmanaged.iter().map(|path| code(path)).collect::<Vec<_>>()),
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

fn problem(problem: &Problem) -> String {
    let place = code(&format!("{}:{}:{}", problem.place.path, problem.place.line, problem.place.column));
    let help = if problem.help.is_empty() { String::new() } else { format!(" — {}", prose(&problem.help)) };
    format!("{place} {}{help} ({})", prose(&problem.message), code(problem.code))
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
    fn a_long_comment_is_cut_at_an_artefact_and_says_so() {
        let text = sample::rendered("markdown", sample::many(), &sample::PLAIN);
        assert!(text.len() <= LONGEST, "{}", text.len());
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
        assert!(text.contains("artefacts more._") && text.contains("artefacts are left out"), "{text}");
    }
}
