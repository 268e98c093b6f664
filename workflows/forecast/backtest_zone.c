/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/backtest_zone.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

lehr_status zone_step(zone_run *z, const char *phase, lehr_error *err) {
  const backtest_options *o = z->o;
  if (o->progress) o->progress(o->user, z->steps->done / z->steps->all, phase);
  z->steps->done += 1;
  if (o->stop && *o->stop) return error_set(err, LEHR_EBUSY, "stopped");
  return LEHR_OK;
}

double zone_step_count(const backtest_options *o) {
  double steps = o->n_models + 1;
  for (int32_t k = 0; k < o->n_models; k++) {
    if (o->models[k]->needs_pool) steps += 1;
    if (o->models[k]->needs_selection) steps += 2;
  }
  return steps;
}

static bool any_needs_pool(const backtest_options *o) {
  for (int32_t k = 0; k < o->n_models; k++)
    if (o->models[k]->needs_pool) return true;
  return false;
}

lehr_status zone_prepare(zone_run *z, lehr_error *err) {
  if (!any_needs_pool(z->o)) return LEHR_OK;
  LEHR_TRY(zone_step(z, "candidates", err));
  const double start = clock_cpu();
  candidate_settings settings;
  LEHR_TRY(candidate_settings_learn(z->zone->hours, z->b->warm_day, &settings, err));
  LEHR_TRY(candidates_create(z->zone->hours, &settings, &z->zone->pool, err));
  z->zone->features_cpu_s = clock_cpu() - start;
  return LEHR_OK;
}

forecast_task zone_task(const zone_run *z) {
  return (forecast_task){.zone = z->zone->hours,
                         .pool = z->zone->pool,
                         .refit = z->b->refit,
                         .n_refits = z->b->n_refits,
                         .threads = z->b->threads,
                         .stop = z->o->stop};
}

bool zone_is_skippable(lehr_status status) {
  return status == LEHR_EINPUT || status == LEHR_EINTERNAL || status == LEHR_ERANGE ||
         status == LEHR_EUNAVAILABLE;
}

/* ---- Models ---- */

static lehr_status run_forecaster(zone_run *z, backtest_model *m, lehr_error *err) {
  const forecaster *f = m->forecaster;
  if (f->needs_temperature && !z->zone->hours->temperature)
    return error_set(err, LEHR_EINPUT, "the series has no temperature");
  forecast_task task = zone_task(z);
  if (f->needs_selection) task.selected = z->choice[f->method].in_force;
  if (f->needs_selection && !task.selected) {
    if (err) *err = z->why_not;
    return z->why_not.status;
  }
  return f->run(&task, m->point, &m->features, err);
}

static lehr_status run_model(zone_run *z, backtest_model *m, lehr_error *err) {
  const int64_t hours = (int64_t)z->zone->hours->n_days * 24;
  m->point = memory_array((size_t)hours, sizeof *m->point);
  if (!m->point) return error_memory(err, (uint64_t)hours * sizeof *m->point);
  for (int64_t i = 0; i < hours; i++) m->point[i] = NAN;
  LEHR_TRY(zone_step(z, m->forecaster->name, err));
  const double start = clock_cpu();
  lehr_error why = {.text = ""};
  const lehr_status status = run_forecaster(z, m, &why);
  m->cpu_s = clock_cpu() - start;
  if (m->forecaster->needs_pool) m->cpu_s += z->zone->features_cpu_s;
  if (m->forecaster->needs_selection) m->cpu_s += z->choice[m->forecaster->method].cpu_s;
  if (status == LEHR_OK) return LEHR_OK;
  if (!zone_is_skippable(status)) {
    if (err) *err = why;
    return status;
  }
  m->is_skipped = true;
  snprintf(m->reason, sizeof m->reason, "%s", why.text);
  return LEHR_OK;
}

/* The hours on which all models can be compared. */
static lehr_status find_scored(zone_run *z, lehr_error *err) {
  const backtest *b = z->b;
  backtest_zone *zone = z->zone;
  const int64_t first = (int64_t)b->first_day * 24, n = (int64_t)(b->end_day - b->first_day) * 24;
  zone->scored = memory_array((size_t)n, sizeof *zone->scored);
  if (!zone->scored) return error_memory(err, (uint64_t)n * sizeof *zone->scored);
  for (int64_t i = 0; i < n; i++) {
    bool is_forecast = true;
    for (int32_t k = 0; k < b->n_models; k++)
      is_forecast &= zone->model[k].is_skipped || !isnan(zone->model[k].point[first + i]);
    const double load = zone->hours->load[first + i];
    zone->hours_without_load += isnan(load);
    zone->hours_without_forecast += !isnan(load) && !is_forecast;
    zone->scored[i] = is_forecast ? load : NAN;
  }
  return LEHR_OK;
}

static lehr_status score(zone_run *z, backtest_model *m, lehr_error *err) {
  const backtest *b = z->b;
  const int32_t n_days = b->end_day - b->first_day;
  const double *point = m->point + (int64_t)b->first_day * 24, *scored = z->zone->scored;
  m->quantile = memory_array((size_t)n_days * 24 * QUANTILES, sizeof *m->quantile);
  if (!m->quantile) return error_memory(err, (uint64_t)n_days * 24 * QUANTILES * sizeof(double));
  trailing_quantiles(z->zone->hours->load, m->point, b->first_day, n_days, m->quantile);
  m->quantiles = quantile_metrics_of(scored, m->quantile, n_days);
  mape_by_hour(scored, point, n_days, m->mape_by_hour);
  return point_metrics_of(scored, point, n_days, &m->points, err);
}

lehr_status zone_finish(zone_run *z, lehr_error *err) {
  backtest *b = z->b;
  for (int32_t k = 0; k < b->n_models; k++) {
    z->zone->model[k].forecaster = z->o->models[k];
    LEHR_TRY(run_model(z, &z->zone->model[k], err));
  }
  LEHR_TRY(zone_step(z, "scores", err));
  LEHR_TRY(find_scored(z, err));
  for (int32_t k = 0; k < b->n_models; k++)
    if (!z->zone->model[k].is_skipped) LEHR_TRY(score(z, &z->zone->model[k], err));
  return LEHR_OK;
}

void zone_run_release(zone_run *z) {
  for (int k = 0; k < CHOICE_METHODS; k++) {
    select_report_free(z->choice[k].warm);
    if (k != CHOICE_QUBO) select_report_free(z->choice[k].test);
    free(z->choice[k].in_force);
  }
  if (z->zone && z->zone->pool) candidates_forget_values(z->zone->pool);
}
