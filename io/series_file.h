/* SPDX-License-Identifier: Apache-2.0 */
/* io/series_file.h - load series from CSV (also .gz) and HDF5 files, and back.
 *
 * CSV (io/csv_series.h) is text with a header line; HDF5 (io/hdf5_series.h) is the CF layout of
 * docs/series.md. Which of them a file is, is seen from its first bytes. Both readers give the same
 * thing: a series that passed series_check(), with missing steps NaN and flagged. */
#ifndef LEHR_IO_SERIES_FILE_H
#define LEHR_IO_SERIES_FILE_H

#include "lehr/status.h"
#include "qubo/forecast/series.h"

#include <stdbool.h>
#include <stdint.h>

/* What a file cannot say itself. All zero is the default. The names are borrowed. */
typedef struct series_file_options {
  const char *time_zone;   /* IANA name of the local clock (--tz). Timestamps without an offset are
                              read on it; it also becomes the series' time_zone */
  bool is_interval_end;    /* timestamps name the end of their interval (--interval-end) */
  bool is_unsorted;        /* CSV rows may come in any order (--sort); duplicates stay errors */
  const char *unit;        /* CSV load columns: MW (default), kW, GW, or energy per step: MWh, kWh,
                              GWh */
  const char *time_column; /* CSV column names; NULL or count 0: guessed from the header */
  const char *const *load_columns;
  int32_t n_load_columns;
  const char *const *temperature_columns;
  int32_t n_temperature_columns;
  const char *holiday_column;
  bool is_trusted; /* HDF5: read in this process instead of the guarded child */
} series_file_options;

/* Reads a series; options NULL = defaults. "-" is standard input (CSV only). The caller owns *out.
 * EINPUT with line and column for malformed text, EUSAGE for options that do not fit the file. */
lehr_status series_file_read(const char *path, const series_file_options *options, series **out,
                             lehr_error *err);

/* Writes it atomically: CSV if the path ends in .csv or is "-", HDF5 for .h5, .hdf5, .nc. EUSAGE
 * for other endings. title is a free text for HDF5's root (NULL: "load series"). */
lehr_status series_file_write(const series *s, const char *path, const char *title,
                              lehr_error *err);

#endif
