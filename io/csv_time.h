/* SPDX-License-Identifier: Apache-2.0 */
/* io/csv_time.h - from the timestamps of a file's rows to a regular grid in UTC. */
#ifndef LEHR_IO_CSV_TIME_H
#define LEHR_IO_CSV_TIME_H

#include "base/timezone.h"
#include "io/series_file.h"
#include "io/time_grid.h"

typedef struct csv_stamp {
  int64_t time_s; /* UTC if is_utc, else the wall clock; csv_times_resolve makes it the UTC start of
                     the interval. First member: see csv_time.c */
  int64_t line, column;
  int64_t row; /* position in the file, from 0 */
  bool is_utc;
} csv_stamp;

/* Turns stamps[0..count) into interval starts in UTC and finds the grid that they lie on; sorts
 * them first where options->is_unsorted. The step is the difference that most neighbours have.
 *
 * Local times (without offset) are read on `tz` (nullable: EUSAGE if one is needed). In the hour
 * that is repeated when clocks go back, the earlier instant is taken unless that would not come
 * after the row before; so both passes are understood. An interval end is moved to its start on the
 * wall clock, as market operators count hours ("hour ending"). EINPUT with the line for times that
 * were skipped, are out of order, repeated, or off the grid, and for grids that are nearly all
 * gap. */
lehr_status csv_times_resolve(csv_stamp stamps[], int64_t count, const time_zone *tz,
                              const series_file_options *options, time_grid *grid, lehr_error *err);

#endif
