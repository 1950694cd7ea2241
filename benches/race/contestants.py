"""Commands that take part: pv, its peers, and what their output is checked for."""

import os
import re

import facts
from inputs import PV
from turns import Command, Wrong

PYTHON = os.environ["PV_BENCH_PYTHON"]
ROWS = f"{PYTHON} {os.path.dirname(os.path.abspath(__file__))}/peer_rows.py"


def pv(name, arguments, accepts=(0,), wrapper="", **more):
    return Command(name, f"{wrapper} {PV} {arguments}", is_peer=False, accepts=accepts, **more)


def peer(name, line, needs=None, **more):
    """A command of another program; None where that program did not install."""
    return Command(name, line, **more) if facts.has(needs) else None


def counted(expected):
    """A check of a peer's own line, `changed N added N removed N`."""

    def check(output):
        found = tuple(int(number) for number in re.findall(r"\d+", output))
        if found != expected:
            raise Wrong(f"says changed, added, removed {found} for {expected}")

    return check


# A finding of one row or, folded, of many; and the list of what the report folded.
FINDING = re.compile(
    r"^  [a-z]+ +(?:([\d,]+) more )?.*\[(?:eval/case|index/document)-([a-z-]+)(?: [0-9a-f]+)?\](?: \S+)?$", re.M
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
