/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/backtest.h"

#include "base/error.h"
#include "base/memory.h"
#include "workflows/forecast/backtest_zone.h"

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

/* ---- All ---- */

static lehr_status open_zone(const series *hourly, backtest *b, int32_t index, lehr_error *err) {
  backtest_zone *zone = &b->zone[index];
  memcpy(zone->name, hourly->zone[index], sizeof zone->name);
  zone->model = memory_array((size_t)b->n_models, sizeof *zone->model);
  if (!zone->model) return error_memory(err, (uint64_t)b->n_models * sizeof *zone->model);
  return zone_hours_create(hourly, b->calendar, index, &zone->hours, err);
}

/* A group of neighbouring zones from start to end. */
static lehr_status run_group(zone_run runs[], int32_t n, lehr_error *err) {
  for (int32_t k = 0; k < n; k++) LEHR_TRY(zone_prepare(&runs[k], err));
  LEHR_TRY(zones_choose(runs, n, err));
  for (int32_t k = 0; k < n; k++) LEHR_TRY(zone_finish(&runs[k], err));
  return LEHR_OK;
}

static lehr_status run_zones(const series *hourly, backtest *b, const backtest_options *o,
                             lehr_error *err) {
  backtest_steps steps = {.all = zone_step_count(o) * b->n_zones};
  for (int32_t first = 0; first < b->n_zones; first += ZONE_GROUP) {
    const int32_t n = b->n_zones - first < ZONE_GROUP ? b->n_zones - first : ZONE_GROUP;
    zone_run runs[ZONE_GROUP] = {{NULL}};
    lehr_status status = LEHR_OK;
    for (int32_t k = 0; k < n && status == LEHR_OK; k++) {
      runs[k] = (zone_run){.b = b, .o = o, .steps = &steps, .zone = &b->zone[first + k]};
      status = open_zone(hourly, b, first + k, err);
    }
    if (status == LEHR_OK) status = run_group(runs, n, err);
    for (int32_t k = 0; k < n; k++) zone_run_release(&runs[k]);
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
