/* SPDX-License-Identifier: Apache-2.0 */
/* io/csv_table.h - RFC 4180 fields of a text in memory.
 *
 * Understands quotes with doubled quotes and line breaks inside, LF and CRLF, a byte order mark,
 * comment lines (#) before the header, and "," ";" or tab as separator, found out from the header.
 * Blank lines are skipped. Fields are unquoted in place, so the text is modified. */
#ifndef LEHR_IO_CSV_TABLE_H
#define LEHR_IO_CSV_TABLE_H

#include "lehr/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSV_MAX_FIELDS = 4096 };

typedef struct csv_field {
  const char *text; /* not terminated; points into the caller's text */
  size_t length;
  int64_t column; /* 1-based byte position in its line */
} csv_field;

typedef struct csv_table {
  char *at, *end;
  int64_t line;      /* of the row last read, 1-based */
  int64_t next_line; /* where `at` is */
  char separator;
} csv_table;

/* Starts on text[0..length), which must stay alive. EINPUT for NUL bytes, with their line. */
lehr_status csv_open(char *text, size_t length, csv_table *t, lehr_error *err);

/* Reads the next row into fields[0..capacity) and its number of fields into *count; *count = 0 at
 * the end. EINPUT for unbalanced quotes or more fields than capacity. */
lehr_status csv_next(csv_table *t, csv_field fields[], int32_t capacity, int32_t *count,
                     lehr_error *err);

#endif
