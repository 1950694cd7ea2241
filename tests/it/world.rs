//! A small product whose releases the discipline guards: a prompt, its model, tool, index and eval set, a feature, a calendar.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "builds files; a failed step is a failed test")]

use std::cell::RefCell;
use std::process::Command;

use crate::harness::Repo;
use crate::runs::{self, PROMPT, Run};

/// Cases of the eval set: with three attempts each, enough to tell five points.
pub(crate) const CASES: usize = 60;

/// Monday, two hours into the window.
pub(crate) const MONDAY: &str = "2026-11-23T11:00:00+05:30[Asia/Kolkata]";
/// The Friday of the story, at 14:00.
pub(crate) const FRIDAY: &str = "2026-11-20T14:00:00+05:30[Asia/Kolkata]";

/// What pv.toml says beside the artefacts: the calendar and the freeze of the stories.
pub(crate) const CALENDAR: &str = "
[calendar]
time-zone = \"Asia/Kolkata\"

[[window]]
name = \"standard\"
days = [\"mon\", \"tue\", \"wed\", \"thu\"]
from = \"10:00\"
to = \"15:00\"

[[freeze]]
name = \"year-end\"
start = 2026-12-18
end = 2027-01-04
reason = \"holidays\"
owner = \"platform-lead\"
";

/// The product, and the instant at which things happen to it.
pub(crate) struct World {
    /// Its repository.
    pub(crate) repo: Repo,
    at: RefCell<String>,
}

impl World {
    /// The product as it was released in early November, measured; `more` stands at the end of its pv.toml.
    pub(crate) fn released(more: &str) -> Self {
        Self::live(runs::repository(CASES), more)
    }

    /// The same of what stands in `repo`.
    pub(crate) fn live(repo: Repo, more: &str) -> Self {
        let text = std::fs::read_to_string(repo.path("pv.toml")).unwrap();
        repo.write("pv.toml", format!("{text}{CALENDAR}{more}"));
        repo.commit("the calendar");
        let world = Self { repo, at: RefCell::new("2026-11-02T10:30:00+05:30[Asia/Kolkata]".to_owned()) };
        world.must("lock --name r1 --write --commit --tag");
        Run::of(&world.repo, CASES, 3).made("2026-11-02T06:00:00Z").add(&world.repo, &[]);
        world.repo.commit("how the live release does");
        world.on(MONDAY);
        world
    }

    /// It is `at` now.
    pub(crate) fn on(&self, at: &str) -> &Self {
        at.clone_into(&mut self.at.borrow_mut());
        self
    }

    /// The instant that it is.
    pub(crate) fn instant(&self) -> jiff::Zoned {
        self.at.borrow().parse().unwrap()
    }

    /// What `pv` says to a command line at this instant. Words are split at blanks; `·` stands for one within a word.
    pub(crate) fn pv(&self, line: &str) -> String {
        self.repo.said(&mut self.command(line))
    }

    /// The command of a command line at this instant, as [`World::pv`] reads it.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = self.repo.command(env!("CARGO_BIN_EXE_pv"));
        command.args(line.split(' ').map(|word| word.replace('·', " "))).args(["--at", &self.at.borrow()]);
        command
    }

    /// What `pv` says to a command line that has to succeed.
    pub(crate) fn must(&self, line: &str) -> String {
        let said = self.pv(line);
        assert!(!said.contains("[exit code"), "{line}: {said}");
        said
    }

    /// Asserts that a command line is refused with `code`, by each of `checks`.
    pub(crate) fn refused(&self, line: &str, code: u8, checks: &[&str]) -> String {
        let said = self.pv(line);
        assert!(said.ends_with(&format!("[exit code {code}]\n")), "{line}: {said}");
        for check in checks {
            assert!(said.contains(check), "{check} after {line}: {said}");
        }
        said
    }

    /// Rewords the prompt; its intent says so.
    pub(crate) fn reword(&self, wording: &str) -> &Self {
        self.repo.write("prompts/greet.md", PROMPT.replace("politely", wording));
        self.describe("prompt:greet", "prompt", "behavioural", "greets in a friendlier way");
        self.repo.commit("another wording");
        self
    }

    /// Writes the intent of a change.
    pub(crate) fn describe(&self, id: &str, change_type: &str, class: &str, why: &str) -> &Self {
        let name = id.replace(':', "-");
        let intent = format!(
            "---\nartefacts: [{id}]\ntype: [{change_type}]\nclass: {class}\nowner: platform-lead\nwhy: {why}\naudience:\n  customer: Greetings are friendlier.\n  support: Greetings changed; nothing to do.\n---\n"
        );
        self.repo.write(&format!("changes/{name}.md"), intent);
        self
    }

    /// Records a good run of what stands there, and commits it.
    pub(crate) fn measure(&self) -> &Self {
        let made = self.instant().timestamp().to_string();
        Run::of(&self.repo, CASES, 3).made(&made).add(&self.repo, &[]);
        self.repo.commit("how it does");
        self
    }

    /// Tells the engineers of a release, as is always owed.
    pub(crate) fn announce(&self, release: &str) -> &Self {
        self.repo.write("notice.txt", "Another wording of the greeting; the canary starts at 5%; back by weight 0.");
        self.must(&format!(
            "notice record --audience engineering --phase pre --channel #releases --file notice.txt {release}"
        ));
        std::fs::remove_file(self.repo.path("notice.txt")).unwrap();
        self
    }

    /// Takes the next step of a release, and commits it.
    pub(crate) fn step(&self, release: &str) -> String {
        let said = self.must(&format!("rollout step {release}"));
        self.repo.commit("step");
        said
    }
}
