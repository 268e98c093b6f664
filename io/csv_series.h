/* SPDX-License-Identifier: Apache-2.0 */
/* io/csv_series.h - load series as CSV: a header line, one row per interval, a time column.
 *
 * Times: ISO 8601 with or without offset (base/civil.h, io/csv_time.h). Values: decimal numbers,
 * with a decimal comma where the separator is not one; an empty field or NA is a missing value,
 * which stays missing and is flagged; NaN, Inf and anything else is refused with line and column.
 * Columns: io/csv_columns.h. The whole text is held in memory, up to 1 GiB. */
#ifndef LEHR_IO_CSV_SERIES_H
#define LEHR_IO_CSV_SERIES_H

#include "io/series_file.h"

#include <stddef.h>

/* Reads path (plain or .gz; "-" = standard input). */
lehr_status csv_series_read(const char *path, const series_file_options *options, series **out,
                            lehr_error *err);

/* The same from memory; text[0..length) is modified. */
lehr_status csv_series_parse(char *text, size_t length, const series_file_options *options,
                             series **out, lehr_error *err);

/* Text of a series: time_utc, one demand_..._mw column per zone, one temp_..._c per station,
 * holiday where known; missing values are empty fields; other flags are not kept. Numbers read
 * back as the same doubles. free(*text). O(values). */
lehr_status csv_series_format(const series *s, char **text, size_t *length, lehr_error *err);

#endif
