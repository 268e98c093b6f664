/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/forecast/series.h - load, temperature and holidays of one or more zones on a regular grid.
 *
 * Interval t covers [start_s + t*step_s, start_s + (t+1)*step_s), in UTC, so no day has 23 or 25
 * hours here; local clocks come in only through series_calendar(). Arrays are row-major with time
 * first, as in the HDF5 layout. A missing value is NaN *and* flagged; nothing is ever filled in
 * unless the caller asks for it with series_fill_gaps(), and what is filled is flagged. */
#ifndef LEHR_QUBO_FORECAST_SERIES_H
#define LEHR_QUBO_FORECAST_SERIES_H

#include "base/civil.h"
#include "base/timezone.h"
#include "lehr/status.h"

#include <stdbool.h>
#include <stdint.h>

/* Values of demand_flag, as in the files (flag_meanings). */
typedef enum series_flag {
  SERIES_MEASURED = 0,
  SERIES_ESTIMATED = 1,
  SERIES_MISSING = 2,
  SERIES_OUTLIER = 3
} series_flag;

enum { SERIES_NAME = 64 }; /* bytes of a name with its final NUL */
typedef char series_name[SERIES_NAME];
/* Largest magnitude of a value: far beyond any grid, small enough that sums stay finite. */
#define SERIES_LIMIT 1e15

typedef struct series {
  int64_t start_s;      /* UTC seconds since 1970: begin of interval 0 */
  int64_t step_s;       /* > 0 */
  int64_t n_steps;      /* T >= 0 */
  int32_t n_zones;      /* Z >= 1 */
  int32_t n_stations;   /* K >= 0 */
  double *demand;       /* [T*Z] mean MW of the interval; NaN exactly where the flag says missing */
  int8_t *demand_flag;  /* [T*Z] series_flag */
  double *temperature;  /* [T*K] mean degC of the interval; NaN = missing */
  int8_t *holiday;      /* [T] 1 = public holiday (local date) */
  bool has_holiday;     /* false: the source had none, holiday[] is all 0 */
  series_name *zone;    /* [Z] UTF-8 */
  series_name *station; /* [K] UTF-8 */
  series_name time_zone; /* IANA name of the local clock, "" where unknown */
} series;

/* An empty series of the given shape: demand missing everywhere, temperatures NaN, no holidays,
 * zones "zone-1"..., stations "station-1". The caller owns it. EINPUT for impossible shapes
 * (n_steps < 0, n_zones < 1, n_stations < 0, step_s < 1), ENOMEM. */
lehr_status series_create(int64_t n_steps, int32_t n_zones, int32_t n_stations, int64_t step_s,
                          series **out, lehr_error *err);
/* NULL is accepted. */
void series_free(series *s);

/* Checks what a reader has filled in: numbers within
 * SERIES_LIMIT, NaN exactly where flagged missing, flags and
 * holidays in range, names not empty, unique and valid UTF-8. EINPUT names the first offender. */
lehr_status series_check(const series *s, lehr_error *err);

/* Number of the interval that contains utc_s; may lie outside 0..n_steps-1. */
int64_t series_index(const series *s, int64_t utc_s);

/* Hourly means over whole days of a fixed UTC offset ("days" of the backtest protocol, 24 hours
 * each): from the first complete day to the last, so hour i is day i/24, hour i%24 and n_steps is
 * a multiple of 24. An hour with a missing part is missing; its flag is the worst of its parts
 * (missing, outlier, estimated, measured); its holiday is that of its first part. EINPUT if the
 * steps do not tile hours of that offset or no complete day is left. The caller owns *out. */
lehr_status series_hourly(const series *s, int32_t day_offset_s, series **out, lehr_error *err);

/* Local calendar at the start of every interval: out[n_steps]. */
void series_calendar(const series *s, const time_zone *tz, civil_date out[]);

/* What is wrong with one zone. */
typedef struct series_quality {
  int64_t n_missing, n_estimated, n_outliers; /* intervals */
  int64_t n_gaps;                             /* runs of missing intervals */
  int64_t longest_gap, longest_gap_at;        /* its intervals and the number of its first one */
} series_quality;
series_quality series_quality_of(const series *s, int32_t zone);

/* Interpolates linearly over runs of at most max_steps missing intervals that have a value on both
 * sides, in every zone (flag becomes estimated) and station. Returns how many demand values were
 * filled. Longer gaps stay missing. */
int64_t series_fill_gaps(series *s, int64_t max_steps);

#endif
