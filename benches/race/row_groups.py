"""What DuckDB, Polars, csv-diff and daff do with rows, and pv: P8 to P11."""

import inputs
from contestants import ROWS, counted, peer, pv, told
from inputs import WORK, sh
from turns import Aim


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
