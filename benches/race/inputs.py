"""The inputs: made once from the seeded generators, never altered; what is altered is a copy in the work folder."""

import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

PV = os.environ["PV"]
GENERATORS = Path(os.environ["PV_BENCH"])
DATA = Path(os.environ["PV_BENCH_DATA"])
PROGRAMS = Path(os.environ["PV_BENCH_PROGRAMS"])
# Made anew by every run: pv writes here, and another pv may write otherwise.
WORK = Path(os.environ["PV_BENCH_WORK"])
# Small inputs, for a look at whether everything runs.
QUICK = bool(os.environ.get("PV_BENCH_QUICK"))

SHAPES = {"c1": (1000, 200, 1), "c2": (20000, 500, 2)}


class Unprepared(Exception):
    """An input could not be made: the group that needs it is not measured."""


def sh(line, directory=None):
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=directory, capture_output=True, text=True)
    if done.returncode:
        raise Unprepared(f"`{line}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def generated(name, line):
    """What the generator `line` makes at `{part}`; half-made inputs are never taken for whole ones."""
    path = DATA / name
    if not path.exists():
        print(f"making {name}", file=sys.stderr)
        part = DATA / f"{name}.part"
        shutil.rmtree(part, ignore_errors=True)
        sh(f"python3 {GENERATORS}/{line.format(part=part)}")
        part.rename(path)
    return path


def imported(name):
    artefacts, commits, seed = SHAPES[name]
    return generated(name, f"gen_repo.py {{part}} --artefacts {artefacts} --commits {commits} --seed {seed}")


def eval_set():
    rows = 20000 if QUICK else 1000000
    return generated(f"c3-{rows}" if QUICK else "c3", f"gen_eval.py {{part}} --rows {rows}")


def small_eval_set():
    return generated("c3-20000", "gen_eval.py {part} --rows 20000")


def index():
    rows = 20000 if QUICK else 1000000
    return generated(f"c4-{rows}" if QUICK else "c4", f"gen_index.py {{part}} --docs {rows}")


def prompts_and_tools():
    return generated("c5", "gen_misc.py c5 {part}")


def big_file():
    size = 0.125 if QUICK else 2
    return generated(f"c6-{size}.bin" if QUICK else "c6.bin", f"gen_misc.py c6 {{part}} {size}")


def expected(folder):
    """The exact counts: changed, added, removed."""
    counts = json.loads((folder / "expect.json").read_text())
    changed = counts["changed"] if "changed" in counts else counts["content_changed"] + counts["metadata_only"]
    return changed, counts["added"], counts["removed"]


@functools.cache
def clone(name):
    """C1 or C2 as imported, in the work folder."""
    path = WORK / name
    sh(f"git clone --quiet --no-hardlinks {imported(name)} {path}")
    sh("git status", path)
    return path


@functools.cache
def packed(name):
    """The same after `git gc`."""
    path = WORK / f"{name}-packed"
    sh(f"git clone --quiet --no-hardlinks {imported(name)} {path} && git -C {path} gc --quiet")
    return path


@functools.cache
def shipped(name):
    """The same with a pv.toml and a release at HEAD."""
    path = WORK / f"{name}-shipped"
    sh(f"git clone --quiet --no-hardlinks {imported(name)} {path}")
    configured(path)
    release("first", path)
    return path


def configured(path):
    sh(f"{PV} init && git add --all && git commit --quiet --message 'Configure pv'", path)


def release(name, path):
    sh(f"{PV} lock --name {name} --write --commit --tag", path)


def sized(artefacts, commits=20, released=False):
    """A repository of small artefacts; released: after the import, before the edits."""
    path = WORK / f"sized-{artefacts}-{commits}"
    made = f"git fast-import --quiet && git -C {path} reset --quiet --hard"
    sh(f"git init --quiet --initial-branch main {path} && cd {path} && {PROGRAMS}/corpus import {artefacts} | {made}")
    if released:
        configured(path)
        release("first", path)
    sh(f"{PROGRAMS}/corpus edits {artefacts} {commits} | {made} && git status", path)
    return path


def edited(path, count=10, below="prompts/*.md"):
    """The first `count` files `below` with one more line."""
    names = sh(f"git ls-files '{below}'", path).split("\n")[:-1]
    for name in names[:count]:
        with open(path / name, "a") as file:
            file.write("Answer in one paragraph.\n" if name.endswith(".md") else "# Answer in one paragraph.\n")


def restored(path):
    sh("git reset --quiet --hard && git status", path)


def rows(count, changed=0, layout="scattered"):
    """Documents of an index, `changed` of them with another content hash."""
    path = DATA / f"rows-{count}{f'-{changed}-{layout}' if changed else ''}.jsonl"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        sh(f"{PROGRAMS}/corpus rows {count} {f'{changed} {layout}' if changed else ''} > {part}")
        part.rename(path)
    return path


MANIFEST = """\
name: kb
description: What the assistant may quote.
embedding:
  model: text-embedding-3-large
  dimension: 1024
  metric: cosine
chunking:
  strategy: heading
  size: 400
  overlap: 40
"""


def snapshots(name, remote=None):
    """An empty repository that holds the index `kb`."""
    path = WORK / name
    shutil.rmtree(path, ignore_errors=True)
    (path / "indexes/kb").mkdir(parents=True)
    sh("git init --quiet --initial-branch main", path)
    (path / "indexes/kb/manifest.yaml").write_text(MANIFEST)
    configured(path)
    if remote:
        with open(path / "pv.toml", "a") as file:
            file.write(f'\n[store]\nremote = "file://{remote}"\n')
        sh("git commit --quiet --all --message 'Name the remote'", path)
    return path


def snapshot(path, source, message):
    """Builds the snapshot of `source` and commits it."""
    sh(f"{PV} snapshot kb --from {source} && git add --all && git commit --quiet --message '{message}'", path)


@functools.cache
def versions(size, changes):
    """A repository with a tag for `base` and for each of `changes`: (tag, changed rows, layout)."""
    path = snapshots("versions")
    snapshot(path, rows(size), "base")
    sh("git tag base", path)
    for tag, changed, layout in changes:
        snapshot(path, rows(size, changed, layout), tag)
        sh(f"git tag {tag}", path)
    return path


def in_dvc(name):
    """C1 or C2 with its folders in DVC instead of git."""
    path = WORK / f"{name}-dvc"
    sh(f"git clone --quiet --no-hardlinks {imported(name)} {path}")
    folders = "prompts models evals index"
    sh(f"git rm -r --quiet --cached {folders} && dvc init --quiet && dvc config core.analytics false", path)
    sh(f"dvc add --quiet {folders} && git add --all && git commit --quiet --message 'In DVC'", path)
    return path


def empty_dvc(file):
    """A repository with `file` beside nothing in it, ready for `dvc add`."""
    path = WORK / "big-dvc"
    sh(f"mkdir {path} && cd {path} && git init --quiet && dvc init --quiet && dvc config core.analytics false")
    sh(f"cp {file} .", path)
    return path


def big_release():
    """A release that ships the big file, kept among the large objects."""
    path, big = snapshots("big"), big_file()
    # Uncompressed, or git alone takes a minute.
    sh(
        f"cp {big} indexes/kb/vectors.bin && git -c core.compression=0 add --all && git commit --quiet --message Big",
        path,
    )
    release("first", path)
    sh("rm -rf .git/objects/pack/tmp*", path)
    return path
