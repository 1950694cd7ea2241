#!/usr/bin/env bash
# flagd's, GO Feature Flag's and Argo Rollouts' own packages, and the validators of CycloneDX and in-toto, read what
# `pv export` writes of real releases; the evaluators deal 2,000 users, and nobody leaves a canary that grows.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
packages=$PWD/target/interop/exports
programs=$(cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

# Where the packages cannot be installed, a pipeline fails and a laptop without a network is told.
install() {
  mkdir -p "$packages"
  [ -x "$packages/venv/bin/python" ] || python3 -m venv "$packages/venv" || return 1
  "$packages/venv/bin/python" -c 'import check_jsonschema, cyclonedx, gofeatureflag_python_provider, in_toto_attestation, yaml' 2>/dev/null ||
    "$packages/venv/bin/pip" install --quiet --disable-pip-version-check \
      'cyclonedx-python-lib[json-validation]' check-jsonschema in-toto-attestation gofeatureflag-python-provider pyyaml || return 1
  [ -d "$packages/node_modules/@kubernetes-models/argo-rollouts" ] ||
    npm install --silent --no-audit --no-fund --prefix "$packages" \
      @openfeature/flagd-core @openfeature/core @kubernetes-models/argo-rollouts || return 1
}
if ! install; then
  [ "${CI:-}" = true ] && fail 'the packages that read exports could not be installed'
  printf 'SKIPPED: the packages that read exports could not be installed (no network?), so exports were NOT checked\n' >&2
  exit 0
fi

pv=$programs/pv
story=$root/fixtures/repos/refund-explanation
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
out=$scratch/out
mkdir "$out"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=pv GIT_AUTHOR_EMAIL=pv@example.com GIT_COMMITTER_NAME=pv GIT_COMMITTER_EMAIL=pv@example.com

commit() {
  git add --all
  git commit --quiet --allow-empty --message "$1"
}

# `repository NAME STEP…`: the story's steps, committed.
repository() {
  git init --quiet --initial-branch=main "$scratch/$1"
  cd "$scratch/$1"
  shift
  for step in "$@"; do
    cp -R "$story/$step/." .
    commit "$step"
  done
}

cut() {
  "$pv" lock --name "$1" --write --commit --at "$2" >"$scratch/said" 2>&1 || { cat "$scratch/said"; fail "$1 was not cut"; }
}

# What was live when pv came is served as its manifest says: one repository a share.
for share in 0 0.5 5 25 33.33 100; do
  repository "share-$share" 01-base
  sed -i.bak "s/canary_percentage: .*/canary_percentage: $share/" features.yaml && rm features.yaml.bak
  commit "$share %"
  cut r1 2026-05-20T11:00:00+05:30
  "$pv" export --format flagd --out "$out/flagd-$share.json" 2>/dev/null
  "$pv" export --format goff --out "$out/goff-$share.yaml" 2>/dev/null
  [ "$share" != 5 ] || "$pv" export --format flipt --out "$out/flipt-$share.yaml" 2>/dev/null
done

# Two releases, the second one with evidence and a plan: another wording, as good as the one before.
digest() {
  "$pv" show prompt:explain_refund --format json | sed -n 's/^ *"digest": "blake3:\(.*\)",$/\1/p'
}
repository releases 01-base 02-more-items 03-model-pin 04-index-refresh
# The story's report has few cases a language: enough for this floor.
sed -i.bak 's/floor = 0.80/floor = 0.50/' pv.toml && rm pv.toml.bak
commit policy
cut r1 2026-05-21T11:00:00+05:30
report=$story/07-baseline/reports/baseline.json
"$pv" gate add "$report" >/dev/null
commit baseline
before=$(digest)
printf '\nEnd by asking whether anything is still unclear.\n' >>prompts/explain_refund.md
sed -i.bak 's/explain_refund@1.0.0/explain_refund@1.1.0/; s/2026-05-20/2026-05-21/' features.yaml && rm features.yaml.bak
commit 'another wording'
sed "s/$before/$(digest)/; s/2026-05-21T13:00/2026-05-22T13:00/" "$report" >"$scratch/candidate.json"
"$pv" gate add "$scratch/candidate.json" >/dev/null
commit evidence
"$pv" rollback rehearse --name r2 --commit --at 2026-05-25T10:30:00+05:30 >/dev/null
cut r2 2026-05-25T11:00:00+05:30
"$pv" export --format cyclonedx r1 >"$out/bom-r1.json"
"$pv" export --format cyclonedx r2 >"$out/bom-r2.json"
"$pv" export --format in-toto r2 >"$out/statements.jsonl"
"$pv" export --format argo r2 >"$out/argo.yaml"

cd "$root"
"$packages/venv/bin/python" tests/interop/exports.py "$out" || fail 'a document is not what its readers expect'
node tests/interop/exports.mjs "$packages" "$out" || fail 'a document is not what its readers expect'
