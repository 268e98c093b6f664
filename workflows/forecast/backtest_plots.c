/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/backtest_plots.h"

#include "base/error.h"
#include "base/memory.h"
#include "io/svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { WEEK_HOURS = 168, SHOWN_CANDIDATES = 24, COLOR_MAIN = 0 };

/* ---- Peak week ---- */

/* First test day of a week with the day of the highest load in its middle, within the test. */
static int32_t peak_week(const backtest *b, const backtest_zone *z) {
  const int32_t n_days = b->end_day - b->first_day;
  const double *load = z->hours->load + (int64_t)b->first_day * 24;
  int64_t peak = -1;
  for (int64_t i = 0; i < (int64_t)n_days * 24; i++)
    if (!isnan(load[i]) && (peak < 0 || load[i] > load[peak])) peak = i;
  const int32_t day = peak < 0 ? 0 : (int32_t)(peak / 24) - 3;
  const int32_t latest = n_days > 7 ? n_days - 7 : 0;
  return day < 0 ? 0 : day > latest ? latest : day;
}

lehr_status plot_peak_week(const backtest *b, int32_t zone, int32_t model, char **svg,
                           lehr_error *err) {
  const backtest_zone *z = &b->zone[zone];
  const backtest_model *m = &z->model[model];
  const int32_t day = peak_week(b, z), n_days = b->end_day - b->first_day;
  const int64_t n = n_days < 7 ? (int64_t)n_days * 24 : WEEK_HOURS;
  const int64_t first = (int64_t)(b->first_day + day) * 24;
  double time[WEEK_HOURS], low90[WEEK_HOURS], high90[WEEK_HOURS], low50[WEEK_HOURS],
      high50[WEEK_HOURS];
  for (int64_t i = 0; i < n; i++) {
    const double *q = m->quantile + ((int64_t)day * 24 + i) * QUANTILES;
    time[i] = (double)(b->calendar->start_s + (first + i) * 3600);
    low90[i] = q[1];
    high90[i] = q[19];
    low50[i] = q[5];
    high50[i] = q[15];
  }
  const plot_layer layers[] = {
      {.kind = PLOT_BAND, .label = "90 %", .count = n, .x = time, .y = low90, .y2 = high90},
      {.kind = PLOT_BAND, .label = "50 %", .count = n, .x = time, .y = low50, .y2 = high50},
      {.kind = PLOT_LINE,
       .label = m->forecaster->name,
       .count = n,
       .x = time,
       .y = m->point + first,
       .color = COLOR_MAIN},
      {.kind = PLOT_LINE,
       .label = "load",
       .count = n,
       .x = time,
       .y = z->hours->load + first,
       .color = PLOT_GRAY}};
  const plot p = {.title = "Load and day-ahead forecast, week of the highest load",
                  .height = 360,
                  .x = {.scale = PLOT_TIMES, .offset_s = b->calendar->offset_s},
                  .y = {.label = "MW"},
                  .layers = layers,
                  .n_layers = sizeof layers / sizeof *layers,
                  .is_inline = true};
  size_t length;
  return svg_plot(&p, svg, &length, err);
}

/* ---- Errors ---- */

enum { MOST_SHOWN = 16 };

lehr_status plot_errors(const backtest *b, int32_t zone, char **svg, lehr_error *err) {
  const backtest_zone *z = &b->zone[zone];
  const char *names[MOST_SHOWN];
  double values[MOST_SHOWN];
  int32_t colors[MOST_SHOWN], n = 0;
  for (int32_t k = 0; k < b->n_models && n < MOST_SHOWN; k++) {
    if (z->model[k].is_skipped) continue;
    names[n] = z->model[k].forecaster->name;
    values[n] = z->model[k].points.mape;
    colors[n++] = k == backtest_main_model(b) ? COLOR_MAIN : PLOT_GRAY;
  }
  const bar_chart c = {.title = "Mean absolute percentage error",
                       .count = n,
                       .names = names,
                       .values = values,
                       .colors = colors,
                       .decimals = 2,
                       .unit = "%",
                       .is_inline = true};
  size_t length;
  return svg_bars(&c, svg, &length, err);
}

lehr_status plot_hours(const backtest *b, int32_t zone, char **svg, lehr_error *err) {
  const backtest_zone *z = &b->zone[zone];
  plot_layer layers[MOST_SHOWN];
  double hours[24];
  int32_t n = 0;
  for (int32_t h = 0; h < 24; h++) hours[h] = h;
  for (int32_t k = b->n_models - 1; k >= 0 && n < PLOT_COLORS; k--) {
    const backtest_model *m = &z->model[k];
    if (m->is_skipped) continue;
    layers[n] = (plot_layer){.kind = PLOT_LINE,
                             .label = m->forecaster->name,
                             .count = 24,
                             .x = hours,
                             .y = m->mape_by_hour,
                             .color = n};
    n++;
  }
  const plot p = {.title = "Error by hour of the day",
                  .x = {.label = "hour (fixed-offset clock)"},
                  .y = {.label = "MAPE in %", .has_zero = true},
                  .layers = layers,
                  .n_layers = n,
                  .is_inline = true};
  size_t length;
  return svg_plot(&p, svg, &length, err);
}

/* ---- Calibration ---- */

lehr_status plot_calibration(const backtest *b, int32_t zone, int32_t model, char **svg,
                             lehr_error *err) {
  const backtest_zone *z = &b->zone[zone];
  const backtest_model *m = &z->model[model];
  const int64_t n = (int64_t)(b->end_day - b->first_day) * 24;
  double observed[QUANTILES];
  const double ends[2] = {0, 1};
  for (int32_t k = 0; k < QUANTILES; k++) {
    int64_t below = 0, known = 0;
    for (int64_t i = 0; i < n; i++) {
      const double q = m->quantile[i * QUANTILES + k];
      if (isnan(q) || isnan(z->scored[i])) continue;
      known++;
      below += z->scored[i] <= q;
    }
    observed[k] = known ? (double)below / (double)known : NAN;
  }
  const plot_layer layers[] = {{.kind = PLOT_LINE,
                                .label = "perfect",
                                .count = 2,
                                .x = ends,
                                .y = ends,
                                .color = PLOT_GRAY,
                                .is_dashed = true},
                               {.kind = PLOT_LINE,
                                .count = QUANTILES,
                                .x = QUANTILE_LEVELS,
                                .y = observed,
                                .color = COLOR_MAIN},
                               {.kind = PLOT_POINTS,
                                .label = m->forecaster->name,
                                .count = QUANTILES,
                                .x = QUANTILE_LEVELS,
                                .y = observed,
                                .color = COLOR_MAIN}};
  const plot p = {.title = "Calibration of the quantiles",
                  .x = {.label = "forecast probability", .has_range = true, .high = 1},
                  .y = {.label = "share of hours below", .has_range = true, .high = 1},
                  .layers = layers,
                  .n_layers = sizeof layers / sizeof *layers,
                  .is_inline = true};
  size_t length;
  return svg_plot(&p, svg, &length, err);
}

/* ---- Selection ---- */

typedef struct use {
  int32_t candidate, hours;
} use;

/* Used by most hours first; equal ones in the order of the candidates. */
static int by_use(const void *a, const void *b) {
  const use *x = a, *y = b;
  if (x->hours != y->hours) return x->hours > y->hours ? -1 : 1;
  return (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

lehr_status plot_selected(const backtest *b, int32_t zone, char **svg, lehr_error *err) {
  static const int32_t color_of_kind[] = {1, 0, 2};
  const backtest_zone *z = &b->zone[zone];
  *svg = NULL;
  if (!z->selection) return LEHR_OK;
  use *uses = memory_array((size_t)z->pool->count, sizeof *uses);
  if (!uses) return error_memory(err, (uint64_t)z->pool->count * sizeof *uses);
  for (int32_t i = 0; i < z->pool->count; i++) uses[i].candidate = i;
  for (int32_t h = 0; h < 24; h++)
    for (int32_t k = 0; k < z->selection->choice->k[h]; k++)
      uses[selection_of(z->selection->choice, h)[k]].hours++;
  qsort(uses, (size_t)z->pool->count, sizeof *uses, by_use);
  const char *names[SHOWN_CANDIDATES];
  double values[SHOWN_CANDIDATES];
  int32_t colors[SHOWN_CANDIDATES], n = 0;
  for (; n < SHOWN_CANDIDATES && n < z->pool->count && uses[n].hours > 0; n++) {
    const candidate *c = &z->pool->item[uses[n].candidate];
    names[n] = c->name;
    values[n] = uses[n].hours;
    colors[n] = color_of_kind[c->kind];
  }
  free(uses);
  const bar_chart c = {.title = "What most hours' models use",
                       .subtitle = "number of hours of the day; calendar, load and weather inputs "
                                   "in three colours",
                       .count = n,
                       .names = names,
                       .values = values,
                       .colors = colors,
                       .unit = "h",
                       .is_inline = true};
  size_t length;
  return svg_bars(&c, svg, &length, err);
}
