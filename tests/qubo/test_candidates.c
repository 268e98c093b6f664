/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/forecast/candidates.h"

#include "forecast_fixture.h"

enum { DAYS = 60, DAY = 45, HOUR = 17 };

typedef struct fixture {
  series *s;
  time_zone *tz;
  calendar *c;
  zone_hours *z;
  candidates *pool;
} fixture;

static void open_pool(fixture *f, bool has_temperature) {
  candidate_settings settings;
  REQUIRE_OK(time_zone_open("Europe/Vienna", &f->tz, NULL));
  if (!has_temperature)
    for (int64_t i = 0; i < f->s->n_steps; i++) f->s->temperature[i] = NAN;
  REQUIRE_OK(calendar_create(f->s, 0, f->tz, &f->c, NULL));
  REQUIRE_OK(zone_hours_create(f->s, f->c, 0, &f->z, NULL));
  REQUIRE_OK(candidate_settings_learn(f->z, 40, &settings, NULL));
  REQUIRE_OK(candidates_create(f->z, &settings, &f->pool, NULL));
}

static void close_pool(fixture *f) {
  candidates_free(f->pool);
  zone_hours_free(f->z);
  calendar_free(f->c);
  time_zone_free(f->tz);
}

static double value_of(const fixture *f, const char *name, int32_t hour, int32_t day) {
  for (int32_t i = 0; i < f->pool->count; i++)
    if (strcmp(f->pool->item[i].name, name) == 0) return candidate_column(f->pool, i, hour)[day];
  printf("\n  no candidate %s", name);
  CU_FAIL("missing candidate");
  return NAN;
}

static void makes_all_groups(void) {
  fixture f = {.s = fixture_series(DAYS, 1)};
  open_pool(&f, true);
  int32_t count[3] = {0};
  for (int32_t i = 0; i < f.pool->count; i++) count[f.pool->item[i].kind]++;
  CHECK_INT(count[CANDIDATE_CALENDAR], 52);
  CHECK_INT(count[CANDIDATE_LOAD], 108);
  CHECK_INT(count[CANDIDATE_WEATHER], 270);
  for (int32_t i = 0; i < f.pool->count; i++)
    for (int32_t j = 0; j < i; j++) CHECK(strcmp(f.pool->item[i].name, f.pool->item[j].name) != 0);
  close_pool(&f);
  series_free(f.s);
}

static void does_without_temperature(void) {
  fixture f = {.s = fixture_series(DAYS, 1)};
  open_pool(&f, false);
  CHECK_INT(f.pool->count, 160);
  close_pool(&f);
  series_free(f.s);
}

static void values_are_what_the_names_say(void) {
  fixture f = {.s = fixture_series(DAYS, 1)};
  open_pool(&f, true);
  const double *t = f.s->temperature, *l = f.z->log_load;
  const int64_t at = DAY * 24 + HOUR;
  CHECK_REAL(value_of(&f, "l(d-1)", HOUR, DAY), l[at - 24], 0);
  CHECK_REAL(value_of(&f, "l(d-1,18)", HOUR, DAY), l[(DAY - 1) * 24 + 18], 0);
  CHECK_REAL(value_of(&f, "l(t-168-2)", HOUR, DAY), l[at - 170], 0);
  CHECK_REAL(value_of(&f, "lsame4", HOUR, DAY),
             (l[at - 168] + l[at - 336] + l[at - 504] + l[at - 672]) / 4, 1e-12);
  CHECK_REAL(value_of(&f, "z(t-3)", HOUR, DAY), (t[at - 3] - 16) / 10, 1e-12);
  CHECK_REAL(value_of(&f, "z(t+3)", 22, DAY), (t[DAY * 24 + 23] - 16) / 10, 1e-12);
  double mean = 0, high = -99;
  for (int64_t k = 0; k < 6; k++) mean += t[at - k] / 6;
  for (int64_t h = 0; h < 24; h++) high = fmax(high, t[DAY * 24 + h]);
  CHECK_REAL(value_of(&f, "zma6", HOUR, DAY), (mean - 16) / 10, 1e-12);
  CHECK_REAL(value_of(&f, "cdd20(dmax,d-0)", HOUR, DAY), fmax(high - 20, 0) / 10, 1e-12);
  CHECK_REAL(value_of(&f, "trend", HOUR, DAY), (double)at / 8766, 1e-12);
  CHECK_REAL(value_of(&f, "dst", HOUR, DAY), 1, 0); /* Vienna is one hour off UTC in winter */
  CHECK_REAL(value_of(&f, "mo1", HOUR, DAY), 1, 0); /* 15 February */
  CHECK_REAL(value_of(&f, "wd0", HOUR, DAY), 1, 0); /* a Monday */
  close_pool(&f);
  series_free(f.s);
}

/* Whatever happens from the forecast day on (load) or after it (temperature) changes no column of
 * that day or before. */
static void sees_no_future(void) {
  fixture now = {.s = fixture_series(DAYS, 1)}, later = {.s = fixture_series(DAYS, 1)};
  open_pool(&now, true);
  for (int64_t i = DAY * 24; i < later.s->n_steps; i++) later.s->demand[i] = 1e5 + (double)i;
  for (int64_t i = (DAY + 1) * 24; i < later.s->n_steps; i++) later.s->temperature[i] = 99;
  open_pool(&later, true);
  int64_t differences = 0, later_differences = 0;
  for (int32_t i = 0; i < now.pool->count; i++)
    for (int32_t h = 0; h < 24; h++) {
      const double *a = candidate_column(now.pool, i, h), *b = candidate_column(later.pool, i, h);
      for (int32_t d = 28; d <= DAY; d++) differences += a[d] != b[d];
      for (int32_t d = DAY + 1; d < DAYS; d++) later_differences += a[d] != b[d];
    }
  CHECK_INT(differences, 0);
  CHECK(later_differences > 1000);
  close_pool(&now);
  close_pool(&later);
  series_free(now.s);
  series_free(later.s);
}

static void gaps_stay_gaps(void) {
  fixture f = {.s = fixture_series(DAYS, 1)};
  const int64_t at = DAY * 24 + HOUR;
  f.s->demand[at - 24] = NAN;
  f.s->demand_flag[at - 24] = SERIES_MISSING;
  f.s->demand[at - 48] = -3;
  open_pool(&f, true);
  CHECK_INT(f.z->missing_load, 1);
  CHECK_INT(f.z->nonpositive_load, 1);
  CHECK(isnan(value_of(&f, "l(d-1)", HOUR, DAY)));
  CHECK(isnan(value_of(&f, "l(d-2)", HOUR, DAY)));
  CHECK(isnan(value_of(&f, "lprof7", HOUR, DAY)));
  CHECK(!isnan(value_of(&f, "lmean(d-1)", HOUR, DAY))); /* 23 of 24 hours are there */
  CHECK(!isnan(value_of(&f, "l(d-3)", HOUR, DAY)));
  close_pool(&f);
  series_free(f.s);
}

static const check_test TESTS[] = {
    {"makes all groups", makes_all_groups},
    {"does without temperature", does_without_temperature},
    {"values are what the names say", values_are_what_the_names_say},
    {"sees no future", sees_no_future},
    {"gaps stay gaps", gaps_stay_gaps},
};

CHECK_MAIN("candidates", TESTS)
