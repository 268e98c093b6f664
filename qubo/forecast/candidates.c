/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/forecast/candidates.h"

#include "base/error.h"
#include "base/memory.h"
#include "qubo/forecast/candidate_maker.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double quantile(const double sorted[], int64_t n, double p) {
  const double at = (double)(n - 1) * p;
  const int64_t below = (int64_t)at;
  if (below >= n - 1) return sorted[n - 1];
  return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

lehr_status candidate_settings_learn(const zone_hours *z, int32_t origin_day,
                                     candidate_settings *out, lehr_error *err) {
  *out = (candidate_settings){.coldest = -INFINITY, .warmest = INFINITY};
  const int64_t n = (int64_t)origin_day * 24;
  double sum = 0;
  int64_t known = 0;
  for (int64_t i = 0; i < n; i++) {
    if (isnan(z->log_load[i])) continue;
    sum += z->log_load[i];
    known++;
  }
  if (known) out->log_load_centre = sum / (double)known;
  if (!z->temperature) return LEHR_OK;
  double *sorted = memory_array((size_t)n, sizeof *sorted);
  if (!sorted) return error_memory(err, (uint64_t)n * sizeof *sorted);
  int64_t measured = 0;
  for (int64_t i = 0; i < n; i++)
    if (!isnan(z->temperature[i])) sorted[measured++] = z->temperature[i];
  if (measured) {
    qsort(sorted, (size_t)measured, sizeof *sorted, ascending);
    out->coldest = quantile(sorted, measured, 0.001);
    out->warmest = quantile(sorted, measured, 0.999);
  }
  free(sorted);
  return LEHR_OK;
}

/* ---- Columns ---- */

double *maker_track(maker *m) {
  if (m->status != LEHR_OK) return NULL;
  assert(m->n_tracks < MAX_TRACKS);
  double **track = &m->track[m->n_tracks];
  if (!*track) *track = memory_array((size_t)m->n, sizeof **track);
  if (*track)
    m->n_tracks++;
  else
    m->status = LEHR_ENOMEM;
  return *track;
}

void maker_release(maker *m, int32_t mark) { m->n_tracks = mark; }

/* A named column without values yet, or NULL. */
static candidate *new_candidate(maker *m, const char *format, va_list arguments) {
  if (m->status != LEHR_OK) return NULL;
  candidates *c = m->out;
  if (c->count == c->capacity) {
    const int32_t capacity = c->capacity ? 2 * c->capacity : 256;
    candidate *grown = realloc(c->item, (size_t)capacity * sizeof *grown);
    if (!grown) {
      m->status = LEHR_ENOMEM;
      return NULL;
    }
    c->item = grown;
    c->capacity = capacity;
  }
  candidate *item = &c->item[c->count];
  *item = (candidate){.kind = m->kind};
  vsnprintf(item->name, sizeof item->name, format, arguments);
  /* Not memory_array: every value is written right away, and this is 90 MB for three years. */
  item->value = malloc((size_t)m->n * sizeof *item->value);
  if (!item->value) {
    m->status = LEHR_ENOMEM;
    return NULL;
  }
  c->count++;
  return item;
}

/* Turns hours in order of time into one run of days per hour of the day. */
static void transpose(const double v[], int32_t n_days, double to[]) {
  for (int32_t h = 0; h < 24; h++)
    for (int32_t d = 0; d < n_days; d++) to[(int64_t)h * n_days + d] = v[(int64_t)d * 24 + h];
}

/* Adds the column of a track under its formatted name. */
static void add(maker *m, const double v[], const char *format, va_list arguments) {
  candidate *item = v ? new_candidate(m, format, arguments) : NULL;
  if (item) transpose(v, m->out->n_days, item->value);
}

void maker_add(maker *m, const double v[], const char *name, ...) {
  va_list arguments;
  va_start(arguments, name);
  add(m, v, name, arguments);
  va_end(arguments);
}

void maker_add_lag(maker *m, const double v[], int64_t hours, const char *name, ...) {
  const int32_t mark = m->n_tracks;
  va_list arguments;
  va_start(arguments, name);
  add(m, maker_lag(m, v, hours), name, arguments);
  va_end(arguments);
  maker_release(m, mark);
}

void maker_add_product(maker *m, const double a[], const double b[], const char *name, ...) {
  const int32_t mark = m->n_tracks;
  va_list arguments;
  va_start(arguments, name);
  add(m, maker_product(m, a, b), name, arguments);
  va_end(arguments);
  maker_release(m, mark);
}

/* ---- Tracks from tracks ---- */

const double *maker_lag(maker *m, const double v[], int64_t hours) {
  double *to = v ? maker_track(m) : NULL;
  if (!to) return NULL;
  for (int64_t i = 0; i < m->n; i++) to[i] = i >= hours ? v[i - hours] : NAN;
  return to;
}

const double *maker_product(maker *m, const double a[], const double b[]) {
  double *to = a && b ? maker_track(m) : NULL;
  if (!to) return NULL;
  for (int64_t i = 0; i < m->n; i++) to[i] = a[i] * b[i];
  return to;
}

const double *maker_mean(maker *m, const double v[], int64_t width, int64_t back) {
  double *to = v ? maker_track(m) : NULL;
  if (!to) return NULL;
  double sum = 0;
  int64_t known = 0;
  for (int64_t i = 0; i < m->n + back; i++) { /* i: the newest hour of the window */
    if (i < m->n && !isnan(v[i])) sum += v[i], known++;
    if (i >= width && !isnan(v[i - width])) sum -= v[i - width], known--;
    const int64_t t = i + back;
    if (t >= m->n) break;
    to[t] = 10 * known >= 9 * width ? sum / (double)known : NAN;
  }
  for (int64_t t = 0; t < back && t < m->n; t++) to[t] = NAN;
  return to;
}

static double day_value(const double day[24], day_statistic what) {
  double sum = 0, high = -INFINITY, low = INFINITY;
  int32_t known = 0;
  for (int32_t h = 0; h < 24; h++) {
    if (isnan(day[h])) continue;
    known++;
    sum += day[h];
    high = fmax(high, day[h]);
    low = fmin(low, day[h]);
  }
  if (known < 22) return NAN;
  return what == DAY_MEAN ? sum / known : what == DAY_MAX ? high : low;
}

const double *maker_day(maker *m, const double v[], day_statistic what) {
  double *to = v ? maker_track(m) : NULL;
  if (!to) return NULL;
  for (int64_t i = 0; i < m->n; i += 24) {
    const double value = day_value(v + i, what);
    for (int64_t h = 0; h < 24; h++) to[i + h] = value;
  }
  return to;
}

const double *maker_day_hour(maker *m, const double v[], int32_t hour) {
  double *to = v ? maker_track(m) : NULL;
  if (!to) return NULL;
  for (int64_t i = 0; i < m->n; i++) to[i] = v[i - i % 24 + hour];
  return to;
}

/* ---- All of them ---- */

void candidates_forget_values(candidates *c) {
  for (int32_t i = 0; i < c->count; i++) {
    free(c->item[i].value);
    c->item[i].value = NULL;
  }
}

void candidates_free(candidates *c) {
  if (!c) return;
  candidates_forget_values(c);
  free(c->item);
  free(c);
}

lehr_status candidates_create(const zone_hours *z, const candidate_settings *settings,
                              candidates **out, lehr_error *err) {
  candidates *c = calloc(1, sizeof *c);
  if (!c) return error_memory(err, sizeof *c);
  c->n_days = z->n_days;
  maker m = {.zone = z, .settings = settings, .n = (int64_t)z->n_days * 24, .out = c};
  make_calendar_candidates(&m);
  make_load_candidates(&m);
  if (z->temperature) make_weather_candidates(&m);
  for (int32_t k = 0; k < MAX_TRACKS; k++) free(m.track[k]);
  if (m.status != LEHR_OK) {
    candidates_free(c);
    return error_memory(err, (uint64_t)m.n * 430 * sizeof(double));
  }
  *out = c;
  return LEHR_OK;
}
