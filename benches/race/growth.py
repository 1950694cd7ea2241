"""Measures what benches/growth.sh plots: the commands of each axis at each of its sizes.

usage: growth.py [AXIS…]      (artefacts, history, rows, changed-rows, changed-files)"""

import csv
import os
import shutil
import sys
from pathlib import Path

import inputs
from inputs import PV, QUICK, WORK, sh
from turns import Command, race

ROUNDS = 1 if QUICK else 3
FIGURES = Path(os.environ["PV_BENCH_PLOTS"]) / "growth.csv"
COLUMNS = ("axis", "command", "size", "cpu_ms", "wall_ms", "peak_mib")
# Above this many rows git and the diff of plain files are not asked: the first takes minutes, the second gigabytes.
PLAIN = 1_000_000
MEMO = "rm -f .git/pv/memo-v* .git/pv/summaries-v*"


def sizes(*all):
    """Those of this run: a quick one takes the two smallest."""
    return all[:2] if QUICK else all


def pv(name, arguments, **more):
    return Command(name, f"{PV} {arguments}", is_peer=False, accepts=(0,), **more)


def artefacts():
    for size in sizes(1_000, 20_000, 100_000):
        path = inputs.sized(size)
        yield (
            size,
            path,
            [
                Command("git status", "git status --porcelain"),
                pv("pv status, first run", "status", prepare=MEMO),
                pv("pv status", "status"),
                Command("git diff HEAD~1 HEAD", "git diff HEAD~1 HEAD"),
                pv("pv diff HEAD~1 HEAD", "diff HEAD~1 HEAD"),
                pv("pv lock (of everything)", "lock --name next"),
            ],
        )
        inputs.edited(path)
        sh("git add --update", path)
        yield size, path, [Command("pv check --staged (10 files)", f"{PV} check --staged", is_peer=False)]
        shutil.rmtree(path)


def history():
    for size in sizes(1_000, 7_000, 50_000):
        path = inputs.sized(100, size, released=True)
        yield (
            size,
            path,
            [
                Command("git log --oneline", "git log --oneline"),
                Command("git status", "git status --porcelain"),
                pv("pv status", "status"),
                pv("pv diff HEAD~1 HEAD", "diff HEAD~1 HEAD"),
                pv("pv diff release:first HEAD", "diff release:first HEAD"),
                pv("pv log", "log"),
            ],
        )
        shutil.rmtree(path)


def rows():
    for size in sizes(10_000, 100_000, 1_000_000, 10_000_000):
        changed = size // 1000
        old, new = inputs.rows(size), inputs.rows(size, changed)
        path = inputs.snapshots("grown")
        build = "rm -rf .git/pv/large indexes/kb/snapshot.toml"
        yield size, path, [pv("pv snapshot", f"snapshot kb --from {old}", prepare=build)]
        inputs.snapshot(path, old, "old")
        inputs.snapshot(path, new, "new")
        yield size, path, [pv("pv diff of snapshots, 0.1 % changed", "diff HEAD~1 HEAD")]
        shutil.rmtree(path)
        if size <= PLAIN:
            yield size, WORK, plain(old, new, ", 0.1 % changed")


def plain(old, new, suffix=""):
    return [
        Command(f"git diff --no-index --stat{suffix}", f"git diff --no-index --stat {old} {new}"),
        pv(f"pv diff of JSONL{suffix}", f"diff --no-index --kind index {old} {new}"),
    ]


def changed_rows():
    count = 10_000 if QUICK else 1_000_000
    changes = sizes(*(10**power for power in range(6)))
    layouts = ("scattered", "clustered")
    versions = tuple((f"{layout}-{changed}", changed, layout) for changed in changes for layout in layouts)
    path = inputs.versions(count, versions)
    for changed in changes:
        diffs = [pv(f"pv diff of snapshots, {layout}", f"diff base {layout}-{changed}") for layout in layouts]
        yield changed, path, diffs
        yield changed, WORK, plain(inputs.rows(count), inputs.rows(count, changed), ", scattered")


def changed_files():
    path = inputs.clone("c1" if QUICK else "c2")
    for changed in sizes(1, 10, 100, 1_000, 10_000):
        sh(f"git checkout --quiet -b edit-{changed} main", path)
        inputs.edited(path, changed, "prompts")
        sh("git commit --quiet --all --message Edit && git checkout --quiet main", path)
        yield (
            changed,
            path,
            [
                Command("git diff --word-diff", f"git diff --word-diff main edit-{changed}"),
                pv("pv diff", f"diff main edit-{changed}"),
            ],
        )


AXES = {
    "artefacts": artefacts,
    "history": history,
    "rows": rows,
    "changed-rows": changed_rows,
    "changed-files": changed_files,
}


def measured(axis):
    """The rows of the table of figures for this axis. What fails is told and left out."""
    try:
        for size, directory, commands in AXES[axis]():
            print(f"{axis} {size} …", file=sys.stderr, flush=True)
            for name, result in race(directory, commands, ROUNDS).items():
                if result.rounds:
                    yield axis, name, size, f"{result.cpu * 1e3:.1f}", f"{result.wall * 1e3:.1f}", f"{result.peak:.0f}"
                else:
                    print(f"benches/growth.sh: {name} at {axis} {size}: {result.note}", file=sys.stderr)
    except inputs.Unprepared as fault:
        print(f"benches/growth.sh: {axis}: {fault}", file=sys.stderr)


def main(*chosen):
    unknown = [axis for axis in chosen if axis not in AXES]
    if unknown:
        sys.exit(f"benches/growth.sh: no axis {', '.join(unknown)}: there are {', '.join(AXES)}")
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    kept = []
    if FIGURES.exists():
        with open(FIGURES, newline="") as file:
            kept = [tuple(row) for row in list(csv.reader(file))[1:]]
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    for axis in chosen or AXES:
        fresh = list(measured(axis))
        kept = [row for row in kept if row[0] != axis] + fresh
        order = list(AXES)
        with open(FIGURES, "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(sorted(kept, key=lambda row: order.index(row[0])))
    shutil.rmtree(WORK)
    if not os.environ["PV_BENCH_KEEP"]:
        for path in inputs.DATA.glob("rows-*.jsonl"):
            path.unlink()


main(*sys.argv[1:])
