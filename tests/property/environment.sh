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

engines=$("$lehr" engines | awk '/^[a-z]/ && $1 != "exhaustive" && $1 != "tn" { print $1 }') # these take few variables
for engine in $engines; do
  "$lehr" solve -q --engine "$engine" --work 3e6 --format csv --keep 0 model.bq >expected
  [ "$(wc -l <expected)" -gt 1 ] || { echo "$engine finds nothing"; exit 1; }
  for setting in OMP_NUM_THREADS=1 OMP_NUM_THREADS=3 OMP_NUM_THREADS=0 OMP_NUM_THREADS=many \
    OMP_DYNAMIC=true OMP_NESTED=true OMP_SCHEDULE=garbage OMP_THREAD_LIMIT=1 OMP_CANCELLATION=true \
    LC_ALL=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8 TZ=Asia/Kolkata MALLOC_PERTURB_=165; do
    env "$setting" "$lehr" solve -q --engine "$engine" --work 3e6 --format csv --keep 0 model.bq \
      >actual 2>/dev/null || { echo "$engine failed under $setting"; exit 1; }
    cmp expected actual || { echo "$engine: $setting changes the samples"; exit 1; }
  done
done
