#!/usr/bin/env bash
# Git LFS, DVC and git-annex keep the content of real repositories: what pv says of it is what they say, with their caches
# at hand and without.
set -euo pipefail
cd "$(dirname "$0")/../.."
packages=$PWD/target/interop/foreign
pv=$(cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)/pv

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

# Where a program cannot be installed, a pipeline fails and a laptop is told.
skip() {
  [ "${CI:-}" = true ] && fail "$1 could not be installed"
  printf 'SKIPPED: %s could not be installed, so what it keeps was NOT checked\n' "$1" >&2
}
packaged() {
  command -v "$1" >/dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  apt-get install --yes --quiet --quiet "$1" >/dev/null 2>&1 ||
    { apt-get update --quiet --quiet && apt-get install --yes --quiet --quiet "$1"; } >/dev/null 2>&1
}
dvc() {
  "$packages/venv/bin/dvc" "$@"
}
install_dvc() {
  [ -x "$packages/venv/bin/dvc" ] && return
  mkdir -p "$packages" && python3 -m venv "$packages/venv" &&
    "$packages/venv/bin/pip" install --quiet --disable-pip-version-check dvc
}

scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
export HOME=$scratch/home GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 DVC_NO_ANALYTICS=1
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
export GIT_AUTHOR_NAME=pv GIT_AUTHOR_EMAIL=pv@example.com GIT_COMMITTER_NAME=pv GIT_COMMITTER_EMAIL=pv@example.com
mkdir "$HOME"

repository() {
  git init --quiet --initial-branch=main "$scratch/$1"
  cd "$scratch/$1"
  {
    printf '[intents]\nmissing = "off"\n[rollback]\nrehearsal = "off"\n'
    for gate in smoke eval safety cost integration schema baseline feedback review; do
      printf '[[gate]]\nname = "%s"\noff = "not what this is about"\n' "$gate"
    done
  } >pv.toml
}
commit() {
  git add --all
  git commit --quiet --message "$1"
}
artefacts() {
  mkdir -p evals indexes/x
  for id in 1 2 3; do
    printf '{"id": %s, "input": "q%s", "expected": "a%s"}\n' $id $id $id
  done >evals/cases.jsonl
  printf 'embedding: {model: e-1, dimension: 8}\n' >indexes/x/manifest.yaml
  printf '{"id": "a", "text": "one"}\n{"id": "b", "text": "two"}\n' >indexes/x/documents.jsonl
  printf '\000one' >indexes/x/vectors.bin
}
edit() {
  sed 's/q2/another/' evals/cases.jsonl >"$scratch/edited" && rm -f evals/cases.jsonl && cp "$scratch/edited" evals/cases.jsonl
  sed 's/two/2/' indexes/x/documents.jsonl >"$scratch/edited" && rm -f indexes/x/documents.jsonl && cp "$scratch/edited" indexes/x/documents.jsonl
}

# `expect WHAT RULES ARGUMENT…`: the rules that `pv diff ARGUMENT…` fires, sorted, each once.
expect() {
  local what=$1 rules=$2 found
  shift 2
  found=$("$pv" diff "$@" --format json | sed -n 's/^ *"rule": "\(.*\)",\{0,1\}$/\1/p' | sort -u | paste -sd' ' -)
  [ "$found" = "$rules" ] || { "$pv" diff "$@"; fail "$what: found '$found', not '$rules'"; }
  printf 'ok: %s: %s\n' "$what" "$found"
}
same='eval/source-format-changed index/source-format-changed'
deep='eval/case-input-modified index/document-modified'
unseen='eval/content-changed index/content-changed'

# `verified STATE[:annex]`: what `pv verify` says of every content.
verified() {
  local states
  # git-annex fills in files that hold its pointers, also those that pv keeps of a release, and then pv exits 5 over them.
  states=$({ "$pv" verify --format json || [ "${1#*:}" = annex ]; } | sed -n 's/^ *"state": "\(.*\)",$/\1/p' | sort -u | paste -sd' ' -)
  [ "$states" = "${1%:*}" ] || fail "pv verify says '$states', not '${1%:*}'"
  printf 'ok: pv verify: %s\n' "$states"
}
release() {
  "$pv" lock --name "$1" --write --commit --tag --at 2026-05-20T10:00:00Z >"$scratch/said" 2>&1 || { cat "$scratch/said"; fail "pv lock"; }
}

lfs() {
  repository lfs
  git lfs install --local >/dev/null
  artefacts
  commit inline
  git lfs track 'evals/*.jsonl' 'indexes/**/*.jsonl' '*.bin' >/dev/null
  git add --renormalize . && commit tracked
  expect 'git lfs track: bytes become pointers' "$same" HEAD~1 HEAD
  edit
  expect 'an edit in the worktree that nobody added' "$deep"
  commit edited
  expect 'git lfs: a change in depth' "$deep" HEAD~1 HEAD
  release r1
  # The pointers among pv's own objects are pointers to Git LFS, too.
  git lfs ls-files --long --exclude .pv | while read -r oid _ path; do
    grep -q "lfs [0-9]* sha256:$oid\\\\t$path" pv.lock || fail "pv.lock does not name $oid $path"
  done
  printf 'ok: pv.lock names what `git lfs ls-files --long` lists\n'
  verified intact
  mv .git/lfs/objects .git/lfs/away
  expect 'git lfs: without its cache' "$unseen" HEAD~2 HEAD~1
  mv .git/lfs/away .git/lfs/objects
  # Pointers, never smudged: the same in a clone that fetched nothing.
  GIT_LFS_SKIP_SMUDGE=1 git clone --quiet . "$scratch/lfs-clone" 2>/dev/null
  cd "$scratch/lfs-clone"
  expect 'git lfs: a clone without content' '' HEAD
  verified absent
  cd "$scratch/lfs"
  oid=$(git lfs ls-files --long --include evals | head -n 1 | cut -d' ' -f1)
  object=.git/lfs/objects/${oid:0:2}/${oid:2:2}/$oid
  chmod u+w "$object"
  printf damaged >"$object"
  code=0 && "$pv" verify >/dev/null || code=$?
  [ "$code" = 5 ] || fail "pv verify exits $code over a damaged object, not 5"
  printf 'ok: pv verify: a damaged object is an integrity fault\n'

  repository migrated
  git lfs install --local >/dev/null
  artefacts
  printf 'evals/*.jsonl filter=lfs diff=lfs merge=lfs -text\n' >.gitattributes
  git -c filter.lfs.process= -c filter.lfs.clean=cat -c filter.lfs.required=false add --all
  git commit --quiet --message inline
  git lfs migrate import --no-rewrite --yes --message migrated evals/cases.jsonl >/dev/null 2>&1 || fail 'git lfs migrate import'
  expect 'git lfs migrate import' 'eval/source-format-changed' HEAD~1 HEAD
}

with_dvc() {
  repository dvc
  dvc init --quiet
  artefacts
  commit inline
  git rm --quiet --cached -r evals/cases.jsonl indexes/x
  dvc add --quiet evals/cases.jsonl indexes/x
  commit tracked
  expect 'dvc add of a file and a directory' "$same" HEAD~1 HEAD
  edit
  dvc add --quiet evals/cases.jsonl indexes/x
  commit edited
  expect 'dvc: a change in depth' "$deep" HEAD~1 HEAD
  release r1
  sed -n 's/^- md5: //p' evals/cases.jsonl.dvc indexes/x.dvc | while read -r md5; do
    grep -q "dvc [0-9]* md5:$md5" pv.lock || fail "pv.lock does not name $md5"
  done
  printf 'ok: pv.lock names the digests that DVC took\n'
  verified intact
  [ -z "$(dvc status --quiet)" ] || fail 'dvc status'
  mv .dvc/cache .dvc/away
  expect 'dvc: without its cache' "$unseen" HEAD~2 HEAD~1
  mv .dvc/away .dvc/cache

  # A pipeline makes what stood here before.
  repository pipeline
  dvc init --quiet
  mkdir -p evals raw
  printf '{"id": 1, "input": "q", "expected": "a"}\n' >raw/cases.jsonl
  cp raw/cases.jsonl evals/cases.jsonl
  commit inline
  git rm --quiet evals/cases.jsonl
  printf 'stages:\n  build:\n    cmd: mkdir -p evals && cp raw/cases.jsonl evals/cases.jsonl\n    deps: [raw/cases.jsonl]\n    outs: [evals/cases.jsonl]\n' >dvc.yaml
  dvc repro --quiet >/dev/null
  commit pipeline
  expect 'dvc.lock: an output in place of its bytes' 'eval/source-format-changed' HEAD~1 HEAD
  sed 's/"q"/"other"/' raw/cases.jsonl >"$scratch/edited" && cp "$scratch/edited" raw/cases.jsonl
  dvc repro --quiet >/dev/null
  commit again
  expect 'dvc.lock: a change in depth' 'eval/case-input-modified' HEAD~1 HEAD
  cp raw/cases.jsonl "$scratch/imported.jsonl"
  dvc import-url --quiet "$scratch/imported.jsonl" evals/imported.jsonl
  commit import
  expect 'dvc import-url' 'eval/added' HEAD~1 HEAD
}

annex() {
  repository annex
  git annex init --quiet here
  artefacts
  git add . && git commit --quiet --message inline
  git rm --quiet --cached -r evals indexes
  git annex add --quiet --force-large evals indexes/x/documents.jsonl indexes/x/vectors.bin
  git annex unlock --quiet indexes/x/documents.jsonl
  git add indexes pv.toml && git commit --quiet --message annexed
  expect 'git annex add, locked and unlocked' "$same" HEAD~1 HEAD
  git annex unlock --quiet evals/cases.jsonl
  edit
  expect 'git annex: an edit in the worktree that nobody added' "$deep"
  git annex add --quiet evals indexes && git commit --quiet --all --message edited
  expect 'git annex: a change in depth' "$deep" HEAD~1 HEAD
  release r1
  git annex find --format='${key}\n' | while read -r key; do
    grep -q "annex [0-9]* $key" pv.lock || fail "pv.lock does not name $key"
  done
  printf 'ok: pv.lock names the keys that `git annex find` lists\n'
  verified intact:annex
  mv .git/annex/objects .git/annex/away
  expect 'git annex: without its objects' "$unseen" HEAD~2 HEAD~1
  mv .git/annex/away .git/annex/objects
}

if packaged git-lfs; then lfs; else skip git-lfs; fi
if install_dvc; then with_dvc; else skip dvc; fi
if packaged git-annex; then annex; else skip git-annex; fi
