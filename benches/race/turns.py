"""Runs the commands of a group in turn, and tells their medians as rows of a Markdown table."""

import os
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

TIMED = Path(os.environ["PV_BENCH_PROGRAMS"]) / "timed"
# A command that takes longer than this, in seconds, is ended: some peers do not come back from a million rows.
PATIENCE = 300
# Above this many seconds a turn, three rounds are enough; above the next, one.
SLOW, VERY_SLOW = 1.5, 8.0


class Wrong(Exception):
    """What a command answered is not what it should."""


@dataclass
class Command:
    """A contestant: what it is called, and a line for sh (without a pipe it is run without sh)."""

    name: str
    line: str
    # Runs untimed ahead of each turn.
    prepare: str = ""
    # Looks at the output: answers a note for the table (or None), raises Wrong.
    check: object = None
    # 1 may mean "differs".
    accepts: tuple = (0, 1)
    # Runs once, whatever the number of rounds.
    once: bool = False
    # A peer's fault is told in the table, pv's own ends the run with 1.
    is_peer: bool = True


@dataclass
class Aim:
    """A target: the command's measure is at most `limit` times the peer's (or, without a peer, `limit` itself)."""

    id: str
    command: str
    measure: str
    limit: float
    peer: str = ""


@dataclass
class Result:
    wall: float
    cpu: float
    peak: float
    rounds: int
    note: str


def run(command, directory):
    """One turn: wall and CPU seconds, peak MiB; and a note. Raises Wrong."""
    if command.prepare:
        subprocess.run(["bash", "-c", command.prepare], cwd=directory, check=True, stdout=subprocess.DEVNULL)
    words = ["sh", "-c", command.line] if "|" in command.line else shlex.split(command.line)
    with tempfile.TemporaryDirectory() as folder:
        report, output, errors = (Path(folder) / name for name in ("report", "output", "errors"))
        with open(errors, "wb") as stderr:
            status = ended([TIMED, report, output, *words], directory, stderr)
        said = errors.read_text(errors="replace")
        if status != 0:
            raise Wrong(first_line(said))
        wall, cpu, peak, status = map(int, report.read_text().split())
        if status not in command.accepts:
            raise Wrong(f"killed by signal {status - 128}" if status > 128 else f"exit {status}: {first_line(said)}")
        note = command.check(output.read_text(errors="replace")) if command.check else None
    return (wall / 1e6, cpu / 1e6, peak / 1024), note or ""


def ended(words, directory, stderr):
    process = subprocess.Popen(words, cwd=directory, stderr=stderr, start_new_session=True)
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise Wrong(f"did not end within {PATIENCE} s") from None


def first_line(text):
    lines = [line.strip(" ×│") for line in text.splitlines()]
    return next((line for line in lines if line), "it said nothing")[:100]


def race(directory, commands, rounds):
    """The results by name. The first round only warms the caches, unless it is the only one."""
    runs = {command.name: [] for command in commands}
    notes = dict.fromkeys(runs, "")
    faults = {}
    turn, going = 0, list(commands)
    while going:
        for command in list(going):
            try:
                figures, notes[command.name] = run(command, directory)
                runs[command.name].append(figures)
            except Wrong as wrong:
                faults[command.name] = str(wrong)
            if command.name in faults or turn >= turns(command, figures, rounds):
                going.remove(command)
        turn += 1
    return {name: result(counted, notes[name], faults.get(name)) for name, counted in runs.items()}


def turns(command, figures, rounds):
    """How many rounds are worth while after the first, by the wall time of a turn."""
    if command.once:
        return 0
    return min(rounds, 1 if figures[0] > VERY_SLOW else 3 if figures[0] > SLOW else rounds)


def result(figures, note, fault):
    counted = figures[1:] or figures
    medians = [statistics.median(column) for column in zip(*counted)] or [0, 0, 0]
    return Result(*medians, 0 if fault else len(counted), fault or note)


class Table:
    """What is printed: a row a command as they come, then the targets."""

    def __init__(self, rounds, facts):
        self.rounds = rounds
        self.results = {}
        self.failed = []
        self.aims = []
        # What was printed, for the documentation.
        self.lines = []
        self.say(f"{facts}\n")
        self.say("| id | command | × cpu | × wall | cpu ms | wall ms | peak MiB | runs | |")
        self.say("|---|---|---|---|---|---|---|---|---|")

    def say(self, line):
        print(line, flush=True)
        self.lines.append(line)

    def group(self, id, directory, commands):
        commands = [command for command in commands if command]
        print(f"{commands[0].name} …", file=sys.stderr, flush=True)
        results = race(directory, commands, self.rounds)
        first = next(iter(results.values()))
        for command in commands:
            mine = results[command.name]
            if not mine.rounds and not command.is_peer:
                self.failed.append(f"{command.name}: {mine.note}")
            self.say(row(id, command.name, mine, first))
        self.results |= results

    def targets(self):
        """The targets as a table of their own."""
        lines = ["| id | target | measured | |\n|---|---|---|---|"]
        for aim in self.aims:
            over = f" of `{aim.peer}`" if aim.peer else {"cpu": " s", "peak": " MiB"}[aim.measure]
            measured, verdict = self.reached(aim)
            lines.append(
                f"| {aim.id} | `{aim.command}`: {aim.measure} ≤ {aim.limit:.3g}{over} | {measured} | {verdict} |"
            )
        return "\n".join(lines)

    def reached(self, aim):
        """What was measured, and whether that reaches the target."""
        sides = [self.results.get(name) for name in (aim.command, aim.peer) if name]
        if not all(side and side.rounds for side in sides):
            return "", "not measured"
        values = [getattr(side, aim.measure) for side in sides]
        value = values[0] / values[1] if aim.peer else values[0]
        return f"{value:.3g}", "met" if value <= aim.limit else "**missed**"


def row(id, name, mine, first):
    if not mine.rounds:
        return f"| {id} | {name} | | | | | | 0 | {mine.note} |"
    ratios = [f"{my / its:.2f}" if its else "" for my, its in ((mine.cpu, first.cpu), (mine.wall, first.wall))]
    figures = f"{mine.cpu * 1000:.1f} | {mine.wall * 1000:.1f} | {mine.peak:.0f} | {mine.rounds}"
    return f"| {id} | {name} | {' | '.join(ratios)} | {figures} | {mine.note} |"
