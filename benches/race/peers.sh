# Installs what pv is compared with below $bench (target/bench), and nowhere else. Sourced by compare.sh.
#
# A peer that does not install is told in one line, and its rows are left out. Versions are pinned: a peer that becomes
# faster is to be noticed as such.

# NAME COMMAND…: says when installing NAME fails; the log stays beside it.
install() {
  local name=$1
  shift
  [ -e "$bench/peers/$name.done" ] && return
  echo "installing $name" >&2
  if "$@" >"$bench/peers/$name.log" 2>&1; then
    touch "$bench/peers/$name.done"
  else
    echo "$name does not install: its rows are left out (see $(realpath --relative-to=. "$bench/peers/$name.log"))" >&2
  fi
}

python_packages() {
  { [ -x "$bench/venv/bin/python" ] || python3 -m venv "$bench/venv"; } &&
    "$bench/venv/bin/pip" install --quiet --disable-pip-version-check "$@"
}

b3sum() {
  cargo install --quiet --locked --root "$bench/peers" b3sum --version 1.8.7
}

# The package's own program, unpacked: nothing is installed into the system.
git_lfs() {
  mkdir -p "$bench/peers/deb"
  (cd "$bench/peers/deb" && apt-get download git-lfs && dpkg-deb --extract git-lfs_*.deb .) &&
    ln -sf "$bench/peers/deb/usr/bin/git-lfs" "$bench/peers/bin/git-lfs"
}

# The crate, which is the engine of `qsv diff`: qsv itself takes half an hour to build.
csv_diff() {
  local crate=$bench/peers/csv-diff
  mkdir -p "$crate/src"
  cp benches/race/csv_diff.rs "$crate/src/main.rs"
  cat >"$crate/Cargo.toml" <<'TOML'
[package]
name = "csv-diff-peer"
version = "0.0.0"
edition = "2024"

[[bin]]
name = "csv-diff"
path = "src/main.rs"

[dependencies]
csv-diff = "=0.1.2"

[profile.release]
lto = "thin"

[workspace]
TOML
  CARGO_TARGET_DIR=$crate/target cargo build --quiet --release --manifest-path "$crate/Cargo.toml" &&
    cp "$crate/target/release/csv-diff" "$bench/peers/bin/csv-diff"
}

daff() {
  npm install --silent --no-audit --no-fund --prefix "$bench/peers/node" daff@1.4.2 &&
    ln -sf "$bench/peers/node/node_modules/.bin/daff" "$bench/peers/bin/daff"
}

install_peers() {
  mkdir -p "$bench/peers/bin"
  install duckdb python_packages duckdb==2.0.0
  install polars python_packages polars==1.33.1
  install dvc python_packages dvc==3.67.1
  install b3sum b3sum
  install git-lfs git_lfs
  install csv-diff csv_diff
  install daff daff
}
