#!/usr/bin/env bash
# The SQL of docs/scale.md, as it stands there, counts on DuckDB what `pv diff` counts.
set -euo pipefail
cd "$(dirname "$0")/../.."
top=$PWD
programs=$(cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)
venv=$top/target/interop/scale

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

# Installs the pinned engine; where that is impossible, a pipeline fails and a laptop without a network is told.
if ! "$venv/bin/python" -c 'import duckdb; assert duckdb.__version__ == "2.0.0"' 2>/dev/null; then
  mkdir -p "$venv"
  if ! { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check 'duckdb==2.0.0'; }; then
    [ "${CI:-}" = true ] && fail 'DuckDB could not be installed'
    printf 'SKIPPED: DuckDB could not be installed (no network?), so docs/scale.md was NOT tested\n' >&2
    exit 0
  fi
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PATH=$programs:$PATH HOME=$scratch GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=Author GIT_AUTHOR_EMAIL=author@example.com GIT_COMMITTER_NAME=Author GIT_COMMITTER_EMAIL=author@example.com
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE

git init --quiet "$scratch/repo"
cd "$scratch/repo"
python3 - "$scratch" <<'PYTHON'
import json, random, sys
random.seed(6)
def row(n, text): return {"doc_id": f"d{n:06}", "lang": random.choice(["en", "hi", None]), "title": f"Title {n} “é”", "text": text}
old = [row(n, f"text {n} " + "x" * 200) for n in range(20000)]
new = [dict(one) for one in old]
for n in random.sample(range(20000), 137): new[n]["text"] += " edited"
for n in sorted(random.sample(range(20000), 41), reverse=True): del new[n]
new += [row(n, f"new {n}") for n in range(20000, 20023)]
random.shuffle(new)
for name, rows in ("old", old), ("new", new):
    with open(f"{sys.argv[1]}/{name}.jsonl", "w") as out:
        for one in rows:
            keys = list(one); random.shuffle(keys)
            out.write(json.dumps({key: one[key] for key in keys}, ensure_ascii=random.random() < 0.5) + "\n")
PYTHON
pv snapshot docs --from "$scratch/old.jsonl" --key doc_id >/dev/null
pv snapshot docs --export "$scratch/old.parquet" >/dev/null
git add --all && git commit --quiet --message old
pv snapshot docs --from "$scratch/new.jsonl" --key doc_id >/dev/null
pv snapshot docs --export "$scratch/new.parquet" >/dev/null
pv diff --format json >"$scratch/diff.json" || fail 'pv diff does not run'

cd "$scratch"
"$venv/bin/python" "$top/tests/interop/scale.py" "$top/docs/scale.md" diff.json || fail 'the counts differ'
