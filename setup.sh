#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# setup.sh - from a fresh clone on Debian 12 to a built, tested or demonstrated lehr.
# Installs only what is missing, needs no network when nothing is, and may be run again at any time.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

# The one list of Debian packages: what builds and runs lehr, and what its tests need on top.
build_packages=(build-essential cmake ninja-build pkg-config libhdf5-dev libjansson-dev nettle-dev zlib1g-dev
  libxxhash-dev libsuitesparse-dev libmetis-dev libopenblas-dev liblapacke-dev tzdata)
# Makes batches faster where it can be had; lehr builds without it.
extra_packages=(libdeflate-dev)
test_packages=(libcunit1-dev python3-h5py python3-xarray python3-netcdf4 python3-h5netcdf python3-venv)
# The same readers from PyPI, newer, where PyPI can be reached.
python_packages=tests/requirements.txt

venv=build/venv
jobs=$(nproc)

usage() {
  cat <<'END'
Usage: ./setup.sh build|demo|test|peers|clean [--help]

  build   install missing Debian packages, build lehr in build/ (command: build/bin/lehr)
  demo    build, then run the main job on made-up data; results and report in demo/
  test    build, then run all tests; reading lehr's files with Debian's h5py and xarray too,
          and with those of PyPI if it can be reached
  peers   install what lehr-bench compares lehr with (bench/peers, from PyPI)
  clean   remove build/ and demo/

`test --long` adds the suites that take minutes. Packages are installed with apt-get, as root or
through sudo; when everything is there already, no network is used.
END
}

say() { printf '==> %s\n' "$*" >&2; }
die() {
  printf 'setup.sh: %s\n' "$*" >&2
  exit 1
}

# Prints those of the given packages that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      printf '%s\n' "$package"
  done
}

install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "this is not Debian: installing nothing, expecting the equivalents of: $*"
    return
  fi
  local -a missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then
    say "all $# Debian packages are installed"
    return
  fi
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "neither root nor sudo; have these installed first: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  "${as_root[@]}" apt-get update
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}"
}

# Tries to install what lehr can do without.
install_extra() {
  (install_packages "${extra_packages[@]}") || say "going on without: ${extra_packages[*]}"
}

# build [cmake arguments]. A build folder made for another place or generator is set up afresh.
build() {
  local -a fresh=()
  if [[ -f build/CMakeCache.txt ]]; then
    grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" build/CMakeCache.txt &&
      grep -qxF "CMAKE_GENERATOR:INTERNAL=Ninja" build/CMakeCache.txt || fresh=(--fresh)
  fi
  say "building in build/ with $jobs jobs"
  cmake "${fresh[@]}" -S . -B build -G Ninja -Wno-dev --log-level=WARNING \
    -DCMAKE_BUILD_TYPE=Release "$@"
  cmake --build build --parallel "$jobs"
}

# install_python FILE: into the virtual environment, once per content of FILE. Where that fails, the
# caller goes on without.
install_python() {
  local stamp
  stamp=$venv/.$(cksum <"$1" | tr -d ' ')
  [[ -f $stamp ]] && return
  say "installing from PyPI into $venv: $(grep -v '^#' "$1" | tr '\n' ' ')"
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv" || return
  timeout 600 "$venv/bin/python" -m pip --disable-pip-version-check --timeout 20 --retries 1 \
    install --quiet --requirement "$1" || return
  touch "$stamp"
}

# skipped_tests JUNIT_FILE: one line per test that did not run, with the reason it printed.
skipped_tests() {
  awk '
    /<testcase / { name = $0; sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
                   reason = ""; skipped = 0 }
    /<skipped/ { skipped = 1 }
    /<system-out>/ { sub(/.*<system-out>/, "") }
    skipped && reason !~ /skip/ { line = $0; gsub(/<[^>]*>/, "", line); gsub(/^[ \t]+/, "", line)
                                  gsub(/&quot;/, "\"", line); gsub(/&apos;/, "\047", line)
                                  gsub(/&gt;/, ">", line); gsub(/&lt;/, "<", line)
                                  gsub(/&amp;/, "\\&", line); if (line != "") reason = line }
    /<\/testcase>/ && skipped { printf "  %s: %s\n", name, reason == "" ? "no reason given" : reason }
  ' "$1"
}

run_tests() {
  local -a more=()
  [[ ${1:-} == --long ]] && more=(-C long)
  local python=/usr/bin/python3 status=0 skipped # the one that knows the Debian packages
  if install_python "$python_packages"; then
    python=$PWD/$venv/bin/python
  else
    say "PyPI packages could not be installed: reading with those of Debian"
  fi
  say "running the tests"
  LEHR_PYTHON=$python ctest --test-dir build --output-on-failure --parallel "$jobs" \
    --output-junit tests.xml "${more[@]}" || status=$?
  skipped=$(skipped_tests build/tests.xml)
  [[ -z $skipped ]] || say "skipped, with the reason:"$'\n'"$skipped"
  ((status == 0)) || die "some tests failed; details: build/Testing/Temporary/LastTest.log"
  say "all tests that ran have passed"
}

command=${1:---help}
case "$*" in
  build | demo | test | "test --long" | peers | clean) ;;
  "" | --help | -h | *" --help")
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 64
    ;;
esac
case $command in
  build)
    install_packages "${build_packages[@]}"
    install_extra
    # Tests are left out of a first build; `test` turns them on and they stay on.
    if [[ -f build/CMakeCache.txt ]]; then build; else build -DLEHR_TESTS=OFF; fi
    say "built build/bin/lehr"
    ;;
  demo)
    ./setup.sh build
    say "running: build/bin/lehr demo -o demo"
    build/bin/lehr demo -o demo
    ;;
  test)
    install_packages "${build_packages[@]}" "${test_packages[@]}"
    install_extra
    build -DLEHR_TESTS=ON
    run_tests "${2:-}"
    ;;
  peers)
    install_packages "${build_packages[@]}" "${test_packages[@]}"
    build
    bench/peers/setup.sh
    ;;
  clean)
    say "removing build/ and demo/"
    rm -rf build demo
    ;;
esac
