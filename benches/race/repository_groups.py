"""What git, DVC and b3sum do in a repository, and pv: P1 to P7 and P14."""

import facts
import inputs
from contestants import peer, pv
from inputs import PROGRAMS, WORK, sh
from turns import Aim, Command


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
                pv(f"{title} pv status, first run", "status", prepare="rm -f .git/pv/memo-v* .git/pv/summaries-v*"),
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
            cold = pv(f"{title} pv lock, cold", "lock --name next", prepare="rm -f .git/pv/memo-v* .git/pv/summaries-v*")
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


def repositories(named):
    """Those that this run has: a quick one leaves C2 out."""
    chosen = [name for name in named if not (inputs.QUICK and name == "c2")]
    return [(name, named[name]) for name in chosen] if isinstance(named, dict) else chosen
