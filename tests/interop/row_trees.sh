#!/usr/bin/env bash
# Rows by the hundred thousand become a tree within a limit of address space, from every order and split the same one;
# a build that is killed again and again ends right.
set -euo pipefail
cd "$(dirname "$0")/../.."
pv=${PV:-$PWD/target/debug/pv}
rows=${ROWS:-200000}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

python3 - "$scratch" "$rows" <<'PYTHON'
import json, random, sys
folder, rows = sys.argv[1], int(sys.argv[2])
draw = random.Random(6)
words = [f"word{n}" for n in range(400)]
def row(n):
    text = " ".join(draw.choices(words, k=draw.randint(10, 50)))
    return {"id": f"doc-{n:08}", "text": text, "tags": draw.sample(words, 2), "weight": draw.random()}
made = [row(n) for n in range(rows)]
def write(name, rows, **how):
    with open(f"{folder}/{name}", "w") as out:
        out.writelines(json.dumps(row, **how) + "\n" for row in rows)
write("sorted.jsonl", made, separators=(",", ":"))
scattered = made[:]
draw.shuffle(scattered)
write("scattered.jsonl", ({key: row[key] for key in reversed(row)} for row in scattered))
write("left.jsonl", scattered[: rows // 3])
write("right.jsonl", scattered[rows // 3 :])
PYTHON

git init --quiet "$scratch/repo"
# As much address space as two threads, a sort buffer and what is read take: far below the rows themselves at ten million.
snapshot() {
  local name=$1
  shift
  (
    ulimit -v "${LIMIT:-1200000}"
    export MALLOC_ARENA_MAX=2
    "$pv" --repo "$scratch/repo" snapshot "$name" --from "$@" --format json >"$scratch/$name.json"
  ) || fail "$name was not built"
}
root() { sed -n 's/^root = //p' "$scratch/repo/indexes/$1/snapshot.toml"; }

TIMEFORMAT="%U s user, %S s system, %R s in all"
for name in sorted scattered; do
  printf '%s: ' "$name" >&2
  time snapshot "$name" "$scratch/$name.jsonl"
done
snapshot split "$scratch/left.jsonl" "$scratch/right.jsonl"
[ "$(root sorted)" = "$(root scattered)" ] || fail 'another order gave another root'
[ "$(root sorted)" = "$(root split)" ] || fail 'another split gave another root'
grep -q '"new": 0' "$scratch/split.json" || fail 'the same rows made new chunks'

rm -rf "$scratch/repo/.git/pv/large" "$scratch/repo/indexes/sorted"
for attempt in 1 2 3 4 5 6 7 8; do
  "$pv" --repo "$scratch/repo" snapshot sorted --from "$scratch/scattered.jsonl" --key id >/dev/null 2>&1 &
  sleep "0.$((attempt * 11))"
  kill -9 $! 2>/dev/null || true
  wait $! 2>/dev/null || true
done
snapshot sorted "$scratch/scattered.jsonl"
[ "$(root sorted)" = "$(root scattered)" ] || fail 'after being killed it gave another root'
[ -z "$(find "$scratch/repo/.git/pv/large" -name '.pv-*')" ] || fail 'something of the killed ones was left'
"$pv" --repo "$scratch/repo" snapshot sorted --export "$scratch/out.jsonl" >/dev/null || fail 'a chunk is missing'
[ "$(wc -l <"$scratch/out.jsonl")" = "$rows" ] || fail 'rows are missing'
printf '%s rows made one tree from every order and split, within the limit.\n' "$rows"
