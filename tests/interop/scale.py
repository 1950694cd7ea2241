"""Runs the SQL of a page on DuckDB and holds its counts against a report of `pv diff`."""

import json
import re
import sys

import duckdb

page, report = sys.argv[1:]
blocks = re.findall(r"^```sql ([\w ]+)\n(.*?)^```", open(page).read(), re.S | re.M)
assert len(blocks) == 6, f"{len(blocks)} blocks of SQL"
views, counts, rows, tables, unique, digest = (sql for _, sql in blocks)
assert "tables" in blocks[3][0].split(), "the views over plain tables are the fourth block"


def told(event):
    """How many documents `pv diff` tells of, whatever it folded."""
    findings = [one for artefact in json.load(open(report))["artefacts"] for one in artefact["findings"]]
    return sum(one["count"] for one in findings if one["rule"] == f"index/document-{event}")


wanted = (told("added"), told("removed"), told("modified"))
assert all(wanted), f"pv diff tells of {wanted}: nothing to compare"


def held(database, what):
    found = database.sql(counts).fetchall()[0]
    assert found == wanted, f"{what}: {found} by SQL, {wanted} by pv diff"
    events = [event for _, event, _, _ in database.sql(rows).fetchall()]
    assert tuple(events.count(event) for event in ("added", "removed", "changed")) == wanted, what
    assert database.sql(unique).fetchall() == [], what
    return database.sql(digest).fetchall()[0]


exported = duckdb.connect()
exported.execute(views)
documents = held(exported, "the exported snapshots")[1]

plain = duckdb.connect()
for side in ("old", "new"):
    plain.execute(f"CREATE TABLE {side}_table AS SELECT * FROM read_json('{side}.jsonl', format = 'newline_delimited')")
plain.execute(tables)
assert held(plain, "plain tables")[1] == documents
print(f"docs/scale.md: added, removed, changed {wanted} of {documents} rows, by pv diff and twice by SQL")
