"""What benches/compare.sh races: groups of commands, the first of each the peer that the ratios are over, and targets.

usage: compare.py ROUNDS [GROUP…]"""

import os
import re
import shutil
import sys

import blocks
import facts
import inputs
from inputs import PROGRAMS, PV, WORK, sh
from turns import Aim, Command, Table, Wrong

PYTHON = os.environ["PV_BENCH_PYTHON"]
ROWS = f"{PYTHON} {os.path.dirname(os.path.abspath(__file__))}/peer_rows.py"


def pv(name, arguments, accepts=(0,), wrapper="", **more):
    return Command(name, f"{wrapper} {PV} {arguments}", is_peer=False, accepts=accepts, **more)


def peer(name, line, needs=None, **more):
    """A command of another program; None where that program did not install."""
    return Command(name, line, **more) if facts.has(needs) else None


def start(table):
    table.group("P1", WORK, [Command("nop", str(PROGRAMS / "nop")), pv("pv --version", "--version")])
    log = pv("C1 pv log, nothing released", "log")
    table.group("P1", inputs.clone("c1"), [Command("C1 git rev-parse HEAD", "git rev-parse HEAD"), log])
    table.aims += [
        Aim("P1", "pv --version", "cpu", 2.0, "nop"),
        Aim("P1", "C1 pv log, nothing released", "cpu", 2.0, "C1 git rev-parse HEAD"),
    ]


GIT_STATUS = "git status --porcelain"
# Every file's time is another one, which the index does not know.
STALE = "git ls-files -z | xargs -0 touch --date=@$(shuf -n 1 -i 1500000000-1600000000)"


def status(table):
    for name, limit in repositories({"c1": 2.0, "c2": 1.6}):
        title, path = name.upper(), inputs.clone(name)
        table.group(
            "P2",
            path,
            [
                Command(f"{title} git status", GIT_STATUS),
                pv(f"{title} pv status, first run", "status", prepare="rm -f .git/pv/memo-v1"),
                pv(f"{title} pv status", "status"),
            ],
        )
        shipped = inputs.shipped(name)
        table.group(
            "P2",
            shipped,
            [
                Command(f"{title} shipped: git status", GIT_STATUS),
                pv(f"{title} shipped: pv status", "status"),
            ],
        )
        table.group(
            "P3",
            path,
            [
                Command(f"{title} every mtime stale: git status", GIT_STATUS, prepare=STALE),
                pv(f"{title} every mtime stale: pv status", "status", prepare=STALE),
            ],
        )
        inputs.restored(path)
        table.aims += [
            Aim("P2", f"{title} pv status", "cpu", limit, f"{title} git status"),
            Aim("P2", f"{title} shipped: pv status", "cpu", limit, f"{title} shipped: git status"),
            Aim("P2", f"{title} pv status", "peak", 32),
            Aim("P3", f"{title} every mtime stale: pv status", "cpu", 0.6, f"{title} every mtime stale: git status"),
        ]
    if facts.has("dvc"):
        path = inputs.in_dvc("c1")
        table.group(
            "P2",
            path,
            [
                Command("C1 in DVC: git status", GIT_STATUS),
                Command("C1 in DVC: dvc status", "dvc status --quiet"),
            ],
        )


def staged(table):
    for name in repositories(("c1", "c2")):
        for title, path in ((name.upper(), inputs.clone(name)), (f"{name.upper()} shipped", inputs.shipped(name))):
            inputs.edited(path)
            sh("git add --update", path)
            table.group(
                "P4",
                path,
                [
                    Command(f"{title}, 10 staged: git status", GIT_STATUS),
                    pv(f"{title}, 10 staged: pv check --staged", "check --staged", accepts=(0, 1)),
                ],
            )
            inputs.restored(path)
            table.aims.append(
                Aim("P4", f"{title}, 10 staged: pv check --staged", "cpu", 2.5, f"{title}, 10 staged: git status")
            )


WORDS = "git diff --word-diff HEAD~50 HEAD"


def history(table):
    for name in repositories(("c1", "c2")):
        variants = ((name.upper(), inputs.clone(name), 1.0), (f"{name.upper()} packed", inputs.packed(name), 1.5))
        for title, path, limit in variants:
            ours, theirs = f"{title} pv diff HEAD~50 HEAD", f"{title} {WORDS}"
            table.group("P5", path, [Command(theirs, WORDS), pv(ours, "diff HEAD~50 HEAD")])
            table.aims += [Aim("P5", ours, "cpu", limit, theirs), Aim("P5", ours, "peak", 1.0, theirs)]
        path = inputs.clone(name)
        inputs.edited(path, 1)
        table.group(
            "",
            path,
            [
                Command(f"{name.upper()} one edit: git diff", "git diff"),
                pv(f"{name.upper()} one edit: pv diff", "diff"),
            ],
        )
        inputs.restored(path)


BLOBS = "git ls-tree -r --format='%(objectname)' HEAD | git cat-file --batch --buffer"
FILES = "git ls-files -z | xargs -0 b3sum --num-threads 1"


def lock(table):
    for name in repositories(("c1", "c2")):
        for title, path, limit in (
            (name.upper(), inputs.clone(name), 0.6),
            (f"{name.upper()} packed", inputs.packed(name), 0.8),
        ):
            cold = pv(f"{title} pv lock, cold", "lock --name next", prepare="rm -f .git/pv/memo-v1")
            blobs = Command(f"{title} git cat-file --batch of HEAD", BLOBS)
            table.group("P6", path, [blobs, cold])
            table.aims.append(Aim("P6", cold.name, "cpu", limit, blobs.name))
        title, shipped = name.upper(), inputs.shipped(name)
        table.group(
            "P7",
            inputs.clone(name),
            [
                peer(f"{title} b3sum of every artefact", FILES, "b3sum"),
                pv(f"{title} pv lock, again", "lock --name next"),
            ],
        )
        table.group(
            "P7",
            shipped,
            [
                pv(f"{title} shipped, for the lock: pv status", "status"),
                pv(f"{title} shipped: pv lock, unchanged", "lock"),
            ],
        )
        table.aims += [
            Aim("P7", f"{title} pv lock, cold", "cpu", 1.5, f"{title} b3sum of every artefact"),
            Aim("P7", f"{title} shipped: pv lock, unchanged", "cpu", 1.5, f"{title} shipped, for the lock: pv status"),
        ]


def log(table):
    for name in repositories(("c1", "c2")):
        theirs, ours = f"{name.upper()} shipped: git log -p", f"{name.upper()} shipped: pv log"
        table.group("P14", inputs.shipped(name), [Command(theirs, "git log -p"), pv(ours, "log")])
        table.aims.append(Aim("P14", ours, "cpu", 1.5, theirs))


def counted(expected):
    """A check of a peer's own line, `changed N added N removed N`."""

    def check(output):
        found = tuple(int(number) for number in re.findall(r"\d+", output))
        if found != expected:
            raise Wrong(f"says changed, added, removed {found} for {expected}")

    return check


# A finding of one row or, folded, of many; and the list of what the report folded.
FINDING = re.compile(
    r"^  [a-z]+ +(?:([\d,]+) more )?.*\[(?:eval/case|index/document)-([a-z-]+)(?: [0-9a-f]+)?\]$", re.M
)
FOLDED = re.compile(r"([\d,]+) (?:eval/case|index/document)-([a-z-]+)")


def told(expected):
    """A check that the rows of which pv tells something are exactly as many."""

    def check(output):
        found = {"changed": 0, "added": 0, "removed": 0}
        for number, what in FINDING.findall(output) + FOLDED.findall(output):
            if what in ("reordered", "formatting-only"):
                continue
            found[what if what in found else "changed"] += int(number.replace(",", "") or 1)
        if tuple(found.values()) != expected:
            raise Wrong(f"says {found} for {expected}")

    return check


def rows(table):
    folder = inputs.eval_set()
    counts = inputs.expected(folder)
    size = (folder / "v1.jsonl").stat().st_size / (1 << 20)
    every = WORK / "every.jsonl"
    sh(f"""sed 's/"weight":/"weight":1/' {folder}/v1.jsonl > {every}""")
    for title, old, new in (
        ("C3", "v1.jsonl", "v2.jsonl"),
        ("C3 shuffled", "v1.jsonl", "v2s.jsonl"),
        ("C3 re-serialised", "v1r.jsonl", "v2.jsonl"),
    ):
        pair, is_first = f"{old} {new}", title == "C3"
        theirs, ours = f"{title} DuckDB, typed", f"{title} pv diff"
        table.group(
            "P8",
            folder,
            [
                peer(theirs, f"{ROWS} duckdb {pair}", "duckdb", check=counted(counts)),
                pv(ours, f"diff --no-index --kind eval {pair}", check=told(counts)),
                is_first and pv("C3 every row changed: pv diff", f"diff --no-index --kind eval {old} {every}"),
                is_first
                and peer("C3 DuckDB, own types", f"{ROWS} duckdb-auto {pair}", "duckdb", check=counted(counts)),
                is_first and peer("C3 Polars", f"{ROWS} polars {pair}", "polars", check=counted(counts), once=True),
                is_first and peer("C3 git diff --no-index --stat", f"git diff --no-index --stat {pair}", once=True),
                is_first
                and peer("C3 a Python script with two dicts", f"{ROWS} dicts {pair}", check=counted(counts), once=True),
            ],
        )
        table.aims += [Aim("P8", ours, "cpu", 0.75, theirs), Aim("P8", ours, "wall", 0.75, theirs)]
        table.aims += [Aim("P9", ours, "peak", 0.5, theirs), Aim("P9", ours, "peak", round(0.75 * size))]
    table.aims += [
        Aim("P8", "C3 pv diff", "cpu", 1 / 4, "C3 Polars"),
        Aim("P8", "C3 pv diff", "cpu", 1 / 35, "C3 a Python script with two dicts"),
        Aim("P10", "C3 shuffled pv diff", "cpu", 1.3, "C3 pv diff"),
        Aim("P10", "C3 re-serialised pv diff", "cpu", 1.3, "C3 pv diff"),
        Aim("P10", "C3 every row changed: pv diff", "cpu", 3.0, "C3 pv diff"),
    ]
    every.unlink()
    folder = inputs.index()
    counts, pair = inputs.expected(folder), "v1.jsonl v2.jsonl"
    table.group(
        "P8",
        folder,
        [
            peer("C4 DuckDB, own types", f"{ROWS} duckdb-auto {pair}", "duckdb", check=counted(counts)),
            pv("C4 pv diff", f"diff --no-index --kind index {pair}", check=told(counts)),
            peer("C4 Polars", f"{ROWS} polars {pair}", "polars", check=counted(counts), once=True),
        ],
    )
    table.aims += [Aim("P8", "C4 pv diff", measure, 0.75, "C4 DuckDB, own types") for measure in ("cpu", "wall")]


def csv(table):
    folder, small = inputs.eval_set(), inputs.small_eval_set()
    counts, pair = inputs.expected(folder), "v1.csv v2.csv"
    table.group(
        "P11",
        folder,
        [
            peer("C3 as CSV: DuckDB", f"{ROWS} duckdb-csv {pair}", "duckdb", check=counted(counts)),
            pv("C3 as CSV: pv diff", f"diff --no-index --kind eval {pair}", check=told(counts)),
            peer("C3 as CSV: csv-diff (engine of qsv)", f"csv-diff {pair}", "csv-diff", check=counted(counts)),
            peer("C3 as CSV: Polars", f"{ROWS} polars {pair}", "polars", check=counted(counts), once=True),
        ],
    )
    table.group(
        "P11",
        small,
        [
            pv(
                "20,000 rows of CSV: pv diff", f"diff --no-index --kind eval {pair}", check=told(inputs.expected(small))
            ),
            peer("20,000 rows of CSV: daff", f"daff {pair} --id id --output /dev/null", "daff", once=True),
        ],
    )
    table.aims += [
        Aim("P11", "C3 as CSV: pv diff", "cpu", 0.8, "C3 as CSV: DuckDB"),
        Aim("P11", "C3 as CSV: pv diff", "wall", 0.8, "C3 as CSV: DuckDB"),
        Aim("P11", "C3 as CSV: pv diff", "wall", 1 / 1.8, "C3 as CSV: csv-diff (engine of qsv)"),
        Aim("P11", "C3 as CSV: pv diff", "peak", 250),
    ]


def verify(table):
    big, path = inputs.big_file(), inputs.big_release()
    clean = f"git lfs clean -- {big.name} < {big} > /dev/null"
    table.group(
        "P12",
        path,
        [
            peer("C6 b3sum, 1 thread, read", f"b3sum --no-mmap --num-threads 1 {big}", "b3sum"),
            pv("C6 pv verify, 1 core", "verify", wrapper="taskset -c 0"),
            peer("C6 b3sum, 2 threads, mapped", f"b3sum --num-threads 2 {big}", "b3sum"),
            pv("C6 pv verify", "verify"),
            peer("C6 sha256sum", f"sha256sum {big}", once=True),
            peer("C6 git lfs clean", f"sh -c '{clean}'", "git-lfs", prepare="rm -rf .git/lfs", once=True),
        ],
    )
    sh("rm -rf .git/lfs", path)
    if facts.has("dvc"):
        table.group(
            "P12",
            inputs.empty_dvc(big),
            [Command("C6 dvc add", f"dvc add --quiet {big.name}", prepare="rm -rf .dvc/cache *.dvc", once=True)],
        )
    table.aims += [
        Aim("P12", "C6 pv verify, 1 core", "cpu", 1.1, "C6 b3sum, 1 thread, read"),
        Aim("P12", "C6 pv verify", "wall", 1 / 0.7, "C6 b3sum, 2 threads, mapped"),
        Aim("P12", "C6 pv verify", "peak", 32),
    ]


def text(table):
    folder = inputs.prompts_and_tools()

    def moved(output):
        if "moved" not in output:
            raise Wrong("tells no section as moved")

    table.group(
        "P13",
        folder,
        [
            Command("C5 prompt: git diff", "git diff --no-index v1.md v2.md"),
            pv("C5 prompt: pv diff", "diff --no-index --kind prompt v1.md v2.md", check=moved),
        ],
    )
    table.group(
        "P13",
        folder,
        [
            Command("C5 tools: git diff", "git diff --no-index t1.json t2.json"),
            pv("C5 tools: pv diff", "diff --no-index --kind tool t1.json t2.json"),
        ],
    )
    table.aims += [
        Aim("P13", f"C5 {name}: pv diff", "cpu", 4.0, f"C5 {name}: git diff") for name in ("prompt", "tools")
    ]


def snapshot(table):
    index = inputs.index() / "v1.jsonl"
    size = 20_000 if inputs.QUICK else 1_000_000
    changed = size // 1000
    path = inputs.snapshots("built")
    table.group(
        "S",
        path,
        [
            peer("C4 b3sum", f"b3sum --num-threads 1 {index}", "b3sum"),
            pv(
                "C4 pv snapshot", f"snapshot kb --from {index}", prepare="rm -rf .git/pv/large indexes/kb/snapshot.toml"
            ),
            pv("C4 pv snapshot, nothing changed", f"snapshot kb --from {index}"),
            peer("C4 DuckDB, to Parquet by id", f"{ROWS} duckdb-parquet {index} {WORK}/c4.parquet", "duckdb"),
        ],
    )
    path = inputs.versions(size, tuple((layout, changed, layout) for layout in ("scattered", "clustered")))
    for layout in ("scattered", "clustered"):
        old, new = inputs.rows(size), inputs.rows(size, changed, layout)
        is_first = layout == "scattered"
        ours = f"0.1 % changed, {layout}: pv diff of snapshots"
        table.group(
            "S",
            path,
            [
                peer(
                    f"0.1 % changed, {layout}: DuckDB",
                    f"{ROWS} duckdb-auto {old} {new}",
                    "duckdb",
                    check=counted((changed, 0, 0)),
                ),
                pv(ours, f"diff base {layout}", check=told((changed, 0, 0))),
                pv(
                    f"0.1 % changed, {layout}: pv diff of JSONL",
                    f"diff --no-index --kind index {old} {new}",
                    check=told((changed, 0, 0)),
                ),
                is_first
                and peer("0.1 % changed: git diff --no-index --stat", f"git diff --no-index --stat {old} {new}"),
            ],
        )
        table.aims.append(Aim("S", ours, "cpu", 0.05))
    table.aims.append(Aim("S", "C4 pv snapshot", "cpu", 3.0))


def push(table):
    size = 20_000 if inputs.QUICK else 1_000_000
    changed = size // 1000
    remote, kept = WORK / "remote", WORK / "remote-before"
    path = inputs.snapshots("pushed", remote)
    inputs.snapshot(path, inputs.rows(size), "base")
    sh(f"mkdir -p {remote} && {PV} push && cp -al {remote} {kept}", path)
    new = inputs.rows(size, changed)
    inputs.snapshot(path, new, "changed")
    whole = f"sh -c 'cp {new} {WORK}/copied && sync {WORK}/copied'"

    def sent(_):
        count = lambda folder: sum(len(files) for _, _, files in os.walk(folder))
        return f"{count(remote) - count(kept)} objects sent, {count(kept)} were there"

    table.group(
        "S",
        path,
        [
            Command("0.1 % changed: cp of the whole file, and sync", whole),
            pv(
                "0.1 % changed: pv push, to a directory",
                "push",
                prepare=f"rm -rf {remote}; cp -al {kept} {remote}",
                check=sent,
            ),
            pv("0.1 % changed: pv push, nothing to send", "push"),
        ],
    )


GROUPS = (start, status, staged, history, lock, log, rows, csv, verify, text, snapshot, push)


def repositories(named):
    """Those that this run has: a quick one leaves C2 out."""
    chosen = [name for name in named if not (inputs.QUICK and name == "c2")]
    return [(name, named[name]) for name in chosen] if isinstance(named, dict) else chosen


def main(rounds, *names):
    known = {group.__name__: group for group in GROUPS}
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"benches/compare.sh: no group {', '.join(unknown)}: there are {', '.join(known)}")
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    table = Table(int(rounds), facts.told(PV))
    for name in names or known:
        try:
            known[name](table)
        except inputs.Unprepared as fault:
            table.failed.append(f"{name}: {fault}")
    shutil.rmtree(WORK)
    print(f"\n{table.targets()}")
    if os.environ.get("PV_BENCH_DOCS"):
        blocks.replace("comparison", "\n".join(table.lines))
        blocks.replace("targets", table.targets())
    for fault in table.failed:
        print(f"benches/compare.sh: {fault}", file=sys.stderr)
    sys.exit(1 if table.failed else 0)


main(*sys.argv[1:])
