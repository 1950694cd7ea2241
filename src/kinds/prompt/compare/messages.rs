//! Messages and what they say.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use crate::domain::{Event, Fact, Quote};
use crate::kinds::prompt::artefact::{Message, Prompt};
use crate::kinds::shared::instruction::{self, Edits, Texts};
use crate::kinds::shared::prose::{self, Change};

use super::claims::{self, Claim, Explained};
use super::control::Openings;
use super::interface::Interface;
use super::sentences::Sentences;
use super::turns::{self, Turns};
use super::{delimiters, placed};

/// Two messages at least this alike are one whose role changed.
const SAME_TEXT: f64 = 0.85;

/// Two messages of one role at least this alike are one that was edited.
const SAME_MESSAGE: f64 = 0.4;

/// Above this many unmatched messages of a role they are paired in order.
const MAX_UNMATCHED: usize = 60;

/// What differs in the messages.
pub(super) fn compare(old: &Prompt, new: &Prompt, interface: &Interface) -> Vec<Fact> {
    let pairing = Pairing::between(&old.messages, &new.messages);
    let turns = (Turns::of(&old.messages), Turns::of(&new.messages));
    let (gone, come) = (pairing.unpaired_old(&old.messages), pairing.unpaired_new(&new.messages));
    let told = Told {
        interface,
        gone: Sentences::of(gone.iter().map(|&i| &old.messages[i])),
        come: Sentences::of(come.iter().map(|&j| &new.messages[j])),
    };
    let mut facts = Vec::new();
    for &(i, j) in &pairing.pairs {
        let (was, is) = (&old.messages[i], &new.messages[j]);
        if was.role != is.role && !(interface.exposure.into_system && is.is_system()) {
            facts.push(Fact::new("message-role", Event::Changed, &is.role).was(role(was)).is(role(is)));
        }
        if pairing.reordered.contains(&(i, j)) {
            facts.push(Fact::new("message", Event::Moved, &is.role).was(was.text.whole()).is(is.text.whole()));
        }
        match turns::whole(turns.0.of_message(i), turns.1.of_message(j)) {
            Some(aspect) if turns::is_edited(was, is) => {
                facts.push(Fact::new(aspect, Event::Changed, &is.role).was(was.text.whole()).is(is.text.whole()));
            }
            _ => texts(was, is, &told, &mut facts),
        }
    }
    let has_system = |messages: &[Message]| messages.iter().any(Message::is_system);
    let (had, has) = (has_system(&old.messages), has_system(&new.messages));
    let removed = gone.iter().filter_map(|&i| turns.0.alone(i, &gone, &old.messages, Event::Removed));
    facts.extend(removed.map(|fact| mark_system(fact, has)));
    let added = come.iter().filter_map(|&j| turns.1.alone(j, &come, &new.messages, Event::Added));
    facts.extend(added.map(|fact| mark_system(fact, had)));
    facts
}

/// The first and the last system message are marked.
fn mark_system(fact: Fact, other_side_has_one: bool) -> Fact {
    let is_system = fact.aspect == "message" && matches!(fact.subject.as_str(), "system" | "developer");
    if is_system && !other_side_has_one { fact.marked("system") } else { fact }
}

fn role(message: &Message) -> Quote {
    Quote { place: message.text.place(0), text: message.role.clone() }
}

/// Which messages belong together.
#[derive(Default)]
struct Pairing {
    pairs: Vec<(usize, usize)>,
    reordered: Vec<(usize, usize)>,
}

impl Pairing {
    fn between(old: &[Message], new: &[Message]) -> Self {
        let mut pairing = Self::default();
        pairing.pair_equal(old, new, |message| (message.role.as_str(), message.text.content.as_str()));
        let kept = prose::rising(&pairing.pairs);
        pairing.reordered = pairing.pairs.iter().filter(|pair| !kept.contains(pair)).copied().collect();
        pairing.pair_equal(old, new, |message| ("", message.text.content.as_str()));
        for role in roles(old) {
            pairing.pair_role(old, new, role);
        }
        pairing.pair_other_roles(old, new);
        pairing.pairs.sort_unstable();
        pairing
    }

    fn free(&self, old: &[Message], new: &[Message]) -> (Vec<usize>, Vec<usize>) {
        let mut taken = (vec![false; old.len()], vec![false; new.len()]);
        for &(i, j) in &self.pairs {
            (taken.0[i], taken.1[j]) = (true, true);
        }
        ((0..old.len()).filter(|&i| !taken.0[i]).collect(), (0..new.len()).filter(|&j| !taken.1[j]).collect())
    }

    fn pair_equal<'m, K: std::hash::Hash + Eq>(
        &mut self,
        old: &'m [Message],
        new: &'m [Message],
        key: impl Fn(&'m Message) -> K,
    ) {
        let (free_old, free_new) = self.free(old, new);
        let mut places: HashMap<K, Vec<usize>> = HashMap::new();
        for &j in free_new.iter().rev() {
            places.entry(key(&new[j])).or_default().push(j);
        }
        for i in free_old {
            if let Some(j) = places.get_mut(&key(&old[i])).and_then(Vec::pop) {
                self.pairs.push((i, j));
            }
        }
    }

    /// Messages of one role that both sides have, edited: in order, and alike unless each side has as many.
    fn pair_role(&mut self, old: &[Message], new: &[Message], role: &str) {
        let (mut free_old, mut free_new) = self.free(old, new);
        free_old.retain(|&i| old[i].role == role);
        free_new.retain(|&j| new[j].role == role);
        let in_order = free_old.len() == free_new.len() || free_old.len().max(free_new.len()) > MAX_UNMATCHED;
        if in_order {
            self.pairs.extend(free_old.into_iter().zip(free_new));
            return;
        }
        let scored = scored(&free_old, &free_new, (old, new));
        self.take_best(scored, SAME_MESSAGE);
    }

    fn pair_other_roles(&mut self, old: &[Message], new: &[Message]) {
        let (free_old, free_new) = self.free(old, new);
        if free_old.len().max(free_new.len()) <= MAX_UNMATCHED {
            let scored = scored(&free_old, &free_new, (old, new));
            self.take_best(scored, SAME_TEXT);
        }
    }

    /// The most alike first; ties by distance and position, so that both directions agree.
    fn take_best(&mut self, mut scored: Vec<(f64, usize, usize)>, least: f64) {
        scored.sort_by(|a, b| {
            let place = |(_, i, j): &(f64, usize, usize)| (i.abs_diff(*j), i + j);
            b.0.total_cmp(&a.0).then_with(|| place(a).cmp(&place(b)))
        });
        for (score, i, j) in scored {
            if score >= least && !self.pairs.iter().any(|&(a, b)| a == i || b == j) {
                self.pairs.push((i, j));
            }
        }
    }

    fn unpaired_old(&self, old: &[Message]) -> Vec<usize> {
        let paired: HashSet<usize> = self.pairs.iter().map(|pair| pair.0).collect();
        (0..old.len()).filter(|at| !paired.contains(at)).collect()
    }

    fn unpaired_new(&self, new: &[Message]) -> Vec<usize> {
        let paired: HashSet<usize> = self.pairs.iter().map(|pair| pair.1).collect();
        (0..new.len()).filter(|at| !paired.contains(at)).collect()
    }
}

fn roles(messages: &[Message]) -> Vec<&str> {
    let once: BTreeMap<&str, ()> = messages.iter().map(|message| (message.role.as_str(), ())).collect();
    once.into_keys().collect()
}

fn scored(old: &[usize], new: &[usize], messages: (&[Message], &[Message])) -> Vec<(f64, usize, usize)> {
    let score = |i: usize, j: usize| prose::similarity(&messages.0[i].text.content, &messages.1[j].text.content);
    old.iter().flat_map(|&i| new.iter().map(move |&j| (i, j))).map(|(i, j)| (score(i, j), i, j)).collect()
}

/// What is told already when the texts of two messages are compared.
struct Told<'a> {
    interface: &'a Interface,
    /// What the messages say that are gone as a whole.
    gone: Sentences,
    /// What the messages say that are new as a whole.
    come: Sentences,
}

impl Told<'_> {
    /// Whether a piece of one message went into a new message, or came out of one that is gone.
    fn is_elsewhere(&self, change: &Change, old: &Message, new: &Message) -> bool {
        match (&change.old, &change.new) {
            (Some(was), None) => self.come.have(old, was),
            (None, Some(is)) => self.gone.have(new, is),
            _ => false,
        }
    }
}

/// What one message says differently.
fn texts(old: &Message, new: &Message, told: &Told<'_>, facts: &mut Vec<Fact>) {
    let (before, after) = (&old.text.content, &new.text.content);
    let texts = Texts::new(before, after);
    if let Some(fact) = texts.language((Some(old.text.whole()), Some(new.text.whole()))) {
        facts.push(fact);
        return;
    }
    let (old_side, new_side) = (Explained::old(old, told.interface), Explained::new_side(new, told.interface));
    let quote = |message: &Message, range: &Option<Range<usize>>| range.clone().map(|r| message.text.quote(r));
    let quotes = |change: &Change| (quote(old, &change.old), quote(new, &change.new));
    let changes = prose::compare(before, after);
    let delimiters = delimiters::among(&changes, old, new);
    let (moved, is_moved) = placed::among(&changes, old, new);
    facts.extend(delimiters.facts.into_iter().chain(moved));
    let claimed = delimiters.claimed.into_iter().zip(is_moved).map(|(one, other)| one || other);
    let openings = Openings::among(&changes, old, new);
    let coarse = instruction::coarse(&changes);
    facts.extend(coarse.map(|first| instruction::fact("analysis", Event::Unfit, quotes(first))));
    let mut edits = Edits::new(&texts);
    for (change, is_claimed) in changes.iter().zip(claimed) {
        if is_claimed || told.is_elsewhere(change, old, new) {
            continue;
        }
        let quotes = quotes(change);
        let said = match claims::claim(&old_side, &new_side, change) {
            Claim::Interface | Claim::Invisible => Vec::new(),
            Claim::ControlFlow if openings.tell(change, old, new) => Vec::new(),
            Claim::ControlFlow => vec![instruction::fact("control-flow", instruction::event(change.edit), quotes)],
            Claim::Text => texts.facts(change, quotes),
        };
        edits.tell(change, said);
    }
    facts.extend(edits.finish());
}
