"""What a table needs beside it to be read: the machine's size and the versions of the programs; no names, no paths."""

import functools
import os
import platform
import re
import subprocess
import sys

PYTHON = os.environ["PV_BENCH_PYTHON"]
# How each peer says its version; None of it answers: it did not install.
VERSIONS = {
    "duckdb": [PYTHON, "-c", "import duckdb; print(duckdb.__version__)"],
    "polars": [PYTHON, "-c", "import polars; print(polars.__version__)"],
    "dvc": ["dvc", "--version"],
    "b3sum": ["b3sum", "--version"],
    "git-lfs": ["git-lfs", "--version"],
    # The crate's program says no version; peers.sh pins it.
    "csv-diff": ["sh", "-c", "command -v csv-diff && echo 0.1.2"],
    "daff": ["daff", "version"],
}


@functools.cache
def version(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.findall(r"\d+\.\d+[.\w]*", done.stdout + done.stderr)
    return found[-1 if "sh" in command else 0] if done.returncode == 0 and found else None


def has(needs):
    """Whether the program `needs` (None: one that is always there) answers."""
    return needs is None or version(tuple(VERSIONS[needs])) is not None


def told(pv):
    programs = {"pv": [pv, "--version"], "git": ["git", "--version"], **VERSIONS}
    versions = {name: version(tuple(command)) for name, command in programs.items()}
    present = [f"{name} {found}" for name, found in versions.items() if found]
    memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30))
    kernel = re.match(r"\d+\.\d+", platform.release()).group()
    busy = os.getloadavg()[0]
    if busy > 1.0:
        print(f"The machine is busy (load {busy:.1f}): ratios of CPU time hold, the rest less.", file=sys.stderr)
    return f"{os.cpu_count()} cores ({processor()}), {memory} GiB, Linux {kernel}; {', '.join(present)}."


def processor():
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
