/* SPDX-License-Identifier: Apache-2.0 */
/* io/cf_time.h - time coordinates as the CF conventions write them: numbers and
 * "hours since 1990-01-01 00:00:00" (CF 1.8, section 4.4). */
#ifndef LEHR_IO_CF_TIME_H
#define LEHR_IO_CF_TIME_H

#include <stdbool.h>
#include <stdint.h>

typedef struct cf_time {
  int64_t unit_s;      /* seconds per unit: 1, 60, 3600 or 86400 */
  int64_t reference_s; /* UTC seconds since 1970 */
} cf_time;

/* Parses units such as "seconds|minutes|hours|days since DATE [TIME [offset]]", with the usual
 * abbreviations. False for anything else, months and years included (they have no fixed length). */
bool cf_time_parse(const char *units, cf_time *out);

/* Whether the calendar attribute names the one that everybody uses. */
bool cf_time_is_gregorian(const char *calendar);

/* UTC seconds of a value; false beyond the years 1 to 9999, and for reals that are not within a
 * millisecond of a whole second. */
bool cf_time_from_int(const cf_time *t, int64_t value, int64_t *utc_s);
bool cf_time_from_real(const cf_time *t, double value, int64_t *utc_s);

#endif
