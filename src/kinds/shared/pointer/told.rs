//! What is told of contents of which at least one is behind a pointer.

use super::{Fault, Pointer};
use crate::domain::{Event, Fact, Keeper, Quote, SourceFile};

/// One side of a comparison.
#[derive(Debug, Clone, Copy)]
pub enum Side<'s> {
    /// What another store holds.
    Behind(&'s Pointer),
    /// What git itself holds, at this path.
    Here(&'s str),
}

impl Side<'_> {
    fn keeper(self) -> &'static str {
        match self {
            Side::Here(_) => "git",
            Side::Behind(pointer) => match pointer.elsewhere.keeper {
                Keeper::Lfs => "Git LFS",
                Keeper::Dvc => "DVC",
                Keeper::Annex => "git-annex",
                Keeper::External => "another store",
                Keeper::Rows => "pv",
            },
        }
    }

    fn path(self) -> String {
        match self {
            Side::Here(path) => path.to_owned(),
            Side::Behind(pointer) if pointer.stands_for.is_empty() => pointer.elsewhere.path.clone(),
            Side::Behind(pointer) => pointer.stands_for.clone(),
        }
    }

    fn quote(self) -> Quote {
        match self {
            Side::Here(path) => {
                SourceFile::new(path, "").quote_as(crate::domain::Span::new(0, 0), "the content itself")
            }
            Side::Behind(pointer) => Quote { text: pointer.told(), ..pointer.quote.clone() },
        }
    }
}

/// The same content, kept elsewhere or by another name.
pub fn same(old: Side<'_>, new: Side<'_>) -> Fact {
    let path = new.path();
    let told = match (old.keeper(), new.keeper()) {
        (before, after) if before == after => {
            format!("`{path}` goes by another name in {after}, with the same content")
        }
        (before, after) => format!("`{path}` is kept by {after} now, before by {before}, with the same content"),
    };
    fact(told, old, new).marked("form-only")
}

/// Other content, and why no more than that can be told.
pub fn unseen(old: (Side<'_>, Option<&Fault>), new: (Side<'_>, Option<&Fault>)) -> Fact {
    let whys = match (old.1, new.1) {
        (Some(Fault::Absent), Some(Fault::Absent)) => vec!["neither is on this machine".to_owned()],
        faults => [("old", faults.0), ("new", faults.1)]
            .into_iter()
            .filter_map(|(name, fault)| Some(format!("the {name} one {}", why(fault?))))
            .collect(),
    };
    let absent = |(side, fault): (Side<'_>, Option<&Fault>)| match (side, fault) {
        (Side::Behind(pointer), Some(Fault::Absent)) => Some(pointer.remedy()),
        _ => None,
    };
    let (old, new, remedy) = (old.0, new.0, absent(old).or_else(|| absent(new)));
    let mut told = format!("the content of `{}` changed", new.path());
    if !whys.is_empty() {
        told = format!("{told}; only its digests were compared, because {}", whys.join(" and "));
    }
    if let Some(remedy) = remedy {
        told = format!("{told}: {remedy}");
    }
    fact(told, old, new)
}

/// Content that came or went and could not be read.
pub fn behind(event: Event, pointer: &Pointer) -> Fact {
    let path = if pointer.stands_for.is_empty() { &pointer.elsewhere.path } else { &pointer.stands_for };
    let what = if event == Event::Added { "is new" } else { "is gone" };
    let mut fact =
        Fact::new("artefact", Event::Changed, format!("`{path}` {what}: {}", pointer.told())).marked("pointer");
    let quote = Some(Side::Behind(pointer).quote());
    if event == Event::Added {
        fact.new = quote
    } else {
        fact.old = quote
    }
    fact
}

fn why(fault: &Fault) -> String {
    match fault {
        Fault::Absent => "is not on this machine".to_owned(),
        Fault::Unnamed => "is named by no digest that pv can take".to_owned(),
        Fault::Damaged(why) => format!("is damaged here ({why})"),
    }
}

fn fact(told: String, old: Side<'_>, new: Side<'_>) -> Fact {
    Fact::new("artefact", Event::Changed, told).was(old.quote()).is(new.quote()).marked("pointer")
}
