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
# The sanitizer in the program: "", address or thread. They need room of their own, and ThreadSanitizer
# flushes standard output before the program does.
# shellcheck disable=SC2034
sanitizer=$(grep -qa __asan_init "$lehr" && echo address; grep -qa __tsan_init "$lehr" && echo thread)

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

# The CPU time in ms that process PID has used, and that children waited for have used, in steps of
# 10: unlike wall time it does not pass while other processes have the machine.
cpu_ms() { stat_ms "$1" 11 12; }
children_cpu_ms() { stat_ms $$ 13 14; }
# stat_ms PID FIELD FIELD: the sum of two fields of /proc/PID/stat, counted behind the name; 0 if
# there is no such process.
stat_ms() {
  local -a fields
  local line
  line=$(cat "/proc/$1/stat" 2>/dev/null) || { echo 0 && return; }
  read -ra fields <<<"${line##*) }"
  echo $(((fields[$2] + fields[$3]) * 1000 / $(getconf CLK_TCK)))
}

# busy PID MS: returns when the process has used so much CPU time, or is gone.
busy() {
  while kill -0 "$1" 2>/dev/null && [ "$(cpu_ms "$1")" -lt "$2" ]; do sleep 0.02; done
}

finish() {
  [ "$failures" = 0 ] || exit 1
  exit 0
}
