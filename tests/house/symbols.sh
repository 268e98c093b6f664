#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# symbols.sh NM LIBLEHR.SO SYMBOLS.TXT [--update]: the exported names are the ones on the list.
# What disappears from it breaks somebody's program.
set -eu
now=$("$1" -D --defined-only --format=just-symbols "$2" | sed 's/@.*//' | LC_ALL=C sort |
  grep -vx 'LEHR_[0-9.]*')
[ "${4:-}" != --update ] || printf '%s\n' "$now" >"$3"
printf '%s\n' "$now" | diff -u "$3" - || {
  echo "exported symbols have changed; if that is meant: cmake --build BUILD --target update-symbols"
  exit 1
}
