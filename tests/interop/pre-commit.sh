#!/usr/bin/env bash
# pre-commit accepts our hook manifest and the configuration of docs/ci; under both a good commit passes, and a broken
# artefact is stopped with the problem shown.
set -euo pipefail
cd "$(dirname "$0")/../.."
top=$PWD
programs=${CARGO_TARGET_DIR:-target}/debug
interop=$top/target/interop
venv=$interop/venv

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

# Installs the pinned program; where that is impossible, a pipeline fails and a laptop without a network is told.
if ! "$venv/bin/pre-commit" --version 2>/dev/null | grep -qx 'pre-commit 4.7.0'; then
  mkdir -p "$interop"
  if ! { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check 'pre-commit==4.7.0'; }; then
    [ "${CI:-}" = true ] && fail 'pre-commit could not be installed'
    printf 'SKIPPED: pre-commit could not be installed (no network?), so the hook manifest was NOT tested\n' >&2
    exit 0
  fi
fi

"$venv/bin/pre-commit" validate-manifest .pre-commit-hooks.yaml || fail 'the manifest is not valid'

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PATH="$(cd "$programs" && pwd):$venv/bin:$PATH" HOME=$scratch PRE_COMMIT_HOME=$scratch/cache
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=Author GIT_AUTHOR_EMAIL=author@example.com GIT_COMMITTER_NAME=Author GIT_COMMITTER_EMAIL=author@example.com
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE

# The manifest as users get it: out of a git repository, at a revision.
git init --quiet "$scratch/pv"
cp .pre-commit-hooks.yaml "$scratch/pv/"
git -C "$scratch/pv" add --all
git -C "$scratch/pv" commit --quiet --message 'hooks'

git init --quiet "$scratch/user"
cd "$scratch/user"
cat > .pre-commit-config.yaml <<CONFIG
repos:
  - repo: $scratch/pv
    rev: $(git -C "$scratch/pv" rev-parse HEAD)
    hooks: [{ id: pv }]
CONFIG
pre-commit install >/dev/null
mkdir prompts tools
printf -- '---\nname: greet\ninputs: [customer]\n---\nGreet {{customer}} by name.\n' > prompts/greet.md
printf '{\n  "name": "find_orders",\n  "inputSchema": { "type": "object" }\n}\n' > tools/find_orders.json
pv init >/dev/null
git add --all
git commit --quiet --message 'A prompt and a tool' >"$scratch/good" 2>&1 || { cat "$scratch/good"; fail 'a good commit was stopped'; }
grep -q 'pv (AI artefacts).*Passed' "$scratch/good" || { cat "$scratch/good"; fail 'the hook did not run'; }

printf '{\n  "name": "find_orders"\n  "inputSchema": { "type": "object" }\n}\n' > tools/find_orders.json
git add --all
if git commit --quiet --message 'A comma was lost' >"$scratch/bad" 2>&1; then
  cat "$scratch/bad"
  fail 'a broken artefact was committed'
fi
grep -q 'tools/find_orders.json:3:' "$scratch/bad" || { cat "$scratch/bad"; fail 'the problem was not shown with its place'; }

# The configuration of docs/ci, as it is copied.
cp "$top/docs/ci/pre-commit-config.yaml" .pre-commit-config.yaml
pre-commit validate-config .pre-commit-config.yaml || fail 'the configuration of docs/ci is not valid'
git add --all
if git commit --quiet --message 'Still without its comma' >"$scratch/copied" 2>&1; then
  cat "$scratch/copied"
  fail 'a broken artefact was committed under the configuration of docs/ci'
fi
grep -q 'pv (AI artefacts).*Failed' "$scratch/copied" || { cat "$scratch/copied"; fail 'the hook of docs/ci did not run'; }
git checkout --quiet HEAD -- tools
git commit --quiet --message 'The configuration alone' >"$scratch/copied" 2>&1 || { cat "$scratch/copied"; fail 'a good commit was stopped'; }
printf 'pre-commit 4.7.0: manifest and docs/ci valid, good commits passed, broken artefacts stopped\n'
