/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_series_load.h - what the parts of the HDF5 series reader share. */
#ifndef LEHR_IO_HDF5_SERIES_LOAD_H
#define LEHR_IO_HDF5_SERIES_LOAD_H

#include "io/hdf5_series.h"
#include "io/time_grid.h"

/* Beyond a century of minutes for two zones nobody is served by waiting for an allocation to
 * fail. */
#define H5_SERIES_MAX_CELLS (INT64_C(1) << 27)

typedef struct h5_load {
  h5_reader *file;
  const series_file_options *options;
  int64_t *times; /* [n] interval starts in UTC, ascending */
  int64_t n;      /* times in the file */
  series *s;
} h5_load;

/* An attribute's text, or `standard` where there is none; free(*text). */
lehr_status h5_load_text(h5_load *l, const char *object, const char *name, const char *standard,
                         char **text, lehr_error *err);

/* Reads l->n and l->times. */
lehr_status h5_load_times(h5_load *l, lehr_error *err);

/* The grid that the times lie on. */
lehr_status h5_load_grid(h5_load *l, time_grid *grid, lehr_error *err);

#endif
