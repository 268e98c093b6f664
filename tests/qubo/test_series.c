/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "qubo/forecast/series.h"

/* Half-hours from 2011-12-31T13:00Z (the head of the Victorian data): demand t, temperature -t. */
static series *half_hours(int64_t n_steps) {
  series *s = NULL;
  CU_ASSERT_FATAL(series_create(n_steps, 2, 1, 1800, &s, NULL) == LEHR_OK);
  s->start_s = 1325336400;
  for (int64_t t = 0; t < n_steps; t++) {
    for (int z = 0; z < 2; z++) {
      s->demand[2 * t + z] = (double)(t + 1000 * z);
      s->demand_flag[2 * t + z] = SERIES_MEASURED;
    }
    s->temperature[t] = (double)-t;
  }
  return s;
}

static void makes_empty_series(void) {
  series *s = NULL;
  REQUIRE_OK(series_create(0, 1, 0, 3600, &s, NULL));
  CHECK_INT(series_check(s, NULL), LEHR_OK);
  series_free(s);
  lehr_error err;
  CHECK_INT(series_create(10, 0, 0, 3600, &s, &err), LEHR_EINPUT);
  CHECK_INT(series_create(INT64_MAX / 2, 1000, 0, 3600, &s, &err), LEHR_ENOMEM);
  CHECK(s == NULL);
}

static void averages_hours_of_whole_days(void) {
  series *s = half_hours(2 + 48 * 3 + 5), *h = NULL;
  REQUIRE_OK(series_hourly(s, 36000, &h, NULL));
  CHECK_INT(h->n_steps, 72);
  CHECK_INT(h->step_s, 3600);
  CHECK_INT(h->start_s, 1325340000); /* 2012-01-01 00:00 +10:00 */
  CHECK_REAL(h->demand[0], 2.5, 0);  /* half-hours 2 and 3 */
  CHECK_REAL(h->demand[2 * 71 + 1], 1000 + 2 + 142.5, 0);
  CHECK_REAL(h->temperature[1], -4.5, 0);
  series_free(h);
  lehr_error err;
  CHECK_INT(series_hourly(s, 900, &h, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "do not make up the hours");
  s->n_steps = 40;
  CHECK_INT(series_hourly(s, 36000, &h, &err), LEHR_EINPUT);
  series_free(s);
}

static void keeps_half_hour_zones_whole(void) {
  series *s = half_hours(200), *h = NULL;
  REQUIRE_OK(series_hourly(s, 19800, &h, NULL)); /* +05:30: days begin at 18:30Z */
  CHECK_INT(floor_mod(h->start_s, CIVIL_DAY_S), 18 * 3600 + 1800);
  CHECK_INT(h->n_steps % 24, 0);
  CHECK_REAL(h->demand[0], 11.5, 0);
  series_free(h);
  series_free(s);
}

static void never_fills_silently(void) {
  series *s = half_hours(146), *h = NULL;
  s->demand[2 * 5] = NAN;
  s->demand_flag[2 * 5] = SERIES_MISSING;
  s->demand_flag[2 * 8] = SERIES_ESTIMATED;
  REQUIRE_OK(series_hourly(s, 36000, &h, NULL));
  CHECK(isnan(h->demand[2 * 1]));
  CHECK_INT(h->demand_flag[2 * 1], SERIES_MISSING);
  CHECK_INT(h->demand_flag[2 * 1 + 1], SERIES_MEASURED);
  CHECK_INT(h->demand_flag[2 * 3], SERIES_ESTIMATED);
  const series_quality q = series_quality_of(h, 0);
  CHECK_INT(q.n_missing, 1);
  CHECK_INT(q.n_estimated, 1);
  CHECK_INT(q.longest_gap, 1);
  CHECK_INT(q.longest_gap_at, 1);
  series_free(h);
  series_free(s);
}

static void fills_short_gaps_on_request(void) {
  series *s = half_hours(30);
  static const int64_t gone[] = {0, 3, 4, 10, 11, 12, 13, 29};
  for (size_t k = 0; k < sizeof gone / sizeof gone[0]; k++) {
    s->demand[2 * gone[k]] = NAN;
    s->demand_flag[2 * gone[k]] = SERIES_MISSING;
  }
  s->temperature[7] = NAN;
  CHECK_INT(series_fill_gaps(s, 3), 2); /* not the run of four, not the ends */
  CHECK_REAL(s->demand[2 * 3], 3, 1e-12);
  CHECK_INT(s->demand_flag[2 * 4], SERIES_ESTIMATED);
  CHECK_INT(s->demand_flag[2 * 10], SERIES_MISSING);
  CHECK_REAL(s->temperature[7], -7, 1e-12);
  CHECK_INT(series_check(s, NULL), LEHR_OK);
  CHECK_INT(series_quality_of(s, 0).longest_gap, 4);
  series_free(s);
}

static void checks(void) {
  series *s = half_hours(10);
  lehr_error err;
  CHECK_INT(series_check(s, &err), LEHR_OK);
  s->demand[6] = NAN;
  CHECK_INT(series_check(s, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "step 3");
  s->demand[6] = 1e300;
  CHECK_INT(series_check(s, &err), LEHR_EINPUT);
  s->demand[6] = 1;
  s->holiday[4] = 7;
  CHECK_INT(series_check(s, &err), LEHR_EINPUT);
  s->holiday[4] = 0;
  strcpy(s->zone[1], s->zone[0]);
  CHECK_INT(series_check(s, &err), LEHR_EINPUT);
  strcpy(s->zone[1], "\xff");
  CHECK_INT(series_check(s, &err), LEHR_EINPUT);
  strcpy(s->zone[1], "Zürich");
  CHECK_INT(series_check(s, &err), LEHR_OK);
  s->start_s = INT64_MAX - 5;
  CHECK_INT(series_check(s, &err), LEHR_EINPUT);
  series_free(s);
}

static void reads_local_clocks(void) {
  series *s = half_hours(48);
  time_zone *tz = NULL;
  REQUIRE_OK(time_zone_open("+11:00", &tz, NULL));
  civil_date calendar[48];
  series_calendar(s, tz, calendar);
  CHECK_INT(calendar[0].year, 2012);
  CHECK_INT(calendar[0].day_of_year, 0);
  CHECK_INT(calendar[0].weekday, 6); /* Sunday */
  CHECK_INT(calendar[3].hour * 60 + calendar[3].minute, 90);
  time_zone_free(tz);
  series_free(s);
}

static const check_test tests[] = {{"empty series", makes_empty_series},
                                   {"hourly means", averages_hours_of_whole_days},
                                   {"half-hour zones", keeps_half_hour_zones_whole},
                                   {"missing stays missing", never_fills_silently},
                                   {"gap filling", fills_short_gaps_on_request},
                                   {"checks", checks},
                                   {"local calendar", reads_local_clocks}};
CHECK_MAIN("qubo/forecast/series", tests)
