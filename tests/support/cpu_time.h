/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/cpu_time.h - CPU seconds, for deadlines: unlike wall time they do not pass while
 * other processes have the machine. */
#ifndef LEHR_TESTS_SUPPORT_CPU_TIME_H
#define LEHR_TESTS_SUPPORT_CPU_TIME_H

#include "support/sanitizer.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

/* By how much instrumented code may take longer than the code that is shipped. */
#define CPU_TIME_FACTOR (SANITIZER_OF_THREADS ? 20 : SANITIZER_OF_ADDRESSES ? 5 : 1)

static inline double cpu_time_used(int who) {
  struct rusage r;
  if (getrusage(who, &r) != 0) return -1;
  return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
         1e-6 * (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

/* Of all children that were waited for. */
static inline double cpu_time_of_children(void) { return cpu_time_used(RUSAGE_CHILDREN); }

/* Of this process and those children. */
static inline double cpu_time_of_family(void) {
  return cpu_time_used(RUSAGE_SELF) + cpu_time_of_children();
}

/* Of a process that lives or was not waited for; -1 if there is none. */
static inline double cpu_time_of(pid_t pid) {
  char path[64], line[1024];
  unsigned long user = 0, system = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  FILE *f = fopen(path, "r");
  if (!f) return -1;
  const size_t size = fread(line, 1, sizeof line - 1, f);
  fclose(f);
  line[size] = '\0';
  const char *behind_name = strrchr(line, ')');
  if (!behind_name ||
      sscanf(behind_name + 1, " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lu %lu", &user,
             &system) != 2)
    return -1;
  return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

#endif
