#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The first signal: stop within a second, publish, die of the signal. The second: at once.
. "$(dirname "$0")/lib.sh"

"$lehr" generate model --kind torus --size 100 -o m.mc
long=(solve m.mc --engine anneal --set sweeps=2e9 --reads 1)

# start COMMAND...: in the background, as $job. Jobs of scripts ignore SIGINT, hence --default-signal.
start() {
  env --default-signal "$lehr" "$@" 2>stderr >stdout &
  job=$!
}

# stop SIGNAL: to $job, which may use another second of CPU time. Sets `got` to its exit status.
stop() {
  local used others
  others=$(children_cpu_ms)
  used=$(cpu_ms $job)
  kill -s "$1" $job
  wait $job
  got=$?
  used=$(($(children_cpu_ms) - others - used))
  [ $used -lt 1000 ] || fail "SIG$1: took $used ms"
}

# interrupted SIGNAL STATUS
interrupted() {
  start "${long[@]}" -o "$1.json"
  busy $job 300
  stop "$1"
  [ "$got" = "$2" ] || fail "$1: status $got instead of $2"
  valid_json "$1.json"
  says "$1.json" "\"stop_reason\": \"SIG$1\""
  says stderr "stopped by SIG$1, best written to $1.json"
  run 0 "$lehr" verify "$1.json" m.mc
}
interrupted INT 130
interrupted TERM 143

# However many reads are under way, little is left to do.
for engine in 'greedy' 'anneal --set sweeps=1'; do
  # shellcheck disable=SC2086
  start solve m.mc --engine $engine --reads 2e7 -o many.json
  busy $job 1000
  stop INT
  [ $got = 130 ] || fail "$engine, many reads: status $got"
  run 0 "$lehr" verify many.json m.mc
done

# A second signal kills; the old file stays and nothing is left behind.
cp INT.json old.json
start "${long[@]}" -o INT.json
busy $job 200
kill -INT $job
kill -INT $job 2>/dev/null
wait $job
[ $? = 130 ] || fail "two signals: another status"
valid_json INT.json
kill -0 $job 2>/dev/null && fail 'still running'
start "${long[@]}" -o old.json
busy $job 200
kill -KILL $job
wait $job 2>/dev/null
run 0 "$lehr" verify old.json m.mc
no_leftovers

# Where there is nothing to save, the first signal kills: nothing is written.
# killed MS COMMAND...: the command would take more CPU time than that.
killed() {
  start "${@:2}"
  busy $job "$1"
  stop INT
  [ $got = 130 ] || fail "${*:2}: status $got instead of 130"
  silent stdout
}
killed 700 generate model --kind random -n 9000 --density .25 -o none.bq
killed 300 generate batch --models 200000 -n 50 -o none.h5
killed 300 generate series --zones 64 --years 50 -o none.csv
"$lehr" generate series --zones 4 --years 3 -o s.csv
killed 300 forecast backtest s.csv -o none.h5 --report none.html
killed 300 demo -o demo
rm -rf demo
[ -z "$(ls | grep none)" ] || fail "something was written: $(ls)"
no_leftovers

# Before the first item of a batch is done: the journal is empty, but --resume goes on from it.
run 0 "$lehr" generate batch --models 2 -n 400 --density .5 --seed 1 -o slow.h5
start batch slow.h5 -o solved.h5 --engine anneal --set sweeps=2e9
busy $job 500
stop INT
[ $got = 130 ] || fail 'batch before its first item: another status'
says stderr 'stopped by SIGINT'
says stderr '0 of 2 items are kept in solved.h5.journal, the same command with --resume goes on'
{ [ -e solved.h5.journal ] && [ ! -e solved.h5 ]; } || fail "unexpected files: $(ls)"
rm solved.h5.journal

# A merge that is stopped at any moment: the old output stays, or the new one is complete.
run 0 "$lehr" generate batch --models 60000 -n 2 --seed 1 -o tiny.h5
for part in 0 1; do run 0 "$lehr" batch tiny.h5 -q -o part.h5 --engine greedy --reads 1 --shard $part/2; done
run 0 "$lehr" merge -q -o whole.h5 part.*-of-2.h5
stopped=0
for delay in 0.01 0.02 0.04 0.06 0.08 0.1 0.12 0.15 0.2 0.3; do
  cp m.mc merged.h5
  start merge -q -o merged.h5 part.*-of-2.h5
  sleep $delay
  kill -INT $job 2>/dev/null
  wait $job
  got=$?
  case $got in
    # A signal may still come when the new one is there already.
    130) if cmp -s merged.h5 m.mc; then stopped=$((stopped + 1)); else same merged.h5 whole.h5; fi ;;
    0) same merged.h5 whole.h5 ;;
    *) fail "merge stopped after $delay s: status $got" ;;
  esac
  no_leftovers
done
[ $stopped -gt 0 ] || fail 'no merge was stopped in the middle'

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
before=$(children_cpu_ms) begun=$EPOCHREALTIME
run 0 "$lehr" "${long[@]}" --time-limit 0.3 --threads 1 --format json
took=$(($(children_cpu_ms) - before))
[ $took -lt 1000 ] || fail "--time-limit 0.3 took $took ms"
awk "BEGIN { exit !($EPOCHREALTIME - $begun >= 0.3) }" || fail '--time-limit 0.3 ended early'
says stdout '"stop_reason": "time_limit"'
finish
