/* SPDX-License-Identifier: Apache-2.0 */
/* io/schedule_file.h - a schedule of temperatures as text: one point per line,
 *
 *   # sweep  beta
 *   0        0.1
 *   200      1.5
 *   1000     4
 *
 * The sweeps begin with 0 and rise; where the last one is 1 they are parts of the run. beta is an
 * inverse temperature in 1/energy of the model, >= 0, linear between points. Empty lines are
 * skipped, and what follows a '#' that begins a word. */
#ifndef LEHR_IO_SCHEDULE_FILE_H
#define LEHR_IO_SCHEDULE_FILE_H

#include "lehr/solve.h"

typedef struct schedule_file {
  lehr_schedule_point *points; /* [count] */
  size_t count;
} schedule_file;

/* EINPUT with the line of what is wrong; *out is empty then. path "-": standard input. */
lehr_status schedule_file_read(const char *path, schedule_file *out, lehr_error *err);
void schedule_file_free(schedule_file *s);

#endif
