/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/backtest_zone.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static lehr_status step(zone_run *z, const char *phase, lehr_error *err) {
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
  LEHR_TRY(step(z, "candidates", err));
  const double start = clock_cpu();
  candidate_settings settings;
  LEHR_TRY(candidate_settings_learn(z->zone->hours, z->b->warm_day, &settings, err));
  LEHR_TRY(candidates_create(z->zone->hours, &settings, &z->zone->pool, err));
  z->zone->features_cpu_s = clock_cpu() - start;
  return LEHR_OK;
}

static forecast_task task_of(const zone_run *z) {
  return (forecast_task){.zone = z->zone->hours,
                         .pool = z->zone->pool,
                         .refit = z->b->refit,
                         .n_refits = z->b->n_refits,
                         .selected = z->selected,
                         .threads = z->b->threads,
                         .stop = z->o->stop};
}

/* ---- Selection ---- */

/* A choice or model that these data do not allow is left out; only lack of memory, a stop and
 * failures of files end the backtest. */
static bool is_skippable(lehr_status status) {
  return status == LEHR_EINPUT || status == LEHR_EINTERNAL || status == LEHR_ERANGE ||
         status == LEHR_EUNAVAILABLE;
}

/* Choice for the warm-up from what lies before it, and how many candidates served best there. */
static lehr_status choose_warm_up(zone_run *z, lehr_error *err) {
  backtest *b = z->b;
  select_options options = z->o->selection;
  options.stop = z->o->stop;
  if (z->o->trial_solver.solve) options.solver = z->o->trial_solver;
  LEHR_TRY(step(z, "selection: how many", err));
  if (b->first_test_refit == 0) return LEHR_OK;
  forecast_task before_test = task_of(z);
  before_test.n_refits = b->first_test_refit;
  const double start = clock_cpu();
  const lehr_status status =
      validate_features(&before_test, &options, &z->zone->validation, &z->warm, &z->why_not);
  z->selection_cpu_s = clock_cpu() - start;
  if (status == LEHR_OK || is_skippable(status)) return LEHR_OK;
  if (err) *err = z->why_not;
  return status;
}

/* What is in force at each refit: the warm-up's choice, then the test's. */
static lehr_status list_choices(zone_run *z, lehr_error *err) {
  const backtest *b = z->b;
  z->selected = memory_array((size_t)b->n_refits, sizeof *z->selected);
  if (!z->selected) return error_memory(err, (uint64_t)b->n_refits * sizeof *z->selected);
  for (int32_t r = 0; r < b->n_refits; r++)
    z->selected[r] = (r < b->first_test_refit ? z->warm : z->zone->selection)->choice;
  return LEHR_OK;
}

/* The choices of all zones that have a warm-up are solved together. */
static lehr_status choose_test(zone_run zones[], int32_t n, lehr_error *err) {
  backtest *b = zones[0].b;
  select_task tasks[ZONE_GROUP];
  zone_run *of[ZONE_GROUP];
  int32_t count = 0;
  for (int32_t k = 0; k < n; k++) {
    const validation *v = &zones[k].zone->validation;
    if (b->first_test_refit > 0 && !zones[k].warm) continue;
    of[count] = &zones[k];
    tasks[count++] = (select_task){.name = zones[k].zone->name,
                                   .pool = zones[k].zone->pool,
                                   .zone = zones[k].zone->hours,
                                   .features_max = v->n ? v->features[v->best] : 0};
  }
  if (count == 0) return LEHR_OK;
  const double start = clock_cpu();
  LEHR_TRY(step(of[0], "selection: which", err));
  select_options options = zones[0].o->selection;
  options.stop = zones[0].o->stop;
  LEHR_TRY(select_at(tasks, count, b->first_day, &options, b->threads, err));
  const double each_cpu_s = (clock_cpu() - start) / count;
  for (int32_t k = 0; k < count; k++) {
    of[k]->zone->selection = tasks[k].report;
    of[k]->selection_cpu_s += each_cpu_s;
    of[k]->why_not = tasks[k].error;
  }
  for (int32_t k = 0; k < count; k++)
    if (of[k]->zone->selection) LEHR_TRY(list_choices(of[k], err));
  return LEHR_OK;
}

lehr_status zones_choose(zone_run zones[], int32_t n, lehr_error *err) {
  const backtest_options *o = zones[0].o;
  bool is_needed = false;
  for (int32_t k = 0; k < o->n_models; k++) is_needed |= o->models[k]->needs_selection;
  if (!is_needed) return LEHR_OK;
  for (int32_t k = 0; k < n; k++) LEHR_TRY(choose_warm_up(&zones[k], err));
  return choose_test(zones, n, err);
}

/* ---- Models ---- */

static lehr_status run_forecaster(zone_run *z, backtest_model *m, lehr_error *err) {
  const forecaster *f = m->forecaster;
  if (f->needs_temperature && !z->zone->hours->temperature)
    return error_set(err, LEHR_EINPUT, "the series has no temperature");
  if (f->needs_selection && !z->selected) {
    if (err) *err = z->why_not;
    return z->why_not.status;
  }
  const forecast_task task = task_of(z);
  return f->run(&task, m->point, &m->features, err);
}

static lehr_status run_model(zone_run *z, backtest_model *m, lehr_error *err) {
  const int64_t hours = (int64_t)z->zone->hours->n_days * 24;
  m->point = memory_array((size_t)hours, sizeof *m->point);
  if (!m->point) return error_memory(err, (uint64_t)hours * sizeof *m->point);
  for (int64_t i = 0; i < hours; i++) m->point[i] = NAN;
  LEHR_TRY(step(z, m->forecaster->name, err));
  const double start = clock_cpu();
  lehr_error why = {.text = ""};
  const lehr_status status = run_forecaster(z, m, &why);
  m->cpu_s = clock_cpu() - start;
  if (m->forecaster->needs_pool) m->cpu_s += z->zone->features_cpu_s;
  if (m->forecaster->needs_selection) m->cpu_s += z->selection_cpu_s;
  if (status == LEHR_OK) return LEHR_OK;
  if (!is_skippable(status)) {
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
  LEHR_TRY(step(z, "scores", err));
  LEHR_TRY(find_scored(z, err));
  for (int32_t k = 0; k < b->n_models; k++)
    if (!z->zone->model[k].is_skipped) LEHR_TRY(score(z, &z->zone->model[k], err));
  return LEHR_OK;
}

void zone_run_release(zone_run *z) {
  select_report_free(z->warm);
  free(z->selected);
  if (z->zone && z->zone->pool) candidates_forget_values(z->zone->pool);
}
