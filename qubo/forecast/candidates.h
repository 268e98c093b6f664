/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/forecast/candidates.h - the candidate inputs of a day-ahead model for each hour.
 *
 * 52 calendar, 108 load and 270 weather columns, each with a name. The columns of day d use loads
 * before day d, temperatures up to the end of day d (the forecast is ex post in weather) and the
 * calendar of any day: nothing else, whatever the origin. Without temperatures the weather columns
 * are left out. What a column needs and is not there makes that entry NaN. */
#ifndef LEHR_QUBO_FORECAST_CANDIDATES_H
#define LEHR_QUBO_FORECAST_CANDIDATES_H

#include "qubo/forecast/zone.h"

enum { CANDIDATE_NAME = 24, CANDIDATE_FIRST_DAY = 28 }; /* earlier days lack the longest lags */

typedef enum candidate_kind {
  CANDIDATE_CALENDAR,
  CANDIDATE_LOAD,
  CANDIDATE_WEATHER
} candidate_kind;

typedef struct candidate {
  char name[CANDIDATE_NAME]; /* e.g. "l(d-1,18)", "cdd24(ma6)", "z*zma24" */
  candidate_kind kind;
  double *value; /* [24 * n_days] by hour of the day: value[hour * n_days + day] */
} candidate;

typedef struct candidates {
  int32_t count, capacity;
  int32_t n_days;
  candidate *item; /* [count] */
} candidates;

/* What is learnt from the past and then held fixed. */
typedef struct candidate_settings {
  double warmest, coldest; /* temperatures are clipped to these: no extrapolation in a heat wave */
  double log_load_centre;  /* subtracted from loads before they are multiplied with others */
} candidate_settings;

/* Settings from the hours before `origin_day`: 0.1 % and 99.9 % quantiles of the temperature, mean
 * log load. ENOMEM. */
lehr_status candidate_settings_learn(const zone_hours *z, int32_t origin_day,
                                     candidate_settings *out, lehr_error *err);

/* All candidate columns. The caller owns them. O(count * hours). ENOMEM. */
lehr_status candidates_create(const zone_hours *z, const candidate_settings *settings,
                              candidates **out, lehr_error *err);
/* Frees the columns and keeps the names. */
void candidates_forget_values(candidates *c);
void candidates_free(candidates *c);

/* Column i of an hour of the day: [n_days]. */
static inline const double *candidate_column(const candidates *c, int32_t i, int32_t hour) {
  return c->item[i].value + (int64_t)hour * c->n_days;
}

#endif
