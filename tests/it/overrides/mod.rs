//! Exceptions: what makes one hold, what does not, and what it owes.

use std::collections::BTreeSet;

use pv::classify;
use pv::config::Config;
use pv::domain::{Digest, Instant, Severity, Stage};
use pv::release::checks::{self, Judgement, Refused};
use pv::release::ground::{Ground, Papers};
use pv::release::overrides::{self, Override, Separation, request_path};
use pv::release::plan::{Mode, Plan};
use pv::release::signatures;
use pv::release::standing::Standing;
use ssh_key::private::Ed25519Keypair;
use ssh_key::{HashAlg, PrivateKey};

mod keys;
pub(crate) mod typed;

const RULE: &str = "gate/evidence-missing";
const ASKED: &str = "2026-11-20T22:00:00+05:30";
const DURING: &str = "2026-11-20T22:30:00+05:30";
const REHEARSAL: &str = "releases/r2/rehearsals/r2--r1.toml";

const ONCALL: u8 = 1;
const SECURITY: u8 = 2;
const PLATFORM: u8 = 3;
const STRANGER: u8 = 4;

const ROLES: &str = "\
[roles]
security-lead = [\"security-lead@example.com\"]
platform-lead = [\"platform-lead@example.com\"]
";

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from(Ed25519Keypair::from_seed(&[seed; 32]))
}

fn public(seed: u8) -> String {
    key(seed).public_key().to_openssh().unwrap()
}

fn fingerprint(seed: u8) -> String {
    key(seed).fingerprint(HashAlg::Sha256).to_string()
}

pub(crate) fn signers() -> String {
    let line = |name: &str, seed| format!("{name}@example.com namespaces=\"pv-override\" {}\n", public(seed));
    [("oncall", ONCALL), ("security-lead", SECURITY), ("platform-lead", PLATFORM)]
        .map(|(name, seed)| line(name, seed))
        .concat()
}

fn config(text: &str) -> Config {
    let known = classify::rules().into_iter().map(|rule| (rule.id, rule.class)).collect();
    Config::parse("pv.toml", text, &known).unwrap()
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

fn plan() -> Plan {
    Plan {
        version: 1,
        release: "r2".parse().unwrap(),
        previous: Some("r1".parse().unwrap()),
        mode: Mode::Sequenced,
        because: None,
        ladder: Vec::new(),
        lock: Digest::of(b"lock"),
        policy: Digest::of(b"policy"),
        removed: BTreeSet::new(),
        change: Vec::new(),
        step: Vec::new(),
    }
}

/// The exception of the story: a page at 22:00, addresses of customers are shown.
fn exception() -> Override {
    let text = format!(
        "version = 1\nid = \"security-1\"\nrelease = \"r2\"\nplan = \"{}\"\ncategory = \"security\"\nharm = \"addresses are shown\"\n\
         requested-at = \"{ASKED}\"\nexpires = \"2026-11-21T04:00:00+05:30\"\nrollback-verified = true\nrehearsal = \"{REHEARSAL}\"\n\
         [requester]\nprincipal = \"oncall@example.com\"\nkey = \"{}\"\n\
         [[bypass]]\nrule = \"{RULE}\"\nwhy = \"an eval takes four hours\"\ncompensation = \"run it after promotion\"\n\
         due = \"2026-11-21T22:00:00+05:30\"\n",
        plan().digest().unwrap(),
        fingerprint(ONCALL)
    );
    overrides::decode("releases/r2/overrides/security-1.toml", &text).unwrap()
}

/// The papers of an exception that `oncall` asks for and others approve.
fn papers(record: &Override, approvers: &[u8]) -> Papers {
    let (path, text) = (record.path(), record.encode().unwrap());
    let sign = |seed| signatures::sign(signatures::OVERRIDE, &text, &key(seed)).unwrap();
    let mut papers = Papers::from([
        (overrides::SIGNERS.to_owned(), signers()),
        (REHEARSAL.to_owned(), String::new()),
        (request_path(&path), sign(ONCALL)),
    ]);
    papers.extend(approvers.iter().map(|seed| (format!("{path}.{seed}.sig"), sign(*seed))));
    papers.insert(path, text);
    papers
}

/// What is said of the papers, as `severity check`, and whether they waive the rule.
fn judged_under(papers: &Papers, policy: &str, at: &str) -> (Vec<String>, bool) {
    let (plan, config, standing, at) = (plan(), config(policy), Standing::default(), instant(at));
    let ground = Ground {
        features: &[],
        plan: &plan,
        config: &config,
        histories: &[],
        standing: &standing,
        at: &at,
        papers,
        stage: Stage::Lock,
    };
    let word = |one: &Judgement| {
        let severity = if one.severity == Severity::Error { "error" } else { "note" };
        format!("{severity} {}", one.refused.check.id)
    };
    let said = overrides::judge(&ground).iter().map(word).collect();
    (said, overrides::is_waived(&ground, RULE).is_some())
}

fn judged(papers: &Papers) -> (Vec<String>, bool) {
    judged_under(papers, ROLES, DURING)
}

/// An exception that is as the story's but for one thing: what is said of it.
fn but(change: impl FnOnce(&mut Override)) -> Vec<String> {
    let mut record = exception();
    change(&mut record);
    let (said, holds) = judged(&papers(&record, &[SECURITY, PLATFORM]));
    assert_eq!(said.is_empty(), holds, "one that does not hold waives nothing: {said:?}");
    said
}

#[test]
fn an_exception_that_is_approved_waives_what_it_names_and_nothing_else() {
    let papers = papers(&exception(), &[SECURITY, PLATFORM]);
    assert_eq!(judged(&papers), (vec![], true));
    let (plan, config, standing, at) = (plan(), config(ROLES), Standing::default(), instant(DURING));
    let ground = Ground {
        features: &[],
        plan: &plan,
        config: &config,
        histories: &[],
        standing: &standing,
        at: &at,
        papers: &papers,
        stage: Stage::Lock,
    };
    let ids = [RULE, "gate/evidence-stale", "log/chain-broken"];
    let refused =
        ids.into_iter().filter_map(checks::check).map(|check| Judgement::error(Refused::by(check, "it is so")));
    let told: Vec<String> = overrides::waived(&ground, refused.collect())
        .into_iter()
        .map(|one| format!("{:?} {}: {}", one.severity, one.refused.check.id, one.refused.message))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
Warning gate/evidence-missing: it is so; waived by the exception `security-1`, approved by security-lead@example.com and platform-lead@example.com, until 2026-11-21T04:00:00+05:30; it owes by 2026-11-21T22:00:00+05:30: run it after promotion
Error gate/evidence-stale: it is so
Error log/chain-broken: it is so
"#);
    assert_eq!(overrides::used(&ground), ["security-1"]);
}

#[test]
fn each_thing_that_is_wrong_is_said_and_waives_nothing() {
    let bypass = |change: fn(&mut overrides::Bypass)| but(move |record| change(&mut record.bypass[0]));
    assert_eq!(but(|_| {}), [""; 0]);
    assert_eq!(but(|record| record.expires = None), ["note override/expiry-missing"]);
    assert_eq!(but(|record| record.expires = Some(instant("2026-11-21T22:00:00+05:30"))), [""; 0], "a day is allowed");
    assert_eq!(
        but(|record| record.expires = Some(instant("2026-11-21T22:00:01+05:30"))),
        ["note override/expiry-exceeded"]
    );
    assert_eq!(
        but(|record| record.expires = Some(instant(DURING))),
        ["note override/validity-ended"],
        "the end is outside"
    );
    assert_eq!(
        but(|record| record.requested_at = instant("2026-11-20T22:30:01+05:30")),
        ["note override/validity-ended"]
    );
    assert_eq!(but(|record| record.plan = Digest::of(b"another")), ["note override/plan-moved"]);
    assert_eq!(but(|record| record.harm = "  ".to_owned()), ["note override/harm-missing"]);
    assert_eq!(but(|record| record.bypass.clear()), ["note override/rule-missing"]);
    assert_eq!(but(|record| record.rollback_verified = false), ["note override/rollback-unverified"]);
    assert_eq!(but(|record| record.rehearsal = None), ["note override/rollback-unverified"]);
    assert_eq!(
        but(|record| record.rehearsal = Some("releases/r1/rehearsals/a.toml".to_owned())),
        ["note override/rollback-unverified"]
    );
    assert_eq!(bypass(|one| one.rule = "gate/*".to_owned()), ["note override/rule-unknown"]);
    assert_eq!(bypass(|one| one.rule = "gate/evidence-misssing".to_owned()), ["note override/rule-unknown"]);
    assert_eq!(bypass(|one| one.rule = "evidence/file-altered".to_owned()), ["note override/rule-protected"]);
    assert_eq!(bypass(|one| one.rule = "log/chain-broken".to_owned()), ["note override/rule-protected"]);
    assert_eq!(bypass(|one| one.rule = "plan/base-unfinished".to_owned()), ["note override/element-excluded"]);
    assert_eq!(bypass(|one| one.rule = "override/role-missing".to_owned()), ["note override/element-excluded"]);
    assert_eq!(bypass(|one| one.element = Some(pv::config::Element::Freeze)), ["note override/element-excluded"]);
    assert_eq!(bypass(|one| one.compensation.clear()), ["note override/compensation-missing"]);
    assert_eq!(bypass(|one| one.why.clear()), ["note override/compensation-missing"]);
    assert_eq!(bypass(|one| one.due = None), ["note override/due-missing"]);
    assert_eq!(bypass(|one| one.due = Some(instant(ASKED))), ["note override/due-missing"]);
}

#[test]
fn a_category_allows_what_the_policy_says() {
    let mut record = exception();
    record.category = pv::config::Category::CustomerBlocking;
    let papers = papers(&record, &[SECURITY]);
    assert_eq!(judged(&papers), (vec!["note override/element-excluded".to_owned()], false));
    let allowing = format!("{ROLES}[override.elements]\ncustomer-blocking = [\"eval-gate\"]\n");
    assert_eq!(judged_under(&papers, &allowing, DURING), (vec![], true));
}

#[test]
fn the_one_who_asks_does_not_approve() {
    let (said, holds) = judged(&papers(&exception(), &[ONCALL]));
    assert_eq!(
        (said, holds),
        (vec!["note override/requester-approved".into(), "note override/approval-missing".into()], false)
    );
    // The same person with another key is the same person.
    let mut other = papers(&exception(), &[SECURITY, PLATFORM, STRANGER]);
    other.insert(overrides::SIGNERS.to_owned(), format!("{}oncall@example.com {}\n", signers(), public(STRANGER)));
    assert_eq!(judged(&other), (vec!["note override/requester-approved".into()], false));
    // Nobody knows who asks.
    let mut unsigned = papers(&exception(), &[SECURITY, PLATFORM]);
    let request = unsigned.remove(&request_path(&exception().path())).unwrap();
    assert_eq!(judged(&unsigned), (vec!["note override/request-unsigned".into()], false));
    let theirs = unsigned[&format!("{}.2.sig", exception().path())].clone();
    unsigned.insert(request_path(&exception().path()), theirs);
    assert_eq!(judged(&unsigned), (vec!["note override/request-unsigned".into()], false));
    unsigned.insert(request_path(&exception().path()), request);
    assert_eq!(judged(&unsigned), (vec![], true));
}

#[test]
fn roles_approve_where_somebody_holds_them() {
    assert_eq!(judged(&papers(&exception(), &[])), (vec!["note override/approval-missing".into()], false));
    assert_eq!(judged(&papers(&exception(), &[SECURITY])), (vec!["note override/role-missing".into()], false));
    let one = papers(&exception(), &[PLATFORM]);
    assert_eq!(judged_under(&one, "", DURING), (vec![], true), "no roles: anybody else");
    let only = "[roles]\nsecurity-lead = [\"security-lead@example.com\"]\n";
    assert_eq!(judged_under(&one, only, DURING), (vec!["note override/role-missing".into()], false));
}

#[test]
fn a_team_of_one_says_so_and_a_team_of_two_cannot() {
    let alone = |because: Option<&str>| {
        let mut record = exception();
        (record.separation, record.separation_because) = (Some(Separation::Unavailable), because.map(str::to_owned));
        papers(&record, &[])
    };
    let mut single = alone(Some("there is only me"));
    assert_eq!(
        judged_under(&single, "", DURING).0,
        ["note override/separation-available", "note override/approval-missing"]
    );
    single.insert(overrides::SIGNERS.to_owned(), format!("oncall@example.com {}\n", public(ONCALL)));
    assert_eq!(judged_under(&single, "", DURING), (vec![], true));
    let mut silent = alone(None);
    silent.insert(overrides::SIGNERS.to_owned(), format!("oncall@example.com {}\n", public(ONCALL)));
    assert_eq!(
        judged_under(&silent, "", DURING).0,
        ["note override/separation-available", "note override/approval-missing"]
    );
}

#[test]
fn what_was_edited_after_it_was_signed_is_an_integrity_fault() {
    let mut papers = papers(&exception(), &[SECURITY, PLATFORM]);
    let text = papers[&exception().path()].replace("four hours", "four days");
    papers.insert(exception().path(), text);
    let (said, holds) = judged(&papers);
    assert_eq!(said[0], "error override/signature-broken");
    assert!(!holds);
    // Line ends that git changed are no edit.
    let mut converted = self::papers(&exception(), &[SECURITY, PLATFORM]);
    converted.values_mut().for_each(|text| *text = text.replace('\n', "\r\n"));
    assert_eq!(judged(&converted), (vec![], true));
}

#[test]
fn a_record_holds_only_where_it_is_made_out_for() {
    let mut papers = papers(&exception(), &[SECURITY, PLATFORM]);
    let moved =
        Papers::from_iter(papers.iter().map(|(path, text)| (path.replace("security-1", "security-2"), text.clone())));
    assert_eq!(judged(&moved).0, ["note override/record-misplaced"]);
    papers.insert(exception().path(), "version = 1\nid = ".to_owned());
    assert_eq!(judged(&papers), (vec!["note override/record-unreadable".into()], false));
}
