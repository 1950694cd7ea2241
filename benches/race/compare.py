"""Runs what benches/compare.sh is asked for, and prints both tables.

usage: compare.py ROUNDS [GROUP…]"""

import os
import shutil
import sys

import blocks
import content_groups as contents
import facts
import inputs
import repository_groups as repositories
import row_groups as rows
import snapshot_groups as snapshots
from inputs import PV, WORK
from turns import Table

GROUPS = (
    repositories.start,
    repositories.status,
    repositories.staged,
    repositories.history,
    repositories.lock,
    repositories.log,
    rows.rows,
    rows.csv,
    contents.verify,
    contents.text,
    snapshots.snapshot,
    snapshots.push,
)


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
