/* SPDX-License-Identifier: Apache-2.0 */
/* Seasonal naive forecasts: the load one day or one week before. */
#include "workflows/forecast/forecaster.h"

#include <math.h>

static lehr_status repeat(const forecast_task *task, int64_t lag, double point[]) {
  const int64_t end = (int64_t)task->refit[task->n_refits] * 24;
  for (int64_t i = (int64_t)task->refit[0] * 24; i < end; i++)
    point[i] = i >= lag ? task->zone->load[i - lag] : NAN;
  return LEHR_OK;
}

static lehr_status run_day(const forecast_task *task, double point[], int32_t *features,
                           lehr_error *err) {
  (void)err;
  *features = 1;
  return repeat(task, 24, point);
}

static lehr_status run_week(const forecast_task *task, double point[], int32_t *features,
                            lehr_error *err) {
  (void)err;
  *features = 1;
  return repeat(task, 168, point);
}

const forecaster forecaster_naive_day = {
    .name = "naive-24", .summary = "the load of the day before", .run = run_day};
const forecaster forecaster_naive_week = {
    .name = "naive-168", .summary = "the load of the week before", .run = run_week};
