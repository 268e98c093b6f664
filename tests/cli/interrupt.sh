#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The first signal: stop within a second, publish, die of the signal. The second: at once.
. "$(dirname "$0")/lib.sh"

"$lehr" generate model --kind torus --size 100 -o m.mc
long=(solve m.mc --engine anneal --set sweeps=2e9 --reads 1)

# interrupted SIGNAL STATUS: background jobs of scripts ignore SIGINT, hence --default-signal.
interrupted() {
  local start=$EPOCHREALTIME
  env --default-signal "$lehr" "${long[@]}" -o "$1.json" 2>stderr >stdout &
  local job=$!
  sleep 0.5
  kill -s "$1" $job
  wait $job
  local got=$? took
  took=$(awk "BEGIN { print int(($EPOCHREALTIME - $start) * 1000) }")
  [ "$got" = "$2" ] || fail "$1: status $got instead of $2"
  [ "$took" -lt 4000 ] || fail "$1: took $took ms"
  valid_json "$1.json"
  says "$1.json" "\"stop_reason\": \"SIG$1\""
  says stderr "stopped by SIG$1, best written to $1.json"
  run 0 "$lehr" verify "$1.json" m.mc
}
interrupted INT 130
interrupted TERM 143

# A second signal kills; the old file stays and nothing is left behind.
cp INT.json old.json
env --default-signal "$lehr" "${long[@]}" -o INT.json 2>stderr >stdout &
job=$!
sleep 0.3
kill -INT $job
kill -INT $job 2>/dev/null
wait $job
[ $? = 130 ] || fail "two signals: another status"
valid_json INT.json
kill -0 $job 2>/dev/null && fail 'still running'
env --default-signal "$lehr" "${long[@]}" -o old.json 2>stderr >stdout &
job=$!
sleep 0.3
kill -KILL $job
wait $job 2>/dev/null
run 0 "$lehr" verify old.json m.mc
no_leftovers

# While reading there is nothing to save: the first signal kills.
mkfifo input
sleep 5 >input &
writer=$!
for command in solve info; do
  env --default-signal "$lehr" $command --from rudy - <input 2>stderr >stdout &
  job=$!
  sleep 0.2
  kill -INT $job
  wait $job
  got=$?
  [ $got = 130 ] || fail "$command while reading: status $got"
done
kill $writer

# Time limits are kept.
start=$EPOCHREALTIME
run 0 "$lehr" "${long[@]}" --time-limit 0.3 --format json
took=$(awk "BEGIN { print int(($EPOCHREALTIME - $start) * 1000) }")
says stdout '"stop_reason": "time_limit"'
{ [ "$took" -ge 300 ] && [ "$took" -lt 3000 ]; } || fail "--time-limit 0.3 took $took ms"
finish
