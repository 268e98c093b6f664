#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What only exact engines tell: the keys of JSON results, and what is refused.
. "$(dirname "$0")/lib.sh"

# A square with one edge of the other sign: 8 of 16 states are optimal, energy -2.
printf '4 4\n1 2 1\n2 3 1\n3 4 1\n4 1 -1\n' >m.mc

run 0 "$lehr" solve m.mc --engine tn --set count=1 --set lowest=3 --set marginals=1 --set beta=0.5 --format json
cp stdout r.json
valid_json r.json
for part in '"engine": "tn"' '"status": "optimal"' '"stop_reason": "proven"' '"degeneracy": "8"' '"beta": 0.5' \
  '"log_z": ' '"marginals": ' '"pair_marginals": ' '"probability": ' '"lowest": '; do
  says r.json "$part"
done
# Of all, and of each of the three states.
[ "$(grep -c '"degeneracy": "8"' r.json)" = 4 ] || fail "not four degeneracies"
run 0 "$lehr" verify r.json m.mc

# The same as text: 8 states at -2, 6 at 0 that are not all listed, a variable in ten where not all are asked for.
run 0 "$lehr" solve m.mc --engine tn --set count=1 --set log_z=1 --set lowest=10 --set marginals=1 --keep 2
for line in 'degeneracy 8' 'lowest     10 states listed; of each energy there are' '              -2  8' \
  '               0  at least 2' '               1  0.500000' 'all of them: --keep 0'; do
  says stdout "$line"
done
grep -qE '^log Z      [0-9.]+ at inverse temperature 1$' stdout || fail "no log Z"
! grep -qE '^ +2  0.500000' stdout || fail "more variables than asked for"
run 0 "$lehr" solve m.mc --engine tn --set lowest=10 --keep 0
says stdout '              -2  8'
says stdout '               0  at least 2'

# A list that is cut short by the memory says so.
awk 'BEGIN { print "p qubo 0 40 40 39"; for (i = 0; i < 40; i++) print i, i, i % 3 - 1; for (i = 1; i < 40; i++) print i - 1, i, 1 }' >chain.qubo
for wish in delta=4 lowest=100000; do
  run 0 "$lehr" solve chain.qubo --engine tn --set $wish --memory 3M
  says stdout 'status     optimal (memory)'
  says stdout ' states listed, not all: more do not fit into the memory; of each energy there are'
  run 0 "$lehr" solve chain.qubo --engine tn --set $wish --memory 100M
  says stdout 'status     optimal (proven)'
  says stdout ' states listed; of each energy there are'
done

# Nothing of that where it was not asked for.
run 0 "$lehr" solve m.mc --engine tn --format json
for part in degeneracy log_z marginals lowest; do
  ! grep -q "\"$part\": [\"\[{]" stdout || fail "$part was not asked for"
done

# Samples: as many as asked for, the same on any number of threads.
run 0 "$lehr" solve m.mc --engine tn --set mode=sample --set beta=0.5 --reads 100000 --threads 1 --format csv --keep 0
cp stdout one.csv
[ "$(wc -l <one.csv)" = 17 ] || fail "not all 16 states were drawn"
run 0 "$lehr" solve m.mc --engine tn --set mode=sample --set beta=0.5 --reads 100000 --threads 2 --format csv --keep 0
same one.csv stdout

# Planned, and refused with the estimate.
run 0 "$lehr" info --engine tn m.mc
says stdout 'width'
awk 'BEGIN { n = 64; print n, n * (n - 1) / 2; for (i = 1; i <= n; i++) for (j = 1; j < i; j++) print i, j, 1 }' >k64.mc
run 69 "$lehr" solve k64.mc --engine tn
says stderr 'too wide for the memory: width'
printf '2 2\n1 1 1e-30\n1 2 1e30\n' >real.bq
run 69 "$lehr" solve real.bq --from mqlib --engine tn --set count=1
says stderr 'exact coefficients'
