/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "qubo/forecast/series.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { HOUR_S = 3600 };

/* Which of two parts of an hour decides its flag. */
static int severity(int8_t flag) {
  static const int8_t rank[] = {
      [SERIES_MEASURED] = 0, [SERIES_ESTIMATED] = 1, [SERIES_OUTLIER] = 2, [SERIES_MISSING] = 3};
  return rank[flag];
}

static double mean(const double x[], int64_t stride, int64_t parts) {
  double sum = 0; /* NaN in one part makes the hour NaN, which is meant */
  for (int64_t k = 0; k < parts; k++) sum += x[k * stride];
  return sum / (double)parts;
}

static void fill_hour(const series *in, int64_t first, int64_t parts, series *out, int64_t hour) {
  const int64_t zones = in->n_zones, stations = in->n_stations;
  for (int64_t z = 0; z < zones; z++) {
    const int64_t at = first * zones + z;
    int8_t worst = SERIES_MEASURED;
    for (int64_t k = 0; k < parts; k++) {
      const int8_t flag = in->demand_flag[at + k * zones];
      if (severity(flag) > severity(worst)) worst = flag;
    }
    out->demand[hour * zones + z] = mean(in->demand + at, zones, parts);
    out->demand_flag[hour * zones + z] = worst;
  }
  for (int64_t k = 0; k < stations; k++)
    out->temperature[hour * stations + k] =
        mean(in->temperature + first * stations + k, stations, parts);
  out->holiday[hour] = in->holiday[first];
}

static void copy_names(const series *in, series *out) {
  memcpy(out->zone, in->zone, (size_t)in->n_zones * sizeof *in->zone);
  memcpy(out->station, in->station, (size_t)in->n_stations * sizeof *in->station);
  memcpy(out->time_zone, in->time_zone, sizeof in->time_zone);
  out->has_holiday = in->has_holiday;
}

lehr_status series_hourly(const series *in, int32_t day_offset_s, series **out, lehr_error *err) {
  *out = NULL;
  if (in->step_s > HOUR_S || HOUR_S % in->step_s != 0 ||
      floor_mod(in->start_s + day_offset_s, in->step_s) != 0)
    return error_set(err, LEHR_EINPUT,
                     "steps of %" PRId64 " s do not make up the hours of days at offset %+" PRId32
                     " s",
                     in->step_s, day_offset_s);
  const int64_t parts = HOUR_S / in->step_s, wall_s = in->start_s + day_offset_s;
  const int64_t first_day = -floor_div(-wall_s, CIVIL_DAY_S); /* rounded up */
  const int64_t last_day = floor_div(wall_s + in->n_steps * in->step_s, CIVIL_DAY_S);
  if (last_day <= first_day)
    return error_set(err, LEHR_EINPUT, "the series does not cover one complete day");
  LEHR_TRY(
      series_create((last_day - first_day) * 24, in->n_zones, in->n_stations, HOUR_S, out, err));
  (*out)->start_s = first_day * CIVIL_DAY_S - day_offset_s;
  copy_names(in, *out);
  const int64_t skip = series_index(in, (*out)->start_s);
  for (int64_t h = 0; h < (*out)->n_steps; h++) fill_hour(in, skip + h * parts, parts, *out, h);
  return LEHR_OK;
}
