//! Rules judge facts: class, change types, gates and version bump of every artefact that differs.

mod acknowledge;
mod fingerprint;
mod meta;
mod policy;

pub use acknowledge::{ACKS, faults as ack_faults, missing as missing_in_ack, unused as unused_acks};
pub use meta::{RULES as META_RULES, UNREADABLE};
pub use policy::Policy;

use std::collections::BTreeSet;

use crate::diff::ArtefactDiff;
use crate::domain::{ArtefactId, Bump, ChangeType, Class, Fact, Finding, Gate, KindName, Risk, Rule, Waiver};
use crate::kinds::{self, KINDS};

/// An artefact's difference, judged.
#[derive(Debug)]
pub struct Classified {
    /// What differs.
    pub diff: ArtefactDiff,
    /// The judged facts, worst first.
    pub findings: Vec<Finding>,
    /// The worst class of a change; `None` when there are integrity findings only.
    pub class: Option<Class>,
    /// The part of the version that must move.
    pub bump: Bump,
    /// The change types of its findings, cosmetic ones aside.
    pub types: BTreeSet<ChangeType>,
    /// What it owes before it ships.
    pub gates: BTreeSet<Gate>,
}

/// Every rule there is, sorted by id.
pub fn rules() -> Vec<&'static Rule> {
    let mut rules: Vec<&Rule> = KINDS.iter().flat_map(|kind| kinds::rules(kind.name())).chain(META_RULES).collect();
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    rules
}

/// The rule called `id`.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().into_iter().find(|rule| rule.id == id)
}

/// Judges every difference.
pub fn all(diffs: Vec<ArtefactDiff>, policy: &Policy) -> Vec<Classified> {
    diffs.into_iter().map(|diff| classify(diff, policy)).collect()
}

fn classify(diff: ArtefactDiff, policy: &Policy) -> Classified {
    let id = diff.artefact().map(|artefact| &artefact.id);
    let mut findings: Vec<Finding> = diff.facts.iter().filter_map(|fact| judge(id?, fact, policy)).collect();
    fingerprint::number_twins(&mut findings);
    for finding in &mut findings {
        finding.owes = owed(finding, policy);
    }
    acknowledge::acknowledge(&mut findings, &diff, policy);
    findings.sort_by(|a, b| severity(b).cmp(&severity(a)).then_with(|| place(a).cmp(&place(b))));
    let class = findings.iter().map(|finding| finding.class).filter(|class| *class != Class::Integrity).max();
    // A version names an artefact's own bytes: what changed in a partial moves the partial's version.
    let is_elsewhere = diff.facts.iter().all(|fact| fact.has("elsewhere"));
    let bumps = findings.iter().filter(|_| !is_elsewhere).map(Finding::bump);
    let bump = bumps.max().unwrap_or(Bump::None);
    let types = findings.iter().filter(|finding| is_felt(finding)).map(|finding| finding.change_type).collect();
    let gates = findings
        .iter()
        .flat_map(|finding| finding.owes.iter().copied().filter(|gate| !finding.waives(Waiver::Gate(*gate))))
        .collect();
    Classified { diff, class, bump, types, gates, findings }
}

fn severity(finding: &Finding) -> (Class, Risk) {
    (finding.class, finding.rule.risk)
}

fn place(finding: &Finding) -> Option<&crate::domain::Place> {
    finding.new.as_ref().or(finding.old.as_ref()).map(|quote| &quote.place)
}

fn is_felt(finding: &Finding) -> bool {
    finding.class != Class::Cosmetic
}

/// The first rule that applies claims the fact; what none claims falls to the kind's safety net.
fn judge(id: &ArtefactId, fact: &Fact, policy: &Policy) -> Option<Finding> {
    let kind = id.kind;
    let own = kinds::rules(kind);
    let rule = META_RULES.iter().chain(own).find(|rule| (rule.applies)(fact)).or_else(|| safety_net(kind))?;
    Some(Finding {
        rule,
        change_type: change_type(fact, rule, kind),
        class: policy.class_of(rule)?,
        message: (rule.message)(fact),
        old: fact.old.clone(),
        new: fact.new.clone(),
        count: fact.count,
        confidence: fact.confidence.map_or(rule.confidence, |sure| sure.min(rule.confidence)),
        witness: fact.witness.clone(),
        fingerprint: fingerprint::of(rule.id, id, fact),
        ack: None,
        owes: BTreeSet::new(),
    })
}

/// The fact's own; of what concerns the artefact as a whole, its kind's.
fn change_type(fact: &Fact, rule: &Rule, kind: KindName) -> ChangeType {
    let of_kind = || safety_net(kind).filter(|_| rule.id.starts_with("meta/")).map(|net| net.change_type);
    fact.change_type.or_else(of_kind).unwrap_or(rule.change_type)
}

fn safety_net(kind: KindName) -> Option<&'static Rule> {
    kinds::rules(kind).find(|rule| rule.id.ends_with("/content-changed"))
}

/// The gates that a finding owes: those that its rule asks for, and those of its change type.
///
/// A change type that is felt only at low risk owes no more than its rules ask for.
fn owed(finding: &Finding, policy: &Policy) -> BTreeSet<Gate> {
    let by_rule = finding.rule.gates.iter().copied();
    let is_grave = finding.rule.risk > Risk::Low && finding.class != Class::Integrity;
    let by_type = policy.gates_of(finding.change_type).filter(move |_| is_grave);
    let owed = by_rule.chain(by_type).filter(|_| is_felt(finding));
    owed.filter(|gate| policy.asks_for(*gate, finding.change_type)).collect()
}

#[cfg(test)]
mod tests {
    use crate::classify::{Policy, judge};
    use crate::domain::{ArtefactId, Event, Fact, KindName};

    #[test]
    fn a_change_that_its_kind_cannot_state_is_told_all_the_same() {
        for kind in KindName::ALL {
            let fact = Fact::new("artefact", Event::Changed, "it").marked("unclassified");
            let finding = judge(&ArtefactId::new(kind, "it"), &fact, &Policy::default());
            assert_eq!(finding.map(|finding| finding.rule.id), Some("meta/unclassified-change"));
        }
    }
}
