//! The nouns of pv, and nothing that touches the outside world.
//!
//! # Glossary
//!
//! | word | type | meaning |
//! |---|---|---|
//! | artefact | [`ArtefactId`] | a file (or a directory taken as one) that changes what an AI system does; identity `kind:name` |
//! | kind | [`KindName`] | what the file is, hence which parser and which differ read it |
//! | version | [`Version`] | a label for one content of one artefact |
//! | digest | [`Digest`] | hash of the exact bytes that git stores |
//! | elsewhere | [`Elsewhere`] | content that an artefact stands for and another store holds (LFS, DVC, a row tree) |
//! | meaning | [`Meaning`] | hash of the parsed artefact in canonical form |
//! | fact | [`Fact`] | something that differs between two versions, with its places; no judgement |
//! | rule | [`Rule`] | judges one sort of fact: class, change type, why it matters, what to do |
//! | finding | [`Finding`] | a fact as a rule judged it |
//! | fingerprint | [`Finding::fingerprint`] | twelve digits that name a finding, wherever its lines move |
//! | acknowledgement | [`Ack`] | a finding that somebody answers for, about one edit and until a day |
//! | witness | [`Finding::witness`] | an instance that shows what a finding says |
//! | change type | [`ChangeType`] | prompt, model, agent-code, eval or data; it belongs to the finding, not to the file |
//! | class | [`Class`] | breaking > behavioural > additive > cosmetic; beside them integrity |
//! | gate | [`Gate`] | a precondition of a release, met by evidence |
//! | evidence | `release::evidence` | the recorded result of a run, bound to the digests that it was run on |
//! | verdict | [`Verdict`] | what a gate says of its evidence: pass, fail, inconclusive or waived |
//! | stage | [`Stage`] | when a gate is asked: merge, lock, step or promote |
//! | weight | [`Weight`] | the share of the traffic (or of the partitions) that gets a version |
//! | problem | [`Problem`] | something that could not be read, with its place and the way out |

mod ack;
mod at_hand;
mod audience;
mod content;
mod digest;
mod elsewhere;
mod fact;
mod gate;
mod id;
mod instant;
mod judgement;
mod place;
mod problem;
mod rule;
mod verdict;
mod version;
mod weight;

pub use ack::{Ack, Waiver, WaiverParseError};
pub use at_hand::{AtHand, Unheld};
pub use audience::Audience;
pub use content::Content;
pub use digest::{Digest, DigestParseError, Meaning};
pub use elsewhere::{Elsewhere, ElsewhereParseError, Keeper};
pub use fact::{Event, Fact, Witness};
pub use gate::Gate;
pub use id::{ArtefactId, IdParseError, KindName};
pub use instant::{Instant, InstantParseError};
pub use judgement::{Bump, ChangeType, Class, Confidence, Risk};
pub use place::{Place, Quote, SourceFile, Span};
pub use problem::{Problem, Severity};
pub use rule::{Finding, Rule};
pub use verdict::{Stage, Verdict};
pub use version::{Version, Versioning};
pub use weight::{Weight, WeightParseError};
