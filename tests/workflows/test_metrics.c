/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/metrics.h"

#include "check.h"
#include "workflows/forecast/quantiles.h"

enum { DAYS = 40 };

static void scores_hand_made_days(void) {
  double actual[2 * 24], forecast[2 * 24];
  for (int i = 0; i < 48; i++) actual[i] = forecast[i] = 100;
  actual[18] = 200; /* peak of day 0 at 18 h, forecast 220 at 18 h */
  forecast[18] = 220;
  actual[24 + 8] = 300; /* peak of day 1 at 8 h, forecast 270 at 9 h */
  forecast[24 + 9] = 270;
  point_metrics m;
  REQUIRE_OK(point_metrics_of(actual, forecast, 2, &m, NULL));
  CHECK_INT(m.hours, 48);
  CHECK_REAL(m.mape, 100 * (0.1 + 200.0 / 300 + 1.7) / 48, 1e-12);
  CHECK_REAL(m.mae, (20 + 200 + 170) / 48.0, 1e-12);
  CHECK_REAL(m.rmse, sqrt((400 + 40000 + 28900) / 48.0), 1e-12);
  CHECK_REAL(m.peak_mape, 10, 1e-12);
  CHECK_REAL(m.peak_hour_hit, 50, 1e-12);
  CHECK_REAL(m.top_peak_mape, 10, 1e-12); /* the higher of two days */
}

static void counts_the_highest_twentieth_of_days(void) {
  double actual[DAYS * 24], forecast[DAYS * 24];
  for (int d = 0; d < DAYS; d++)
    for (int h = 0; h < 24; h++) {
      actual[d * 24 + h] = 100 + d;
      forecast[d * 24 + h] = (100 + d) * (d >= DAYS - 2 ? 1.5 : 1);
    }
  point_metrics m;
  REQUIRE_OK(point_metrics_of(actual, forecast, DAYS, &m, NULL));
  CHECK_REAL(m.top_peak_mape, 50, 1e-12); /* 2 of 40 days */
  CHECK_REAL(m.peak_mape, 50.0 * 2 / DAYS, 1e-12);
}

static void leaves_gaps_out(void) {
  double actual[48], forecast[48], by_hour[24];
  for (int i = 0; i < 48; i++) actual[i] = 100, forecast[i] = 110;
  actual[3] = NAN;
  forecast[5] = NAN;
  forecast[24] = 1e6;
  actual[24] = NAN;
  point_metrics m;
  REQUIRE_OK(point_metrics_of(actual, forecast, 2, &m, NULL));
  CHECK_INT(m.hours, 45);
  CHECK_INT(m.days, 0);
  CHECK_REAL(m.mape, 10, 1e-12);
  CHECK(isnan(m.peak_mape));
  mape_by_hour(actual, forecast, 2, by_hour);
  CHECK_REAL(by_hour[3], 10, 1e-12);
  CHECK(isnan(by_hour[0]) == 0);
}

static void interpolates_quantiles(void) {
  const double sorted[4] = {1, 2, 4, 8};
  CHECK_REAL(quantile_sorted(sorted, 4, 0), 1, 0);
  CHECK_REAL(quantile_sorted(sorted, 4, 1), 8, 0);
  CHECK_REAL(quantile_sorted(sorted, 4, 0.5), 3, 1e-15);
  CHECK_REAL(quantile_sorted(sorted, 4, 0.9), 4 + 0.7 * 4, 1e-12);
}

/* Ratios 1, 2, .. of the trailing days; the window forgets and the future does not count. */
static void quantiles_look_back_only(void) {
  enum { N = QUANTILE_WINDOW_DAYS + 20 };
  static double actual[N * 24], forecast[N * 24], out[24 * QUANTILES], again[24 * QUANTILES];
  for (int i = 0; i < N * 24; i++) {
    actual[i] = 1 + i / 24;
    forecast[i] = 1;
  }
  const int32_t day = QUANTILE_WINDOW_DAYS + 5;
  forecast[day * 24] = 10;
  trailing_quantiles(actual, forecast, day, 1, out);
  /* window: days 5..day-1, ratios 6..day */
  CHECK_REAL(out[10], 10 * (6 + 0.5 * (QUANTILE_WINDOW_DAYS - 1)), 1e-9);
  for (int i = day * 24; i < N * 24; i++) actual[i] = 1e6;
  trailing_quantiles(actual, forecast, day, 1, again);
  CHECK(memcmp(out, again, sizeof out) == 0);
}

static void needs_a_record_for_quantiles(void) {
  static double actual[60 * 24], forecast[60 * 24], out[24 * QUANTILES];
  for (int i = 0; i < 60 * 24; i++) actual[i] = forecast[i] = 5;
  trailing_quantiles(actual, forecast, QUANTILE_LEAST_RATIOS - 1, 1, out);
  CHECK(isnan(out[0]));
  trailing_quantiles(actual, forecast, QUANTILE_LEAST_RATIOS, 1, out);
  CHECK_REAL(out[0], 5, 0);
}

static void scores_quantiles(void) {
  double actual[24], quantile[24 * QUANTILES];
  for (int h = 0; h < 24; h++) {
    actual[h] = h < 12 ? 100 : 200;
    for (int k = 0; k < QUANTILES; k++) quantile[h * QUANTILES + k] = 100;
  }
  const quantile_metrics m = quantile_metrics_of(actual, quantile, 1);
  CHECK_REAL(m.cover80, 50, 1e-12);
  CHECK_REAL(m.cover90, 50, 1e-12);
  CHECK_REAL(m.pinball, 0.5 * 100 * 0.5, 1e-12); /* levels average to one half */
  CHECK_REAL(m.pinball_99, 0.5 * 99, 1e-12);
}

static const check_test TESTS[] = {
    {"scores hand-made days", scores_hand_made_days},
    {"counts the highest twentieth of days", counts_the_highest_twentieth_of_days},
    {"leaves gaps out", leaves_gaps_out},
    {"interpolates quantiles", interpolates_quantiles},
    {"quantiles look back only", quantiles_look_back_only},
    {"needs a record for quantiles", needs_a_record_for_quantiles},
    {"scores quantiles", scores_quantiles},
};

CHECK_MAIN("metrics", TESTS)
