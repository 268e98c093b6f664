/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/backtest.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Calendar of the run ---- */

/* Half a year of warm-up where that leaves a year before it, else a third of what there is. */
static int32_t warm_up_days(int32_t history) {
  const int32_t beyond_year = history - 366, third = history / 3;
  const int32_t days = beyond_year > third ? beyond_year : third;
  return days < QUANTILE_WINDOW_DAYS ? days : QUANTILE_WINDOW_DAYS;
}

static lehr_status place_test(backtest *b, const backtest_options *o, lehr_error *err) {
  const int64_t first = calendar_day(b->calendar, o->test_first);
  const int64_t end = calendar_day(b->calendar, o->test_last) + 1;
  const int64_t n_days = b->calendar->n_hours / 24;
  char from[CIVIL_TEXT], to[CIVIL_TEXT];
  civil_format_date(b->calendar->first_day * CIVIL_DAY_S, from);
  civil_format_date((b->calendar->first_day + n_days - 1) * CIVIL_DAY_S, to);
  if (first >= end) return error_set(err, LEHR_EUSAGE, "the test period is empty");
  if (first < 0 || end > n_days)
    return error_set(err, LEHR_EINPUT,
                     "the test period is not inside the series' whole days %s..%s", from, to);
  if (first < BACKTEST_LEAST_HISTORY_DAYS)
    return error_set(err, LEHR_EINPUT,
                     "the test period begins %d days after the series (%s); %d are needed",
                     (int)first, from, BACKTEST_LEAST_HISTORY_DAYS);
  b->first_day = (int32_t)first;
  b->end_day = (int32_t)end;
  b->warm_day = b->first_day - warm_up_days(b->first_day);
  return LEHR_OK;
}

/* Refits: start of the warm-up, of the test, and each first of a month. */
static lehr_status plan_refits(backtest *b, lehr_error *err) {
  const size_t most = (size_t)(b->end_day - b->warm_day) + 1;
  b->refit = memory_array(most, sizeof *b->refit);
  if (!b->refit) return error_memory(err, most * sizeof *b->refit);
  for (int32_t d = b->warm_day; d < b->end_day; d++) {
    if (d == b->first_day) b->first_test_refit = b->n_refits;
    if (d == b->warm_day || d == b->first_day || calendar_date(b->calendar, d).day == 1)
      b->refit[b->n_refits++] = d;
  }
  b->refit[b->n_refits] = b->end_day;
  return LEHR_OK;
}

/* ---- One zone ---- */

typedef struct zone_run {
  backtest *b;
  const backtest_options *o;
  backtest_zone *zone;
  const selection **selected; /* [n_refits] */
  select_report *warm;        /* choice for the warm-up */
  double done, work;          /* steps for the progress report */
} zone_run;

static lehr_status step(zone_run *z, const char *phase, lehr_error *err) {
  const backtest_options *o = z->o;
  if (o->progress) o->progress(o->user, z->done / z->work, phase);
  z->done += 1;
  if (o->stop && *o->stop) return error_set(err, LEHR_EBUSY, "stopped");
  return LEHR_OK;
}

static bool any_needs_pool(const backtest_options *o) {
  for (int32_t k = 0; k < o->n_models; k++)
    if (o->models[k]->needs_pool) return true;
  return false;
}

static lehr_status make_pool(zone_run *z, lehr_error *err) {
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
                         .threads = z->b->threads};
}

/* One choice for the warm-up, which also settles how many, and one for the test; each from what
 * lies before. */
static lehr_status choose(zone_run *z, lehr_error *err) {
  backtest *b = z->b;
  backtest_zone *zone = z->zone;
  select_options options = z->o->selection;
  LEHR_TRY(step(z, "selection: how many", err));
  if (b->first_test_refit > 0) {
    forecast_task before_test = task_of(z);
    before_test.n_refits = b->first_test_refit;
    LEHR_TRY(validate_features(&before_test, &options, &zone->validation, &z->warm, err));
    options.features_max = zone->validation.features[zone->validation.best];
  }
  LEHR_TRY(step(z, "selection: which", err));
  LEHR_TRY(select_at(zone->pool, zone->hours, b->first_day, &options, b->threads, &zone->selection,
                     err));
  z->selected = memory_array((size_t)b->n_refits, sizeof *z->selected);
  if (!z->selected) return error_memory(err, (uint64_t)b->n_refits * sizeof *z->selected);
  for (int32_t r = 0; r < b->n_refits; r++)
    z->selected[r] = (r < b->first_test_refit ? z->warm : zone->selection)->choice;
  return LEHR_OK;
}

static lehr_status run_forecaster(zone_run *z, backtest_model *m, lehr_error *err) {
  const forecaster *f = m->forecaster;
  if (f->needs_temperature && !z->zone->hours->temperature)
    return error_set(err, LEHR_EINPUT, "the series has no temperature");
  if (f->needs_selection && !z->selected) LEHR_TRY(choose(z, err));
  const forecast_task task = task_of(z);
  return f->run(&task, m->point, &m->features, err);
}

/* A model that cannot run on these data is skipped; only lack of memory, a stop and failures of
 * files end the backtest. */
static bool is_skippable(lehr_status status) {
  return status == LEHR_EINPUT || status == LEHR_EINTERNAL || status == LEHR_ERANGE ||
         status == LEHR_EUNAVAILABLE;
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
  m->cpu_s = clock_cpu() - start + (m->forecaster->needs_pool ? z->zone->features_cpu_s : 0);
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

static lehr_status run_zone(zone_run *z, lehr_error *err) {
  backtest *b = z->b;
  LEHR_TRY(make_pool(z, err));
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

/* ---- All ---- */

static lehr_status run_zones(const series *hourly, backtest *b, const backtest_options *o,
                             lehr_error *err) {
  const double steps = b->n_models + 4;
  for (int32_t k = 0; k < b->n_zones; k++) {
    backtest_zone *zone = &b->zone[k];
    memcpy(zone->name, hourly->zone[k], sizeof zone->name);
    zone->model = memory_array((size_t)b->n_models, sizeof *zone->model);
    if (!zone->model) return error_memory(err, (uint64_t)b->n_models * sizeof *zone->model);
    LEHR_TRY(zone_hours_create(hourly, b->calendar, k, &zone->hours, err));
    zone_run z = {.b = b, .o = o, .zone = zone, .done = steps * k, .work = steps * b->n_zones};
    const lehr_status status = run_zone(&z, err);
    select_report_free(z.warm);
    free(z.selected);
    LEHR_TRY(status);
  }
  return LEHR_OK;
}

lehr_status backtest_run(const series *hourly, const time_zone *tz, const backtest_options *o,
                         backtest **out, lehr_error *err) {
  backtest *b = calloc(1, sizeof *b);
  if (!b) return error_memory(err, sizeof *b);
  b->n_zones = hourly->n_zones;
  b->n_models = o->n_models;
  b->threads = o->threads > 1 ? o->threads : 1;
  b->zone = memory_array((size_t)b->n_zones, sizeof *b->zone);
  lehr_status status = b->zone ? LEHR_OK : error_memory(err, sizeof *b->zone);
  if (status == LEHR_OK) status = calendar_create(hourly, o->day_offset_s, tz, &b->calendar, err);
  if (status == LEHR_OK) status = place_test(b, o, err);
  if (status == LEHR_OK) status = plan_refits(b, err);
  if (status == LEHR_OK) status = run_zones(hourly, b, o, err);
  if (status != LEHR_OK) {
    backtest_free(b);
    return status;
  }
  *out = b;
  return LEHR_OK;
}

static void zone_release(backtest_zone *z, int32_t n_models) {
  for (int32_t k = 0; z->model && k < n_models; k++) {
    free(z->model[k].point);
    free(z->model[k].quantile);
  }
  free(z->model);
  free(z->scored);
  select_report_free(z->selection);
  candidates_free(z->pool);
  zone_hours_free(z->hours);
}

void backtest_free(backtest *b) {
  if (!b) return;
  for (int32_t k = 0; b->zone && k < b->n_zones; k++) zone_release(&b->zone[k], b->n_models);
  free(b->zone);
  free(b->refit);
  calendar_free(b->calendar);
  free(b);
}
