"""Keyed diffs by the engines that teams already have: prints `changed N added N removed N`.

usage: peer_rows.py duckdb|duckdb-auto|duckdb-csv|polars|dicts OLD NEW
       peer_rows.py duckdb-parquet ROWS PARQUET      (only writes the rows again, by id)

`duckdb` is given the schema of C3 by hand, `duckdb-auto` finds it out; `dicts` is the script that teams write. Two rows
with one id differ when any column does."""

import json
import sys

TYPES = (
    "{id: 'VARCHAR', input: 'VARCHAR', expected: 'VARCHAR', tags: 'VARCHAR[]', weight: 'INTEGER', "
    "meta: 'STRUCT(threshold DOUBLE, difficulty VARCHAR)'}"
)
READERS = {
    "duckdb": f"read_json('%s', format = 'newline_delimited', columns = {TYPES})",
    "duckdb-auto": "read_json_auto('%s', format = 'newline_delimited')",
    "duckdb-csv": "read_csv('%s')",
}


def duckdb(reader, old, new):
    import duckdb

    query = (
        "SELECT count(*) FILTER (a.id IS NOT NULL AND b.id IS NOT NULL), count(*) FILTER (a.id IS NULL), "
        "count(*) FILTER (b.id IS NULL) "
        f"FROM {READERS[reader] % old} a FULL OUTER JOIN {READERS[reader] % new} b ON a.id = b.id "
        "WHERE a IS DISTINCT FROM b"
    )
    return duckdb.execute(query).fetchone()


def polars(old, new):
    import polars as pl

    read = (lambda path: pl.read_csv(path)) if old.endswith(".csv") else (lambda path: pl.read_ndjson(path))
    a, b = read(old), read(new)
    columns = [column for column in a.columns if column != "id"]
    both = a.join(b, on="id", how="inner", suffix="_new")
    differs = pl.any_horizontal([pl.col(column).ne_missing(pl.col(column + "_new")) for column in columns])
    changed = both.select(differs.sum()).item()
    return changed, b.join(a, on="id", how="anti").height, a.join(b, on="id", how="anti").height


def dicts(old, new):
    def read(path):
        with open(path) as lines:
            return {row["id"]: row for row in map(json.loads, lines)}

    a, b = read(old), read(new)
    return sum(row != b[id] for id, row in a.items() if id in b), len(b.keys() - a.keys()), len(a.keys() - b.keys())


def parquet(rows, path):
    import duckdb

    reader = READERS["duckdb-auto"] % rows
    duckdb.execute(f"COPY (SELECT * FROM {reader} ORDER BY id) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


program, old, new = sys.argv[1:4]
if program == "duckdb-parquet":
    parquet(old, new)
else:
    counts = {"polars": polars, "dicts": dicts}.get(program, lambda *pair: duckdb(program, *pair))(old, new)
    print("changed %d added %d removed %d" % counts)
