"""Races commands: every command of a group once a round, in turn; medians as rows of a Markdown table.

usage: race.py ROUNDS DIRECTORY NAME=COMMAND...   (the first one is the peer that the ratios are over)
A command is a line for sh; a line `prepare:COMMAND` before a command runs untimed ahead of each of its turns."""

import os
import statistics
import subprocess
import sys
import time

QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def measure(directory, command):
    """Wall and CPU seconds, and the greatest resident set in MiB. The exit status is not judged: 1 may mean "differs"."""
    start = time.perf_counter()
    process = subprocess.Popen(["sh", "-c", "exec " + command if "|" not in command else command], cwd=directory, **QUIET)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"race.py: `{command}` ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def contestants(arguments):
    prepare = None
    for argument in arguments:
        if argument.startswith("prepare:"):
            prepare = argument.removeprefix("prepare:")
        else:
            name, command = argument.split("=", 1)
            yield name, prepare, command
            prepare = None


def main(rounds, directory, *arguments):
    group = list(contestants(arguments))
    runs = {name: [] for name, _, _ in group}
    for turn in range(int(rounds) + 1):
        for name, prepare, command in group:
            if prepare:
                subprocess.run(["sh", "-c", prepare], cwd=directory, check=True, **QUIET)
            result = measure(directory, command)
            # The first round warms the caches.
            if turn > 0:
                runs[name].append(result)
    medians = {name: [statistics.median(column) for column in zip(*results)] for name, results in runs.items()}
    peer_wall, peer_cpu, _ = next(iter(medians.values()))
    for name, (wall, cpu, rss) in medians.items():
        ratios = f"{cpu / peer_cpu:.2f} | {wall / peer_wall:.2f}"
        print(f"| {name} | {ratios} | {cpu * 1000:.1f} | {wall * 1000:.1f} | {rss:.0f} |", flush=True)


main(*sys.argv[1:])
