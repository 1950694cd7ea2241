//! One table of repositories, read by both backends and compared with what `git` itself prints.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "builds repositories on disk; a failed step is a failed test"
)]

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use pv::domain::Digest;
use pv::git::{GitError, Mode, Repository, Snapshot, Source};

use crate::harness::Repo;

/// A repository to read, and which snapshots it has.
struct Scenario {
    name: &'static str,
    build: fn() -> Repo,
    /// Where the user stands, below the root.
    start: &'static str,
    head: bool,
    worktree: bool,
}

const fn plain(name: &'static str, build: fn() -> Repo) -> Scenario {
    Scenario { name, build, start: "", head: true, worktree: true }
}

const fn bare(name: &'static str, build: fn() -> Repo) -> Scenario {
    Scenario { name, build, start: "", head: true, worktree: false }
}

const SCENARIOS: &[Scenario] = &[
    plain("plain", edited),
    plain("settled", settled),
    plain("settled and clean", || aged(populate(Repo::new()))),
    plain("many edits", many_edits),
    Scenario { start: "prompts", ..plain("subdirectory", edited) },
    plain("linked worktree", linked_worktree),
    plain("worktree of a bare repository", worktree_of_bare),
    plain("submodule", submodule),
    plain("inside a submodule", inside_submodule),
    bare("bare", bare_clone),
    bare("bare without config", bare_without_config),
    Scenario { head: false, ..plain("unborn", unborn) },
    plain("sha256", || edit(populate(Repo::init(&["--object-format=sha256"])))),
    plain("reftable", || edit(populate(Repo::init(&["--ref-format=reftable"])))),
    plain("sparse index", sparse_index),
    plain("split index", || indexed(&["update-index", "--split-index"])),
    plain("index v4", || indexed(&["update-index", "--index-version=4"])),
    plain("shallow", || cloned(&["--depth=1"])),
    plain("partial clone", || edit(cloned(&["--filter=blob:none", "--no-checkout"]))),
    plain("alternates", || edit(cloned(&["--shared"]))),
    plain("packed", packed),
    plain("NFC and NFD twins", twins),
    plain("names", names),
    plain("autocrlf", autocrlf),
    plain("attributes", attributes),
    plain("announced file", announced),
    plain("sparse checkout", sparse_checkout),
    plain("uninitialised submodule", uninitialised_submodule),
    plain("without executable bit", without_executable_bit),
    plain("replaced objects", replaced),
];

fn populate(repo: Repo) -> Repo {
    repo.write("prompts/a.md", "Be kind.\n").write("prompts/b.md", "Be brief.\n").write("tools/t.json", "{}\n");
    repo.write("gone.txt", "soon gone\n").write("run.sh", "#!/bin/sh\n").write(".gitignore", "*.log\n");
    std::os::unix::fs::symlink("prompts/a.md", repo.path("link")).unwrap();
    repo.write("tracked.log", "ignored, and tracked all the same\n");
    repo.git(&["add", "--all"]);
    repo.git(&["add", "--force", "tracked.log"]);
    repo.git(&["update-index", "--chmod=+x", "run.sh"]);
    repo.git(&["commit", "--quiet", "--message", "first"]);
    repo.git(&["checkout", "--quiet", "--", "."]);
    repo.write("prompts/a.md", "Be kind and fair.\n");
    repo.commit("second");
    repo.git(&["tag", "--annotate", "--message", "the first", "v1", "HEAD~1"]);
    repo
}

/// Edits of every sort on top: staged, unstaged, removed, untracked, ignored, mode and type changes.
fn edit(repo: Repo) -> Repo {
    repo.git(&["checkout", "--quiet", "HEAD", "--", "."]);
    repo.write("tools/t.json", "{\"name\": \"t\"}\n");
    repo.git(&["add", "tools/t.json"]);
    repo.write("prompts/b.md", "Be very brief.\n").write("new/file.md", "new\n").write("noise.log", "ignored\n");
    repo.write("tracked.log", "edited\n");
    std::fs::remove_file(repo.path("gone.txt")).unwrap();
    std::fs::remove_file(repo.path("prompts/a.md")).unwrap();
    std::os::unix::fs::symlink("b.md", repo.path("prompts/a.md")).unwrap();
    make_executable(&repo, "new/file.md");
    repo
}

fn make_executable(repo: &Repo, name: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(repo.path(name), std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn edited() -> Repo {
    edit(populate(Repo::new()))
}

/// Edits beside files that the index knows to be old: git need not read those again.
fn settled() -> Repo {
    let repo = edit(aged(populate(Repo::new())));
    repo.write("prompts/deep/er/new.md", "new\n").write("prompts/noise.log", "ignored\n");
    repo
}

fn aged(repo: Repo) -> Repo {
    for path in repo.git(&["ls-files"]).lines().filter(|path| *path != "link") {
        let file = std::fs::File::options().write(true).open(repo.path(path)).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_500_000_000)).unwrap();
    }
    repo.git(&["update-index", "-q", "--refresh"]);
    repo
}

fn many_edits() -> Repo {
    let repo = populate(Repo::new());
    let names = (0..40).map(|n| format!("prompts/many/{n}.md")).collect::<Vec<_>>();
    for name in &names {
        repo.write(name, "first\n");
    }
    repo.commit("many");
    let repo = aged(repo);
    for name in &names {
        repo.write(name, "second\n");
    }
    repo
}

fn indexed(arguments: &[&str]) -> Repo {
    let repo = populate(Repo::new());
    repo.git(arguments);
    edit(repo)
}

fn linked_worktree() -> Repo {
    let repo = populate(Repo::new());
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", linked.to_str().unwrap(), "-b", "topic"]);
    edit(repo.at(linked))
}

fn worktree_of_bare() -> Repo {
    let repo = bare_clone();
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", linked.to_str().unwrap(), "main"]);
    edit(repo.at(linked))
}

fn submodule() -> Repo {
    let repo = populate(Repo::new());
    let other = repo.beside("other");
    repo.git(&["clone", "--quiet", ".", other.to_str().unwrap()]);
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.to_str().unwrap(), "sub"]);
    repo.commit("with a submodule");
    repo.git(&["-C", "sub", "checkout", "--quiet", "HEAD~1"]);
    repo
}

fn inside_submodule() -> Repo {
    let repo = submodule();
    let inside = repo.path("sub");
    repo.at(inside)
}

fn bare_clone() -> Repo {
    let repo = populate(Repo::new());
    let bare = repo.beside("bare.git");
    repo.git(&["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    repo.at(bare)
}

fn bare_without_config() -> Repo {
    let repo = bare_clone();
    std::fs::remove_file(repo.path("config")).unwrap();
    repo
}

fn unborn() -> Repo {
    let repo = Repo::new();
    repo.write("staged.md", "staged\n").write("untracked.md", "untracked\n");
    repo.git(&["add", "staged.md"]);
    repo
}

fn sparse_index() -> Repo {
    let repo = populate(Repo::new());
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "prompts"]);
    repo.write("prompts/b.md", "Be very brief.\n").write("prompts/new.md", "new\n");
    assert!(
        repo.git(&["ls-files", "--sparse"]).contains("tools/\n")
            || repo.git(&["ls-files", "--sparse"]).ends_with("tools/")
    );
    repo
}

fn cloned(options: &[&str]) -> Repo {
    let repo = populate(Repo::new());
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", repo.root().display());
    let clone = repo.beside("clone");
    repo.git(&[&["clone", "--quiet"], options, &[&url, clone.to_str().unwrap()]].concat());
    repo.at(clone)
}

fn packed() -> Repo {
    let repo = populate(Repo::new());
    for n in 0..20 {
        repo.write("prompts/long.md", format!("{}{n}\n", "the same line\n".repeat(200)));
        repo.commit("again");
    }
    repo.git(&["gc", "--quiet", "--aggressive"]);
    edit(repo)
}

fn twins() -> Repo {
    let repo = populate(Repo::new());
    repo.write("caf\u{e9}.md", "composed\n").write("cafe\u{301}.md", "decomposed\n");
    repo.commit("twins");
    edit(repo)
}

fn names() -> Repo {
    let repo = populate(Repo::new());
    repo.write("with space.md", "1\n")
        .write("new\nline.md", "2\n")
        .write("\"quoted\".md", "3\n")
        .write("100%.md", "4\n");
    std::fs::write(repo.root().join(std::ffi::OsStr::from_bytes(b"latin-\xe9%.md")), "5\n").unwrap();
    repo.commit("names");
    std::fs::write(repo.root().join(std::ffi::OsStr::from_bytes(b"untracked-\xe9.md")), "6\n").unwrap();
    repo
}

fn autocrlf() -> Repo {
    let repo = populate(Repo::new());
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.write("dos.md", "one\r\ntwo\r\n").write("mixed.md", "one\r\ntwo\n").write("binary.bin", b"\0\r\n");
    repo.commit("dos");
    repo.write("dos.md", "one\r\nthree\r\n").write("new-dos.md", "new\r\nfile\r\n").write("new.bin", b"\0\r\n");
    repo
}

fn attributes() -> Repo {
    let repo = populate(Repo::new());
    repo.write(
        ".gitattributes",
        "*.u16 text working-tree-encoding=UTF-16LE eol=crlf\n*.id ident\n*.txt text eol=crlf\n",
    );
    repo.write("a.id", "$Id: 0123456789 $\n").write("a.txt", "one\r\n").write("a.u16", utf16("one\r\n"));
    repo.commit("attributes");
    repo.write("a.id", "$Id: 0123456789 $ edited\n").write("a.txt", "two\r\n").write("a.u16", utf16("two\r\n"));
    repo.write("new.id", "$Id: 9876 $\n").write("new.txt", "new\r\n").write("new.u16", utf16("new\r\n"));
    repo
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn announced() -> Repo {
    let repo = populate(Repo::new());
    repo.write("announced.md", "not yet\n").write("empty.md", "");
    repo.git(&["add", "--intent-to-add", "announced.md"]);
    repo.git(&["add", "empty.md"]);
    repo
}

fn sparse_checkout() -> Repo {
    let repo = populate(Repo::new());
    repo.git(&["sparse-checkout", "set", "--no-cone", "/prompts/"]);
    assert!(!repo.path("tools").exists());
    repo.write("prompts/b.md", "Be very brief.\n");
    repo
}

fn uninitialised_submodule() -> Repo {
    let repo = submodule();
    let clone = repo.beside("clone");
    repo.git(&["clone", "--quiet", ".", clone.to_str().unwrap()]);
    repo.at(clone)
}

fn without_executable_bit() -> Repo {
    let repo = populate(Repo::new());
    repo.git(&["config", "core.fileMode", "false"]);
    repo.write("new.sh", "new\n");
    make_executable(&repo, "new.sh");
    make_executable(&repo, "prompts/a.md");
    repo
}

fn replaced() -> Repo {
    let repo = populate(Repo::new());
    repo.git(&["replace", "HEAD", "HEAD~1"]);
    repo
}

/// Mode and digest of every path; a submodule's commit instead of a digest.
type Files = BTreeMap<String, (String, String)>;

fn files_of(snapshot: &Snapshot) -> Files {
    let mut files = Files::new();
    for entry in snapshot.entries() {
        let content = match entry.mode {
            Mode::Submodule => entry.oid.unwrap().to_string(),
            _ => {
                let bytes = snapshot.read(entry, 1 << 20).unwrap();
                let (digest, size) = snapshot.digest(entry).unwrap();
                assert_eq!((digest, size), (Digest::of(&bytes), bytes.len() as u64), "{}", entry.path);
                Digest::of(&bytes).to_string()
            }
        };
        let mode = match entry.mode {
            Mode::File => "100644",
            Mode::Executable => "100755",
            Mode::Symlink => "120000",
            Mode::Submodule => "160000",
        };
        files.insert(entry.path.clone(), (mode.to_owned(), content));
    }
    assert!(snapshot.entries().is_sorted_by(|one, other| one.path < other.path), "sorted, and each path once");
    files
}

/// What git says that the tree `tree` holds.
fn files_of_tree(repo: &Repo, tree: &str) -> Files {
    let listing = repo.git_bytes(&["ls-tree", "-r", "-z", "--full-tree", tree]);
    listing
        .split(|byte| *byte == 0)
        .filter(|record| !record.is_empty())
        .map(|record| {
            let tab = record.iter().position(|byte| *byte == b'\t').unwrap();
            let words: Vec<&str> = std::str::from_utf8(&record[..tab]).unwrap().split(' ').collect();
            let content = match words[1] {
                "commit" => words[2].to_owned(),
                _ => Digest::of(&repo.git_bytes(&["cat-file", "blob", words[2]])).to_string(),
            };
            (shown(&record[tab + 1..]), (words[0].to_owned(), content))
        })
        .collect()
}

/// A path as pv writes it.
fn shown(path: &[u8]) -> String {
    let escaped = |byte: &u8| match byte {
        b'%' | 0x80.. => format!("%{byte:02X}"),
        _ => char::from(*byte).to_string(),
    };
    String::from_utf8(path.to_vec()).unwrap_or_else(|_| path.iter().map(escaped).collect())
}

/// The tree that git would write of the index, and of the worktree, without touching either.
fn git_trees(repo: &Repo) -> (String, String) {
    let index = repo.git(&["write-tree"]);
    let folder = PathBuf::from(repo.git(&["rev-parse", "--absolute-git-dir"]));
    let copy = repo.beside("index");
    for file in std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()) {
        let name = file.file_name().unwrap();
        if name == "index" || name.as_bytes().starts_with(b"sharedindex") {
            copy_with_time(&file, &copy.with_file_name(name));
        }
    }
    let run = |arguments: &[&str]| {
        let output = repo.command("git").env("GIT_INDEX_FILE", &copy).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    run(&["add", "--all"]);
    (index, run(&["write-tree"]))
}

/// Copies an index with its time, by which git knows files that were edited too soon after it was written.
fn copy_with_time(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
    let time = std::fs::metadata(from).unwrap().modified().unwrap();
    std::fs::File::options().write(true).open(to).unwrap().set_modified(time).unwrap();
}

fn backends(repo: &Repo, start: &str) -> [(&'static str, Repository); 2] {
    [("gix", &[][..]), ("program", &[("PV_GIT", "program")][..])]
        .map(|(name, more)| (name, Repository::discover(&repo.path(start), &repo.environment(more)).unwrap()))
}

/// What a repository holds in its three places; `None` where the scenario has no such place.
#[derive(Debug, PartialEq)]
struct Places {
    head: Option<Files>,
    index: Option<Files>,
    worktree: Option<Files>,
}

impl Scenario {
    fn as_pv_reads(&self, repository: &Repository) -> Places {
        let files = |source| files_of(&repository.snapshot(&source).unwrap());
        let refused = !self.worktree && matches!(repository.snapshot(&Source::Worktree), Err(GitError::Bare { .. }));
        assert!(self.worktree || refused, "{} has no worktree", self.name);
        Places {
            head: self.head.then(|| files(Source::Revision("HEAD".into()))),
            index: self.worktree.then(|| files(Source::Index)),
            worktree: self.worktree.then(|| files(Source::Worktree)),
        }
    }

    fn as_git_says(&self, repo: &Repo) -> Places {
        let trees = self.worktree.then(|| git_trees(repo));
        Places {
            head: self.head.then(|| files_of_tree(repo, "HEAD")),
            index: trees.as_ref().map(|(index, _)| files_of_tree(repo, index)),
            worktree: trees.as_ref().map(|(_, worktree)| files_of_tree(repo, worktree)),
        }
    }
}

#[test]
fn snapshots_are_what_git_says() {
    for scenario in SCENARIOS {
        let repo = (scenario.build)();
        // pv reads first: what git does to find out what is right may change what is there.
        let read = backends(&repo, scenario.start).map(|(name, repository)| (name, scenario.as_pv_reads(&repository)));
        let expected = scenario.as_git_says(&repo);
        for (backend, places) in read {
            assert_eq!(places, expected, "{} through {backend}", scenario.name);
        }
    }
}
