#!/usr/bin/env bash
# Two snapshots of millions of rows are built and diffed under 512 MiB of address space, and every change is counted.
# 2,000,000 rows a side; 10,000,000 with PV_FULL=1.
set -euo pipefail
cd "$(dirname "$0")/../.."
programs=$(cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)
rows=2000000
[ "${PV_FULL:-}" = 1 ] && rows=10000000
ceiling=$((512 * 1024))

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PATH=$programs:$PATH HOME=$scratch GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=Author GIT_AUTHOR_EMAIL=author@example.com GIT_COMMITTER_NAME=Author GIT_COMMITTER_EMAIL=author@example.com
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE

# Rows from 0 to $1 (but not those that are 3 more than a multiple of $2), those on a multiple of $2 edited.
listed() {
  awk -v rows="$1" -v step="$2" 'BEGIN {
    for (n = 0; n < rows; n++) {
      if (step && n % step == 3) continue
      printf "{\"id\":\"%09d\",\"t\":\"%.0f%s\"}\n", n, (n * 2654435761) % 4294967296, step && n % step == 0 ? "!" : ""
    }
  }'
}

# Runs pv under the ceiling.
bounded() {
  (ulimit -v "$ceiling" && exec pv "$@")
}

step=1000
git init --quiet "$scratch/repo"
cd "$scratch/repo"
listed "$rows" 0 >"$scratch/rows.jsonl"
bounded snapshot docs --from "$scratch/rows.jsonl" --key id >/dev/null || fail "no snapshot of $rows rows under the ceiling"
git add --all && git commit --quiet --message old
listed $((rows + 50)) "$step" >"$scratch/rows.jsonl"
bounded snapshot docs --from "$scratch/rows.jsonl" --key id >/dev/null || fail "no second snapshot under the ceiling"
bounded diff --format json >"$scratch/diff.json" || fail "no diff of $rows rows under the ceiling"

python3 - "$scratch/diff.json" "$rows" "$step" <<'PYTHON' || fail 'the diff counts something else'
import json, sys
report, rows, step = json.load(open(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
found = {event: 0 for event in ("added", "removed", "modified")}
for finding in (one for artefact in report["artefacts"] for one in artefact["findings"]):
    event = finding["rule"].removeprefix("index/document-")
    if event in found:
        found[event] += finding["count"]
# The 50 rows that came are numbered on: one of them is on a multiple and one would be three more.
wanted = {"added": 49, "removed": rows // step, "modified": rows // step}
assert found == wanted, (found, wanted)
print(f"{rows} rows a side under 512 MiB: {found}, {report['summary']['chunks_read']} chunks read")
PYTHON
