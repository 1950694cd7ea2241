//! Bad releases are refused for the right reason, good ones are not.
//!
//! Every release is made from a seed and typed through the binary. A bad one is a good one with exactly one defect of
//! the catalogue: it is refused by the check of that defect, with its exit code, and by no other.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

mod defects;
mod people;
mod product;
mod release;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use defects::Defect;
use release::{Release, SORTS};

/// Releases that each kind of good one, and each defect, is made of.
const SEEDS: u64 = 3;

#[test]
fn no_good_release_is_refused() {
    let cases: Vec<(u64, usize)> = (0..SEEDS).flat_map(|seed| (0..SORTS.len()).map(move |sort| (seed, sort))).collect();
    assert!(cases.len() >= 30);
    in_parallel(&cases, |(seed, sort)| {
        let release = Release::ready(seed * 100 + *sort as u64, &SORTS[*sort..=*sort]);
        release.begun();
        let said = release.pv("verify --all");
        assert!(said.contains("2 releases verified"), "{}\n{said}", release.product.typed());
    });
}

#[test]
fn every_bad_release_is_refused_for_its_defect_and_for_nothing_else() {
    let all = defects::all();
    let cases: Vec<(u64, &Defect)> = (0..).zip(all.iter().chain(&all).copied()).collect();
    assert!(all.len() >= 30 && cases.len() >= 60);
    in_parallel(&cases, |(seed, defect)| {
        let make = if defect.is_stepping { Release::stepping } else { Release::ready };
        let release = make(1000 + *seed, defect.sorts);
        let said = (defect.type_it)(&release);
        let told = (exit_code(&said), errors(&said));
        let expected = (defect.code, defect.checks.iter().map(|id| (*id).to_owned()).collect());
        let typed = release.product.typed();
        assert_eq!(told, expected, "seed {seed}, {:?}, {}:\n{typed}\n{said}", release.sort, defect.name);
    });
}

/// The exit code that stands at the end of what was said.
fn exit_code(said: &str) -> u8 {
    let code = said.trim_end().rsplit_once("[exit code ").and_then(|(_, code)| code.strip_suffix(']')?.parse().ok());
    code.unwrap_or(0)
}

/// The ids of the checks that refuse, and of those that say why an exception does not hold; of no other note or warning.
fn errors(said: &str) -> BTreeSet<String> {
    let is_note = |line: &str| line.starts_with("note: ") || line.starts_with("warning: ");
    let refusing = said.lines().filter(|line| !is_note(line) || line.contains("[override/"));
    let ids = refusing.filter_map(|line| match line.strip_suffix(']') {
        Some(marked) => marked.rsplit_once('[').map(|(_, id)| id),
        None => Some(line.trim()),
    });
    let is_check = |id: &&str| pv::release::checks::check(id).is_some() || id.starts_with("lock/");
    ids.filter(is_check).map(str::to_owned).collect()
}

/// Runs the cases in as many threads as there are cores; says all that failed.
fn in_parallel<C: Sync>(cases: &[C], run: impl Fn(&C) + Sync) {
    let (next, failed) = (Mutex::new(cases.iter()), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let work = || {
        loop {
            let Some(case) = next.lock().unwrap().next() else { return };
            if let Err(why) = catch_unwind(AssertUnwindSafe(|| run(case))) {
                let text = why.downcast_ref::<String>().cloned().unwrap_or_else(|| "it panicked".to_owned());
                failed.lock().unwrap().push(text);
            }
        }
    };
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let failed = failed.into_inner().unwrap();
    if !failed.is_empty() {
        panic!("{} of {} fail:\n\n{}", failed.len(), cases.len(), failed.join("\n\n=====\n\n"));
    }
}
