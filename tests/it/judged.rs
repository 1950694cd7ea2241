//! Two texts of one kind, parsed, compared and judged, without a repository.

#![expect(clippy::expect_used, reason = "a test stops at what it did not expect")]

use pv::domain::{Class, Event, Fact, KindName, Problem, Rule, SourceFile};
use pv::kinds::{self, AnyArtefact, Basis, Item, Parsed, Settings, Unit};

/// A judged fact.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) rule: &'static Rule,
    pub(crate) message: String,
}

impl Judged {
    pub(crate) fn class(&self) -> Class {
        self.rule.class
    }
}

/// Parses `text` as an artefact of `kind` at `path`.
pub(crate) fn parse(kind: KindName, path: &str, text: &str) -> Parsed<AnyArtefact> {
    parse_files(kind, path, &[(path, text)])
}

/// Parses the files of a unit at `path`; more than the path itself makes it a directory.
pub(crate) fn parse_files(kind: KindName, path: &str, files: &[(&str, &str)]) -> Parsed<AnyArtefact> {
    let is_directory = files.iter().any(|(file, _)| *file != path);
    let files = files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
    let unit = Unit { path: path.into(), files, is_directory, settings: Settings::default(), at_hand: None };
    kinds::kind(kind).expect("a registered kind").parse(&unit)
}

/// Parses both texts and judges what differs, pairing artefacts by name, then what is left in order.
pub(crate) fn judge(kind: KindName, path: &str, old: &str, new: &str) -> (Vec<Judged>, Vec<Problem>) {
    judge_parsed(kind, parse(kind, path, old), parse(kind, path, new))
}

/// Judges what differs between two parsed units.
pub(crate) fn judge_parsed(
    kind: KindName,
    old: Parsed<AnyArtefact>,
    new: Parsed<AnyArtefact>,
) -> (Vec<Judged>, Vec<Problem>) {
    let problems = old.problems.into_iter().chain(new.problems).collect();
    let (mut gone, mut come) = (old.items, new.items);
    let mut facts = Vec::new();
    while let Some((at, to)) = same_name(&gone, &come) {
        facts.extend(differences(kind, &gone.remove(at), &come.remove(to)));
    }
    for old in gone.drain(..) {
        // The stage that pairs artefacts decides by likeness; here one that went and one that came are one.
        let twin = come.iter().position(|new| new.meaning == old.meaning).or((come.len() == 1).then_some(0));
        let fact = match twin {
            Some(to) => {
                let new = come.remove(to);
                facts.extend(differences(kind, &old, &new));
                Fact::new("artefact", Event::Renamed, name(&old))
            }
            None => Fact::new("artefact", Event::Removed, name(&old)),
        };
        facts.push(fact);
    }
    facts.extend(come.iter().map(|new| Fact::new("artefact", Event::Added, name(new))));
    (facts.iter().map(|fact| judged(kind, fact)).collect(), problems)
}

/// What differs between two artefacts; the law of the house is checked on the way.
fn differences(kind: KindName, old: &Item<AnyArtefact>, new: &Item<AnyArtefact>) -> Vec<Fact> {
    let facts = kinds::kind(kind).expect("a registered kind").compare(&old.artefact, &new.artefact, &Basis::default());
    // What is unfit is told of the new side whether or not it changed, and is enough to tell a change by: it blocks.
    let changes = facts.iter().any(|fact| fact.event != Event::Unfit);
    let agree = if old.meaning == new.meaning { !changes } else { !facts.is_empty() };
    assert!(agree, "{}: meaning and facts disagree: {facts:?}", name(new));
    facts
}

fn same_name(gone: &[Item<AnyArtefact>], come: &[Item<AnyArtefact>]) -> Option<(usize, usize)> {
    gone.iter().enumerate().find_map(|(at, old)| come.iter().position(|new| new.name == old.name).map(|to| (at, to)))
}

fn name(item: &Item<AnyArtefact>) -> String {
    item.name.clone().unwrap_or_else(|| "(file)".to_owned())
}

fn judged(kind: KindName, fact: &Fact) -> Judged {
    let rules = kinds::rules(kind);
    let net = || rules.clone().find(|rule| rule.id.ends_with("/content-changed"));
    let rule = rules.clone().find(|rule| (rule.applies)(fact)).or_else(net).expect("a safety net");
    Judged { rule, message: (rule.message)(fact) }
}
