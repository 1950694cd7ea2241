//! The good releases: what each kind edits, owes and tells, and when it happens.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use fastrand::Rng;
use jiff::civil::{Date, date};

use super::product::{Product, READY};
use crate::runs::Run;

/// What a good release edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sort {
    /// The wording of a prompt.
    Wording,
    /// The pin of the model, of another family: material.
    Model,
    /// What a tool says of itself.
    ToolText,
    /// A tool's schema: an optional parameter more.
    ToolSchema,
    /// The rows of an index: by partition.
    Index,
    /// The eval set: more cases.
    Cases,
    /// Bytes without meaning.
    Cosmetic,
    /// A prompt and an index that have nothing to do with each other.
    Several,
    /// A prompt and its tool, together and with a reason.
    Coordinated,
    /// A new flag: material.
    Flag,
    /// A prompt, by smaller steps of its own and with a reason.
    Smaller,
}

use Sort::{Cases, Coordinated, Cosmetic, Flag, Index, Model, Several, Smaller, ToolSchema, ToolText, Wording};

/// All of them.
pub(super) const SORTS: [Sort; 11] =
    [Wording, Model, ToolText, ToolSchema, Index, Cases, Cosmetic, Several, Coordinated, Flag, Smaller];

/// The words of which a seed takes one.
const WORDS: [&str; 2] = ["warmly", "briefly"];

/// The Mondays of which a seed takes one.
const MONDAYS: [Date; 4] = [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 30)];

/// A release that a seed gave, ready to be cut.
pub(super) struct Release {
    /// What it edits.
    pub(super) sort: Sort,
    /// The repository, a copy of its own.
    pub(super) product: Product,
    monday: Date,
    minute: u32,
}

impl Release {
    /// The release of a seed, edited, described, measured and rehearsed; `sorts` are those that it may be of.
    pub(super) fn ready(seed: u64, sorts: &[Sort]) -> Self {
        let mut rng = Rng::with_seed(seed);
        let sort = rng.choice(sorts).copied().unwrap();
        let product = prepared(sort, rng.usize(..WORDS.len()));
        // The slow ladder of a model has to be done before the freeze.
        let mondays = if sort == Model { 1 } else { MONDAYS.len() };
        Self { sort, product, monday: MONDAYS[rng.usize(..mondays)], minute: rng.u32(..60) }
    }

    /// The release of a seed, whose first step was taken. Seeds share these: there is one of each sort for two Mondays.
    pub(super) fn stepping(seed: u64, sorts: &[Sort]) -> Self {
        type Made = HashMap<(Sort, usize), Arc<OnceLock<Product>>>;
        static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
        let mut rng = Rng::with_seed(seed);
        let (sort, week) = (rng.choice(sorts).copied().unwrap(), rng.usize(..2));
        let release = |product| Self { sort, product, monday: MONDAYS[week], minute: 30 };
        let place = Arc::clone(MADE.lock().unwrap().entry((sort, week)).or_default());
        let begin = || {
            let release = release(prepared(sort, week));
            release.begun();
            release.product
        };
        release(place.get_or_init(begin).copy())
    }

    /// An instant so many days after the Monday of the release, at an hour and the seed's minute.
    pub(super) fn at(&self, days: i64, hour: i64) -> String {
        let day = self.monday.checked_add(jiff::Span::new().days(days)).unwrap();
        format!("{day}T{hour:02}:{:02}:00+05:30[Asia/Kolkata]", self.minute)
    }

    /// It is so many days after the Monday, at that hour.
    pub(super) fn on(&self, days: i64, hour: i64) -> &Self {
        self.product.on(&self.at(days, hour));
        self
    }

    /// What `pv` says.
    pub(super) fn pv(&self, line: &str) -> String {
        self.product.pv(line)
    }

    /// Commits whatever there is.
    pub(super) fn commit(&self) -> &Self {
        self.product.repo.commit("more");
        self
    }

    /// Rehearses the way back again, on this day.
    pub(super) fn rehearse(&self) -> &Self {
        self.product.must("rollback rehearse --name r2");
        self
    }

    /// What `pv lock` says.
    pub(super) fn lock(&self) -> String {
        self.pv("lock --name r2 --write --commit --tag")
    }

    /// Plans it by steps of its own.
    pub(super) fn steps(&self, steps: &[&str]) -> &Self {
        let steps: String = steps.iter().map(|step| format!(" --steps {}", step.replace(' ', "~"))).collect();
        self.pv(&format!("plan --name r2 --write --because as~agreed{steps}"));
        self
    }

    /// Cut on Monday, 11.
    pub(super) fn cut(&self) -> &Self {
        self.due().product.must("lock --name r2 --write --commit --tag");
        self
    }

    /// Monday, 11, with everything that the lock asks for.
    pub(super) fn due(&self) -> &Self {
        self.on(0, 11);
        // An index has the day of its release as its version, so the way back from it is of that day, too.
        if matches!(self.sort, Index | Several) { self.rehearse() } else { self }
    }

    /// Cut, and everybody told on Monday, 12.
    pub(super) fn told(&self) -> &Self {
        self.cut().on(0, 12).product.tell("engineering", "r2");
        if matches!(self.sort, Model | Flag) {
            self.product.tell("support", "r2").tell("customer", "r2");
        }
        self.commit()
    }

    /// Told, and the first step taken at 13 on the next day; of a model, whose canary lasts a week, on the next Monday.
    pub(super) fn begun(&self) -> &Self {
        self.told().on(if self.sort == Model { 7 } else { 1 }, 13).step()
    }

    /// The next step, taken.
    pub(super) fn step(&self) -> &Self {
        self.product.must("rollout step r2 --commit");
        self
    }

    /// What the feedback on the step comes to.
    pub(super) fn feedback(&self, verdict: &str) -> &Self {
        let said = self.feedback_said(verdict);
        assert!(!said.contains("[exit code"), "{}\n{said}", self.product.typed());
        self
    }

    /// What `pv` says to feedback on the step.
    pub(super) fn feedback_said(&self, verdict: &str) -> String {
        self.pv(&format!("rollout gate r2 --verdict {verdict} --reason we~looked --by on-call --commit"))
    }
}

/// A release up to its rehearsal; made once, and copied.
fn prepared(sort: Sort, word: usize) -> Product {
    type Made = HashMap<(Sort, usize), Arc<OnceLock<Product>>>;
    static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
    let place = Arc::clone(MADE.lock().unwrap().entry((sort, word)).or_default());
    place.get_or_init(|| prepare(sort, WORDS[word])).copy()
}

fn prepare(sort: Sort, word: &str) -> Product {
    let product = released();
    product.on(READY);
    edit(&product, sort, word);
    product.repo.commit("the edit");
    measure(&product, sort);
    product.repo.commit("how it does");
    product.must("rollback rehearse --name r2");
    match sort {
        Coordinated => {
            product.must("plan --name r2 --write --mode coordinated --because the~prompt~needs~the~tool");
        }
        Smaller => {
            product.must("plan --name r2 --write --because many~customers --steps 2%~24h --steps 10%~24h --steps 50%~24h --steps 100%~24h");
        }
        _ => {}
    }
    product
}

/// The product before any of the releases; made once, and copied.
fn released() -> Product {
    static MADE: OnceLock<Product> = OnceLock::new();
    MADE.get_or_init(Product::released).copy()
}

fn edit(product: &Product, sort: Sort, word: &str) {
    if matches!(sort, Wording | Several | Coordinated | Smaller) {
        product.edit("prompts/greet.md", "politely", &format!("{word} and politely"));
        product.describe("prompt:greet", "prompt", "behavioural");
    }
    if matches!(sort, ToolText | Coordinated) {
        product.edit("tools/lookup.json", "Looks a customer up.", &format!("Looks a customer up {word}."));
        product.describe("tool:lookup", "agent-code", "behavioural");
    }
    if matches!(sort, Index | Several) {
        product.edit("indexes/products/documents.jsonl", "Lamp", &format!("Lantern, lit {word}"));
        product.describe("index:products", "data", "behavioural");
    }
    match sort {
        Model => product.edit("models.yaml", "claude-haiku-4-5-20251001", "claude-opus-4-5-20251101").describe(
            "model:writer",
            "model",
            "behavioural",
        ),
        ToolSchema => product
            .edit("tools/lookup.json", "{\"id\":", &format!("{{\"{word}\": {{\"type\": \"boolean\"}}, \"id\":"))
            .describe("tool:lookup", "agent-code", "behavioural"),
        Cases => product
            .append("evals/support.jsonl", &format!("{{\"id\": \"case-060\", \"input\": \"greet {word}\"}}\n"))
            .describe("eval:support", "eval", "additive"),
        Cosmetic => product.edit("prompts/greet.md", "owner: team-support", "owner: \"team-support\"").describe(
            "prompt:greet",
            "prompt",
            "cosmetic",
        ),
        Flag => {
            product.append("features.yaml", &hints("greet@1.0.0")).describe("feature:hints", "agent-code", "additive")
        }
        _ => product,
    };
}

/// One more feature, which needs a prompt.
pub(super) fn hints(prompt: &str) -> String {
    format!(
        "  hints:\n    flag: hints_v1\n    rollout:\n      canary_percentage: 5\n    dependencies:\n      - prompt: {prompt}\n"
    )
}

fn measure(product: &Product, sort: Sort) {
    let run = |about: &str, gate: &str| {
        product.measure(about, gate, |run: Run| run);
    };
    match sort {
        Wording | Smaller => run("prompt:greet", "eval"),
        Model => ["eval", "cost", "safety"].into_iter().for_each(|gate| run("model:writer", gate)),
        ToolText | ToolSchema => ["eval", "integration"].into_iter().for_each(|gate| run("tool:lookup", gate)),
        Index => run("index:products", "eval"),
        Cases => ["prompt:greet", "prompt:answer"].into_iter().for_each(|about| run(about, "eval")),
        Several => ["prompt:greet", "index:products"].into_iter().for_each(|about| run(about, "eval")),
        Coordinated => {
            run("prompt:greet", "eval");
            ["eval", "integration"].into_iter().for_each(|gate| run("tool:lookup", gate));
        }
        Cosmetic | Flag => {}
    }
}
