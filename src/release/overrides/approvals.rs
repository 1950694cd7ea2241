//! Who signed an exception, and whether that is enough.

use crate::config::Element;
use crate::release::checks::Refused;
use crate::release::checks::overrides::{
    APPROVAL_MISSING, REQUEST_UNSIGNED, REQUESTER_APPROVED, ROLE_MISSING, SEPARATION_AVAILABLE, SIGNATURE_BROKEN,
};
use crate::release::signatures::{self, Signed, Signer, Unsigned};

use super::register::{Exception, Register};

/// Those who approved an exception, and what is wrong with their signatures.
#[derive(Debug, Clone, Default)]
pub struct Approvals {
    /// Those who count.
    pub approvers: Vec<Signed>,
    /// Why it is not approved; empty: it is.
    pub faults: Vec<Refused>,
}

impl Register<'_> {
    /// Who approved an exception, as the signers and the roles are now and the keys were when it was asked for.
    pub fn approvals(&self, exception: &Exception) -> Approvals {
        let mut approvals = Approvals::default();
        let request = self.request(exception, &mut approvals);
        let separated = self.is_separated(exception, &mut approvals);
        for (path, signature) in exception.signatures.iter().filter(|(path, _)| **path != exception.request_path()) {
            match self.signed(exception, signature) {
                Err(why) => approvals.faults.push(self.broken(path, &why)),
                Ok(signed) if is_requester(exception, &signed) && separated => {
                    approvals.faults.push(own(exception, path, &signed));
                }
                Ok(signed) => approvals.approvers.push(signed),
            }
        }
        approvals.approvers.extend(request.filter(|_| !separated));
        approvals.approvers.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
        approvals.approvers.dedup_by(|a, b| a.fingerprint == b.fingerprint);
        self.refuse_too_few(exception, &mut approvals);
        approvals
    }

    fn signed(&self, exception: &Exception, signature: &str) -> Result<Signed, Unsigned> {
        let by = (&self.signers, &exception.record.requested_at);
        signatures::verify(signatures::OVERRIDE, &exception.text, signature, by)
    }

    /// The signature of whoever asks: without it, nobody knows that the approver is another one.
    fn request(&self, exception: &Exception, approvals: &mut Approvals) -> Option<Signed> {
        let (path, requester) = (exception.request_path(), &exception.record.requester);
        let Some(signature) = exception.signatures.get(&path) else {
            let message = format!("the one who asks, `{}`, has not signed it: {path} is missing", requester.principal);
            approvals.faults.push(Refused::by(&REQUEST_UNSIGNED, message));
            return None;
        };
        match self.signed(exception, signature) {
            Err(why) => approvals.faults.push(self.broken(&path, &why)),
            Ok(signed) if signed.fingerprint == requester.key && signed.signer.is(&requester.principal) => {
                return Some(signed);
            }
            Ok(signed) => {
                let message = format!(
                    "{path} is signed by `{}` ({}), and `{}` ({}) is said to ask",
                    signed.signer.name(),
                    signed.fingerprint,
                    requester.principal,
                    requester.key
                );
                approvals.faults.push(Refused::by(&REQUEST_UNSIGNED, message));
            }
        }
        None
    }

    /// Whether somebody else has to approve: always, unless there truly is nobody else.
    fn is_separated(&self, exception: &Exception, approvals: &mut Approvals) -> bool {
        let record = &exception.record;
        if record.separation.is_none() {
            return true;
        }
        if record.separation_because.as_deref().is_none_or(|why| why.trim().is_empty()) {
            let message = "it says `separation = \"unavailable\"`, and in `separation-because` not why";
            approvals.faults.push(Refused::by(&SEPARATION_AVAILABLE, message));
            return true;
        }
        let others = self.others(exception);
        if !others.is_empty() {
            let message = format!("it says that nobody else can approve it, and {} can", others.join(", "));
            approvals.faults.push(Refused::by(&SEPARATION_AVAILABLE, message));
        }
        !others.is_empty()
    }

    /// Those who could approve besides the one who asks.
    fn others(&self, exception: &Exception) -> Vec<String> {
        let requester = &exception.record.requester;
        let able = self.signers.able(signatures::OVERRIDE, &exception.record.requested_at).into_iter();
        let others = able.filter(|(key, signer)| *key != requester.key && !signer.is_named(&requester.principal));
        others.map(|(_, signer)| signer.name().to_owned()).collect()
    }

    fn refuse_too_few(&self, exception: &Exception, approvals: &mut Approvals) {
        let id = &exception.record.id;
        if approvals.approvers.is_empty() {
            let needed = self.needed(exception);
            let by =
                if needed.is_empty() { "somebody else than the one who asks".to_owned() } else { needed.join(" and ") };
            let message = format!("nobody approved it; it needs the approval of {by}");
            let refused = Refused::by(&APPROVAL_MISSING, message);
            return approvals.faults.push(refused.remedy(format!("they run: pv override approve {id}")));
        }
        let missing: Vec<String> = self
            .asked(exception)
            .into_iter()
            .filter(|asked| !self.is_met(asked, approvals))
            .map(|asked| self.told(&asked))
            .collect();
        for told in missing {
            let names: Vec<&str> = approvals.approvers.iter().map(|signed| signed.signer.name()).collect();
            let message = format!("it was approved by {}, and needs the approval of {told}", names.join(" and "));
            let refused = Refused::by(&ROLE_MISSING, message);
            approvals.faults.push(refused.remedy(format!("they run: pv override approve {id}")));
        }
    }

    /// A signature that does not hold; a key may be unknown because its line cannot be read.
    fn broken(&self, path: &str, why: &Unsigned) -> Refused {
        let refused = Refused::by(&SIGNATURE_BROKEN, format!("{path}: {why}"));
        match self.signers.problems.first().filter(|_| matches!(why, Unsigned::Unknown { .. })) {
            Some(line) => {
                let place = format!("{}:{}", line.place.path, line.place.line);
                refused.remedy(format!("{place} counts for nobody: {}. {}", line.message, line.help))
            }
            None => refused,
        }
    }

    /// Whose approval an exception needs, in words.
    pub fn needed(&self, exception: &Exception) -> Vec<String> {
        self.asked(exception).iter().map(|asked| self.told(asked)).collect()
    }

    /// The roles whose approval an exception needs: one of each list.
    fn asked(&self, exception: &Exception) -> Vec<Vec<&str>> {
        let record = &exception.record;
        let mut asked: Vec<Vec<&str>> =
            self.policy.approvers_of(record.category).into_iter().map(|role| vec![role]).collect();
        let elements = record.bypass.iter().filter_map(|bypass| super::element::of(&bypass.rule));
        let outside = self.policy.approvers_outside_the_window();
        // Whoever approves the rest may be one who may open the window.
        let is_covered = asked.iter().any(|roles| roles.iter().all(|role| outside.contains(role)));
        let is_outside = elements.into_iter().any(|element| element == Element::ChangeWindow);
        if is_outside && !outside.is_empty() && !is_covered {
            asked.push(outside);
        }
        asked
    }

    fn is_met(&self, asked: &[&str], approvals: &Approvals) -> bool {
        let holds = |signer: &Signer, role: &str| self.policy.holders(role).iter().any(|holder| signer.is(holder));
        approvals.approvers.iter().any(|signed| asked.iter().any(|role| holds(&signed.signer, role)))
    }

    /// `security-lead (lead@example.com)`, or one of several.
    fn told(&self, asked: &[&str]) -> String {
        let role = |role: &&str| format!("{role} ({})", self.policy.holders(role).join(", "));
        asked.iter().map(role).collect::<Vec<_>>().join(" or ")
    }
}

fn is_requester(exception: &Exception, signed: &Signed) -> bool {
    let requester = &exception.record.requester;
    signed.fingerprint == requester.key || signed.signer.is_named(&requester.principal)
}

fn own(exception: &Exception, path: &str, signed: &Signed) -> Refused {
    let message = format!(
        "{path}: the approval is by `{}` ({}), who asks for it; another person's is needed",
        signed.signer.name(),
        signed.fingerprint
    );
    Refused::by(&REQUESTER_APPROVED, message)
        .remedy(format!("somebody else runs: pv override approve {}; and {path} goes away", exception.record.id))
}
