/* SPDX-License-Identifier: Apache-2.0 */
/* The backtest on real data against published numbers (forecasting-and-scheduling.md, 2.2). Skipped
 * where the data are not at hand. */
#include "workflows/forecast/backtest.h"

#include "check.h"
#include "io/series_file.h"
#include "support/shared.h"
#include "workflows/forecast/regression.h"
#include "workflows/forecast/select_solve.h"

static char path[4096];

static backtest *run(const char *const names[], int32_t n, int32_t threads) {
  const forecaster *models[8];
  series *s = NULL, *hourly = NULL;
  time_zone *tz = NULL;
  backtest *b = NULL;
  lehr_error err = {.text = ""};
  const series_file_options file = {.time_zone = "Australia/Melbourne"};
  select_in_process solver = {.threads = threads};
  lehr_params_init(&solver.params);
  solver.params.engine = "anneal";
  solver.params.reads = SELECT_READS;
  solver.params.options = &SELECT_SWEEPS;
  solver.params.n_options = 1;
  for (int32_t k = 0; k < n; k++) models[k] = forecaster_find(names[k]);
  REQUIRE_OK(series_file_read(path, &file, &s, &err));
  REQUIRE_OK(series_hourly(s, 36000, &hourly, &err));
  REQUIRE_OK(time_zone_open("Australia/Melbourne", &tz, &err));
  backtest_options o = {.day_offset_s = 36000,
                        .test_first = civil_days(2014, 1, 1),
                        .test_last = civil_days(2014, 12, 30),
                        .models = models,
                        .n_models = n,
                        .threads = threads,
                        .selection = select_defaults()};
  o.selection.solver = select_solver_in_process(&solver);
  REQUIRE_OK(backtest_run(hourly, tz, &o, &b, &err));
  time_zone_free(tz);
  series_free(hourly);
  series_free(s);
  return b;
}

static const backtest_model *model_of(const backtest *b, int32_t k) {
  const backtest_model *m = &b->zone[0].model[k];
  CHECK(!m->is_skipped);
  CHECK_INT(m->points.hours, 8736);
  CHECK_INT(m->points.days, 364);
  return m;
}

static void reproduces_the_anchors(void) {
  static const char *const names[] = {"naive-24", "naive-168", "vanilla", "recency"};
  static const double mape[] = {7.819, 7.055, 4.197, 3.641};
  static const double rmse[] = {570.4, 613.6, 285.2, 239.4};
  static const double peak[] = {8.172, 8.827, 4.797, 4.106};
  static const double top[] = {12.92, 24.45, 8.35, 7.35};
  static const double pinball[] = {146.12, 140.20, 71.70, 59.61};
  static const double cover90[] = {89.53, 87.18, 86.70, 87.73};
  /* forecasts of 2014-01-01 00:00 and 12:00 and of 2014-12-30 23:00 from an independent program */
  static const double first[] = {3698.779042, 3703.036438, 3623.922131, 3595.292499};
  static const double noon[] = {4092.8148, 3677.38541, 4394.171485, 4347.566659};
  static const double last[] = {4021.022213, 4171.126227, 3917.518312, 3889.463530};
  backtest *b = run(names, 4, 2);
  for (int32_t k = 0; k < 4; k++) {
    const backtest_model *m = model_of(b, k);
    CHECK_REAL(m->points.mape, mape[k], 6e-4);
    CHECK_REAL(m->points.rmse, rmse[k], 0.06);
    CHECK_REAL(m->points.peak_mape, peak[k], 6e-4);
    CHECK_REAL(m->points.top_peak_mape, top[k], 6e-3);
    CHECK_REAL(m->quantiles.pinball, pinball[k], 6e-3);
    CHECK_REAL(m->quantiles.cover90, cover90[k], 6e-3);
    CHECK_REAL(m->point[731 * 24], first[k], 1e-5);
    CHECK_REAL(m->point[731 * 24 + 12], noon[k], 1e-5);
    CHECK_REAL(m->point[1094 * 24 + 23], last[k], 1e-5);
  }
  backtest_free(b);
}

static void hourly_models_beat_them(void) {
  static const char *const names[] = {"ridge-all", "selected"};
  backtest *b = run(names, 2, 2);
  const backtest_model *all = model_of(b, 0), *selected = model_of(b, 1);
  CHECK_INT(all->features, 430);
  CHECK_REAL(all->points.mape, 1.96, 0.03);
  CHECK(selected->features <= 60);
  CHECK(selected->points.mape < 1.95);
  CHECK(selected->quantiles.pinball < 36.5);
  CHECK_REAL(selected->quantiles.cover90, 88.5, 2);
  CHECK(b->zone[0].validation.n == 3);
  /* What the choice explains at 17 h: the reference search found 0.094836. */
  CHECK(b->zone[0].selection->explained[17] > 0.0943);
  backtest_free(b);
}

static const check_test TESTS[] = {
    {"reproduces the anchors", reproduces_the_anchors},
    {"hourly models beat them", hourly_models_beat_them},
};

int main(void) {
  static const char data[] = "data/load/vic_elec.csv.gz";
  shared_require(data);
  shared_path(data, path, sizeof path);
  blas_use_one_thread();
  return check_run("vic_elec", TESTS, sizeof TESTS / sizeof *TESTS);
}
