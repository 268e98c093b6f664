#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# example.sh SOURCE_DIR: the C program in the README is examples/solve.c without its two comment
# lines; tests/install compiles and runs that.
set -euo pipefail
cd "$1"
diff -u <(sed 1,2d examples/solve.c) \
  <(awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' README.md)
