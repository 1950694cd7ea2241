#!/usr/bin/env bash
# Measures how the cost of pv's commands grows: with artefacts, history, rows and the size of a change. Writes
# docs/performance/growth.csv, its plots (SVG) and, into docs/performance.md, the fitted exponents, which it prints too.
#
#   benches/growth.sh                      everything: about 15 minutes on two cores, 10 GB for a while
#   benches/growth.sh rows changed-rows    two of the axes; the others' figures stay
#   benches/growth.sh --quick              small sizes, into target/bench/growth: whether it all runs
#   benches/growth.sh --plot               only draws the plots again
#   benches/growth.sh --keep …             leaves the files of rows where they are (6 GB)
#
# PV, PV_BENCH, PV_BENCH_DATA: as for compare.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=benches/race/prepare.sh
. benches/race/prepare.sh

export PV_BENCH_PLOTS=docs/performance PV_BENCH_KEEP=
docs=--docs
while [[ "${1:-}" == --* ]]; do
  case "$1" in
    --quick) export PV_BENCH_QUICK=1 PV_BENCH_PLOTS=target/bench/growth docs= ;;
    --keep) PV_BENCH_KEEP=1 ;;
    --plot) exec python3 benches/race/plot.py "$PV_BENCH_PLOTS" $docs ;;
    *) echo "benches/growth.sh: no option $1: there are --quick, --keep, --plot" >&2 && exit 2 ;;
  esac
  shift
done
prepare
python3 benches/race/growth.py "$@"
exec python3 benches/race/plot.py "$PV_BENCH_PLOTS" $docs
