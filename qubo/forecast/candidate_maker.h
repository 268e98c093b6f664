/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/forecast/candidate_maker.h - inside of candidates.c: making one column after the other.
 *
 * Intermediate columns ("tracks") run over all hours in order of time and live until the end of
 * the construction. Out-of-range lags of loads and temperatures are NaN, those of calendar flags
 * are 0. After a failed allocation status is set and everything else does nothing. */
#ifndef LEHR_QUBO_FORECAST_CANDIDATE_MAKER_H
#define LEHR_QUBO_FORECAST_CANDIDATE_MAKER_H

#include "qubo/forecast/candidates.h"

enum { HARMONICS = 6, MAX_TRACKS = 128 };

typedef struct maker {
  const zone_hours *zone;
  const candidate_settings *settings;
  int64_t n; /* hours */
  candidates *out;
  candidate_kind kind;
  double *track[MAX_TRACKS]; /* [n] each or NULL, owned */
  int32_t n_tracks;          /* in use; further ones may be allocated already */
  lehr_status status;
  /* Shared between the groups. */
  const double *day_type[7], *weekend, *weekend_before, *holiday, *holiday_before, *holiday_week,
      *summer_time;
  const double *sine[HARMONICS], *cosine[HARMONICS];
  const double *load_day, *load_week, *load_last, *load_mean; /* centred; see candidates_load.c */
} maker;

/* A track with arbitrary contents, or NULL after a failure. */
double *maker_track(maker *m);
/* Tracks made after `mark` tracks existed may be reused; m->n_tracks is the mark to take. What was
 * added from them as columns has been copied. */
void maker_release(maker *m, int32_t mark);
/* Adds the column v[n] under a printf-style name. */
void maker_add(maker *m, const double v[], const char *name, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds v of `hours` earlier. */
void maker_add_lag(maker *m, const double v[], int64_t hours, const char *name, ...)
    __attribute__((format(printf, 4, 5)));
/* Adds a[t] * b[t]. */
void maker_add_product(maker *m, const double a[], const double b[], const char *name, ...)
    __attribute__((format(printf, 4, 5)));

/* Tracks made from tracks; all return NULL after a failure and pass NULL on. */
const double *maker_lag(maker *m, const double v[], int64_t hours);
const double *maker_product(maker *m, const double a[], const double b[]);
/* Mean of v[t-back-width+1 .. t-back]; NaN unless nine tenths of them are there. */
const double *maker_mean(maker *m, const double v[], int64_t width, int64_t back);

typedef enum day_statistic { DAY_MEAN, DAY_MAX, DAY_MIN } day_statistic;
/* A statistic of each day, repeated for its 24 hours; NaN unless 22 hours are there. */
const double *maker_day(maker *m, const double v[], day_statistic what);
/* The value at one hour of each day, repeated for its 24 hours. */
const double *maker_day_hour(maker *m, const double v[], int32_t hour);

void make_calendar_candidates(maker *m);
void make_load_candidates(maker *m);
void make_weather_candidates(maker *m);

#endif
