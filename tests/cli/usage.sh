#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Help, versions, wrong options: GNU manners and sysexits.
. "$(dirname "$0")/lib.sh"

printf '3 2\n1 2 1\n2 3 1\n' >m.mc

for word in --help -h help; do
  run 0 "$lehr" "$word"
  says stdout 'Usage: lehr COMMAND'
  silent stderr
done
run 0 "$lehr" --version
says stdout 'lehr 0.'
says stdout 'Apache-2.0'
run 64 "$lehr"
silent stdout
run 64 "$lehr" slove
says stderr "did you mean 'solve'?"

for command in solve convert info verify generate engines plugins; do
  run 0 "$lehr" $command -h
  says stdout "Usage: lehr $command"
  silent stderr
  run 64 "$lehr" $command --no-such-option
  silent stdout
done
run 0 "$lehr" convert --help
says stdout 'qbsolv'
run 64 "$lehr" generate mdoel
says stderr "did you mean 'model'?"

# Options of solving that mean nothing elsewhere.
for command in 'info m.mc' 'batch b.h5 -o o.h5' 'forecast backtest s.csv' 'demo'; do
  # shellcheck disable=SC2086
  run 64 "$lehr" $command --keep 3
  says stderr "no option '--keep'"
done
for command in 'info m.mc' 'forecast backtest s.csv' 'demo'; do
  # shellcheck disable=SC2086
  run 64 "$lehr" $command --target 3
  says stderr "no option '--target'"
done

while IFS='|' read -r options message; do
  # shellcheck disable=SC2086
  run 64 "$lehr" solve m.mc $options
  says stderr "$message"
  silent stdout
done <<'LIST'
--reads 0|--reads=0: expected an integer of at least 1
--reads 1.5|--reads=1.5
--reads 1e30|--reads=1e30
--seed -1|--seed=-1
--threads 0|--threads=0
--work x|--work=x
--time-limit -1|must not be negative
--time-limit nan|--time-limit=nan: expected a number
--time-limit inf|--time-limit=inf
--target 0x1|--target=0x1
--memory 5X|--memory=5X
--keep -1|--keep=-1
--format xml|choose one of text, json, csv
--eng greedy|no option '--eng'; did you mean '--engine'?
--time=3|did you mean '--time-limit'?
--raeds 3|did you mean '--reads'?
--engine greedy --set raeds=3|did you mean 'reads'?
--engine greedy --set reads|not of the form key=value
--from nosuch|no format called 'nosuch'
-o out.xyz|.json
-o out.json.gz|.json
another.mc|one model at a time
LIST
run 64 "$lehr" solve
run 64 "$lehr" verify m.mc
run 64 "$lehr" convert m.mc
run 64 "$lehr" convert m.mc -o m.bq.gz
run 69 "$lehr" solve m.mc --engine nosuch
says stderr "no engine called 'nosuch'"
run 66 "$lehr" solve nosuch.mc
says stderr 'nosuch.mc: No such file'
run 66 "$lehr" solve .
[ "$(ls)" = "$(printf 'm.mc\nstderr\nstdout')" ] || fail "files appeared: $(ls)"

# Nothing is accepted and then ignored.
for command in 'info m.mc' engines plugins 'convert m.mc -o x.coo' 'generate model -o x.mc'; do
  # shellcheck disable=SC2086
  run 64 "$lehr" $command --format csv
  says stderr '--format=csv: choose one of text, json'
done
for command in 'info m.mc' engines plugins; do
  # shellcheck disable=SC2086
  for format in text json; do
    run 0 "$lehr" $command --format $format
    cp stdout printed
    run 0 "$lehr" $command --format $format -o written
    silent stdout
    same printed written
  done
done
run 64 "$lehr" engines --reads 3
run 64 "$lehr" engines greedy anneal
says stderr 'Too many arguments'
run 64 "$lehr" plugins greedy
says stderr 'Too many arguments'
run 69 "$lehr" engines greddy
says stderr "no engine called 'greddy'"
run 0 "$lehr" engines greedy
says stdout 'greedy '
says stdout 'default 10)'
[ "$(grep -c '^[a-z]' stdout)" = 1 ] || fail 'more than one engine is listed'
run 64 "$lehr" generate model --from rudy -o x.mc
for kind in random palubeckis; do
  run 64 "$lehr" generate model --kind $kind --density 50 -o x.mc
  says stderr '0..1 (50 % is 0.5)'
done
rm -f printed written
# Values that look like options are values; behind -- there are none.
run 66 "$lehr" solve -- --eng
run 64 "$lehr" solve m.mc -o --eng
says stderr '-o --eng: results are'
# -q leaves the result.
run 0 "$lehr" solve -q m.mc
says stdout 'energy     -2'

# Integers may be written 2e8; the defaults of `--` and `-` hold.
run 0 "$lehr" solve --engine greedy --reads 1e1 --work 2e8 -- m.mc
run 0 "$lehr" solve --from rudy - <m.mc
says stdout 'energy     -2'
finish
