#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the Python environment that `lehr-bench --peer` runs the peers in: setup.sh [BUILD_DIR]
set -eu
build=${1:-$(dirname "$0")/../../build}
python3 -m venv "$build/peers"
"$build/peers/bin/pip" install --quiet --disable-pip-version-check dwave-samplers==1.8.0 h5py==3.12.1
echo "peers are ready: $build/peers/bin/python"
