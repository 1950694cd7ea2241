//! What every command that looks at a repository starts from: repository, configuration, sides.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::classify::{self, ACKS, Policy};
use crate::config::{Config, Discipline, Level, acks};
use crate::diff::{self, Census, Discovery, Selected, Summaries};
use crate::domain::{Ack, ChangeType, Gate, KindName};
use crate::git::{Repository, Snapshot, Source};
use crate::kinds::Basis;
use crate::kinds::shared::text;
use crate::report::Unreadable;
use crate::store::at_hand::Caches;
use crate::store::{Memo, Shelves, bounded};

use super::Context;

/// The file that configures a repository.
pub(super) const CONFIG: &str = "pv.toml";

/// A `pv.toml` larger than this is none, in bytes.
const LARGEST: u64 = 4 << 20;

/// A repository with its configuration.
#[derive(Debug)]
pub(super) struct Session {
    /// The repository.
    pub(super) repository: Repository,
    /// Its configuration, or the built-in one.
    pub(super) config: Config,
    /// Whether there is a `pv.toml`.
    pub(super) is_configured: bool,
    /// What somebody answers for, as the side that is judged says.
    pub(super) acks: Vec<Ack>,
    /// The day by which it is judged.
    pub(super) today: Date,
    /// The instant by which it is judged.
    pub(super) now: Timestamp,
}

impl Session {
    /// Opens the repository around the user's directory and reads its configuration: the worktree's `pv.toml`, in a
    /// bare repository that of `HEAD`.
    ///
    /// # Errors
    /// Outside a repository, in one that git would refuse, and with a `pv.toml` that has faults.
    pub(super) fn open(context: &Context) -> miette::Result<Self> {
        let repository = discover(context)?;
        let text = config_text(context, &repository)?;
        let config = match &text {
            Some((path, text)) => parse(path, text)?,
            None => Config::default(),
        };
        let acks = acknowledged(standing(&repository, ACKS)?)?;
        Ok(Self {
            repository,
            config,
            is_configured: text.is_some(),
            acks,
            today: context.now().day(),
            now: context.now().timestamp(),
        })
    }

    /// The same for what a fault in a configuration may not stop, a rollback: where the worktree's cannot be read, that of
    /// `HEAD` holds, or else the built-in one, and that is said.
    ///
    /// # Errors
    /// Outside a repository, and in one that git would refuse.
    pub(super) fn open_whatever(context: &Context) -> miette::Result<Self> {
        let failure = match Self::open(context) {
            Ok(session) => return Ok(session),
            Err(failure) => failure,
        };
        let repository = discover(context)?;
        let (today, now) = (context.now().day(), context.now().timestamp());
        let mut session =
            Self { repository, config: Config::default(), is_configured: false, acks: Vec::new(), today, now };
        let held = held(&session.head()?, CONFIG).ok().flatten();
        if let Some(config) = held.and_then(|(path, text)| parse(&path, &text).ok()) {
            session.config = config;
            session.is_configured = true;
        }
        context.shell.note(&format!("pv: {failure}; going on by what HEAD holds"));
        Ok(session)
    }

    /// The session under the configuration that `judged` holds, where it holds one: what is committed is judged by what
    /// is committed with it. `--config` stands above that.
    ///
    /// # Errors
    /// When that configuration has faults.
    pub(super) fn judging(mut self, judged: &Snapshot, context: &Context) -> miette::Result<Self> {
        if let (None, Some((path, text))) = (&context.global.config, held(judged, CONFIG)?) {
            self.config = parse(&path, &text)?;
            self.is_configured = true;
        }
        self.acks = acknowledged(held(judged, ACKS)?)?;
        Ok(self)
    }

    /// How files are assigned to artefacts here.
    pub(super) fn discovery(&self) -> Discovery<'_> {
        discovery(&self.config, self.today)
    }

    /// The artefacts of a snapshot by identity and digest, from memory where they did not change.
    pub(super) fn census(&self, snapshot: &Snapshot) -> Census {
        self.remembering("memo-v2", |memo| diff::census(snapshot, &self.discovery(), memo))
    }

    /// What a release says of the artefacts of `snapshot`, from memory where it is known.
    pub(super) fn summaries(&self, snapshot: &Snapshot) -> Summaries {
        self.remembering("summaries-v1", |memo| diff::summaries(snapshot, &self.discovery(), memo))
    }

    /// Runs `work` with the memo called `name`, and keeps what it learnt.
    fn remembering<T>(&self, name: &str, work: impl FnOnce(&Memo) -> T) -> T {
        let folder = self.repository.common_dir().join("pv");
        let memo = Memo::load(&folder.join(name));
        let result = work(&memo);
        // Only a cache: a directory that cannot be written costs time, not truth.
        let _ = memo.save();
        result
    }

    /// What comparisons go by.
    pub(super) fn basis(&self) -> Basis {
        basis(&self.config, self.today)
    }

    /// What the project changes about the rules' judgement.
    pub(super) fn policy(&self) -> Policy {
        Policy { acks: self.acks.clone(), today: Some(self.today), ..policy(&self.config) }
    }

    /// The snapshot that `spec` names: `worktree`, `index`, or any revision of git's.
    ///
    /// # Errors
    /// When git cannot resolve or read it.
    pub(super) fn snapshot(&self, spec: &str) -> miette::Result<Snapshot> {
        let source = match spec {
            "worktree" => Source::Worktree,
            "index" => Source::Index,
            revision => Source::Revision(revision.to_owned()),
        };
        Ok(self.repository.snapshot(&source)?)
    }

    /// The snapshot of the current commit; empty before the first one.
    ///
    /// # Errors
    /// When git cannot read it.
    pub(super) fn head(&self) -> miette::Result<Snapshot> {
        match self.repository.head()? {
            Some(_) => self.snapshot("HEAD"),
            None => Ok(self.repository.snapshot(&Source::Empty)?),
        }
    }

    /// The worktree's root.
    ///
    /// # Errors
    /// In a bare repository, which has none.
    pub(super) fn root(&self) -> miette::Result<&Path> {
        self.repository.workdir().ok_or_else(|| {
            miette::miette!(
                code = "cli::bare",
                help = "run this in a clone with a worktree",
                "this command writes files, and a bare repository has no worktree"
            )
        })
    }
}

/// The repository around the user's directory, beside what this clone holds of the bytes that its files name.
fn discover(context: &Context) -> miette::Result<Repository> {
    let repository = Repository::discover(&context.start(), &context.environment)?;
    let caches = Caches { lfs: repository.lfs_objects(), worktree: repository.workdir() };
    let shelves = Shelves::below(repository.common_dir()).beside(&caches);
    Ok(repository.beside(Arc::new(shelves)))
}

/// What comparisons under `config` go by on the day `today`.
pub(super) fn basis(config: &Config, today: Date) -> Basis {
    Basis { today: Some(today), thresholds: config.classify.thresholds.clone(), catalogue: config.catalogue() }
}

/// The built-in judgement with the project's changes.
pub(super) fn policy(config: &Config) -> Policy {
    let levels = config.classify.levels.iter().map(|(rule, entry)| {
        let class = match entry.level {
            Level::Class(class) => Some(class),
            Level::Off => None,
        };
        (rule.clone(), class)
    });
    Policy {
        levels: levels.collect(),
        form: Some(config.classify.form),
        dropped: config.types.iter().map(|(change_type, own)| (*change_type, dropped(*change_type, own))).collect(),
        off: config.gates.iter().filter(|policy| policy.off.is_some()).map(|policy| policy.gate).collect(),
        gates: config.types.iter().map(|(change_type, discipline)| (*change_type, discipline.gates.clone())).collect(),
        ..Policy::default()
    }
}

/// The built-in gates of a change type that the project's own list leaves out.
fn dropped(change_type: ChangeType, own: &Discipline) -> BTreeSet<Gate> {
    let built_in = Config::default();
    built_in.gates_for(change_type).iter().copied().filter(|gate| !own.gates.contains(gate)).collect()
}

/// How files are assigned to artefacts under `config`, and what their comparison goes by.
pub(super) fn discovery(config: &Config, today: Date) -> Discovery<'_> {
    let select = Box::new(move |path: &str| select(config, path));
    Discovery { select, by_format: config.selectors.is_empty(), basis: basis(config, today) }
}

/// Every file below one of `paths` (all files when there are none) is an artefact of kind `kind`.
pub(super) fn forced(kind: KindName, paths: Vec<String>) -> Discovery<'static> {
    let select = move |path: &str| is_below(path, &paths).then(|| Selected::of_kind(Some(kind)));
    Discovery { select: Box::new(select), by_format: false, basis: Basis::default() }
}

/// Whether `path` is one of `paths` or stands below one; with no paths, every path does.
pub(super) fn is_below(path: &str, paths: &[String]) -> bool {
    let below = |prefix: &String| {
        let prefix = prefix.trim_end_matches('/');
        path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) || prefix.is_empty()
    };
    paths.is_empty() || paths.iter().any(below)
}

fn select(config: &Config, path: &str) -> Option<Selected> {
    let selected = config.select(path)?;
    Some(Selected {
        kind: Some(selected.selector.kind),
        directory: selected.is_directory.then(|| selected.path.to_owned()),
        settings: selected.selector.settings.clone(),
        versioning: Some(selected.selector.versioning),
    })
}

/// The configuration in the `pv.toml` called `path`.
///
/// # Errors
/// Every fault of it.
pub(super) fn parse(path: &str, text: &str) -> miette::Result<Config> {
    let known = classify::rules().into_iter().map(|rule| (rule.id, rule.class)).collect::<BTreeMap<_, _>>();
    Ok(Config::parse(path, text, &known)?)
}

fn config_text(context: &Context, repository: &Repository) -> miette::Result<Option<(String, String)>> {
    if let Some(path) = &context.global.config {
        return read(path, &path.display().to_string()).map(Some);
    }
    standing(repository, CONFIG)
}

/// What a file of acknowledgements says, if there is one; faults tell how the file is called.
fn acknowledged(file: Option<(String, String)>) -> miette::Result<Vec<Ack>> {
    let Some((name, text)) = file else { return Ok(Vec::new()) };
    let mut acks = acks::parse(&name, &text)?;
    acks.iter_mut().for_each(|ack| ack.place.path = ACKS.into());
    Ok(acks)
}

/// The file `name` of the worktree, in a bare repository of `HEAD`, and how it is called.
fn standing(repository: &Repository, name: &str) -> miette::Result<Option<(String, String)>> {
    match repository.workdir() {
        Some(root) => Ok(read_text(root, name)?.map(|text| (name.to_owned(), text))),
        None => committed(repository, name),
    }
}

/// The text of the file `name` below `root`, if it is there.
///
/// # Errors
/// When it cannot be read, or is no text.
pub(super) fn read_text(root: &Path, name: &str) -> miette::Result<Option<String>> {
    let path = root.join(name);
    if path.exists() { read(&path, name).map(|(_, text)| Some(text)) } else { Ok(None) }
}

fn read(path: &Path, shown: &str) -> miette::Result<(String, String)> {
    let bytes = bounded::read(path, LARGEST).map_err(|error| {
        miette::miette!(code = "config::unreadable", help = "name a file that you may read", "{shown}: {error}")
    })?;
    decoded(shown, &bytes)
}

fn committed(repository: &Repository, name: &str) -> miette::Result<Option<(String, String)>> {
    if repository.head()?.is_none() {
        return Ok(None);
    }
    held(&repository.snapshot(&Source::Revision("HEAD".to_owned()))?, name)
}

/// The file `name` that a snapshot holds, and how it is called.
pub(super) fn held(snapshot: &Snapshot, name: &str) -> miette::Result<Option<(String, String)>> {
    let Some(entry) = snapshot.entry(name) else { return Ok(None) };
    let name = format!("{}:{name}", snapshot.spec());
    let bytes = snapshot.read(entry, LARGEST).map_err(|error| miette::miette!("{error}"))?;
    decoded(&name, &bytes).map(Some)
}

fn decoded(shown: &str, bytes: &[u8]) -> miette::Result<(String, String)> {
    match text::decode(shown, bytes) {
        Ok(file) => Ok((shown.to_owned(), file.text.to_string())),
        Err(problem) => Err(Unreadable::new(shown, vec![problem]).into()),
    }
}

/// A path that the user typed, from the repository's root.
pub(super) fn in_repository(repository: &Repository, typed: &Path) -> String {
    let prefix = PathBuf::from(repository.prefix().unwrap_or_default());
    let mut parts: Vec<String> = Vec::new();
    for part in prefix.join(typed).components() {
        match part {
            std::path::Component::ParentDir => {
                parts.pop();
            }
            std::path::Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}
