#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# lehr batch, merge and verify: what is refused, what is said, how it ends.
. "$(dirname "$0")/lib.sh"

run 0 "$lehr" generate batch --models 20 --variables 30 --seed 1 -o b.h5 -q
run 0 "$lehr" batch b.h5 -o keep.h5 -q
silent stdout
cp keep.h5 before.h5

# A slip in an option costs nothing.
run 64 "$lehr" batch b.h5 -o keep.h5 --set sweep=10
says stderr "sweeps"
same keep.h5 before.h5
[ ! -e keep.h5.journal ] || fail 'a journal was begun'

# Options that mean nothing here are refused, names that promise another format as well.
run 64 "$lehr" batch b.h5 -o keep.h5 --from hdf5
run 64 "$lehr" batch b.h5 -o keep.h5 --keep 3
run 64 "$lehr" batch b.h5 -o keep.h5 --format csv
run 64 "$lehr" batch b.h5 -o keep.txt
run 64 "$lehr" batch b.h5 -o keep
run 64 "$lehr" merge keep.h5 -o merged.txt
run 64 "$lehr" merge keep.h5 -o merged.h5 --from hdf5
[ ! -e keep.txt ] && [ ! -e merged.txt ] || fail 'a refused output was written'

# --target holds for every item.
run 0 "$lehr" batch b.h5 -o target.h5 --target 1e9 -q
run 1 "$lehr" batch b.h5 -o target.h5 --target -1e9 -q
run 1 "$lehr" batch b.h5 -o target.h5 --target -1e9 -q --resume

# A part of one is named like a part; auto without a launcher is no part.
run 0 "$lehr" batch b.h5 -o part.h5 --shard 0/1 -q
same part.0-of-1.h5 keep.h5
run 0 "$lehr" merge -o merged.h5 part.*-of-1.h5 -q
same merged.h5 keep.h5
unset "${!SLURM_@}" "${!PBS_@}" "${!OMPI_@}" "${!PMI@}" "${!SGE_@}" "${!LSB_@}" "${!FLUX_@}"
run 0 "$lehr" batch b.h5 -o auto.h5 --shard auto
same auto.h5 keep.h5
says stderr 'solving all items'
run 0 env PMI_RANK=0 PMI_SIZE=1 "$lehr" batch b.h5 -o rank.h5 --shard auto -q
same rank.0-of-1.h5 keep.h5
run 64 env PBS_ARRAY_INDEX=2 "$lehr" batch b.h5 -o pbs.h5 --shard auto
says stderr "--shard \$PBS_ARRAY_INDEX/N"
for k in 1 2; do
  run 0 env PBS_ARRAY_INDEX=$k LEHR_SHARD_COUNT=2 LEHR_SHARD_FIRST=1 \
    "$lehr" batch b.h5 -o pbs.h5 --shard auto -q
done
run 64 "$lehr" merge -o pbs.0-of-2.h5 pbs.*-of-2.h5
says stderr 'one of the parts'
run 0 "$lehr" merge -o pbs.h5 pbs.*-of-2.h5 -q
same pbs.h5 keep.h5

# A journal that was left is replaced without --resume, and that is said.
printf '%0200d' 0 >left.h5.journal
run 0 "$lehr" batch b.h5 -o left.h5
says stderr 'earlier run was replaced'
same left.h5 keep.h5

# Nothing but failures is a failure: exhaustive enumerates at most 32 variables.
run 0 "$lehr" generate batch --models 5 --variables 40 --seed 1 -o large.h5 -q
run 65 "$lehr" batch large.h5 -o failed.h5 --engine exhaustive
says stdout '5 items, 5 failed'
says stderr 'all items failed, e.g. item-00000'
run 65 "$lehr" batch large.h5 -o failed.h5 --engine exhaustive --resume
says stdout '0 items checked, 5 failed'
run 0 "$lehr" verify failed.h5 large.h5
says stdout '0 samples, 0 wrong energies, 0 infeasible, 5 failed items'

# Too little memory is no result.
run 71 "$lehr" batch large.h5 -o memory.h5 --memory 1
says stderr 'item-0000'
[ ! -e memory.h5 ] || fail 'an output was written without memory'

# One record beside the output, of one schema.
for file in keep.h5 part.0-of-1.h5; do says $file.run.json '"schema": "lehr.run/1"'; done
says keep.h5.run.json '"input_sha256"'
run 0 "$lehr" generate model --kind random -n 12 --seed 3 -o m.h5 -q
run 0 "$lehr" solve m.h5 -o s.h5
says s.h5.run.json '"schema": "lehr.run/1"'
valid_json s.h5.run.json
run 0 "$lehr" solve m.h5 -o s.json
[ ! -e s.json.run.json ] || fail 'JSON holds its times itself'

# A batch where one model is expected.
for command in solve info; do
  run 65 "$lehr" $command b.h5
  says stderr 'lehr batch'
done

# Lies about a single result.
run 0 "$lehr" verify s.json m.h5
lie() { # lie TEXT SED
  sed "$2" s.json >lie.json
  cmp -s s.json lie.json && fail "nothing to change: $2"
  run 65 "$lehr" verify lie.json m.h5
  says stderr "$1"
}
lie 'objective' 's/^  "objective": .*/  "objective": 12345,/'
lie 'bound is above' 's/^  "bound": .*/  "bound": 12345,/'
lie 'called optimal' 's/^  "bound": .*/  "bound": -12345,/'
lie 'called optimal' 's/^  "bound": .*/  "bound": null,/'
lie 'contradict' 's/^  "proven": .*/  "proven": false,/'
lie 'contradict' 's/^  "status": .*/  "status": "feasible",/'
lie 'its status' 's/^  "status": .*/  "status": "infeasible",/'
lie 'energy_text' 's/^  "energy": .*/&"energy_text": "7",/'
lie 'none that lehr knows' 's/^  "status": .*/  "status": "best",/'
no_leftovers
finish
