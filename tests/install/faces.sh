#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# faces.sh LEHR SOURCE_DIR BUILD_DIR: the manual page formats cleanly, the completion completes.
set -euo pipefail
lehr=$1 source=$2 build=$3

if command -v man >/dev/null; then
  said=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=100 man --warnings -E UTF-8 -l -Tutf8 \
    "$build/lehr.1" 2>&1 >/dev/null)
  [[ -z $said ]] || { echo "manual page: $said"; exit 1; }
fi
grep -q '^\.SS lehr engines' "$build/lehr.1" || { echo "the manual page lacks a command"; exit 1; }

# complete WORD...: what is offered for the last word.
PATH=$(dirname "$lehr"):$PATH
# shellcheck source=/dev/null
source "$source/completions/lehr"
complete_words() {
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  COMPREPLY=()
  _lehr
  printf '%s\n' "${COMPREPLY[@]}"
}
expect() {
  local wanted=$1
  shift
  complete_words "$@" | grep -qxe "$wanted" || { echo "'$*' does not offer $wanted"; exit 1; }
}
expect engines lehr eng
expect --format lehr engines --for
expect greedy lehr engines --engine gr
expect greedy lehr engines --engine = gr
expect json lehr engines --format ''
