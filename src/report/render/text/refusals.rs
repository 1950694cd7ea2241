//! What the discipline asks for besides gates and does not find, and whose policy judged where it is not the base's.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::columns::padded;
use super::gates::{write_remedy, write_wrapped};
use crate::domain::Severity;
use crate::report::render::paint::Tone;
use crate::report::render::{Layout, phrase};
use crate::report::{Changes, Refusal, visible};

/// Refusals shown before the rest is counted.
const SHOWN: usize = 10;
/// Columns of `warning`, and where the sentence begins.
const WORD: usize = 7;
const INDENT: usize = 2 + WORD + 2;

pub(super) fn write(changes: &Changes, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let note = changes.policy.as_ref().and_then(|policy| policy.note.as_ref());
    if changes.refusals.is_empty() && note.is_none() {
        return Ok(());
    }
    writeln!(out, "\n{}", layout.paint(Tone::Strong, "intents and policy"))?;
    if let Some(note) = note {
        write_wrapped(&format!("  {}", padded("policy", WORD)), &visible::line(note), INDENT, (layout, out))?;
    }
    let refusals = sorted(changes);
    let shown = if layout.full { refusals.len() } else { SHOWN.min(refusals.len()) };
    let (shown, rest) = refusals.split_at(shown);
    shown.iter().try_for_each(|refusal| write_one(refusal, layout, out))?;
    if !rest.is_empty() {
        writeln!(out, "  … and {} more: {} (--full shows all)", rest.len(), by_check(rest))?;
    }
    Ok(())
}

/// Errors first; otherwise as they came.
fn sorted(changes: &Changes) -> Vec<&Refusal> {
    let mut refusals: Vec<&Refusal> = changes.refusals.iter().collect();
    refusals.sort_by_key(|refusal| refusal.severity);
    refusals
}

fn write_one(refusal: &Refusal, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let word = match refusal.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let lead = format!("  {}", layout.paint(Tone::Severity(refusal.severity), &padded(word, WORD)));
    let text = format!("{} [{}]", phrase::refused(refusal), refusal.refused.check.id);
    write_wrapped(&lead, &visible::line(&text), INDENT, (layout, out))?;
    write_remedy(&refusal.refused.remedy, INDENT, layout, out)
}

fn by_check(refusals: &[&Refusal]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for refusal in refusals {
        *counts.entry(refusal.refused.check.id).or_default() += 1;
    }
    phrase::list(counts.into_iter().map(|(check, count)| format!("{count} {check}")))
}
