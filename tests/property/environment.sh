#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# environment.sh LEHR: neither OpenMP's variables nor the locale change a sample.
set -eu
lehr=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# A model of 300 variables with fractional coefficients.
awk 'BEGIN { n = 300; x = 1; print n, 3 * n
  for (k = 0; k < 3 * n; k++) {
    x = (x * 16807) % 2147483647; i = x % n + 1
    x = (x * 16807) % 2147483647; j = x % n + 1
    x = (x * 16807) % 2147483647
    print i, j, (x % 41 - 20) / 4 } }' >model.bq

"$lehr" generate model --kind grid --size 12 --seed 3 -o lattice.mc # for tn, which takes narrow models

settings="OMP_NUM_THREADS=1 OMP_NUM_THREADS=3 OMP_NUM_THREADS=0 OMP_NUM_THREADS=many OMP_DYNAMIC=true
  OMP_NESTED=true OMP_SCHEDULE=garbage OMP_THREAD_LIMIT=1 OMP_CANCELLATION=true LC_ALL=de_DE.UTF-8
  LC_NUMERIC=de_DE.UTF-8 TZ=Asia/Kolkata MALLOC_PERTURB_=165"

# unchanged ARGUMENT...: what solving prints as CSV does not depend on the settings.
unchanged() {
  "$lehr" solve -q --format csv --keep 0 "$@" >expected
  [ "$(wc -l <expected)" -gt 1 ] || { echo "nothing found: $*"; exit 1; }
  for setting in $settings; do
    env "$setting" "$lehr" solve -q --format csv --keep 0 "$@" >actual 2>/dev/null ||
      { echo "failed under $setting: $*"; exit 1; }
    cmp expected actual || { echo "$setting changes the samples: $*"; exit 1; }
  done
}

for engine in $("$lehr" engines | awk '/^[a-z]/ && $1 != "exhaustive" && $1 != "tn" { print $1 }'); do
  unchanged --engine "$engine" --work 3e6 model.bq
done
unchanged --engine tn lattice.mc
unchanged --engine tn --set mode=sample --set beta=0.7 --reads 100 lattice.mc
