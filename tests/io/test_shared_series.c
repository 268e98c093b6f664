/* SPDX-License-Identifier: Apache-2.0 */
/* Published load series, as they come: lengths, gaps, daylight saving, reading time. */
#include "base/clock.h"
#include "check.h"
#include "io/series_file.h"
#include "support/shared.h"

static series *read_series(const char *name, const series_file_options *options) {
  char path[512];
  series *s = NULL;
  lehr_error err = {0};
  shared_path(name, path, sizeof path);
  if (series_file_read(path, options, &s, &err) != LEHR_OK)
    printf("\n  %s:%" PRId64 ": %s", name, err.line, err.text);
  CU_ASSERT_PTR_NOT_NULL_FATAL(s);
  return s;
}

static void victoria(void) {
  const series_file_options o = {.time_zone = "Australia/Melbourne"};
  const double start_s = clock_cpu();
  series *s = read_series("data/load/vic_elec.csv.gz", &o), *h = NULL;
  CHECK(clock_cpu() - start_s < 1); /* 0.02 s where nothing else runs */
  CHECK_INT(s->n_steps, 52608);
  CHECK_INT(s->step_s, 1800);
  CHECK_INT(s->start_s, 1325336400);
  CHECK_TEXT(s->zone[0], "demand");
  CHECK_TEXT(s->station[0], "temp");
  CHECK_REAL(s->demand[0], 4382.825174, 0);
  CHECK_INT(s->holiday[0], 1);
  REQUIRE_OK(series_hourly(s, 36000, &h, NULL));
  CHECK_INT(h->n_steps, 26280); /* 1095 days of +10:00 */
  CHECK_REAL(h->demand[0], (s->demand[2] + s->demand[3]) / 2, 0);
  CHECK_INT(series_quality_of(h, 0).n_missing, 0);
  series_free(h);
  /* the local column says the same */
  const series_file_options local = {.time_column = "time_local"};
  series *same = read_series("data/load/vic_elec.csv.gz", &local);
  CHECK_INT(same->start_s, s->start_s);
  CHECK_INT(same->n_steps, s->n_steps);
  series_free(same);
  series_free(s);
}

static void pjm(void) {
  const series_file_options o = {
      .time_zone = "America/New_York", .is_interval_end = true, .is_unsorted = true};
  series *s = read_series("data/load/pjm_load_hourly_1998_2002.csv.gz", &o);
  const series_quality q = series_quality_of(s, 0);
  CHECK_INT(s->n_steps - q.n_missing, 32896);
  CHECK_INT(q.n_gaps, 4); /* the autumn hours, which the source lost; nothing in spring */
  CHECK_INT(q.n_missing, 8);
  CHECK_INT(series_fill_gaps(s, 3), 8);
  series_free(s);
}

static void transformer(void) {
  static const char *const load[] = {"HUFL"}, *const temperature[] = {"OT"};
  const series_file_options o = {.time_zone = "Asia/Shanghai",
                                 .load_columns = load,
                                 .n_load_columns = 1,
                                 .temperature_columns = temperature,
                                 .n_temperature_columns = 1};
  series *s = read_series("data/load/ETTh1.csv.gz", &o);
  CHECK_INT(s->n_steps, 17420);
  CHECK_INT(s->start_s, 1467302400);
  CHECK_REAL(s->temperature[0], 30.5310001373291, 0);
  series_free(s);
}

static const check_test tests[] = {
    {"Victoria, half-hours", victoria}, {"PJM, hour ending", pjm}, {"ETTh1", transformer}};

int main(void) {
  shared_require("data/load/vic_elec.csv.gz");
  return check_run("io/shared_series", tests, sizeof tests / sizeof tests[0]);
}
