#!/bin/sh
# Opens what lehr writes with the readers that people use: h5py, xarray, netCDF4. Skipped (77)
# where they are not installed. Usage: readers.sh LEHR BUILD_FOLDER
set -eu
lehr=$1
build=$2
here=$(cd "$(dirname "$0")" && pwd)
for python in "${LEHR_PYTHON:-}" "$build/venv/bin/python" python3; do
  if [ -n "$python" ] && "$python" -c 'import h5py, xarray, netCDF4' 2>/dev/null; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    cd "$folder"
    "$lehr" generate batch --models 6000 --variables 8 --seed 3 -o batch.h5 -q
    "$lehr" batch batch.h5 -o result.h5 --engine greedy --keep-reads --timing -q >log
    "$lehr" generate model --kind random --variables 12 --seed 4 -o model.h5 -q
    "$lehr" solve model.h5 --engine exhaustive -o solution.h5 -q >>log
    # One item that cannot be built: its energy is missing.
    cp batch.h5 flawed.h5
    "$python" -c 'import h5py; h5py.File("flawed.h5", "r+")["batch/row"][0] = 99'
    "$lehr" batch flawed.h5 -o failed.h5 --engine greedy -q
    "$lehr" solve model.h5 --engine greedy --reads 5 -o greedy.h5 -q
    "$lehr" solve model.h5 --engine tn --set count=1 --set lowest=5 --set marginals=1 -o tn.h5 -q
    "$lehr" generate series --years 1 -o series.h5 -q
    "$python" "$here/readers.py"
    # An exact energy that lies beside the double that does not.
    "$lehr" verify solution.h5 model.h5 >>log
    "$python" -c 'import h5py; h5py.File("solution.h5", "r+")["lehr/solution/energy"][0] -= 1'
    ! "$lehr" verify solution.h5 model.h5 >>log 2>&1 || exit 1
    exit 0
  fi
done
echo "skipped: no python with h5py, xarray and netCDF4 (set LEHR_PYTHON)"
exit 77
