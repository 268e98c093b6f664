#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Locale, home, folders, limits: the same result everywhere.
. "$(dirname "$0")/lib.sh"

printf '# vartype=SPIN\n0 1 0.5\n1 2 -1.25\n2 3 0.125\n0 0 0.0625\n' >m.coo
"$lehr" solve m.coo --format csv >expected

same_result() { # same_result COMMAND...
  run 0 "$@"
  same stdout expected
}
same_result env LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 "$lehr" solve m.coo --format csv
same_result env -i "$lehr" solve m.coo --format csv
same_result env -u HOME TZ=Nowhere/Land TERM=dumb "$lehr" solve m.coo --format csv
same_result env NO_COLOR=1 OMP_NUM_THREADS=garbage OMP_DYNAMIC=true "$lehr" solve m.coo --format csv
same_result env OMP_NUM_THREADS=0 "$lehr" solve m.coo --format csv

(ulimit -n 8 && "$lehr" solve m.coo --format csv) >stdout 2>stderr || fail 'ulimit -n 8'
same stdout expected
(ulimit -s 256 && "$lehr" solve m.coo --format csv) >stdout 2>stderr || fail 'ulimit -s 256'
same stdout expected
(umask 077 && "$lehr" solve m.coo -o private.json) || fail 'umask'
[ "$(stat -c %a private.json)" = 600 ] || fail "umask 077 gave $(stat -c %a private.json)"

# A working folder that is gone: absolute paths still work.
mkdir gone
(cd gone && rmdir ../gone && "$lehr" solve "$work/m.coo" --format csv) >stdout 2>stderr ||
  fail 'deleted working folder'
same stdout expected
mkdir gone
(cd gone && rmdir ../gone && "$lehr" solve "$work/m.coo" -o x.json) >stdout 2>stderr
[ $? = 73 ] || fail 'output in a deleted folder'
if [ -d /dev/shm ] && [ -w /dev/shm ]; then # makes unnamed files in deleted folders
  memory=$(mktemp -d /dev/shm/lehr.XXXXXX)
  (cd "$memory" && rmdir "$memory" && "$lehr" solve "$work/m.coo" -o x.json) >stdout 2>stderr
  [ $? = 73 ] || fail 'output in a deleted folder in memory'
fi

# Names of files may be any bytes; what JSON says of them is text.
odd=$'odd\xff'
cp m.coo "$odd.coo"
run 0 "$lehr" solve "$odd.coo" -o "$odd.h5"
valid_json "$odd.h5.run.json"
run 0 "$lehr" convert "$odd.coo" "$odd.bq" --format json
valid_json stdout
run 0 "$lehr" generate batch --models 3 -n 5 -o "$odd.batch.h5" -q
run 0 "$lehr" batch "$odd.batch.h5" -o "$odd.solved.h5" --format json
valid_json stdout
valid_json "$odd.solved.h5.run.json"
run 0 "$lehr" verify "$odd.solved.h5" "$odd.batch.h5"

# A memory limit is refused before allocating, with the numbers.
"$lehr" generate model --kind random -n 3000 --density 0.5 -o dense.bq
run 71 "$lehr" solve dense.bq --memory 1M
says stderr 'the limit is 1 MB'
finish
