/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/backtest.h"

#include "forecast_fixture.h"
#include "workflows/forecast/regression.h"

#include <stdlib.h>

enum { DAYS = 240, TEST_DAYS = 30 };

/* Selection without an engine: rounds on the greedy start, then polish. */
static lehr_status keep_start(void *user, const lehr_model *const models[], int32_t n, uint64_t key,
                              uint8_t *const bits[], lehr_error *err) {
  (void)user, (void)models, (void)n, (void)key, (void)bits, (void)err;
  return LEHR_OK;
}

static backtest_options options(int32_t threads) {
  static const forecaster *all[FORECASTERS_MOST];
  int32_t n = 0;
  for (; forecaster_at(n); n++) all[n] = forecaster_at(n);
  backtest_options o = {.models = all,
                        .n_models = n,
                        .threads = threads,
                        .test_first = civil_days(2021, 1, 1) + DAYS - TEST_DAYS,
                        .test_last = civil_days(2021, 1, 1) + DAYS - 1,
                        .selection = select_defaults()};
  o.selection.features_max = 12;
  o.selection.block_hours = 6;
  o.selection.neighbours = 0;
  o.selection.solver.solve = keep_start;
  return o;
}

static lehr_status run(const series *s, const backtest_options *o, backtest **out,
                       lehr_error *err) {
  time_zone *tz = NULL;
  REQUIRE_OK(time_zone_open("UTC", &tz, NULL));
  const lehr_status status = backtest_run(s, tz, o, out, err);
  time_zone_free(tz);
  return status;
}

static const backtest_model *model_of(const backtest *b, const char *name) {
  for (int32_t k = 0; k < b->n_models; k++)
    if (strcmp(b->zone[0].model[k].forecaster->name, name) == 0) return &b->zone[0].model[k];
  return NULL;
}

/* Load from an origin on and temperature after its day changed: forecasts up to that day, and the
 * selection, stay the same bit by bit. */
static void does_not_see_the_future(const backtest *now) {
  series *s = fixture_series(DAYS, 1);
  backtest *later = NULL;
  const backtest_options o = options(2);
  const int32_t day = DAYS - TEST_DAYS + 17;
  for (int64_t i = day * 24; i < s->n_steps; i++) s->demand[i] *= 1.5;
  for (int64_t i = (day + 1) * 24; i < s->n_steps; i++) s->temperature[i] += 20;
  REQUIRE_OK(run(s, &o, &later, NULL));
  for (int32_t k = 0; k < now->n_models; k++) {
    const double *a = now->zone[0].model[k].point, *b = later->zone[0].model[k].point;
    const size_t first = (size_t)now->warm_day * 24, end = (size_t)(day + 1) * 24;
    CHECK(memcmp(a + first, b + first, (end - first) * sizeof *a) == 0);
    CHECK(memcmp(a + end, b + end, ((size_t)now->end_day * 24 - end) * sizeof *a) != 0);
    const size_t quantiles = (size_t)(day + 1 - now->first_day) * 24 * QUANTILES;
    CHECK(memcmp(now->zone[0].model[k].quantile, later->zone[0].model[k].quantile,
                 quantiles * sizeof *a) == 0);
  }
  const selection *a = now->zone[0].selection->choice, *b = later->zone[0].selection->choice;
  CHECK(memcmp(a->chosen, b->chosen, 24 * (size_t)a->most * sizeof *a->chosen) == 0);
  backtest_free(later);
  series_free(s);
}

static void does_not_depend_on_threads(const backtest *two) {
  series *s = fixture_series(DAYS, 1);
  backtest *one = NULL;
  backtest_options o = options(1);
  REQUIRE_OK(run(s, &o, &one, NULL));
  for (int32_t k = 0; k < one->n_models; k++)
    CHECK(memcmp(one->zone[0].model[k].point + one->warm_day * 24,
                 two->zone[0].model[k].point + one->warm_day * 24,
                 (size_t)(one->end_day - one->warm_day) * 24 * sizeof(double)) == 0);
  backtest_free(one);
  series_free(s);
}

static void better_models_are_better(void) {
  series *s = fixture_series(DAYS, 1);
  backtest *b = NULL;
  const backtest_options o = options(2);
  REQUIRE_OK(run(s, &o, &b, NULL));
  for (int32_t k = 0; k < b->n_models; k++) {
    CHECK(!b->zone[0].model[k].is_skipped);
    CHECK_INT(b->zone[0].model[k].points.hours, TEST_DAYS * 24);
  }
  CHECK(model_of(b, "ridge-all")->points.mape < model_of(b, "naive-168")->points.mape);
  CHECK(model_of(b, "selected")->points.mape < model_of(b, "naive-24")->points.mape);
  CHECK_INT(b->zone[0].validation.n, 3);
  CHECK_INT(model_of(b, "selected")->features,
            b->zone[0].validation.features[b->zone[0].validation.best]);
  CHECK_INT(model_of(b, "ridge-all")->features, 430);
  CHECK(model_of(b, "selected")->quantiles.cover90 > 70);
  CHECK_INT(backtest_main_model(b), b->n_models - 1);
  does_not_see_the_future(b);
  does_not_depend_on_threads(b);
  backtest_free(b);
  series_free(s);
}

static void does_without_temperature(void) {
  series *s = fixture_series(DAYS, 1);
  backtest *b = NULL;
  const backtest_options o = options(2);
  for (int64_t i = 0; i < s->n_steps; i++) s->temperature[i] = NAN;
  REQUIRE_OK(run(s, &o, &b, NULL));
  CHECK(model_of(b, "vanilla")->is_skipped);
  CHECK_CONTAINS(model_of(b, "recency")->reason, "no temperature");
  CHECK(!model_of(b, "selected")->is_skipped);
  CHECK_INT(model_of(b, "ridge-all")->features, 160);
  backtest_free(b);
  series_free(s);
}

static void counts_gaps_and_leaves_them_out(void) {
  series *s = fixture_series(DAYS, 1);
  backtest *b = NULL;
  backtest_options o = options(2);
  o.n_models--; /* all but the slowest */
  const int64_t at = (DAYS - 20) * 24;
  for (int64_t i = at; i < at + 5; i++) s->demand[i] = NAN, s->demand_flag[i] = SERIES_MISSING;
  s->demand[2000] = NAN; /* in the training period */
  REQUIRE_OK(run(s, &o, &b, NULL));
  CHECK_INT(b->zone[0].hours->missing_load, 6);
  CHECK_INT(b->zone[0].hours_without_load, 5);
  CHECK(b->zone[0].hours_without_forecast > 0);
  for (int32_t k = 0; k < b->n_models; k++) {
    CHECK(!b->zone[0].model[k].is_skipped);
    CHECK_INT(b->zone[0].model[k].points.hours,
              TEST_DAYS * 24 - 5 - b->zone[0].hours_without_forecast);
  }
  backtest_free(b);
  series_free(s);
}

static void refuses_impossible_periods(void) {
  series *s = fixture_series(DAYS, 1);
  backtest *b = NULL;
  lehr_error err = {.text = ""};
  backtest_options o = options(1);
  o.test_last += 1;
  CHECK_INT(run(s, &o, &b, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "2021-01-01..2021-08-28");
  o = options(1);
  o.test_last = o.test_first - 1;
  CHECK_INT(run(s, &o, &b, &err), LEHR_EUSAGE);
  o = options(1);
  o.test_first = civil_days(2021, 1, 20);
  CHECK_INT(run(s, &o, &b, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "60 are needed");
  series_free(s);
}

static const check_test TESTS[] = {
    {"better models are better, blind to the future, the same on any threads",
     better_models_are_better},
    {"does without temperature", does_without_temperature},
    {"counts gaps and leaves them out", counts_gaps_and_leaves_them_out},
    {"refuses impossible periods", refuses_impossible_periods},
};

int main(void) {
  blas_use_one_thread();
  return check_run("backtest", TESTS, sizeof TESTS / sizeof *TESTS);
}
