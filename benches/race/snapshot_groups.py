"""Snapshots of rows, for which there is no like: beside what is nearest to each of their commands."""

import os

import inputs
from contestants import ROWS, counted, peer, pv, told
from inputs import PV, WORK, sh
from turns import Aim, Command


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
        after, before = (sum(len(files) for _, _, files in os.walk(folder)) for folder in (remote, kept))
        return f"{after - before} objects sent, {before} were there"

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
