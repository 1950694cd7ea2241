//! What a postmortem leaves open.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::actions::Action;
use super::read::Postmortem;
use super::{Cause, FACTORS, PARTS, SECTIONS};
use crate::domain::KindName;
use crate::release::checks::postmortem::{
    ACTION_OVERDUE, ACTION_UNDATED, ACTION_UNOWNED, CAUSE_UNKNOWN, CLOSED_EARLY, EVAL_UNKNOWN, EVAL_UNLINKED,
    FACTOR_UNANSWERED, HEAD_UNREADABLE, SECTION_EMPTY,
};
use crate::release::checks::{Check, Judgement, Refused};

/// What a postmortem is held against.
#[derive(Debug, Clone)]
pub struct Grounds<'a> {
    /// The day.
    pub today: Date,
    /// The eval sets that came after the release, each as `eval:NAME@VERSION`: of later releases, and as the worktree
    /// would ship them.
    pub evals: &'a BTreeSet<String>,
}

/// What `postmortem` leaves open, in the order of its lines.
pub fn lint(postmortem: &Postmortem, grounds: &Grounds<'_>) -> Vec<Judgement> {
    let lint = Lint { postmortem, grounds };
    let mut judgements = lint.head();
    judgements.extend(lint.sections());
    judgements.extend(lint.factors());
    judgements.extend(postmortem.actions.iter().flat_map(|action| lint.action(action)));
    judgements.extend(lint.eval());
    judgements.sort_by_key(|one| (one.place.as_ref().map(|place| place.line), one.refused.check.id));
    judgements
}

struct Lint<'a> {
    postmortem: &'a Postmortem,
    grounds: &'a Grounds<'a>,
}

impl Lint<'_> {
    fn fault(&self, line: usize, check: &'static Check, message: impl Into<String>) -> Judgement {
        Judgement::error(Refused::by(check, message)).at(self.postmortem.place(line))
    }

    fn head(&self) -> Vec<Judgement> {
        let release = match self.postmortem.release {
            Some(_) => None,
            None => Some(self.fault(1, &HEAD_UNREADABLE, "it does not say which `release` it is about")),
        };
        let status = match &self.postmortem.status {
            Some((status, _)) if ["open", "closed"].contains(&status.as_str()) => None,
            Some((status, line)) => {
                let message = format!("its status is `{}`, and may be open or closed", status.escape_debug());
                Some(self.fault(*line, &HEAD_UNREADABLE, message))
            }
            None => Some(self.fault(1, &HEAD_UNREADABLE, "it does not say whether its `status` is open or closed")),
        };
        [release, status, self.cause()].into_iter().flatten().collect()
    }

    fn cause(&self) -> Option<Judgement> {
        match &self.postmortem.cause {
            None => Some(self.fault(1, &CAUSE_UNKNOWN, "it names no `cause`")),
            Some((cause, line)) if Cause::named(cause).is_none() => {
                let message = format!("`{}` is no cause of the taxonomy", cause.escape_debug());
                Some(self.fault(*line, &CAUSE_UNKNOWN, message))
            }
            Some(_) => None,
        }
    }

    /// Sections that are missing or say nothing, and lines of them that do.
    fn sections(&self) -> Vec<Judgement> {
        let mut faults = Vec::new();
        for title in SECTIONS {
            let Some(section) = self.postmortem.section(title) else {
                faults.push(self.fault(1, &SECTION_EMPTY, format!("there is no section `{title}`")));
                continue;
            };
            let parts = PARTS.iter().find(|(name, _)| *name == title).map(|(_, parts)| *parts);
            match (title, parts) {
                // The factors and the eval delta are asked for by checks of their own.
                ("Contributing factors" | "Eval delta", _) => {}
                ("Action items", _) if !self.postmortem.actions.is_empty() => {}
                ("Action items", _) => {
                    faults.push(self.fault(section.line, &SECTION_EMPTY, "`Action items` lists none"));
                }
                (_, Some(parts)) => {
                    let empty = parts.iter().filter_map(|part| match section.part(part) {
                        Some((line, said)) => (!is_said(&said)).then_some((line, *part)),
                        None => Some((section.line, *part)),
                    });
                    faults.extend(empty.map(|(line, part)| {
                        self.fault(line, &SECTION_EMPTY, format!("`{title}` does not say: {part}"))
                    }));
                }
                (_, None) if section.said.iter().any(|(_, text)| is_said(text)) => {}
                (_, None) => faults.push(self.fault(section.line, &SECTION_EMPTY, format!("`{title}` says nothing"))),
            }
        }
        faults
    }

    fn factors(&self) -> Vec<Judgement> {
        let open = FACTORS.iter().filter_map(|(factor, question)| {
            let section = self.postmortem.section(factor);
            if section.is_some_and(|section| section.said.iter().any(|(_, text)| is_said(text))) {
                return None;
            }
            let fallback = self.postmortem.section("Contributing factors").map_or(1, |section| section.line);
            let line = section.map_or(fallback, |section| section.line);
            Some(self.fault(line, &FACTOR_UNANSWERED, format!("{factor} is not answered: {question}")))
        });
        open.collect()
    }

    fn action(&self, action: &Action) -> Vec<Judgement> {
        let mut faults = Vec::new();
        let name = action.what.escape_debug();
        if action.owner.is_none() {
            faults.push(self.fault(action.line, &ACTION_UNOWNED, format!("`{name}` has no owner")));
        }
        match action.due.as_deref().map(str::parse::<Date>) {
            Some(Ok(due)) if due < self.grounds.today && !action.is_done => {
                let message = format!("`{name}` was due on {due}, and it is {}", self.grounds.today);
                faults.push(self.fault(action.line, &ACTION_OVERDUE, message));
            }
            Some(Ok(_)) => {}
            Some(Err(_)) => {
                let due = action.due.as_deref().unwrap_or_default().escape_debug();
                let message = format!("`{name}` is due on `{due}`, which is no day such as {}", self.grounds.today);
                faults.push(self.fault(action.line, &ACTION_UNDATED, message));
            }
            None => faults.push(self.fault(action.line, &ACTION_UNDATED, format!("`{name}` has no date"))),
        }
        if self.postmortem.is_closed() && !action.is_done {
            faults.push(self.fault(action.line, &CLOSED_EARLY, format!("it is closed, and `{name}` is not done")));
        }
        faults
    }

    /// What the eval learnt from it.
    fn eval(&self) -> Vec<Judgement> {
        // That the section is missing is told already.
        let Some(section) = self.postmortem.section("Eval delta") else { return Vec::new() };
        let named: Vec<(usize, &str)> =
            section.said.iter().flat_map(|(line, text)| links(text).map(move |link| (*line, link))).collect();
        let has_reason = section.part("Reason").is_some_and(|(_, reason)| is_said(&reason));
        if named.is_empty() && !has_reason {
            let message =
                "it names no eval set (`- Eval set: eval:NAME@VERSION`) and no reason for none (`- Reason: …`)";
            return vec![self.fault(section.line, &EVAL_UNLINKED, message)];
        }
        let unknown = named.into_iter().filter(|(_, link)| !self.grounds.evals.contains(*link));
        unknown
            .map(|(line, link)| {
                let release = self.postmortem.release.as_deref().unwrap_or("this one");
                let message = format!(
                    "neither a release after {} nor the worktree has {link} as a new version",
                    release.escape_debug()
                );
                self.fault(line, &EVAL_UNKNOWN, message)
            })
            .collect()
    }
}

/// The versions of eval sets that a line names: `eval:refunds@2`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let prefix = KindName::Eval.as_str();
    let words = line.split(|c: char| c.is_whitespace() || "()[],;`*|".contains(c));
    words.map(|word| word.trim_end_matches('.')).filter(move |word| {
        let name = word.strip_prefix(prefix).and_then(|rest| rest.strip_prefix(':'));
        name.and_then(|name| name.rsplit_once('@'))
            .is_some_and(|(name, version)| !name.is_empty() && !version.is_empty())
    })
}

/// Whether a text says something: more than marks, and no blank to be filled in.
fn is_said(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['-', '*', ' ']);
    let is_blank = text.starts_with('<') && text.ends_with('>');
    !is_blank && text.chars().any(char::is_alphanumeric)
}
