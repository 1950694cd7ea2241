"""Draws the figures of growth.csv as SVG (log-log; CPU time above, peak memory below) and fits their exponents.

usage: plot.py FOLDER [--docs]      (--docs: the exponents also go into docs/performance.md)

The same figures give the same bytes. Colours are such that they read on white and on black."""

import csv
import math
import sys
from collections import defaultdict
from pathlib import Path

import blocks

TITLES = {
    "artefacts": ("Cost against artefacts", "artefacts in the repository"),
    "history": ("Cost against history", "commits"),
    "rows": ("Cost against rows", "rows of the index"),
    "changed-rows": ("Cost against changed rows, of one million", "changed rows"),
    "changed-files": ("Cost against changed files, of 20,000", "changed files"),
}
MEASURES = (("cpu_ms", "CPU time", "ms"), ("peak_mib", "peak memory", "MiB"))
COLOURS = ("#2f81f7", "#d9730d", "#1a9c6b", "#b45fd4", "#d6405f", "#a08000")
PEER = "#868d97"
WIDTH, LEFT, RIGHT = 890, 70, 300
HEIGHTS = (330, 230)
GAP, TOP = 74, 50
STYLE = """\
  text { font: 13px system-ui, sans-serif; fill: #69717b }
  .title { font-size: 16px; font-weight: 600 }
  .grid { stroke: #868d97; stroke-opacity: .28 }
  .axis { stroke: #868d97 }
  .one { stroke: #868d97; stroke-dasharray: 1 5; stroke-linecap: round }
  .line { fill: none; stroke-width: 2 }
  .peer { stroke-dasharray: 6 4 }
  @media (prefers-color-scheme: dark) { text { fill: #a9b2bd } }
"""


def read(path):
    """Of each axis, of each command, its points: size and figures."""
    axes = defaultdict(lambda: defaultdict(list))
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            figures = {key: float(row[key]) for key, _, _ in MEASURES}
            axes[row["axis"]][row["command"]].append((int(row["size"]), figures))
    return axes


def exponent(points):
    """The slope of the line that fits best among the logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys)) / sum((a - x) ** 2 for a in xs)


class Panel:
    """One measure of all commands: a frame with its scales."""

    def __init__(self, commands, measure, top, height):
        self.key, self.name, self.unit = measure
        self.top, self.height = top, height
        self.lines = {
            name: [(size, max(figures[self.key], 0.1)) for size, figures in points] for name, points in commands.items()
        }
        all = [point for points in self.lines.values() for point in points]
        self.x = (math.log10(min(x for x, _ in all)), math.log10(max(x for x, _ in all)))
        low, high = min(y for _, y in all), max(y for _, y in all)
        self.y = (math.floor(math.log10(low)), math.ceil(math.log10(high * 1.05)))

    def at(self, x, y):
        across = (math.log10(x) - self.x[0]) / (self.x[1] - self.x[0])
        up = (math.log10(y) - self.y[0]) / (self.y[1] - self.y[0])
        return LEFT + across * (WIDTH - LEFT - RIGHT), self.top + self.height * (1 - up)

    def draw(self, x_title):
        right, bottom = WIDTH - RIGHT, self.top + self.height
        yield f'<text x="{LEFT}" y="{self.top - 10}">{self.name}, {self.unit}</text>'
        for power in range(self.y[0], self.y[1] + 1):
            _, y = self.at(10 ** self.x[0], 10**power)
            yield f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number(10**power)}</text>'
        for size in sorted({size for points in self.lines.values() for size, _ in points}):
            x, _ = self.at(size, 10 ** self.y[0])
            yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{self.top}" y2="{bottom}"/>'
            yield f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{number(size)}</text>'
        yield f'<text x="{(LEFT + right) / 2:.1f}" y="{bottom + 38}" text-anchor="middle">{x_title}</text>'
        yield f'<path class="axis" fill="none" d="M{LEFT} {self.top}V{bottom}H{right}"/>'
        yield from self.proportional()
        yield from self.curves()

    def proportional(self):
        """A dotted line of what costs twice as much when there is twice as much."""
        decades = min(self.x[1] - self.x[0], self.y[1] - self.y[0])
        first, last = (
            self.at(10 ** self.x[0], 10 ** self.y[0]),
            self.at(10 ** (self.x[0] + decades), 10 ** (self.y[0] + decades)),
        )
        yield f'<line class="one" x1="{first[0]:.1f}" y1="{first[1]:.1f}" x2="{last[0]:.1f}" y2="{last[1]:.1f}"/>'

    def curves(self):
        ends = []
        colours = iter(COLOURS)
        for name, points in self.lines.items():
            is_peer = name.startswith("git ")
            colour = PEER if is_peer else next(colours)
            places = [self.at(*point) for point in points]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            yield f'<polyline class="line{" peer" if is_peer else ""}" stroke="{colour}" points="{path}"/>'
            yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
            ends.append((places[-1][1], places[-1][0], name, colour))
        yield from labels(sorted(ends), self.top + self.height)


def labels(ends, bottom):
    """Names at the ends of the lines, pushed apart where they would cover each other."""
    places, highest = [], bottom
    for y, *_ in reversed(ends):
        places.insert(0, min(y, highest))
        highest = places[0] - 16
    lowest = -math.inf
    for place, (y, x, name, colour) in zip(places, ends):
        lowest = place = max(place, lowest + 16)
        left = WIDTH - RIGHT + 22
        leader = f"M{x + 5:.1f} {y:.1f}L{left - 4} {place:.1f}"
        yield f'<path fill="none" stroke="{colour}" stroke-opacity=".5" d="{leader}"/>'
        yield f'<text x="{left}" y="{place + 4:.1f}" style="fill:{colour}">{name}</text>'


def number(value):
    return f"{value:g}" if value < 1 else f"{value:,.0f}".replace(",", "\u202f" if value >= 10_000 else "")


def svg(axis, commands):
    title, x_title = TITLES[axis]
    parts, top = [], TOP + 24
    for measure, height in zip(MEASURES, HEIGHTS):
        parts += Panel(commands, measure, top, height).draw(x_title)
        top += height + GAP
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" '
        f'width="{WIDTH}" height="{top}" role="img">\n'
        f"<title>{title}</title>\n<style>\n{STYLE}</style>\n"
        f'<text class="title" x="{LEFT}" y="28">{title}</text>\n'
        f'<text x="{WIDTH - 20}" y="28" text-anchor="end">dotted: proportional · dashed: git</text>\n{body}\n</svg>\n'
    )


def table(axes):
    """The exponents: 0 is a cost that does not grow, 1 one that is proportional."""
    yield "| against | command | from | to | cpu ms | exponent | its last step | peak MiB | exponent |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for axis in TITLES:
        for name, points in axes.get(axis, {}).items():
            if len(points) < 2:
                continue
            cpu, peak = ([(size, max(figures[key], 0.1)) for size, figures in points] for key in ("cpu_ms", "peak_mib"))
            span = f"{cpu[0][0]:,} | {cpu[-1][0]:,}"
            times = f"{cpu[0][1]:.0f} → {cpu[-1][1]:.0f} | {exponent(cpu):.2f} | {exponent(cpu[-2:]):.2f}"
            memory = f"{peak[0][1]:.0f} → {peak[-1][1]:.0f} | {exponent(peak):.2f}"
            yield f"| {axis} | {name} | {span} | {times} | {memory} |"


def main(folder, *flags):
    axes = read(Path(folder) / "growth.csv")
    for axis, commands in axes.items():
        (Path(folder) / f"{axis}.svg").write_text(svg(axis, commands))
    text = "\n".join(table(axes))
    print(text)
    if "--docs" in flags:
        blocks.replace("growth", text)


main(*sys.argv[1:])
