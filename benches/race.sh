#!/usr/bin/env bash
# Races pv against git over the generated repositories, and prints a Markdown table of medians and ratios.
#
#   benches/race.sh            11 rounds
#   benches/race.sh 7          7 rounds
#
# PV: the program to race (default: the release build of this tree, made now).
# PV_BENCH: where the generators are (default ../shared/bench); without them nothing is raced.
# PV_BENCH_DATA: where their repositories are made, once (default target/bench; C2 and its copies take 1 GB).
# Within one run every command of a group takes its turn in every round, so that a busy machine slows all of them alike.
# Groups whose turns take seconds have three rounds. Quote the ratios, of CPU time first; peak memory below some 14 MiB is
# the runner's own.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-11}
generators=${PV_BENCH:-../shared/bench}
data=$(realpath -m "${PV_BENCH_DATA:-target/bench}")
race=$PWD/benches/race.py

if [ ! -f "$generators/gen_repo.py" ]; then
  echo "benches/race.sh: no generators at $generators (set PV_BENCH): NOTHING WAS RACED" >&2
  exit 0
fi

# No configuration but the repositories' own, and no hint, pager or colour.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat NO_COLOR=1
export GIT_AUTHOR_NAME=bench GIT_AUTHOR_EMAIL=bench@example.invalid
export GIT_COMMITTER_NAME=bench GIT_COMMITTER_EMAIL=bench@example.invalid

if [ -n "${PV:-}" ]; then
  pv=$(realpath "$PV")
else
  cargo build --release --locked --quiet --bins
  pv=$(realpath "${CARGO_TARGET_DIR:-target}")/release/pv
fi
mkdir -p "$data"

# A Rust program that does nothing: what a process costs to start.
if [ ! -x "$data/nop" ]; then
  echo 'fn main() {}' | rustc -O --crate-name nop -o "$data/nop" -
fi

# NAME ARTEFACTS COMMITS SEED: as imported; `-packed`: after `git gc`; `-shipped`: with a pv.toml and a release at HEAD.
repository() {
  [ -d "$data/$1" ] || python3 "$generators/gen_repo.py" "$data/$1" --artefacts "$2" --commits "$3" --seed "$4" >&2
  if [ ! -d "$data/$1-packed" ]; then
    git clone --quiet --no-hardlinks "$data/$1" "$data/$1-packed"
    git -C "$data/$1-packed" gc --quiet
  fi
  if [ ! -d "$data/$1-shipped" ]; then
    git clone --quiet --no-hardlinks "$data/$1" "$data/$1-shipped.part"
    (
      cd "$data/$1-shipped.part"
      "$pv" init
      git add --all
      git commit --quiet --message "Configure pv"
      "$pv" lock --name first --write --commit --tag
    ) >/dev/null
    mv "$data/$1-shipped.part" "$data/$1-shipped"
  fi
}

group() {
  local directory=$data/$1
  shift
  python3 "$race" "$rounds" "$directory" "$@"
}

# A group whose turns take seconds.
slow_group() {
  rounds=3 group "$@"
}

# Ten edited prompts of the repository $1, staged; and everything as it was.
edit() {
  git -C "$data/$1" ls-files 'prompts/*.md' | sed -n 1,10p | while read -r path; do
    echo "Answer in one paragraph." >>"$data/$1/$path"
  done
  git -C "$data/$1" add --update
}
undo() {
  git -C "$data/$1" reset --quiet --hard
}

repository c1 1000 200 1
repository c2 20000 500 2
[ -d "$data/c5" ] || python3 "$generators/gen_misc.py" c5 "$data/c5" >&2

status='git status --porcelain'
words='git diff --word-diff HEAD~50 HEAD'
everything="git ls-tree -r --format='%(objectname)' HEAD | git cat-file --batch --buffer"
stale='git ls-files -z | xargs -0 touch --date=@$(shuf -n 1 -i 1500000000-1600000000)'

echo '| command | x cpu | x wall | cpu ms | wall ms | peak MiB |'
echo '|---|---|---|---|---|---|'
group c1 "nop=$data/nop" "pv --version=$pv --version"
group c1 "git rev-parse HEAD=git rev-parse HEAD" "C1 pv log, nothing released=$pv log"
for name in c1 c2; do
  title=${name^^}
  git -C "$data/$name" update-index -q --refresh || true
  group "$name" "$title git status=$status" \
    "prepare:rm -f .git/pv/memo-v1" "$title pv status, first run=$pv status" "$title pv status=$pv status"
  group "$name-shipped" "$title shipped: git status=$status" "$title shipped: pv status=$pv status"
  group "$name" "prepare:$stale" "$title every mtime stale: git status=$status" \
    "prepare:$stale" "$title every mtime stale: pv status=$pv status"
  git -C "$data/$name" update-index -q --refresh || true

  for variant in "$name" "$name-shipped"; do
    edit "$variant"
    group "$variant" "${variant^^} 10 staged: git status=$status" "${variant^^} 10 staged: pv check --staged=$pv check --staged"
    undo "$variant"
  done

  for variant in "$name" "$name-packed"; do
    group "$variant" "${variant^^} $words=$words" "${variant^^} pv diff HEAD~50 HEAD=$pv diff HEAD~50 HEAD"
    slow_group "$variant" "${variant^^} git cat-file --batch of HEAD=$everything" "${variant^^} pv lock, dry run=$pv lock --name next"
  done
  slow_group "$name-shipped" "$title shipped: pv status=$pv status" "$title shipped: pv lock, unchanged=$pv lock"

  path=$(git -C "$data/$name" ls-files 'prompts/*.md' | sed -n 1p)
  echo "Answer in one paragraph." >>"$data/$name/$path"
  group "$name" "$title one edit: git diff=git diff" "$title one edit: pv diff=$pv diff"
  undo "$name"
  slow_group "$name-shipped" "$title shipped: git log -p=git log -p" "$title shipped: pv log=$pv log"
done
group c5 "C5 prompt: git diff=git diff --no-index v1.md v2.md" "C5 prompt: pv diff=$pv diff --no-index --kind prompt v1.md v2.md"
group c5 "C5 tools: git diff=git diff --no-index t1.json t2.json" "C5 tools: pv diff=$pv diff --no-index --kind tool t1.json t2.json"
