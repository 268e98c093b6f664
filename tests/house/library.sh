#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# library.sh NM OBJDUMP LIBLEHR.A: the library lives in other people's processes. It has no
# variables that outlive a call, prints nothing, ends nothing, and asks nobody's environment.
set -eu
nm=$1 objdump=$2 archive=$3
bad=0

# Objects in writable sections; .data.rel.ro holds constants with addresses in them. The lock of an
# OpenMP critical section is shared between contexts, which costs nothing where it is held briefly.
globals=$("$objdump" -t "$archive" | awk '
  /:[ \t]+file format/ { object = $1 }
  $0 ~ /[ \t]O[ \t]/ && $0 ~ /[ \t](\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ &&
  $0 !~ /\.data\.rel\.ro/ && $NF !~ /^\.gomp_critical_user_lehr_/ { print object, $NF }')
if [ -n "$globals" ]; then
  printf 'writable globals:\n%s\n' "$globals"
  bad=1
fi

# What changes or leaves the process, is not thread-safe, or invites overflows. _exit is left to
# child processes.
calls=$("$nm" -A -u "$archive" | sed 's/__\(.*\)_chk$/\1/' | awk '
  BEGIN {
    split("printf vprintf puts putchar perror stdout stderr stdin exit abort quick_exit atexit " \
          "getenv secure_getenv setenv putenv unsetenv setlocale signal sigaction sigprocmask " \
          "system popen rand srand random srandom rand_r drand48 time gmtime localtime mktime " \
          "tzset strtok strerror gets sprintf vsprintf longjmp _longjmp setjmp chdir umask " \
          "alarm setitimer omp_set_num_threads omp_set_dynamic", names, " ")
    for (k in names) banned[names[k]] = 1
  }
  { name = $NF; sub(/@.*/, "", name) }
  name in banned { print $1, name }')
if [ -n "$calls" ]; then
  printf 'functions that the library may not call:\n%s\n' "$calls"
  bad=1
fi
exit $bad
