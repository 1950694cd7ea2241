//! Rules judge facts; a finding is a fact as judged.

use std::collections::BTreeSet;

use super::{Ack, Bump, ChangeType, Class, Confidence, Fact, Gate, Quote, Risk, Waiver, Witness};

/// Plain data about one sort of change. `pv explain`, SARIF and the schema's list of ids all read these.
#[derive(Debug)]
pub struct Rule {
    /// `<kind>/<thing>-<past participle>`; public once released, never reused.
    pub id: &'static str,
    /// The class of its findings, unless `pv.toml` says otherwise.
    pub class: Class,
    /// The second axis.
    pub risk: Risk,
    /// How sure its findings are, unless a fact says that it is less so.
    pub confidence: Confidence,
    /// The bump that its findings demand where it is more than their class's.
    pub bump: Option<Bump>,
    /// The change type of its findings.
    pub change_type: ChangeType,
    /// Gates that its findings owe beyond those of the change type.
    pub gates: &'static [Gate],
    /// The pv version that introduced it.
    pub since: &'static str,
    /// One line: what it finds.
    pub summary: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about a finding.
    pub remedy: &'static str,
    /// Whether it judges this fact. The first rule of a kind that applies claims the fact.
    pub applies: fn(&Fact) -> bool,
    /// The finding's sentence.
    pub message: fn(&Fact) -> String,
}

impl Rule {
    /// The part of the version that its findings demand to move when they are of `class`.
    pub fn demands(&self, class: Class) -> Bump {
        let raised = self.bump.filter(|_| class == self.class);
        raised.map_or(class.bump(), |bump| bump.max(class.bump()))
    }

    /// The kind that its id begins with; `meta` for what is the same for every kind.
    pub fn kind(&self) -> &'static str {
        self.id.split_once('/').map_or("", |(kind, _)| kind)
    }
}

/// A fact as a rule judged it.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The class after overrides.
    pub class: Class,
    /// The fact's own change type, else the rule's.
    pub change_type: ChangeType,
    /// One sentence.
    pub message: String,
    /// Where and what it was.
    pub old: Option<Quote>,
    /// Where and what it is.
    pub new: Option<Quote>,
    /// How many like changes it stands for.
    pub count: usize,
    /// How sure it is.
    pub confidence: Confidence,
    /// An instance that shows it: valid before and not after, or the other way round.
    pub witness: Option<Witness>,
    /// Twelve hexadecimal digits of the rule, the artefact, and what changed into what: the same wherever it stands.
    pub fingerprint: String,
    /// The acknowledgement that holds for it.
    pub ack: Option<Ack>,
    /// The gates that it owes, waived or not.
    pub owes: BTreeSet<Gate>,
}

impl Finding {
    /// The part of the version that it demands to move.
    pub fn bump(&self) -> Bump {
        let demanded = self.rule.demands(self.class);
        // One label never names two contents, whatever is waived.
        if self.waives(Waiver::Bump) { demanded.min(Bump::Patch) } else { demanded }
    }

    /// Whether it is acknowledged, and `waiver` with it.
    pub fn waives(&self, waiver: Waiver) -> bool {
        self.ack.as_ref().is_some_and(|ack| ack.waives(waiver))
    }
}
