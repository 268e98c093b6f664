/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/hourly.h - one ridge regression per hour of the day, on candidate columns.
 *
 * On the logarithm of the load. Forecasts are corrected by the trailing errors of the same model:
 * a slow one of each hour and yesterday's mean. */
#ifndef LEHR_WORKFLOWS_FORECAST_HOURLY_H
#define LEHR_WORKFLOWS_FORECAST_HOURLY_H

#include "workflows/forecast/forecaster.h"
#include "workflows/forecast/regression.h"

/* Fewest complete training days of an hour. */
enum { HOURLY_LEAST_ROWS = 60 };

/* Moments of every candidate in the days CANDIDATE_FIRST_DAY..origin-1 for one hour. EINPUT with
 * fewer than HOURLY_LEAST_ROWS complete days. */
lehr_status hourly_moments(const candidates *pool, const zone_hours *zone, int32_t hour,
                           int32_t origin, standard_moments **out, lehr_error *err);

/* Columns of one hour for dense_moments_add. The pointers live in x[pool->count]. */
dense_rows hourly_rows(const candidates *pool, int32_t hour, const double *log_load_by_hour,
                       const double *x[]);

/* log_load by hour of the day: out[hour * n_days + day], owned by the caller; NULL when memory is
 * short. */
double *log_load_by_hour(const zone_hours *zone);

#endif
