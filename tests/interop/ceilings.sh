#!/usr/bin/env bash
# Ceilings of memory at full size: a file of 2 GiB is released, verified and restored by a pv that may address 512 MiB. The
# peak of resident memory is printed beside each command. Linux only: elsewhere `ulimit -v` does nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "$(uname -s)" != Linux ]; then
  echo 'SKIPPED: memory is limited by `ulimit -v`, which only Linux keeps to' >&2
  exit 0
fi

pv="${PV:-$PWD/target/debug/pv}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# limited MEBIBYTES WORDS…: runs the words under the limit, says what they took, and fails when they do.
limited() {
  local limit="$1"
  shift
  python3 - "$limit" "$@" <<'PYTHON'
import resource, subprocess, sys, time

limit, words = int(sys.argv[1]) << 20, sys.argv[2:]
start = time.time()
done = subprocess.run(words, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"  exit {done.returncode}, {time.time() - start:.1f} s, cpu {used.ru_utime + used.ru_stime:.1f} s, "
      f"peak {used.ru_maxrss >> 10} MiB of {limit >> 20}: pv {' '.join(words[1:])}", file=sys.stderr)
sys.exit(done.returncode)
PYTHON
}

# An index with one file of 2 GiB, nearly all of it a hole, in a repository that owes nothing.
big_file() {
  mkdir -p "$work/big/indexes/big" && cd "$work/big"
  git init --quiet . && git config user.name pv && git config user.email pv@example.com
  {
    printf '[[artefact]]\nkind = "index"\npaths = ["indexes/*/"]\n\n[intents]\nmissing = "off"\n\n[rollback]\nrehearsal = "off"\n\n'
    for gate in smoke eval safety cost integration schema baseline feedback review; do
      printf '[[gate]]\nname = "%s"\noff = "not what this test is about"\n' "$gate"
    done
  } > pv.toml
  printf 'name: big\nembedding: {model: e-1, dimension: 3}\n' > indexes/big/manifest.yaml
  truncate -s 2G indexes/big/vectors.bin && echo end >> indexes/big/vectors.bin
  git -c core.compression=0 -c core.bigFileThreshold=1m add --all && git commit --quiet --message 'an index'
  limited 512 "$pv" status
  limited 512 "$pv" lock --write --name r1 --commit --tag
  limited 512 "$pv" verify
  limited 512 "$pv" restore release:r1 --to "$work/out"
  cmp indexes/big/vectors.bin "$work/out/indexes/big/vectors.bin"
  rm -r "$work/out"
  echo other >> indexes/big/vectors.bin
  limited 512 "$pv" diff --stat
  limited 512 "$pv" gc
}

(big_file)
echo 'ceilings: passed'
