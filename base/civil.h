/* SPDX-License-Identifier: Apache-2.0 */
/* base/civil.h - the proleptic Gregorian calendar and ISO 8601 timestamps.
 *
 * A "wall" value is a clock reading as seconds since 1970-01-01 00:00:00 on that same clock; with
 * a UTC offset it becomes an instant: utc = wall - offset. Nothing here knows time zones; see
 * base/timezone.h. All functions are pure and thread-safe. */
#ifndef LEHR_BASE_CIVIL_H
#define LEHR_BASE_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CIVIL_DAY_S = 86400 };
/* First and last second of the years 1..9999: what files may hold. */
#define CIVIL_FIRST_S INT64_C(-62135596800)
#define CIVIL_LAST_S INT64_C(253402300799)

typedef struct civil_date {
  int64_t year;
  int32_t month;       /* 1..12 */
  int32_t day;         /* 1..31 */
  int32_t hour;        /* 0..23 */
  int32_t minute;      /* 0..59 */
  int32_t second;      /* 0..59 */
  int32_t weekday;     /* 0 = Monday .. 6 = Sunday */
  int32_t day_of_year; /* 0 = 1 January .. 365 */
} civil_date;

/* Days from 1970-01-01 to a date that exists (month 1..12, day 1..days of the month). */
int64_t civil_days(int64_t year, int32_t month, int32_t day);
int32_t civil_month_days(int64_t year, int32_t month);
/* 0 = Monday .. 6 = Sunday, of a day number counted from 1970-01-01 (a Thursday). */
int32_t civil_weekday(int64_t days);
/* All fields of a wall value. */
civil_date civil_from_wall(int64_t wall_s);

/* Floor division and the matching remainder (0 <= remainder < divisor) for divisor > 0. */
int64_t floor_div(int64_t value, int64_t divisor);
int64_t floor_mod(int64_t value, int64_t divisor);

typedef struct civil_stamp {
  int64_t wall_s;
  int32_t offset_s; /* east of UTC; 0 without has_offset */
  bool has_offset;  /* the text ends in Z or an offset */
  bool has_time;    /* false for a date alone: wall_s is its midnight */
} civil_stamp;

/* Parses text[0..length) exactly: YYYY-MM-DD, optionally behind "T" or a blank HH:MM[:SS[.000]]
 * and Z, +HH:MM, +HHMM or +HH (a blank may stand before these). 24:00 is the midnight that ends
 * the day. False for dates that do not exist, fractions of a second, leap seconds (:60). */
bool civil_parse(const char *text, size_t length, civil_stamp *stamp);
/* Parses "Z", "UTC", +HH:MM, +HHMM or +HH (at most 24 h) to seconds east of UTC. */
bool civil_parse_offset(const char *text, size_t length, int32_t *offset_s);

enum { CIVIL_TEXT = 32 };
/* 2014-01-31T22:30:00+11:00 for the instant utc_s; "Z" for offset 0. */
void civil_format(int64_t utc_s, int32_t offset_s, char text[CIVIL_TEXT]);
/* 2014-01-31 of a wall value. */
void civil_format_date(int64_t wall_s, char text[CIVIL_TEXT]);

#endif
