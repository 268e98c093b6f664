#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# lehr forecast backtest: tables, files, gaps, and what it refuses.
. "$(dirname "$0")/lib.sh"

run 0 "$lehr" generate series --years 1 --zones 1 --seed 3 -o s.h5
run 0 "$lehr" generate series --years 1 --zones 1 --seed 3 -o s.csv
backtest() { run "$1" "$lehr" forecast backtest "${@:2}"; }
period='--test 2023-10-01..2023-11-15'

# Text, JSON and CSV; CSV and HDF5 hold the same series.
# shellcheck disable=SC2086
{
  backtest 0 s.h5 $period --models naive-168,vanilla
  for word in naive-168 vanilla 'MAPE %'; do says stdout "$word"; done
  silent stderr
  backtest 0 s.h5 $period --models naive-168,vanilla --format csv
  cut -d, -f1-13 stdout >from_h5
  backtest 0 s.csv $period --models naive-168,vanilla --format csv
  cut -d, -f1-13 stdout >from_csv
  same from_h5 from_csv
  backtest 0 s.h5 $period --models naive-168,vanilla --format json
  valid_json stdout
  for key in schema models name features mape mae rmse peak_mape top_peak_mape pinball cover80 \
    cover90 cpu_s; do says stdout "\"$key\""; done

  # Comparisons: as many inputs, other choices; the QUBO's stays last.
  backtest 0 s.h5 $period --models naive-24,selected --features-max 6 --compare --format csv --report c.html
  [ "$(cut -d, -f2 stdout | tr '\n' ' ')" = 'name naive-24 correlation mrmr forward selected ' ] ||
    fail 'rows of --compare'
  [ "$(awk -F, 'NR > 2 { print $3 }' stdout | sort -u | wc -l)" = 1 ] || fail 'numbers of inputs'
  says c.html 'logarithm of the load'

  # All models; threads leave no trace; what changes between runs is beside the file.
  backtest 0 s.h5 $period --models naive-24,selected --features-max 9 --threads 1 -o one.h5 --report one.html
  backtest 0 s.h5 $period --models naive-24,selected --features-max 9 --threads 3 -o three.h5 --report three.html
  same one.h5 three.h5
  same one.html three.html
  valid_json one.h5.run.json
  says one.h5.run.json '"cpu_s"'
  sed 's|http://www.w3.org/2000/svg||g' one.html | grep -qE 'src=|href=|https?://' &&
    fail "the report refers to something outside"
  no_leftovers

  # Missing hours are said and not scored.
  awk -F, 'NR == 6700 { $2 = "" } 1' OFS=, s.csv >gap.csv
  backtest 0 gap.csv $period --models naive-24,vanilla --format json
  says stderr '1 hours without load'
  says stdout '"test_hours_without_load": 1'
  # Without temperatures two models are skipped.
  cut -d, -f1,2 s.csv >cold.csv
  backtest 0 cold.csv $period --models naive-24,vanilla
  says stdout 'skipped: the series has no temperature'

  # Refused, with the old output untouched.
  cp one.h5 kept.h5
  backtest 65 s.h5 --test 2024-01-01..2024-02-01 -o one.h5
  says stderr '2023-01-01..2023-12-31'
  backtest 65 s.h5 --test 2023-01-10..2023-02-01 -o one.h5
  says stderr 'are needed'
  backtest 64 s.h5 --test 2023-13-01..2023-12-01 -o one.h5
  backtest 64 s.h5 --test yesterday -o one.h5
  backtest 64 s.h5 $period --models vanila
  says stderr "did you mean 'vanilla'?"
  backtest 64 s.h5 $period --tz Atlantis/Main
  backtest 64 s.h5 $period --day-offset +99:00
  backtest 65 s.h5 $period --day-offset +00:30
  backtest 64 s.h5 $period --models naive-24 --set bogus=1 -o one.h5
  says stderr "'bogus'"
  backtest 69 s.h5 $period --models naive-24 --engine nope -o one.h5
  says stderr 'nope'
  backtest 66 none.csv
  backtest 64 s.h5 $period -o out.csv
  backtest 64
  same one.h5 kept.h5
  backtest 73 s.h5 $period --models naive-24 -o none/out.h5
}
run 64 "$lehr" forecast
run 64 "$lehr" forecast tomorrow

finish
