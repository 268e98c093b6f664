/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/metrics.h - how good a forecast was.
 *
 * Days of 24 hours. Hours whose actual or forecast value is NaN are not scored; a day counts for
 * the peak measures only if all its 24 hours are. Percentages in percent. */
#ifndef LEHR_WORKFLOWS_FORECAST_METRICS_H
#define LEHR_WORKFLOWS_FORECAST_METRICS_H

#include "lehr/status.h"

#include <stdint.h>

typedef struct point_metrics {
  int64_t hours; /* scored */
  int64_t days;  /* with all hours scored */
  double mape, mae, rmse;
  double peak_mape;     /* mean over days of |max forecast / max actual - 1| */
  double top_peak_mape; /* the same over the floor(5 %), at least 1, days of highest actual peak */
  double peak_hour_hit; /* share of days whose first hour of maximum agrees */
} point_metrics;

/* actual and forecast [24 * n_days]. Measures without anything to score are NaN. ENOMEM. */
lehr_status point_metrics_of(const double actual[], const double forecast[], int32_t n_days,
                             point_metrics *out, lehr_error *err);

typedef struct quantile_metrics {
  double pinball; /* mean over hours and the levels 0.05, 0.10 .. 0.95 */
  double pinball_99;
  double cover80, cover90; /* share of hours within [q10, q90] and [q05, q95] */
} quantile_metrics;

/* quantile [24 * n_days][QUANTILES] at QUANTILE_LEVELS (quantiles.h). */
quantile_metrics quantile_metrics_of(const double actual[], const double quantile[],
                                     int32_t n_days);

/* Mean absolute percentage error of each hour of the day, out[24]; NaN where nothing is scored. */
void mape_by_hour(const double actual[], const double forecast[], int32_t n_days, double out[24]);

#endif
