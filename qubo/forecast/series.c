/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/forecast/series.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool allocate(series *s) {
  const size_t steps = (size_t)s->n_steps;
  const size_t zones = (size_t)s->n_zones, stations = (size_t)s->n_stations;
  size_t loads, temperatures;
  if (!size_mul(steps, zones, &loads) || !size_mul(steps, stations, &temperatures)) return false;
  s->demand = memory_array(loads, sizeof *s->demand);
  s->demand_flag = memory_array(loads, sizeof *s->demand_flag);
  s->temperature = memory_array(temperatures, sizeof *s->temperature);
  s->holiday = memory_array(steps, sizeof *s->holiday);
  s->zone = memory_array(zones, sizeof *s->zone);
  s->station = memory_array(stations, sizeof *s->station);
  return s->demand && s->demand_flag && s->temperature && s->holiday && s->zone && s->station;
}

static void set_missing(series *s) {
  for (int64_t k = 0; k < s->n_steps * s->n_zones; k++) {
    s->demand[k] = NAN;
    s->demand_flag[k] = SERIES_MISSING;
  }
  for (int64_t k = 0; k < s->n_steps * s->n_stations; k++) s->temperature[k] = NAN;
  for (int32_t z = 0; z < s->n_zones; z++)
    snprintf(s->zone[z], SERIES_NAME, "zone-%" PRId32, z + 1);
  for (int32_t k = 0; k < s->n_stations; k++)
    snprintf(s->station[k], SERIES_NAME, "station-%" PRId32, k + 1);
}

lehr_status series_create(int64_t n_steps, int32_t n_zones, int32_t n_stations, int64_t step_s,
                          series **out, lehr_error *err) {
  *out = NULL;
  if (n_steps < 0 || n_zones < 1 || n_stations < 0 || step_s < 1)
    return error_set(err, LEHR_EINPUT,
                     "a series of %" PRId64 " steps of %" PRId64 " s, %" PRId32
                     " zones and %" PRId32 " stations cannot be",
                     n_steps, step_s, n_zones, n_stations);
  series *s = memory_array(1, sizeof *s);
  if (s) {
    *s = (series){
        .step_s = step_s, .n_steps = n_steps, .n_zones = n_zones, .n_stations = n_stations};
  }
  if (!s || !allocate(s)) {
    series_free(s);
    return error_set(err, LEHR_ENOMEM, "out of memory for a series of %" PRId64 " steps", n_steps);
  }
  set_missing(s);
  *out = s;
  return LEHR_OK;
}

void series_free(series *s) {
  if (!s) return;
  free(s->demand);
  free(s->demand_flag);
  free(s->temperature);
  free(s->holiday);
  free(s->zone);
  free(s->station);
  free(s);
}

/* ---- Checks ---- */

static lehr_status check_names(const series_name names[], int32_t count, const char *what,
                               lehr_error *err) {
  for (int32_t i = 0; i < count; i++) {
    const size_t length = strnlen(names[i], SERIES_NAME);
    if (length == 0 || length == SERIES_NAME || !utf8_is_text(names[i], length))
      return error_set(err, LEHR_EINPUT,
                       "name of %s %" PRId32 " is empty, too long or not UTF-8 text", what, i + 1);
    for (int32_t j = 0; j < i; j++)
      if (strcmp(names[i], names[j]) == 0)
        return error_set(err, LEHR_EINPUT, "two %ss are called '%s'", what, names[i]);
  }
  return LEHR_OK;
}

static lehr_status check_demand(const series *s, lehr_error *err) {
  for (int64_t k = 0; k < s->n_steps * s->n_zones; k++) {
    const int8_t flag = s->demand_flag[k];
    if (flag < SERIES_MEASURED || flag > SERIES_OUTLIER)
      return error_set(err, LEHR_EINPUT, "demand_flag %d of step %" PRId64 " is not 0..3", flag,
                       k / s->n_zones);
    if (flag == SERIES_MISSING ? !isnan(s->demand[k]) : !(fabs(s->demand[k]) <= SERIES_LIMIT))
      return error_set(err, LEHR_EINPUT,
                       "demand of step %" PRId64 " is %g but flagged %d (2 = missing)",
                       k / s->n_zones, s->demand[k], flag);
  }
  return LEHR_OK;
}

lehr_status series_check(const series *s, lehr_error *err) {
  int64_t end;
  if (__builtin_mul_overflow(s->n_steps, s->step_s, &end) || end < 0 ||
      __builtin_add_overflow(s->start_s, end, &end) || s->start_s < CIVIL_FIRST_S ||
      end > CIVIL_LAST_S)
    return error_set(err, LEHR_EINPUT, "times lie outside the years 1 to 9999");
  LEHR_TRY(check_names((const series_name *)s->zone, s->n_zones, "zone", err));
  LEHR_TRY(check_names((const series_name *)s->station, s->n_stations, "station", err));
  LEHR_TRY(check_demand(s, err));
  for (int64_t k = 0; k < s->n_steps * s->n_stations; k++)
    if (fabs(s->temperature[k]) > SERIES_LIMIT)
      return error_set(err, LEHR_EINPUT, "temperature of step %" PRId64 " is %g", k / s->n_stations,
                       s->temperature[k]);
  for (int64_t t = 0; t < s->n_steps; t++)
    if (s->holiday[t] != 0 && s->holiday[t] != 1)
      return error_set(err, LEHR_EINPUT, "holiday of step %" PRId64 " is %d, not 0 or 1", t,
                       s->holiday[t]);
  return LEHR_OK;
}

int64_t series_index(const series *s, int64_t utc_s) {
  return floor_div(utc_s - s->start_s, s->step_s);
}

void series_calendar(const series *s, const time_zone *tz, civil_date out[]) {
  for (int64_t t = 0; t < s->n_steps; t++) {
    const int64_t utc_s = s->start_s + t * s->step_s;
    out[t] = civil_from_wall(utc_s + time_zone_offset(tz, utc_s));
  }
}

/* ---- Gaps ---- */

series_quality series_quality_of(const series *s, int32_t zone) {
  series_quality q = {0};
  int64_t run = 0;
  for (int64_t t = 0; t < s->n_steps; t++) {
    const int8_t flag = s->demand_flag[t * s->n_zones + zone];
    q.n_missing += flag == SERIES_MISSING;
    q.n_estimated += flag == SERIES_ESTIMATED;
    q.n_outliers += flag == SERIES_OUTLIER;
    run = flag == SERIES_MISSING ? run + 1 : 0;
    q.n_gaps += run == 1;
    if (run > q.longest_gap) {
      q.longest_gap = run;
      q.longest_gap_at = t - run + 1;
    }
  }
  return q;
}

/* One column of a [n, stride] array: fills short inner runs of NaN, marking them in flag (or not,
 * NULL). */
static int64_t fill_column(double *x, int8_t *flag, int64_t n, int64_t stride, int64_t max_steps) {
  int64_t filled = 0, last = -1; /* last value seen */
  for (int64_t t = 0; t < n; t++) {
    if (isnan(x[t * stride])) continue;
    const int64_t run = t - last - 1;
    if (last >= 0 && run > 0 && run <= max_steps) {
      const double left = x[last * stride], rise = x[t * stride] - left;
      for (int64_t k = last + 1; k < t; k++) {
        x[k * stride] = left + rise * (double)(k - last) / (double)(t - last);
        if (flag) flag[k * stride] = SERIES_ESTIMATED;
      }
      filled += run;
    }
    last = t;
  }
  return filled;
}

int64_t series_fill_gaps(series *s, int64_t max_steps) {
  int64_t filled = 0;
  for (int32_t z = 0; z < s->n_zones; z++)
    filled += fill_column(s->demand + z, s->demand_flag + z, s->n_steps, s->n_zones, max_steps);
  for (int32_t k = 0; k < s->n_stations; k++)
    fill_column(s->temperature + k, NULL, s->n_steps, s->n_stations, max_steps);
  return filled;
}
