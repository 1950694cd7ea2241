#!/usr/bin/env bash
# SciPy and statsmodels come to the numbers that pv's statistics print, and a simulation shows what the checks do.
set -euo pipefail
cd "$(dirname "$0")/../.."
interop=$PWD/target/interop
venv=$interop/statistics

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

# Where the packages cannot be installed, a pipeline fails and a laptop without a network is told.
if ! "$venv/bin/python" -c 'import scipy, statsmodels' 2>/dev/null; then
  mkdir -p "$interop"
  if ! { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check scipy statsmodels; }; then
    [ "${CI:-}" = true ] && fail 'SciPy and statsmodels could not be installed'
    printf 'SKIPPED: SciPy and statsmodels could not be installed (no network?), so the statistics were NOT checked\n' >&2
    exit 0
  fi
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
PV_STATISTICS_TABLE=$scratch/table.json cargo test --locked --test it statistics_table >"$scratch/log" 2>&1 ||
  { cat "$scratch/log"; fail 'pv did not write its table'; }
[ -s "$scratch/table.json" ] || { cat "$scratch/log"; fail 'pv wrote no table'; }
"$venv/bin/python" tests/interop/statistics.py "$scratch/table.json" || fail 'the statistics differ'
