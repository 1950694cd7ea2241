"""What b3sum, Git LFS, DVC and git do with one large content, and pv: P12 and P13."""

import facts
import inputs
from contestants import peer, pv
from inputs import sh
from turns import Aim, Command, Wrong


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
