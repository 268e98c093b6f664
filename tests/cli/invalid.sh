#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tests/data/invalid: each file is refused with its exit status and text, in little memory.
. "$(dirname "$0")/lib.sh"

corpus=$source_folder/tests/data/invalid
while IFS='|' read -r name status text; do
  echo old >out.h5
  (
    [ -n "$sanitizer" ] || ulimit -v 400000
    exec "$lehr" convert "$corpus/$name" -o out.h5
  ) >stdout 2>stderr
  got=$?
  [ "$got" = "$status" ] || fail "$name: exit status $got instead of $status"
  says stderr "$text"
  says stderr "$name:"
  silent stdout
  [ "$(wc -l <stderr)" = 1 ] || fail "$name: $(wc -l <stderr) lines on standard error"
  [ "$(cat out.h5)" = old ] || fail "$name: the output was touched"
done <"$corpus/expected.txt"

listed=$(wc -l <"$corpus/expected.txt")
present=$(find "$corpus" -type f ! -name expected.txt | wc -l)
[ "$listed" = "$present" ] || fail "$present files, $listed expectations"

# Few entries on many variables are a model; what a header alone can cost has a limit.
printf '1048576 1\n1 1048576 1\n' >sparse.mc
run 0 "$lehr" info sparse.mc
says stdout 'variables          1048576'
printf '1048900 1\n1 1048576 1\n' >sparse.mc
run 65 "$lehr" info sparse.mc
says stderr 'with 22 bytes at most 1048752'

# From a pipe: a line without end, NUL bytes, many columns, a bomb.
run 65 "$lehr" info --from rudy - < <(head -c 200000000 /dev/zero | tr '\0' 1)
says stderr 'line longer than'
run 65 "$lehr" info --from rudy - < <(head -c 5000 /dev/zero)
says stderr 'NUL byte'
run 65 "$lehr" info --from rudy - < <(printf '2 1\n1 2'; yes ' 1' | head -n 400000 | tr -d '\n'; echo)
says stderr "unexpected '1' behind the numbers"
run 65 "$lehr" info --from rudy - < <(head -c 300000000 /dev/zero | tr '\0' '\n' | gzip)
says stderr 'unpack to more than'
finish
