#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Full disks, closed streams, odd outputs: no truncated success, inputs and old files intact.
. "$(dirname "$0")/lib.sh"

printf '3 2\n1 2 1\n2 3 1\n' >m.mc
"$lehr" generate model --kind gset-like -o big.mc

status_of() { # status_of WANTED WHAT GOT
  [ "$3" = "$1" ] || fail "$2: exit status $3 instead of $1"
}

for arguments in --help --version engines 'solve m.mc' 'solve m.mc --format json' \
  'solve m.mc --format csv' 'solve --help' 'info m.mc' 'convert m.mc -o - --to coo'; do
  # shellcheck disable=SC2086
  "$lehr" $arguments >/dev/full 2>stderr
  status_of 74 "lehr $arguments >/dev/full" $?
  [ "$sanitizer" = thread ] || says stderr 'No space left'
  # shellcheck disable=SC2086
  "$lehr" $arguments >&- 2>stderr
  status_of 74 "lehr $arguments >&-" $?
done

# A reader that leaves early: quiet, no success.
for arguments in 'solve big.mc --reads 500 --keep 0 --format csv' 'generate series -o -' \
  'generate model --kind gset-like -o - --to coo'; do
  # shellcheck disable=SC2086
  "$lehr" $arguments 2>stderr | head -n 1 >stdout
  status_of 74 "lehr $arguments | head" "${PIPESTATUS[0]}"
  silent stderr
done

# Closed standard streams do not become output files.
"$lehr" solve m.mc -o o.json <&- >&- 2>&-
status_of 0 'all streams closed' $?
run 0 "$lehr" verify o.json m.mc
"$lehr" solve - --from rudy <&- >stdout 2>stderr
status_of 74 'closed standard input' $?

# Failing outputs leave the old file.
cp o.json old.json
run 74 "$lehr" convert m.mc --to bq -o /dev/full
run 73 "$lehr" solve m.mc -o no/such/folder/o.json
mkdir folder.json
run 73 "$lehr" solve m.mc -o folder.json
if [ "$sanitizer" != thread ]; then # which writes a file of its own as it starts
  (ulimit -f 1 && "$lehr" solve big.mc --reads 500 --keep 0 -o o.json) >stdout 2>stderr
  status_of 74 'file size limit' $?
  same o.json old.json
  (ulimit -f 1 && "$lehr" convert big.mc -o m.mc) >stdout 2>stderr
  status_of 74 'file size limit' $?
fi
[ "$(head -n 1 m.mc)" = '3 2' ] || fail 'an input was damaged'
run 65 "$lehr" convert m.mc --from orlib -o o.json --to bq
same o.json old.json

# Same path for input and output, links, FIFO, /dev/stdout.
run 0 "$lehr" convert m.mc -o m.mc
run 0 "$lehr" info m.mc
ln -s m.mc link.mc
run 0 "$lehr" convert m.mc -o link.mc
[ -L link.mc ] || fail 'the link was replaced'
mkfifo fifo.csv
cat fifo.csv >through &
run 0 "$lehr" solve m.mc -o fifo.csv
wait
says through 'energy,num_occurrences,bits'
run 0 "$lehr" convert m.mc --to coo -o /dev/stdout
says stdout '# vartype=SPIN'
if [ "$(id -u)" != 0 ]; then
  chmod a-w o.json
  run 73 "$lehr" solve m.mc -o o.json
fi
no_leftovers
finish
