#!/usr/bin/env bash
# Real servers as remotes: moto for S3, Azurite for Azure, and s3rver as the store that lies about conditional writes.
# Through each of them: push, pushes and pulls killed at random, pull, verify, check; keys that are flipped, cut, swapped
# and deleted are refused and mended.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
packages=$root/target/interop/remotes
pv=$(cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)/pv

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

# Where the servers cannot be installed, a pipeline fails and a laptop without a network is told.
install() {
  mkdir -p "$packages"
  [ -x "$packages/venv/bin/python" ] || python3 -m venv "$packages/venv" || return 1
  [ -x "$packages/venv/bin/moto_server" ] ||
    "$packages/venv/bin/pip" install --quiet --disable-pip-version-check 'moto[server,s3]==5.2.1' || return 1
  { [ -d "$packages/node_modules/azurite" ] && [ -d "$packages/node_modules/s3rver" ]; } ||
    npm install --silent --no-audit --no-fund --prefix "$packages" azurite@3.37.0 s3rver@3.7.1 || return 1
}
if ! install; then
  [ "${CI:-}" = true ] && fail 'the servers of object stores could not be installed'
  printf 'SKIPPED: moto, Azurite and s3rver could not be installed (no network?), so remotes were NOT tested on servers\n' >&2
  exit 0
fi

scratch=$(mktemp -d)
started=()
trap 'for one in "${started[@]}"; do kill "$one" 2>/dev/null || true; done; rm -rf "$scratch"' EXIT
export HOME=$scratch GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 NO_PROXY=127.0.0.1
export GIT_AUTHOR_NAME=pv GIT_AUTHOR_EMAIL=pv@example.com GIT_COMMITTER_NAME=pv GIT_COMMITTER_EMAIL=pv@example.com
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE ${!AWS_*} ${!AZURE_*} ${!GOOGLE_*}

store() { # LANGUAGE ENDPOINT BUCKET ACTION KEY…
  "$packages/venv/bin/python" "$root/tests/interop/remotes.py" "$@"
}

# `serve NAME COMMAND…`: a server in the background.
serve() {
  local name=$1
  shift
  "$@" >"$scratch/$name.log" 2>&1 &
  started+=($!)
}

# What git does not hold: forty files of a few kilobytes, one of several pieces.
repository() {
  git init --quiet --initial-branch=main "$scratch/repo"
  cd "$scratch/repo"
  {
    printf '[intents]\nmissing = "off"\n\n[store]\ninline-limit = "1 KiB"\nremote = "s3://nowhere"\n\n'
    printf '[[artefact]]\nkind = "index"\npaths = ["indexes/*/"]\n\n[rollback]\nrehearsal = "off"\n\n'
    for gate in smoke eval safety cost integration schema baseline feedback review; do
      printf '[[gate]]\nname = "%s"\noff = "not what this is about"\n' "$gate"
    done
  } > pv.toml
  mkdir -p indexes/docs
  printf 'name: docs\nembedding:\n  model: e\n  dimension: 4\nowner: team-a\n' > indexes/docs/manifest.yaml
  for n in $(seq 40); do printf "document $n %s\n" $(seq $((n * 10)) $((n * 10 + 600))) > "indexes/docs/part$n.txt"; done
  head -c 20000000 /dev/urandom > indexes/docs/vectors.bin
  git add --all
  git commit --quiet --message 'An index'
  "$pv" lock --name r1 --write --commit --tag >"$scratch/said" 2>&1 || { cat "$scratch/said"; fail 'no release was cut'; }
}

# `says WORDS COMMAND…`: the command passes and says so.
says() {
  local words=$1
  shift
  "$@" >"$scratch/said" 2>&1 || { cat "$scratch/said"; fail "$name: $*"; }
  grep -q -- "$words" "$scratch/said" || { cat "$scratch/said"; fail "$name: $* does not say: $words"; }
}

# `refuses CODE WORDS COMMAND…`
refuses() {
  local code=$1 words=$2 ended=0
  shift 2
  "$@" >"$scratch/said" 2>&1 || ended=$?
  [ "$ended" = "$code" ] || { cat "$scratch/said"; fail "$name: $* ended with $ended instead of $code"; }
  grep -q -- "$words" "$scratch/said" || { cat "$scratch/said"; fail "$name: $* does not say: $words"; }
}

# `killed COMMAND…`: killed at random, fifteen times or until it ends by itself.
killed() {
  local cut_off=0
  for _ in $(seq 15); do
    "$pv" "$@" >"$scratch/said" 2>&1 &
    local one=$!
    sleep "0.$((RANDOM % 30 + 10))"
    if kill -9 "$one" 2>/dev/null; then cut_off=$((cut_off + 1)); fi
    if wait "$one" 2>/dev/null; then break; fi
  done
  printf '%s: pv %s was cut off %s times\n' "$name" "$1" "$cut_off"
}

point_at() { sed -i.bak "s|^remote = .*|remote = \"$1\"|" pv.toml; }

fresh_clone() {
  cd "$scratch"
  rm -rf "$scratch/clone"
  git clone --quiet "$scratch/repo" "$scratch/clone"
  cd "$scratch/clone"
  point_at "$1"
}

# The key of one of the files.
key_of() {
  local object
  cd "$scratch/repo/.git/pv/large"
  for object in ??/*; do
    if cmp -s "$object" "$scratch/repo/indexes/docs/$1"; then printf 'v1/blake3/%s' "$object"; fi
  done
}

# `through NAME LANGUAGE ENDPOINT BUCKET URL`: all of it, through one server.
through() {
  name=$1
  local language=$2 endpoint=$3 bucket=$4 url=$5
  store "$language" "$endpoint" "$bucket" make >/dev/null || { cat "$scratch/$name.log"; fail "$name: no bucket"; }
  cd "$scratch/repo"

  point_at "$url/one"
  says 'sent 42 objects' "$pv" push
  says 'nothing to send' "$pv" push
  says 'holds all: 42 objects' "$pv" remote check
  cp "$scratch/said" "$scratch/$name.check"
  fresh_clone "$url/one"
  says 'fetched and verified 42 objects' "$pv" pull
  says '1 release verified' "$pv" verify --all
  says 'nothing to fetch' "$pv" pull
  "$pv" restore release:r1 --to "$scratch/restored" >/dev/null
  cmp "$scratch/restored/indexes/docs/vectors.bin" "$scratch/repo/indexes/docs/vectors.bin" || fail "$name: other bytes"
  rm -rf "$scratch/restored"

  cd "$scratch/repo"
  point_at "$url/two"
  killed push -j 2
  # A store that keeps half of what was sent is told; from the verified bytes of a clone it is put right, unless the rest
  # has arrived meanwhile.
  if [ "$name" = s3rver ] && ! "$pv" push >"$scratch/said" 2>&1; then
    grep -q '^remote-corrupt' "$scratch/said" || { cat "$scratch/said"; fail "$name: a push after one that was cut off"; }
    says 'right that had another length\|sent\|holds it all' "$pv" push --all
  fi
  says 'sent\|holds it all' "$pv" push
  says 'holds all: 42 objects' "$pv" remote check
  fresh_clone "$url/two"
  killed pull -j 2
  says 'fetch' "$pv" pull
  says '1 release verified' "$pv" verify --all

  local flipped=two/$(key_of part1.txt) cut=two/$(key_of part2.txt) swapped=two/$(key_of part3.txt) gone=two/$(key_of part4.txt)
  store "$language" "$endpoint" "$bucket" flip "$flipped"
  store "$language" "$endpoint" "$bucket" cut "$cut"
  store "$language" "$endpoint" "$bucket" swap "$swapped" "two/$(key_of part5.txt)"
  store "$language" "$endpoint" "$bucket" delete "$gone"
  fresh_clone "$url/two"
  refuses 5 '4 objects wrong' "$pv" pull
  [ "$(grep -c '^remote-corrupt' "$scratch/said")" = 3 ] || { cat "$scratch/said"; fail "$name: not all damage was told"; }
  for key in "$flipped" "$cut" "$swapped" "$gone"; do
    [ ! -e ".git/pv/large/${key#two/v1/blake3/}" ] || fail "$name: $key was kept"
  done
  refuses 5 'remote-missing' "$pv" remote check
  for key in "$flipped" "$swapped"; do store "$language" "$endpoint" "$bucket" delete "$key"; done
  cd "$scratch/repo"
  point_at "$url/two"
  refuses 5 'remote-corrupt' "$pv" push
  says 'put 1 object .* right' "$pv" push --all
  cd "$scratch/clone"
  says 'fetched and verified 4 objects' "$pv" pull
  says '1 release verified' "$pv" verify --all
  printf '%s: sent, cut off, fetched, damaged, mended\n' "$name"
}

repository

moto=$(store free) azurite=$(store free) lying=$(store free) mute=$(store free)
serve moto "$packages/venv/bin/moto_server" -H 127.0.0.1 -p "$moto"
serve azurite node "$packages/node_modules/azurite/dist/src/blob/main.js" --silent --skipApiVersionCheck --inMemoryPersistence --blobPort "$azurite"
serve s3rver node "$packages/node_modules/s3rver/bin/s3rver.js" --silent --directory "$scratch/s3rver" --address 127.0.0.1 --port "$lying"
serve mute store mute "$mute"

# Where nobody answers, that is said in less than a minute.
nobody() { # PORT
  name=port-$1
  mkdir "$scratch/$name"
  git clone --quiet "$scratch/repo" "$scratch/$name/clone"
  cd "$scratch/$name/clone"
  point_at "http://127.0.0.1:$1/bucket"
  scratch=$scratch/$name
  refuses 2 'remote-failed' timeout 50 "$pv" pull
}
export AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER AWS_REGION=us-east-1
(nobody 1) & first=$!
(nobody "$mute") & second=$!

through moto s3 "http://127.0.0.1:$moto" pv-remote "http://127.0.0.1:$moto/pv-remote"
grep -q 'refused, and the first bytes are there' "$scratch/moto.check" || fail 'moto refuses to create again, and pv does not see it'

through s3rver s3 "http://127.0.0.1:$lying" pv-remote "http://127.0.0.1:$lying/pv-remote"
grep -q 'is not created again  *no  *overwritten silently' "$scratch/s3rver.check" || { cat "$scratch/s3rver.check"; fail 's3rver lies, and pv does not say so'; }

export AZURE_STORAGE_USE_EMULATOR=true AZURITE_BLOB_STORAGE_URL=http://127.0.0.1:$azurite
through azurite azure "http://127.0.0.1:$azurite" pv-remote az://pv-remote

wait "$first" || fail 'a refused connection'
wait "$second" || fail 'a server that does not answer'
printf 'moto, s3rver and Azurite: pushes and pulls complete whenever they are killed, damage refused and mended\n'
