/* SPDX-License-Identifier: Apache-2.0 */
/* bench/child.h - other programs, timed from outside. */
#ifndef LEHR_BENCH_CHILD_H
#define LEHR_BENCH_CHILD_H

#include <stdbool.h>
#include <stdint.h>

/* What a program took, with all that it started itself. */
typedef struct child_usage {
  double wall_s, cpu_s;
  int64_t peak_bytes; /* of memory, all its processes together (looked at every few ms) */
} child_usage;

/* Runs argv[0] with its output thrown away, on one processor if is_pinned. False with a message on
 * stderr unless it exits with 0. */
bool child_run(char *const argv[], bool is_pinned, child_usage *usage);

#endif
