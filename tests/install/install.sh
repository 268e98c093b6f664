#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install.sh CMAKE CC SOURCE_DIR BUILD_DIR: installs into a scratch folder and uses what lies there,
# through find_package and through pkg-config.
set -eu
cmake=$1 cc=$2 source=$3 build=$4
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix
fail() { echo "install.sh: $*" >&2 && exit 1; }

"$cmake" --install "$build" --prefix "$prefix" >"$scratch/log" || fail "$(cat "$scratch/log")"
library=$(find "$prefix" -name 'liblehr.so.0')
libraries=$(dirname "$library")
[ -f "$library" ] || fail "no liblehr.so.0"
for file in bin/lehr include/lehr/lehr.h share/man/man1/lehr.1 \
  share/bash-completion/completions/lehr; do
  [ -s "$prefix/$file" ] || fail "$file is missing"
done

# Nothing that was installed remembers where it was built.
for file in "$prefix/bin/lehr" "$library"; do
  ! readelf -d "$file" | grep -qE 'RPATH|RUNPATH' || fail "$file has an RPATH"
  ! grep -qF "$source" "$file" || fail "$file contains the path of its source"
done
! grep -rqF "$source" "$libraries/cmake" "$libraries/pkgconfig" || fail "build paths in the exports"

expected="energy -1.25 at 011"
check() {
  said=$(LD_LIBRARY_PATH=$libraries "$1") || fail "$1 failed"
  [ "$said" = "$expected" ] || fail "$1 said '$said' rather than '$expected'"
}

{
  "$cmake" -S "$source/tests/install" -B "$scratch/consumer" -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER="$cc" -DEXAMPLE="$source/examples/solve.c"
  "$cmake" --build "$scratch/consumer"
} >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
check "$scratch/consumer/solve"

# The prefix is found from where lehr.pc lies: an installation may be moved.
mv "$prefix" "$scratch/moved"
libraries=$scratch/moved${libraries#"$prefix"}
PKG_CONFIG_PATH=$libraries/pkgconfig
export PKG_CONFIG_PATH
# shellcheck disable=SC2046
"$cc" -std=c11 -Wall -Wextra -Werror "$source/examples/solve.c" -o "$scratch/solve" \
  $(pkg-config --cflags --libs lehr)
check "$scratch/solve"

# The command finds the plugins of its own installation.
plugins=$libraries/lehr/plugins
mkdir -p "$plugins"
# shellcheck disable=SC2046
"$cc" -std=c11 -O2 -fPIC -shared -fvisibility=hidden -Wall -Wextra -Werror \
  $(pkg-config --cflags lehr) \
  "$(find "$scratch/moved/share" -name template.c)" -o "$plugins/template.lehr.so"
"$scratch/moved/bin/lehr" engines | grep -q '^template ' || fail "an installed plugin is not found"

# ... and its own helper for HDF5, which may lie somewhere else than where it was to be installed.
cd "$scratch"
printf 'p qubo 0 2 1 1\n0 0 -1\n0 1 2\n' >tiny.qubo
{
  "$scratch/moved/bin/lehr" convert tiny.qubo tiny.h5
  "$scratch/moved/bin/lehr" info tiny.h5
} >log 2>&1 || fail "HDF5 does not work where it was installed: $(cat log)"
