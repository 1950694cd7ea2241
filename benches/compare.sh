#!/usr/bin/env bash
# Runs pv and its peers alternately over big generated inputs, and prints a Markdown table of medians and ratios, and
# which targets they reach.
#
#   benches/compare.sh                     5 rounds of everything: about 20 minutes on two cores
#   benches/compare.sh 11 status text      11 rounds of two groups (an unknown name lists them)
#   benches/compare.sh --docs              5 rounds of everything, and both tables into docs/performance.md
#   benches/compare.sh --quick             1 round over small inputs: whether it all runs; its figures mean nothing
#
# PV: the program to measure (default: the release build of this tree, made now).
# PV_BENCH: where the generators are (default ../shared/bench); without them nothing is measured.
# PV_BENCH_DATA: where the inputs are made, once (default target/bench/data; 5 GB). They are never altered; what is, are
# copies below target/bench/work (12 GB for a while), which go when the run ends.
#
# The peers are installed below target/bench. Within a group every command takes its turn in every round, so that a busy
# machine slows all of them alike; groups whose turns take seconds have three rounds or one. A wrong count or a failure
# of pv ends the run with 1, after everything else was measured.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=benches/race/prepare.sh
. benches/race/prepare.sh

rounds=5
case "${1:-}" in
  --quick) export PV_BENCH_QUICK=1 && rounds=1 && shift ;;
  --docs) export PV_BENCH_DOCS=1 && shift ;;
esac
if [[ "${1:-}" =~ ^[0-9]+$ ]]; then
  rounds=$1 && shift
fi
if [ -n "${PV_BENCH_DOCS:-}" ] && [ $# -gt 0 ]; then
  echo "benches/compare.sh: --docs takes all groups: the tables in docs/performance.md are of one run" >&2
  exit 2
fi
prepare
install_peers
exec python3 benches/race/compare.py "$rounds" "$@"
