#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# floors.sh SOURCE_DIR: a file includes only from its own folder or from a floor below it
# (ARCHITECTURE.md). Includes are written from the root of the repository.
set -eu
cd "$1"
# shellcheck disable=SC2016
awk_program='
BEGIN {
  below["include"] = "lehr"
  below["base"] = "lehr base"
  below["qubo"] = "lehr base qubo"
  below["tn"] = "lehr base qubo tn"
  below["solvers"] = "lehr base qubo tn solvers"
  below["io"] = "lehr base qubo io"
  below["workflows"] = "lehr base qubo tn solvers io workflows"
  below["cli"] = "lehr base qubo tn solvers io workflows cli"
  below["bench"] = "lehr base qubo tn solvers io workflows bench"
  below["plugins"] = "lehr plugins"
  below["examples"] = "lehr"
}
FNR == 1 { files++; folder = FILENAME; sub(/\/.*/, "", folder) }
/^[ \t]*#[ \t]*include[ \t]*"/ || /^[ \t]*#[ \t]*include[ \t]*<lehr\// {
  path = $0
  sub(/^[^"<]*["<]/, "", path); sub(/[">].*/, "", path)
  target = path
  if (!sub(/\/.*/, "", target)) {
    if (folder == "plugins") next # a plugin is a folder of its own, to be copied elsewhere
    printf "%s:%d: \"%s\" is not written from the root\n", FILENAME, FNR, path; bad = 1
    next
  }
  includes++
  if (index(" " below[folder] " ", " " target " ") == 0) {
    printf "%s:%d: %s/ may not include from %s/: %s\n", FILENAME, FNR, folder, target, path; bad = 1
  }
}
END {
  printf "%d includes in %d files\n", includes, files
  exit bad || includes < 50
}'
find include base qubo tn solvers io workflows cli bench plugins examples \
  \( -name '*.[ch]' -o -name '*.def' -o -name '*.inc' \) -type f 2>/dev/null |
  sort | tr '\n' '\0' | xargs -0 awk "$awk_program"
