//! Which version every artefact gets, what is refused, and what has drifted since.
#![expect(clippy::unwrap_used, reason = "what does not parse here is a failed test")]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;
use pv::domain::{ArtefactId, Bump, Class, Digest, KindName, Meaning, Version, Versioning};
use pv::lock::drift::{self, Difference};
use pv::lock::next::{Candidate, next};
use pv::lock::record::{Record, Shipped};
use pv::lock::{Entry, Lock, Release};

const TODAY: &str = "2026-11-22";

fn id(name: &str) -> ArtefactId {
    ArtefactId::new(KindName::Prompt, name)
}

/// The prompt `p` with `content`, whose meaning is its letters.
fn candidate(content: &str) -> Candidate {
    let letters: String = content.chars().filter(|c| c.is_alphanumeric()).collect();
    Candidate {
        id: id("p"),
        path: "prompts/p.md".to_owned(),
        digest: Digest::of(content.as_bytes()),
        meaning: Some(Meaning::of(letters.as_bytes())),
        size: content.len() as u64,
        elsewhere: BTreeSet::new(),
        requires: BTreeSet::new(),
        class: None,
        bump: None,
        raised: None,
        declared: None,
        versioning: Versioning::Semver,
    }
}

fn classed(content: &str, class: Class) -> Candidate {
    Candidate { class: Some(class), ..candidate(content) }
}

fn declared(content: &str, version: &str) -> Candidate {
    Candidate { declared: version.parse().ok(), ..classed(content, Class::Behavioural) }
}

fn dated(content: &str) -> Candidate {
    Candidate { versioning: Versioning::Date, ..classed(content, Class::Behavioural) }
}

fn entry(version: &str, content: &str) -> Entry {
    candidate(content).entry(version.parse().unwrap_or(Version::FIRST))
}

/// The lock of a release that shipped `p` as `version` with `content`.
fn lock(version: &str, content: &str) -> Lock {
    Lock { artefacts: BTreeMap::from([(id("p"), entry(version, content))]), ..Lock::default() }
}

/// The records of releases that shipped `p` in these versions with these contents.
fn history(shipped: &[(&str, &str)]) -> Vec<Record> {
    let record = |(n, (version, content)): (usize, &(&str, &str))| Record {
        name: format!("r{n}").parse().unwrap(),
        previous: None,
        commit: None,
        cut: "2026-01-01T00:00:00Z".to_owned(),
        policy: None,
        overrides: BTreeSet::new(),
        artefacts: BTreeMap::from([(id("p"), as_shipped(entry(version, content)))]),
        unknown: Vec::new(),
    };
    shipped.iter().enumerate().map(record).collect()
}

fn as_shipped(entry: Entry) -> Shipped {
    Shipped {
        entry,
        file: None,
        is_directory: false,
        types: BTreeSet::new(),
        class: None,
        bump: Bump::None,
        reason: "new".to_owned(),
        from: None,
        evidence: BTreeSet::new(),
        owner: None,
        lowered: None,
        parameters: BTreeMap::new(),
    }
}

/// The version that `candidate` gets, or the rule that refuses it.
fn decided(previous: Option<&Lock>, history: &[Record], candidate: Candidate) -> String {
    match next(previous, history, &[candidate], TODAY) {
        Ok(plan) => plan.artefacts.values().map(|entry| entry.version.to_string()).collect(),
        Err(refusals) => refusals.iter().map(|refusal| refusal.rule).collect(),
    }
}

#[test]
fn the_first_version_is_1_0_0_or_the_date_or_as_declared() {
    assert_eq!(decided(None, &[], candidate("a")), "1.0.0");
    assert_eq!(decided(None, &[], dated("a")), TODAY);
    assert_eq!(decided(None, &[], declared("a", "0.3.0")), "0.3.0");
    assert_eq!(decided(None, &[], declared("a", "beta")), "beta");
    let undeclared = Candidate { versioning: Versioning::Declared, ..candidate("a") };
    assert_eq!(decided(None, &[], undeclared), "lock/version-undeclared");
}

#[test]
fn the_class_says_which_part_moves() {
    let old = lock("1.2.3", "a b");
    assert_eq!(decided(Some(&old), &[], classed("a b", Class::Breaking)), "1.2.3", "same bytes");
    assert_eq!(decided(Some(&old), &[], classed("a  b", Class::Breaking)), "1.2.4", "same meaning");
    assert_eq!(decided(Some(&old), &[], classed("c", Class::Breaking)), "2.0.0");
    assert_eq!(decided(Some(&old), &[], classed("c", Class::Behavioural)), "1.3.0");
    assert_eq!(decided(Some(&old), &[], classed("c", Class::Additive)), "1.3.0");
    assert_eq!(decided(Some(&old), &[], classed("c", Class::Cosmetic)), "1.2.4");
    assert_eq!(decided(Some(&old), &[], candidate("c")), "1.3.0", "unclassified");
}

#[test]
fn a_declared_version_must_be_large_enough() {
    let old = lock("1.2.3", "a");
    assert_eq!(decided(Some(&old), &[], declared("b", "1.3.0")), "1.3.0");
    assert_eq!(decided(Some(&old), &[], declared("b", "4.0.0")), "4.0.0");
    assert_eq!(decided(Some(&old), &[], declared("b", "1.2.9")), "lock/bump-too-small");
    assert_eq!(decided(Some(&old), &[], declared("b", "1.2.3")), "lock/digest-changed-same-version");
    assert_eq!(decided(Some(&old), &[], declared("a", "1.2.3")), "1.2.3");
    assert_eq!(decided(Some(&old), &[], declared("a", "1.2.2")), "lock/bump-too-small");
}

#[test]
fn a_label_never_names_two_contents() {
    let shipped = history(&[("1.0.0", "a"), ("1.1.0", "bad")]);
    let release = Some(Release { name: "r2".parse().unwrap(), previous: "r1".parse().ok() });
    let rolled_back = Lock { release, ..lock("1.0.0", "a") };
    assert_eq!(decided(Some(&rolled_back), &shipped, classed("c", Class::Behavioural)), "1.2.0");
    assert_eq!(decided(Some(&rolled_back), &shipped, declared("c", "1.1.0")), "lock/digest-changed-same-version");
    assert_eq!(decided(Some(&rolled_back), &shipped, declared("bad", "1.1.0")), "1.1.0", "its own label, declared");
    assert_eq!(decided(Some(&rolled_back), &shipped, classed("bad", Class::Behavioural)), "1.2.0");
}

#[test]
fn an_artefact_that_comes_back_gets_a_new_version() {
    let shipped = history(&[("1.0.0", "a"), ("1.4.0", "b")]);
    assert_eq!(decided(Some(&Lock::default()), &shipped, candidate("c")), "2.0.0");
    assert_eq!(decided(Some(&Lock::default()), &shipped, declared("a", "1.0.0")), "1.0.0");
}

#[test]
fn a_rerun_after_an_interruption_comes_to_the_same_versions() {
    let begun = history(&[("1.0.0", "a")]);
    assert_eq!(decided(None, &begun, candidate("a")), "1.0.0", "the first release");
    assert_eq!(decided(None, &begun, candidate("b")), "2.0.0", "another content than was begun");
    let lock = Lock { release: Some(Release { name: "r1".parse().unwrap(), previous: None }), ..lock("1.0.0", "a") };
    let begun: Vec<Record> = history(&[("1.1.0", "b")])
        .into_iter()
        .map(|record| Record { name: "r2".parse().unwrap(), previous: "r1".parse().ok(), ..record })
        .collect();
    assert_eq!(decided(Some(&lock), &begun, classed("b", Class::Behavioural)), "1.1.0");
    assert_eq!(decided(Some(&lock), &begun, classed("c", Class::Behavioural)), "1.2.0");
}

#[test]
fn a_second_content_of_a_day_is_counted() {
    let old = lock("2026-11-22", "a");
    assert_eq!(decided(Some(&old), &[], dated("b")), "2026-11-22.2");
    assert_eq!(decided(Some(&old), &history(&[("2026-11-22.2", "x")]), dated("b")), "2026-11-22.3");
    assert_eq!(decided(Some(&lock("2026-05-20", "a")), &[], dated("b")), "2026-11-22");
    assert_eq!(decided(Some(&lock("2026-05-20", "a")), &[], dated("a")), "2026-05-20");
    let built_earlier = Candidate { declared: "2026-06-01".parse().ok(), ..dated("b") };
    assert_eq!(decided(Some(&lock("2026-05-20", "a")), &[], built_earlier.clone()), "2026-06-01");
    assert_eq!(decided(Some(&lock("2026-07-01", "a")), &[], built_earlier), "lock/bump-too-small");
}

#[test]
fn another_scheme_begins_anew() {
    assert_eq!(decided(Some(&lock("draft", "a")), &[], candidate("b")), "1.0.0");
    assert_eq!(decided(Some(&lock("draft", "a")), &history(&[("1.0.0", "x")]), candidate("b")), "1.1.0");
    assert_eq!(decided(Some(&lock("1.0.0", "a")), &[], declared("b", "next")), "next");
}

#[test]
fn the_last_of_all_versions_is_refused_and_not_waited_for() {
    let old = lock("18446744073709551615.0.0", "a");
    assert_eq!(decided(Some(&old), &[], classed("b", Class::Breaking)), "lock/version-exhausted");
}

#[test]
fn what_is_gone_is_a_decision_and_what_would_be_lost_is_refused() {
    let old = lock("1.0.0", "a");
    let plan = next(Some(&old), &[], &[], TODAY).unwrap_or_default();
    assert_eq!(plan.artefacts.len(), 0);
    let gone: Vec<_> = plan.decisions.iter().map(|gone| (gone.from.clone(), gone.to.clone(), gone.reason)).collect();
    assert_eq!(gone, [(Some(Version::FIRST), None, "removed")]);
    let newer = Lock { unknown: vec!["mood".to_owned()], ..old };
    assert_eq!(decided(Some(&newer), &[], candidate("a")), "lock/unknown-key");
}

#[test]
fn refusals_come_together() {
    let bad = |name: &str| Candidate { id: id(name), versioning: Versioning::Declared, ..candidate("a") };
    let refusals = next(None, &[], &[bad("b"), candidate("x"), bad("a")], TODAY).err().unwrap_or_default();
    assert_eq!(refusals.iter().filter_map(|refusal| refusal.id.clone()).collect::<Vec<_>>(), [id("a"), id("b")]);
}

#[test]
fn drift_tells_added_removed_changed_and_moved() {
    let named = |name: &str, content: &str| Candidate { id: id(name), ..candidate(content) };
    let locked = |name: &str, content: &str| (id(name), entry("1.0.0", content));
    let lock = Lock {
        release: "r1".parse().ok().map(|name| Release { name, previous: None }),
        artefacts: BTreeMap::from([
            locked("gone", "g"),
            locked("moved", "m"),
            locked("same", "s"),
            locked("changed", "c"),
        ]),
        unknown: Vec::new(),
    };
    let moved = Candidate { path: "elsewhere.md".to_owned(), ..named("moved", "m") };
    let now = [named("new", "n"), named("same", "s"), named("changed", "C"), moved];
    let expected = [
        Difference::Changed(id("changed")),
        Difference::Removed(id("gone")),
        Difference::Moved(id("moved")),
        Difference::Added(id("new")),
    ];
    assert_eq!(drift::between(&lock, &now), expected);
}

#[test]
fn a_dependency_that_is_not_locked_breaks_the_closure() {
    let mut artefacts = BTreeMap::from([(id("a"), entry("1.0.0", "a")), (id("b"), entry("1.0.0", "b"))]);
    assert_eq!(drift::broken_closure(&artefacts), []);
    if let Some(a) = artefacts.get_mut(&id("a")) {
        a.requires = BTreeSet::from([id("b"), id("c")]);
    }
    let broken = drift::broken_closure(&artefacts);
    assert_eq!(
        broken.iter().map(|refusal| (refusal.rule, refusal.id.clone())).collect::<Vec<_>>(),
        [("lock/closure-broken", Some(id("a")))]
    );
}

proptest! {
    /// Whatever is edited, rolled back and released in whatever order: one label, one content.
    #[test]
    fn over_any_history_a_label_names_one_content(
        edits in prop::collection::vec((0..5u8, 0..4usize, prop::option::of(0..3u64), any::<bool>()), 1..25)
    ) {
        let classes = [Class::Breaking, Class::Behavioural, Class::Additive, Class::Cosmetic];
        let mut records: Vec<Record> = Vec::new();
        let mut names: HashMap<Version, Digest> = HashMap::new();
        let mut current: Option<Lock> = None;
        for (content, class, major, roll_back) in edits {
            if roll_back && let Some(first) = records.first() {
                current = Some(first.lock());
            }
            let declared = major.map(|major| Version::Semver(major, 0, 0));
            let edited = Candidate { declared, ..classed(&content.to_string(), classes[class]) };
            let Ok(plan) = next(current.as_ref(), &records, &[edited], TODAY) else { continue };
            for entry in plan.artefacts.values() {
                let known = names.entry(entry.version.clone()).or_insert_with(|| entry.digest.clone());
                prop_assert_eq!(&*known, &entry.digest, "{} names two contents", entry.version);
            }
            let artefacts = plan.artefacts.into_iter().map(|(id, entry)| (id, as_shipped(entry))).collect();
            records.extend(history(&[("1.0.0", "-")]).pop().map(|record| Record { artefacts, ..record }));
            current = records.last().map(Record::lock);
        }
    }
}
