/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/validate.h"

#include "base/error.h"
#include "base/memory.h"
#include "workflows/forecast/metrics.h"

#include <math.h>
#include <stdlib.h>

/* Rounds for the sizes that only serve the comparison; the first ones bring nearly all. */
enum { TRIAL_ROUNDS = 2 };

static lehr_status error_of(const forecast_task *task, const selection *choice, double *mape,
                            lehr_error *err) {
  const int32_t first = task->refit[0], end = task->refit[task->n_refits];
  const size_t hours = (size_t)task->zone->n_days * 24;
  const selection **all = memory_array((size_t)task->n_refits, sizeof *all);
  double *point = memory_array(hours, sizeof *point);
  lehr_status status = error_memory(err, hours * sizeof *point);
  if (all && point) {
    forecast_task trial = *task;
    int32_t features;
    point_metrics m;
    for (int32_t r = 0; r < task->n_refits; r++) all[r] = choice;
    trial.selected = all;
    status = forecaster_find("selected")->run(&trial, point, &features, err);
    if (status == LEHR_OK)
      status = point_metrics_of(task->zone->load + (int64_t)first * 24, point + (int64_t)first * 24,
                                end - first, &m, err);
    if (status == LEHR_OK) *mape = m.mape;
  }
  free(all);
  free(point);
  return status;
}

static lehr_status try_size(const forecast_task *task, const select_options *o, validation *v,
                            select_report **best, lehr_error *err) {
  select_task choose = {.name = "validation", .pool = task->pool, .zone = task->zone};
  double mape = NAN;
  LEHR_TRY(select_at(&choose, 1, task->refit[0], o, task->threads, err));
  if (choose.status != LEHR_OK) {
    if (err) *err = choose.error;
    return choose.status;
  }
  select_report *report = choose.report;
  const lehr_status status = error_of(task, report->choice, &mape, err);
  if (status != LEHR_OK) {
    select_report_free(report);
    return status;
  }
  v->features[v->n] = o->features_max;
  v->mape[v->n] = mape;
  if (v->n == 0 || mape < v->mape[v->best]) {
    v->best = v->n;
    select_report_free(*best);
    *best = report;
  } else {
    select_report_free(report);
  }
  v->n++;
  return LEHR_OK;
}

lehr_status validate_features(const forecast_task *task, const select_options *o, validation *v,
                              select_report **out, lehr_error *err) {
  *v = (validation){.n = 0};
  *out = NULL;
  for (int32_t third = VALIDATION_SIZES; third >= 1; third--) {
    select_options trial = *o;
    trial.features_max = o->features_max * third / VALIDATION_SIZES;
    if (trial.features_max < 1) break;
    if (third < VALIDATION_SIZES && trial.rounds > TRIAL_ROUNDS) trial.rounds = TRIAL_ROUNDS;
    const lehr_status status = try_size(task, &trial, v, out, err);
    if (status == LEHR_OK) continue;
    select_report_free(*out);
    *out = NULL;
    return status;
  }
  return LEHR_OK;
}
