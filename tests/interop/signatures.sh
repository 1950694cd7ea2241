#!/usr/bin/env bash
# Signatures of exceptions go both ways between pv and the stock ssh-keygen, and git verifies the tags of signed releases.
set -euo pipefail
cd "$(dirname "$0")/../.."
programs=$(cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

if ! command -v ssh-keygen >/dev/null; then
  [ "${CI:-}" = true ] && fail 'ssh-keygen is not installed'
  printf 'SKIPPED: ssh-keygen is not installed, so the signatures were NOT tested against it\n' >&2
  exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PATH=$programs:$PATH HOME=$scratch GIT_CONFIG_GLOBAL=$scratch/gitconfig GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=Author GIT_AUTHOR_EMAIL=oncall@example.com GIT_COMMITTER_NAME=Author GIT_COMMITTER_EMAIL=oncall@example.com
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE SSH_AUTH_SOCK
at=--at=2026-11-20T22:00:00+05:30

keys=$scratch/keys
mkdir "$keys"
ssh-keygen -q -t ed25519 -N '' -C '' -f "$keys/oncall"
ssh-keygen -q -t ed25519 -N '' -C '' -f "$keys/ed25519"
ssh-keygen -q -t ecdsa -b 256 -N '' -C '' -f "$keys/ecdsa"
ssh-keygen -q -t rsa -b 2048 -N '' -C '' -f "$keys/rsa"
ssh-keygen -q -t ecdsa -b 256 -N '' -C '' -m PEM -f "$keys/pem"
ssh-keygen -q -t ed25519 -N 'a passphrase' -C '' -f "$keys/encrypted"

git init --quiet --initial-branch=main "$scratch/repo"
cd "$scratch/repo"
mkdir -p .pv prompts
for name in oncall ed25519 ecdsa rsa pem encrypted; do
  printf '%s@example.com namespaces="git,pv-*" %s\n' "$name" "$(cut -d' ' -f1,2 "$keys/$name.pub")"
done > .pv/allowed_signers
{
  printf '[intents]\nmissing = "off"\n'
  for gate in smoke eval safety cost integration schema baseline feedback review; do
    printf '[[gate]]\nname = "%s"\noff = "not what this is about"\n' "$gate"
  done
} > pv.toml
printf -- '---\nname: greet\nowner: team-support\n---\nGreet {{customer}}.\n' > prompts/greet.md
git add --all
git commit --quiet --message base
git config gpg.format ssh
git config user.signingkey "$keys/oncall"
git config tag.gpgSign true

# Git verifies the tag of a release that pv cut, by the same list of signers.
pv lock --name r1 --write --commit --tag --at=2026-11-02T11:00:00+05:30 >/dev/null
git -c gpg.format=ssh -c gpg.ssh.allowedSignersFile=.pv/allowed_signers verify-tag pv/r1 2>"$scratch/said" ||
  { cat "$scratch/said"; fail 'git does not verify the tag of a signed release'; }
grep -q 'Good "git" signature for oncall@example.com' "$scratch/said" || { cat "$scratch/said"; fail 'git does not name the signer'; }

printf -- '---\nname: greet\nowner: team-support\n---\nGreet {{customer}}. Never show an address.\n' > prompts/greet.md
git commit --quiet --all --message 'No addresses'

pv rollback rehearse --name r2 "$at" >/dev/null

id=security-2026-11-20
record=releases/r2/overrides/$id.toml
request() {
  rm -rf releases/r2/overrides
  pv override request --release r2 --category security --harm 'addresses are shown' --bypass gate/evidence-missing \
    --why 'an eval takes four hours' --compensation 'run it after promotion' --due 24h "$@" "$at" >"$scratch/said" 2>&1 ||
    { cat "$scratch/said"; fail 'an exception could not be asked for'; }
}
stock_verifies() { # principal signature namespace
  ssh-keygen -Y verify -f .pv/allowed_signers -I "$1@example.com" -n "$3" -s "$2" < "$record" >"$scratch/said" 2>&1
}
is_approved() {
  pv override list --format json "$at" | grep -q '"state": *"approved"'
}

# What pv signs, ssh-keygen verifies.
request
stock_verifies oncall "$record.request.sig" pv-override || { cat "$scratch/said"; fail 'ssh-keygen does not verify the request'; }
for name in ed25519 ecdsa rsa pem; do
  request
  pv override approve "$id" --key "$keys/$name" "$at" >"$scratch/said" 2>&1 || { cat "$scratch/said"; fail "pv does not approve with $name"; }
  is_approved || fail "an approval with $name does not count"
  signature=$(ls "$record".*.sig | grep -v request)
  stock_verifies "$name" "$signature" pv-override || { cat "$scratch/said"; fail "ssh-keygen does not verify what pv signed with $name"; }
  if stock_verifies "$name" "$signature" pv-release; then fail "ssh-keygen takes $name for another namespace"; fi
  if stock_verifies oncall "$signature" pv-override; then fail "ssh-keygen takes $name for another signer"; fi
done

# What ssh-keygen signs, pv takes; another namespace, another text and another key it does not.
for name in ed25519 ecdsa rsa pem; do
  request
  ssh-keygen -q -Y sign -n pv-override -f "$keys/$name" "$record" 2>/dev/null
  is_approved || fail "pv does not take what ssh-keygen signed with $name"
  rm "$record.sig"
  ssh-keygen -q -Y sign -n pv-release -f "$keys/$name" "$record" 2>/dev/null
  if is_approved; then fail "pv takes the namespace pv-release for an approval ($name)"; fi
  rm "$record.sig"
  sed 's/four hours/four days/' "$record" | ssh-keygen -q -Y sign -n pv-override -f "$keys/$name" 2>/dev/null > "$record.sig"
  if is_approved; then fail "pv takes a signature of another text ($name)"; fi
done
request
ssh-keygen -q -t ed25519 -N '' -C '' -f "$keys/stranger"
ssh-keygen -q -Y sign -n pv-override -f "$keys/stranger" "$record" 2>/dev/null
if is_approved; then fail 'pv takes the signature of a stranger'; fi

# An encrypted key: ssh-keygen asks for its passphrase. Without it, nothing is written.
printf '#!/bin/sh\necho "a passphrase"\n' >"$scratch/askpass"
chmod +x "$scratch/askpass"
approved_with() { # key
  request
  SSH_ASKPASS=$scratch/askpass SSH_ASKPASS_REQUIRE=force pv override approve "$id" --key "$1" "$at" >"$scratch/said" 2>&1 ||
    { cat "$scratch/said"; fail "pv does not approve with ${1##*/}"; }
  is_approved || fail "an approval with ${1##*/} does not count"
  stock_verifies encrypted "$(ls "$record".*.sig | grep -v request)" pv-override || { cat "$scratch/said"; fail 'ssh-keygen does not verify an encrypted key'; }
}
approved_with "$keys/encrypted"

# A key in an agent, named by its public half, by the encrypted file, or by git's setting.
if command -v ssh-agent >/dev/null && eval "$(ssh-agent -s)" >/dev/null; then
  trap 'kill "$SSH_AGENT_PID" 2>/dev/null; rm -rf "$scratch"' EXIT
  SSH_ASKPASS=$scratch/askpass SSH_ASKPASS_REQUIRE=force ssh-add -q "$keys/encrypted" "$keys/ed25519" "$keys/rsa" 2>/dev/null </dev/null
  approved_with "$keys/encrypted.pub"
  # With the agent, nobody is asked for the passphrase.
  mv "$scratch/askpass" "$scratch/aside"
  approved_with "$keys/encrypted"
  mv "$scratch/aside" "$scratch/askpass"
  for name in ed25519 rsa; do
    request
    git config user.signingkey "key::$(cut -d' ' -f1,2 "$keys/$name.pub")"
    pv override approve "$id" "$at" >"$scratch/said" 2>&1 || { cat "$scratch/said"; fail "pv does not sign with $name by an agent"; }
    is_approved || fail "an approval with $name by an agent does not count"
    git config user.signingkey "$keys/oncall"
  done
  kill "$SSH_AGENT_PID"
  unset SSH_AUTH_SOCK SSH_AGENT_PID
  trap 'rm -rf "$scratch"' EXIT
fi
printf '#!/bin/sh\nexit 1\n' >"$scratch/askpass"
request
if SSH_ASKPASS=$scratch/askpass SSH_ASKPASS_REQUIRE=force pv override approve "$id" --key "$keys/encrypted" "$at" >"$scratch/said" 2>&1; then
  cat "$scratch/said"
  fail 'pv signed with an encrypted key without its passphrase'
fi
[ "$(ls "$record"*.sig)" = "$record.request.sig" ] || fail 'a signature that was not made was written'
printf 'ssh-keygen and git: ed25519, ecdsa, rsa, PEM and encrypted keys verified both ways, other namespaces, texts and keys refused\n'
