#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# compilers.sh LEHR SOURCE_DIR: other compilers and optimisation levels give the same samples. Takes
# minutes: it builds the command anew for each.
set -eu
lehr=$1 source=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

for kind in bq ising; do
  for size in 40 900; do
    awk -v n=$size 'BEGIN { x = n; print n, 4 * n
      for (k = 0; k < 4 * n; k++) {
        x = (x * 16807) % 2147483647; i = x % n + 1
        x = (x * 16807) % 2147483647; j = x % n + 1
        x = (x * 16807) % 2147483647
        print i, j, x % 41 - 20 } }' >model$size.$kind
  done
done

"$lehr" generate model --kind grid --size 12 --seed 3 -o lattice.mc

engines=$("$lehr" engines | awk '/^[a-z]/ && $1 != "exhaustive" && $1 != "tn" && $1 != "template" { print $1 }')

# samples LEHR FILE: of all models and engines.
samples() {
  for model in model*; do
    for engine in $engines; do
      "$1" solve -q --engine "$engine" --work 3e6 --format csv --keep 0 "$model"
    done
  done >"$2"
  for answer in mode=minimum mode=sample log_z=1 count=1 lowest=20; do
    "$1" solve -q --engine tn --set $answer --reads 100 --format csv --keep 0 lattice.mc
  done >>"$2"
}
samples "$lehr" expected

count=0
for variant in "gcc -O0" "gcc -O2 -march=native" "clang -O0" "clang -O3"; do
  cc=${variant%% *}
  command -v "$cc" >/dev/null || continue
  {
    cmake -S "$source" -B other -G Ninja -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE=None \
      -DCMAKE_C_FLAGS="${variant#* }" -DLEHR_TESTS=OFF -DLEHR_BENCH=OFF
    cmake --build other --target lehr lehr-h5
  } >log 2>&1 || { cat log; exit 1; }
  samples other/bin/lehr actual
  cmp expected actual || { echo "$variant gives other samples"; exit 1; }
  rm -rf other
  count=$((count + 1))
done
echo "$count variants give the same samples"
