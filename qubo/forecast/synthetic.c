/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/forecast/synthetic.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "base/real.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Log of the load relative to the day's level, local hours 0..23. */
static const double profile[3][24] = {
    /* working day: morning ramp, plateau, evening peak */
    {-.24, -.29, -.32, -.33, -.31, -.24, -.10, .04, .10, .11, .11,  .10,
     .09,  .08,  .07,  .07,  .09,  .14,  .18,  .18, .14, .07, -.04, -.15},
    /* Saturday */
    {-.25, -.31, -.35, -.37, -.37, -.34, -.27, -.17, -.06, .00, .03,  .03,
     .01,  -.01, -.03, -.03, .00,  .06,  .11,  .12,  .08,  .01, -.07, -.16},
    /* Sunday and holidays: late, with a lunch peak */
    {-.30, -.36, -.40, -.42, -.43, -.41, -.37, -.29, -.17, -.08, -.03, .00,
     .01,  -.03, -.07, -.08, -.05, .02,  .09,  .11,  .08,  .01,  -.08, -.18}};

/* What makes one zone different from the next. */
typedef struct zone_traits {
  double base_mw, trend_per_year;
  double mean_c, yearly_c, daily_c;
  double heating_per_c, cooling_per_c; /* log load per degree */
} zone_traits;

/* Stationary AR(1) of unit variance: x <- phi x + sqrt(1 - phi^2) e. */
typedef struct wave {
  double phi, rest, x;
} wave;

static wave make_wave(double phi, philox_stream *s) {
  return (wave){phi, sqrt(1 - phi * phi), philox_normal(s)};
}

static double next_wave(wave *w, double innovation) {
  return w->x = w->phi * w->x + w->rest * innovation;
}

/* Student t with 5 degrees of freedom, scaled to variance 1. */
static double heavy_tailed(philox_stream *s) {
  double chi2 = 0;
  const double normal = philox_normal(s);
  for (int k = 0; k < 5; k++) {
    const double e = philox_normal(s);
    chi2 += e * e;
  }
  return normal / sqrt(chi2 / 5) * sqrt(3.0 / 5);
}

/* ---- Calendar ---- */

/* Day number of Easter Sunday (Meeus, Jones, Butcher). */
static int64_t easter(int64_t year) {
  const int64_t a = year % 19, b = year / 100, c = year % 100;
  const int64_t h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int64_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int64_t m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
  return civil_days(year, (int32_t)(n / 31), (int32_t)(n % 31 + 1));
}

bool synthetic_is_holiday(int64_t year, int32_t month, int32_t day) {
  static const int8_t fixed[][2] = {{1, 1}, {5, 1}, {8, 15}, {11, 1}, {12, 25}, {12, 26}};
  for (size_t k = 0; k < sizeof fixed / sizeof fixed[0]; k++)
    if (month == fixed[k][0] && day == fixed[k][1]) return true;
  const int64_t from_easter = civil_days(year, month, day) - easter(year);
  return from_easter == -2 || from_easter == 1;
}

static int day_type(const civil_date *c, bool is_holiday) {
  if (is_holiday || c->weekday == 6) return 2;
  return c->weekday == 5;
}

/* ---- Weather ---- */

static double climate(const zone_traits *z, const civil_date *c) {
  const double season = real_cos_turns((c->day_of_year - 201) / 365.25); /* warmest: 20 July */
  const double day = real_cos_turns((c->hour - 15) / 24.0);
  return z->mean_c + z->yearly_c * season + z->daily_c * (1 + 0.35 * season) * day;
}

static double to_tenth(double x) { return nearbyint(x * 10) / 10 + 0.0; } /* never -0 */

/* Temperatures of all zones: fronts that everybody feels, and local weather. */
static void make_weather(series *s, const zone_traits traits[], uint64_t key) {
  for (int32_t z = 0; z < s->n_zones; z++) {
    philox_stream shared = philox_stream_at(key, 0),
                  own = philox_stream_at(key, 2 * (uint64_t)z + 1);
    wave front = make_wave(0.985, &shared), local = make_wave(0.96, &own);
    for (int64_t t = 0; t < s->n_steps; t++) {
      const civil_date c = civil_from_wall(s->start_s + t * s->step_s);
      const double weather = 3.3 * next_wave(&front, philox_normal(&shared)) +
                             1.7 * next_wave(&local, philox_normal(&own));
      s->temperature[t * s->n_zones + z] = to_tenth(climate(&traits[z], &c) + weather);
    }
  }
}

/* ---- Load ---- */

/* Recency: buildings answer to the last hours and to the day behind. */
static double felt_temperature(const series *s, int32_t z, int64_t t, double *day_mean) {
  const int64_t stride = s->n_stations, lag = t >= 3 ? t - 3 : 0;
  const double now = s->temperature[t * stride + z];
  *day_mean += (now - *day_mean) / 24; /* exponential mean over about a day */
  return 0.5 * now + 0.2 * s->temperature[lag * stride + z] + 0.3 * *day_mean;
}

static double weather_response(const zone_traits *z, double felt_c, int hour) {
  const double cold = felt_c < 16 ? 16 - felt_c : 0, hot = felt_c > 21 ? felt_c - 21 : 0;
  const double awake = 0.75 + 0.25 * real_cos_turns((hour - 17) / 24.0);
  return z->heating_per_c * cold * awake + z->cooling_per_c * (hot + 0.035 * hot * hot) * awake;
}

static double calendar_response(const civil_date *c, bool is_holiday) {
  const double season = real_cos_turns((c->day_of_year - 10) / 365.25); /* dark evenings */
  const bool is_evening = c->hour >= 16 && c->hour <= 21;
  double x = profile[day_type(c, is_holiday)][c->hour] + (is_evening ? 0.04 : 0.01) * season;
  if (is_holiday) x -= 0.03;
  if (c->month == 12 && c->day > 26) x -= 0.05; /* between the years */
  if (c->month == 8) x -= 0.02;
  return x;
}

static void make_load(series *s, int32_t z, const zone_traits *traits, uint64_t key) {
  philox_stream stream = philox_stream_at(key, 2 * (uint64_t)z + 2);
  wave noise = make_wave(0.88, &stream);
  double day_mean = s->temperature[z];
  for (int64_t t = 0; t < s->n_steps; t++) {
    const civil_date c = civil_from_wall(s->start_s + t * s->step_s);
    const double felt = felt_temperature(s, z, t, &day_mean);
    const double log_load =
        traits->trend_per_year * (double)t / 8766 + calendar_response(&c, s->holiday[t]) +
        weather_response(traits, felt, c.hour) + 0.012 * next_wave(&noise, heavy_tailed(&stream));
    const double load = traits->base_mw * real_exp(log_load);
    s->demand[t * s->n_zones + z] = nearbyint(load * 100) / 100;
    s->demand_flag[t * s->n_zones + z] = SERIES_MEASURED;
  }
}

/* ---- All of it ---- */

static double between(philox_stream *s, double low, double high) {
  return low + (high - low) * philox_unit(s);
}

static zone_traits draw_traits(uint64_t key, int32_t z) {
  philox_stream s = philox_stream_at(key, (uint64_t)z);
  return (zone_traits){.base_mw = between(&s, 600, 3000),
                       .trend_per_year = between(&s, -0.005, 0.02),
                       .mean_c = between(&s, 10, 16),
                       .yearly_c = between(&s, 8, 11),
                       .daily_c = between(&s, 3, 5),
                       .heating_per_c = between(&s, 0.014, 0.024),
                       .cooling_per_c = between(&s, 0.022, 0.036)};
}

static void name_zones(series *s) {
  static const char *const names[] = {"north", "south", "east", "west"};
  for (int32_t z = 0; z < s->n_zones; z++) {
    if (z < 4) snprintf(s->zone[z], SERIES_NAME, "%s", names[z]);
    memcpy(s->station[z], s->zone[z], SERIES_NAME);
  }
  snprintf(s->time_zone, SERIES_NAME, "UTC");
}

lehr_status synthetic_series(const synthetic_options *o, series **out, lehr_error *err) {
  *out = NULL;
  if (o->n_zones < 1 || o->n_zones > 64)
    return error_set(err, LEHR_EUSAGE, "%" PRId32 " zones: 1 to 64 are possible", o->n_zones);
  if (o->n_years < 1 || o->n_years > 50)
    return error_set(err, LEHR_EUSAGE, "%" PRId32 " years: 1 to 50 are possible", o->n_years);
  if (o->first_year < 1970 || o->first_year > 2200)
    return error_set(err, LEHR_EUSAGE, "first year %" PRId32 " is not in 1970..2200",
                     o->first_year);
  const int64_t first = civil_days(o->first_year, 1, 1);
  const int64_t days = civil_days(o->first_year + o->n_years, 1, 1) - first;
  zone_traits traits[64];
  LEHR_TRY(series_create(days * 24, o->n_zones, o->n_zones, 3600, out, err));
  series *s = *out;
  s->start_s = first * CIVIL_DAY_S;
  s->has_holiday = true;
  name_zones(s);
  for (int64_t t = 0; t < s->n_steps; t++) {
    const civil_date c = civil_from_wall(s->start_s + t * 3600);
    s->holiday[t] = synthetic_is_holiday(c.year, c.month, c.day);
  }
  const uint64_t key = philox_key(o->seed, "synthetic series");
  for (int32_t z = 0; z < o->n_zones; z++) traits[z] = draw_traits(philox_subkey(key, 1), z);
  make_weather(s, traits, philox_subkey(key, 2));
  for (int32_t z = 0; z < o->n_zones; z++) make_load(s, z, &traits[z], philox_subkey(key, 2));
  return LEHR_OK;
}
