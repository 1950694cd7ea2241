# What compare.sh and growth.sh need before they measure anything: the programs, the places, a quiet git. Sourced.
# shellcheck source=benches/race/peers.sh
. benches/race/peers.sh

bench=$PWD/target/bench
# Nothing is left beside the sources.
export PYTHONDONTWRITEBYTECODE=1

prepare() {
  quiet
  places
  programs
}

# No configuration but the repositories' own, and no hint, pager or colour.
quiet() {
  export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat NO_COLOR=1 DVC_NO_ANALYTICS=1
  export GIT_AUTHOR_NAME=bench GIT_AUTHOR_EMAIL=bench@example.invalid
  export GIT_COMMITTER_NAME=bench GIT_COMMITTER_EMAIL=bench@example.invalid
  unset CI
}

places() {
  PV_BENCH=$(realpath -m "${PV_BENCH:-../shared/bench}")
  PV_BENCH_DATA=$(realpath -m "${PV_BENCH_DATA:-$bench/data}")
  if [ ! -f "$PV_BENCH/gen_repo.py" ]; then
    echo "$0: no generators (gen_repo.py) in PV_BENCH: NOTHING WAS MEASURED" >&2
    exit 2
  fi
  mkdir -p "$PV_BENCH_DATA" "$bench/bin"
  export PV_BENCH PV_BENCH_DATA PV_BENCH_WORK=$bench/work/$(basename "$0" .sh) PV_BENCH_PROGRAMS=$bench/bin
  export PV_BENCH_PYTHON=$bench/venv/bin/python PATH=$bench/peers/bin:$bench/venv/bin:$PATH
}

programs() {
  if [ -z "${PV:-}" ]; then
    cargo build --release --locked --quiet --bins
    PV=${CARGO_TARGET_DIR:-target}/release/pv
  fi
  PV=$(realpath -m "$PV")
  [ -x "$PV" ] || { echo "$0: PV is no program: $PV" >&2 && exit 2; }
  export PV
  # What a process costs to start.
  echo 'fn main() {}' >"$bench/nop.rs"
  for source in "$bench/nop.rs" benches/race/timed.rs benches/race/corpus.rs; do
    rustc -O --edition 2024 -o "$bench/bin/$(basename "$source" .rs)" "$source"
  done
}
