/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/quantiles.h - probabilistic forecasts from a point forecast's own record.
 *
 * For each hour of the day, the ratios actual/forecast of the trailing window give the quantiles of
 * tomorrow's ratio. No model, no fit, always up to date; on vic_elec better calibrated than
 * quantile regression trees. */
#ifndef LEHR_WORKFLOWS_FORECAST_QUANTILES_H
#define LEHR_WORKFLOWS_FORECAST_QUANTILES_H

#include <stdint.h>

/* Levels 0.01, 0.05, 0.10 .. 0.95, 0.99. */
enum { QUANTILES = 21, QUANTILE_WINDOW_DAYS = 182, QUANTILE_LEAST_RATIOS = 40 };
extern const double QUANTILE_LEVELS[QUANTILES];

/* Quantile of sorted values at level p in [0, 1]: linear between the order statistics around
 * (n-1)p (type 7 of Hyndman and Fan 1996). n >= 1. */
double quantile_sorted(const double sorted[], int32_t n, double p);

/* Quantiles of days first..first+n_days-1 of a forecast that has run since at least some days
 * before `first`: out[24 * n_days][QUANTILES]. actual and forecast are indexed from day 0; only
 * days before the forecast one are looked at. NaN where the forecast is, or where fewer than
 * QUANTILE_LEAST_RATIOS ratios are known. */
void trailing_quantiles(const double actual[], const double forecast[], int32_t first,
                        int32_t n_days, double out[]);

#endif
