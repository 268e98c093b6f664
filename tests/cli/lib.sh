# SPDX-License-Identifier: Apache-2.0
# lib.sh - for the scripts of tests/cli; source it with the path of `lehr` as first argument.
# Each script runs in an empty folder that goes with it.
# shellcheck shell=bash
set -u
lehr=$1
# shellcheck disable=SC2034
source_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'cd /; rm -rf "$work"' EXIT
cd "$work" || exit 2
unset LEHR_PLUGIN_PATH
failures=0

fail() {
  failures=$((failures + 1))
  echo "FAILED: $*" >&2
  sed 's/^/  stdout: /' stdout 2>/dev/null | head -n 5 | cut -c1-200 >&2
  sed 's/^/  stderr: /' stderr 2>/dev/null | head -n 5 | cut -c1-200 >&2
}

# run STATUS COMMAND...: output goes to the files stdout and stderr.
run() {
  local wanted=$1 got=0
  shift
  "$@" >stdout 2>stderr || got=$?
  [ "$got" = "$wanted" ] || fail "exit status $got instead of $wanted: ${*//$lehr/lehr}"
}

says() { grep -qF -- "$2" "$1" || fail "'$2' is not in $1"; }
silent() { [ ! -s "$1" ] || fail "$1 is not empty"; }
same() { cmp -s "$1" "$2" || fail "$1 and $2 differ"; }
no_leftovers() { [ -z "$(find . -name '.*.tmp')" ] || fail "temporary files left: $(ls -A)"; }

# valid_json FILE
valid_json() {
  command -v python3 >/dev/null || return 0
  python3 -m json.tool "$1" >/dev/null 2>&1 || fail "$1 is not valid JSON"
}

finish() {
  [ "$failures" = 0 ] || exit 1
  exit 0
}
