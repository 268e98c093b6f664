#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What `lehr solve` prints and writes, and what verify, info and convert make of it.
. "$(dirname "$0")/lib.sh"

printf '4 4\n1 2 1\n2 3 1\n3 4 1\n4 1 -2\n' >m.mc

run 0 "$lehr" solve m.mc --format json --seed 7
cp stdout r.json
valid_json r.json
for part in '"schema": "lehr.result/1"' '"name": "m"' '"variables": 4' '"interactions": 4' \
  '"vartype": "SPIN"' '"seed": 7' '"energy": -2' '"objective": 2' '"proven"' '"bound"' \
  '"num_occurrences"' '"wall_s"' '"cpu_s"' '"time_to_best_s"' '"read_s"' '"attempts"' '"statistics"'; do
  says r.json "$part"
done
run 0 "$lehr" verify r.json m.mc
says stdout ' 0 wrong'
sed 's/"energy": -2/"energy": -3/' r.json >lie.json
run 65 "$lehr" verify lie.json m.mc
says stderr 'states energy -3'

# The same run, twice and with other threads: the same samples.
"$lehr" solve m.mc --format csv --seed 3 --threads 1 >a
"$lehr" solve m.mc --format csv --seed 3 --threads 2 >b
same a b

# -o writes the file and nothing else.
for name in o.json o.csv o.h5; do
  run 0 "$lehr" solve m.mc -o $name
  silent stdout
  silent stderr
  run 0 "$lehr" verify $name m.mc
done
run 0 "$lehr" solve m.mc --initial o.json --engine greedy
run 0 "$lehr" solve m.mc --initial o.h5 --engine greedy
echo 0101 >bits
run 0 "$lehr" solve m.mc --initial bits --engine greedy
echo 01 >bits
run 65 "$lehr" solve m.mc --initial bits --engine greedy
run 0 "$lehr" solve m.mc --trajectory t.csv -q -o o.json
says t.csv 'wall_s,cpu_s,energy,objective'

# Targets, limits, keeping.
run 0 "$lehr" solve m.mc --target -2
run 1 "$lehr" solve m.mc --target -3
says stdout 'energy     -2'
run 0 "$lehr" solve m.mc --time-limit 0
run 0 "$lehr" solve m.mc --time-limit 1e9 --engine greedy
run 0 "$lehr" solve m.mc --engine greedy --reads 50 --keep 1 --format csv
[ "$(wc -l <stdout)" = 2 ] || fail "--keep 1 printed $(wc -l <stdout) lines"
run 0 "$lehr" solve m.mc --engine greedy --reads 50 --keep 0 --format csv

# The result says what ended the run and how to repeat it.
run 0 "$lehr" solve m.mc --engine greedy --reads 50 --work 4 --format json
says stdout '"stop_reason": "work"'
says stdout '"work": 4'
run 0 "$lehr" solve m.mc --engine anneal --reads 3 --target 100 --time-limit 0 --format json
says stdout '"time_limit": 0'
says stdout '"target": 100'
run 0 "$lehr" solve m.mc --engine anneal --time-limit 0 --format json
says stdout '"stop_reason": "time_limit"'
run 0 "$lehr" solve m.mc --engine anneal --reads 3 --format json
says stdout '"stop_reason": "completed"'
says stdout '"sweeps": 1000'
run 0 "$lehr" solve m.mc --reads 1
says stdout 'proven'
run 71 "$lehr" solve m.mc --engine anneal --memory 2k
says stderr 'the limit is 2 kB'
run 64 "$lehr" solve m.mc --set quantum=1
says stderr "no option 'quantum'; it has sweeps"
run 0 "$lehr" solve m.mc --reads 50 --set boltzmann=1 --set beta_hot=0.1 --set beta_cold=0.1 --keep 0 --format json
says stdout '"boltzmann": 1'
for kind in geometric linear adaptive; do
  run 0 "$lehr" solve m.mc --engine anneal --schedule $kind --format json
  says stdout "\"schedule\": \"$kind\""
done
printf '# sweep beta\n0 0.1\n\n 20 2 # end\n' >schedule.txt
run 0 "$lehr" solve m.mc --schedule schedule.txt --format json
says stdout '"sweeps": 21'
valid_json stdout
run 64 "$lehr" solve m.mc --set schedule=schedule.txt
says stderr 'choose one of geometric|linear|adaptive'
run 66 "$lehr" solve m.mc --schedule none.txt
run 69 "$lehr" solve m.mc --engine greedy --schedule schedule.txt
says stderr 'cannot follow a schedule'
bad_schedule() {
  printf "$1" >bad.txt
  run 65 "$lehr" solve m.mc --schedule bad.txt
  says stderr "$2"
}
bad_schedule '0 1\n5 1 2\n' 'bad.txt:2:5: expected two numbers'
bad_schedule '1 1\n' 'bad.txt:1:3: a schedule begins with sweep 0'
bad_schedule '0 1\n2 2\n2 3\n' 'bad.txt:3:3: sweeps must rise'
bad_schedule '0 -1\n' 'bad.txt:1:3: beta must be at least 0'
bad_schedule '0 1e999\n' 'bad.txt:1:3:'
bad_schedule '0\n' 'beta is missing'
bad_schedule '# nothing\n' 'no points'

# Degenerate models have defined results.
printf '0 0\n' >empty.mc
printf '1 0\n' >one.mc
printf '1 1\n1 1 5\n' >one.bq
printf 'p qubo 0 2 0 0\n' >flat.qubo
for model in empty.mc one.mc one.bq flat.qubo; do
  run 0 "$lehr" solve $model --format json
  valid_json stdout
  says stdout '"energy": 0'
  run 0 "$lehr" info $model
done

# info and convert.
run 0 "$lehr" info m.mc --format json --engine greedy
valid_json stdout
says stdout '"components": 1'
says stdout '"plan"'
for name in c.qubo c.sparse c.bq c.coo c.ising c.h5 c.mc; do
  run 0 "$lehr" convert m.mc -o $name
  run 0 "$lehr" convert $name --to rudy -o back.mc
  run 0 "$lehr" verify r.json back.mc
done
run 0 "$lehr" convert m.mc -o - --to coo
says stdout '# vartype=SPIN'
run 0 "$lehr" convert m.mc x.coo --format json
valid_json stdout
gzip -k m.mc
run 0 "$lehr" info m.mc.gz
for what in engines plugins; do
  run 0 "$lehr" $what --format json
  valid_json stdout
done

# Generated models: the same bytes for a seed.
for kind in gset-like torus planted-tile commitment-chain labels; do
  run 0 "$lehr" generate model --kind $kind --seed 4 -o a.h5
  run 0 "$lehr" generate model --kind $kind --seed 4 -o b.h5
  same a.h5 b.h5
done
run 0 "$lehr" generate batch --models 10 --variables 20 --density 0.5 --seed 1 -o a.h5
run 0 "$lehr" generate batch --models 10 --variables 20 --density 0.5 --seed 1 -o b.h5
same a.h5 b.h5
run 0 "$lehr" batch a.h5 -o r.h5 -q
run 0 "$lehr" verify r.h5 b.h5
says stdout '10 samples, 0 wrong'
"$lehr" generate batch --models 10 --variables 20 --density 0.5 --seed 2 -o other.h5
run 65 "$lehr" verify r.h5 other.h5
run 64 "$lehr" generate model --kind planted-tile --size 5 -o a.h5
run 64 "$lehr" generate model --kind torsu -o a.h5
says stderr "did you mean 'torus'?"
no_leftovers
finish
