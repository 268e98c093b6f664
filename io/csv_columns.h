/* SPDX-License-Identifier: Apache-2.0 */
/* io/csv_columns.h - which column of a load CSV is what: as told, else guessed from the header. */
#ifndef LEHR_IO_CSV_COLUMNS_H
#define LEHR_IO_CSV_COLUMNS_H

#include "io/csv_table.h"
#include "io/series_file.h"

enum { CSV_MAX_SERIES = 512 };

typedef struct csv_columns {
  int32_t n_fields; /* every row must have as many */
  int32_t time;
  int32_t n_loads, load[CSV_MAX_SERIES];
  int32_t n_temperatures, temperature[CSV_MAX_SERIES];
  int32_t holiday; /* -1: none */
  series_name zone[CSV_MAX_SERIES], station[CSV_MAX_SERIES];
  const char *unit;                   /* of the load columns, a static name such as "MW" */
  bool is_fahrenheit[CSV_MAX_SERIES]; /* temperature columns that end in _f or _degf */
} csv_columns;

/* Chooses from the header fields. Guesses, case-insensitive: time_utc, utc, time, datetime,
 * timestamp, date ..., else the first column; load: all that begin with "demand", else those with
 * "load" in the name, else "mw" or *_mw, else the only column left; temperature: all temp*;
 * holiday: holiday, is_holiday, holidays. Names of zones and stations are those of the columns
 * without unit (_mw, _c) and without demand_, load_, temp_ in front. EUSAGE lists the columns when
 * one that was asked for is not there, or when there is no load column to be seen. */
lehr_status csv_columns_choose(const csv_field header[], int32_t count,
                               const series_file_options *options, csv_columns *out,
                               lehr_error *err);

#endif
