#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# readme.sh LEHR PAGE...: runs the `console` blocks of the pages in order, in one scratch folder,
# and compares what they print with what the pages say. A line of the page matches as a shell
# pattern, so * stands for what differs between runs; a line "..." stands for any lines. Behind a
# comment "<!-- last digits differ -->" numbers with a fraction match within 2 %: BLAS kernels round
# differently, and selections follow.
set -euo pipefail
PATH=$(dirname "$1"):$PATH
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset LEHR_PLUGIN_PATH
export LC_ALL=C.UTF-8

# line_matches ACTUAL EXPECTED
line_matches() {
  # shellcheck disable=SC2053
  [[ $1 == $2 ]] && return
  ((tolerant)) && awk -v actual="$1" -v expected="$2" 'BEGIN {
    n = split(actual, a); m = split(expected, e)
    if (e[m] == "*" && n == m - 1) a[++n] = ""
    for (k = 1; k <= m; k++) {
      if (e[k] == "*" || e[k] == a[k]) continue
      if (e[k] !~ /^[0-9]+[.][0-9]+$/ || a[k] !~ /^[0-9]+[.][0-9]+$/) exit 1
      off = a[k] - e[k]
      if (off * off > 0.02 * 0.02 * e[k] * e[k]) exit 1
    }
    exit n != m
  }'
}

# matches EXPECTED ACTUAL: files, line by line.
matches() {
  local -a expected actual
  local e=0 a=0
  mapfile -t expected <"$1"
  mapfile -t actual <"$2"
  while ((e < ${#expected[@]})); do
    if [[ ${expected[e]} == ... ]]; then
      ((++e == ${#expected[@]})) && return 0
      while ((a < ${#actual[@]})) && ! line_matches "${actual[a]}" "${expected[e]}"; do ((++a)); done
      continue
    fi
    ((a < ${#actual[@]})) && line_matches "${actual[a]}" "${expected[e]}" || return 1
    ((++e, ++a))
  done
  ((a == ${#actual[@]}))
}

run=0 tolerant=0
check() { # COMMAND, with its expected output in $scratch/.expected
  [[ -n $1 ]] || return 0
  (cd "$scratch" && bash -c "$1") >"$scratch/.actual" 2>/dev/null </dev/null ||
    { echo "$page: failed: $1"; exit 1; }
  matches "$scratch/.expected" "$scratch/.actual" ||
    { echo "$page: $1"; diff -u "$scratch/.expected" "$scratch/.actual"; exit 1; }
  ((++run))
}

for page in "$@"; do
  inside=0 command=''
  while IFS= read -r line; do
    if [[ $line == '```console' ]]; then
      inside=1
    elif [[ $line == '```' ]]; then
      ((!inside)) || check "$command"
      inside=0 command='' tolerant=0
    elif [[ $line == *'<!-- last digits differ -->' ]]; then
      tolerant=1
    elif ((inside)) && [[ $line == '$ '* ]]; then
      check "$command"
      command=${line#'$ '}
      : >"$scratch/.expected"
    elif ((inside)) && [[ $command == *\\ ]]; then
      command=${command%\\}$line
    elif ((inside)); then
      printf '%s\n' "$line" >>"$scratch/.expected"
    fi
  done <"$page"
done
echo "$run commands of the documentation do what it says"
((run > 0))
