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
# PV_BENCH_DATA: where the inputs are made, once (default target/bench/data; 5 GB). They are never altered.
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
  --quick) rounds=1 PV_BENCH_QUICK=1 && export PV_BENCH_QUICK && shift ;;
  --docs) PV_BENCH_DOCS=1 && export PV_BENCH_DOCS && shift ;;
  [0-9]*) rounds=$1 && shift ;;
esac
prepare
install_peers
exec python3 benches/race/compare.py "$rounds" "$@"
