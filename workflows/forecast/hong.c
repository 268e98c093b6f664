/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/hong.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/real.h"
#include "workflows/forecast/regression.h"

#include <math.h>
#include <stdlib.h>

/* ---- One row ---- */

/* Columns are handed out block by block; a block is always skipped as a whole. */
typedef struct row_maker {
  hong_row *row;
  int32_t next; /* first column of the next block */
} row_maker;

static void put(row_maker *m, int32_t offset, double value) {
  m->row->col[m->row->n] = m->next + offset;
  m->row->value[m->row->n++] = value;
}

/* Dummy coding without the first level. */
static void level(row_maker *m, int32_t value, int32_t levels) {
  if (value > 0) put(m, value - 1, 1);
  m->next += levels - 1;
}

/* f by level, laid out [power][level]. */
static void cubic_by_level(row_maker *m, const double f[3], int32_t value, int32_t levels) {
  if (value > 0)
    for (int32_t k = 0; k < 3; k++) put(m, k * (levels - 1) + value - 1, f[k]);
  m->next += 3 * (levels - 1);
}

static void cubic(row_maker *m, const double f[3]) {
  for (int32_t k = 0; k < 3; k++) put(m, k, f[k]);
  m->next += 3;
}

static void powers(double temperature, double f[3]) {
  f[0] = (temperature - 16) / 10;
  f[1] = f[0] * f[0];
  f[2] = f[1] * f[0];
}

static void vanilla_part(row_maker *m, const zone_hours *z, int64_t t) {
  const calendar *c = z->calendar;
  const int32_t day = c->day_type[t], hour = c->hour[t], month = c->month[t];
  double f[3];
  powers(z->temperature[t], f);
  put(m, 0, (double)t / 8766);
  m->next++;
  level(m, month, 12);
  level(m, day, 7);
  level(m, hour, 24);
  if (day > 0 && hour > 0) put(m, (day - 1) * 23 + hour - 1, 1);
  m->next += 6 * 23;
  cubic(m, f);
  cubic_by_level(m, f, month, 12);
  cubic_by_level(m, f, hour, 24);
}

static void recency_part(row_maker *m, const hong_inputs *in, int64_t t) {
  static const int32_t lag[] = {1, 2, 3, 6, 12};
  const zone_hours *z = in->zone;
  const int32_t hour = z->calendar->hour[t], month = z->calendar->month[t];
  double f[3];
  for (size_t k = 0; k < sizeof lag / sizeof *lag; k++) {
    powers(z->temperature[t - lag[k]], f);
    cubic(m, f);
    if (lag[k] == 3 || lag[k] == 12) cubic_by_level(m, f, hour, 24);
  }
  for (int32_t back = 0; back <= 48; back += 24) {
    powers(in->day_mean[t - back], f);
    cubic(m, f);
    cubic_by_level(m, f, hour, 24);
    if (back == 0) cubic_by_level(m, f, month, 12);
  }
}

bool hong_row_at(const hong_inputs *in, int64_t hour, hong_row *row) {
  row->n = 0;
  if (in->with_recency && hour < 72) return false;
  row_maker m = {.row = row};
  vanilla_part(&m, in->zone, hour);
  if (in->with_recency) recency_part(&m, in, hour);
  double sum = 0;
  for (int32_t k = 0; k < row->n; k++) sum += row->value[k];
  return !isnan(sum);
}

lehr_status hong_prepare(const zone_hours *zone, bool with_recency, hong_inputs *out,
                         lehr_error *err) {
  const int64_t n = (int64_t)zone->n_days * 24;
  *out = (hong_inputs){.zone = zone, .with_recency = with_recency};
  out->day_mean = memory_array((size_t)n, sizeof(double));
  if (!out->day_mean) return error_memory(err, (uint64_t)n * sizeof(double));
  for (int64_t t = 0; t < n; t++) {
    double sum = 0;
    for (int64_t k = 0; k < 24; k++) sum += t >= k ? zone->temperature[t - k] : NAN;
    out->day_mean[t] = sum / 24;
  }
  return LEHR_OK;
}

void hong_release(hong_inputs *in) {
  free(in->day_mean);
  in->day_mean = NULL;
}

/* ---- All rows, rolling refits ---- */

typedef struct training {
  int64_t *ptr;
  int32_t *col;
  double *value, *y;
  int64_t n;
  int64_t *rows_before_day; /* [n_days + 1] */
} training;

static void training_release(training *t) {
  free(t->ptr);
  free(t->col);
  free(t->value);
  free(t->y);
  free(t->rows_before_day);
}

static lehr_status training_alloc(int32_t n_days, int32_t entries, training *t, lehr_error *err) {
  const size_t hours = (size_t)n_days * 24, all = hours * (size_t)entries;
  t->ptr = memory_array(hours + 1, sizeof *t->ptr);
  t->col = memory_array(all, sizeof *t->col);
  t->value = memory_array(all, sizeof *t->value);
  t->y = memory_array(hours, sizeof *t->y);
  t->rows_before_day = memory_array((size_t)n_days + 1, sizeof *t->rows_before_day);
  if (t->ptr && t->col && t->value && t->y && t->rows_before_day) return LEHR_OK;
  training_release(t);
  return error_memory(err, all * (sizeof *t->col + sizeof *t->value));
}

/* Rows of all complete hours before end_day. */
static void training_fill(const hong_inputs *in, int32_t end_day, training *t) {
  hong_row row;
  for (int32_t d = 0; d < end_day; d++) {
    t->rows_before_day[d] = t->n;
    for (int64_t i = (int64_t)d * 24; d >= POOLED_FIRST_DAY && i < (int64_t)(d + 1) * 24; i++) {
      if (isnan(in->zone->log_load[i]) || !hong_row_at(in, i, &row)) continue;
      int64_t at = t->ptr[t->n];
      for (int32_t k = 0; k < row.n; k++, at++) {
        t->col[at] = row.col[k];
        t->value[at] = row.value[k];
      }
      t->y[t->n++] = in->zone->log_load[i];
      t->ptr[t->n] = at;
    }
  }
  t->rows_before_day[end_day] = t->n;
}

static void predict(const hong_inputs *in, int32_t first_day, int32_t end_day, const double b[],
                    double b0, double point[]) {
  hong_row row;
  for (int64_t i = (int64_t)first_day * 24; i < (int64_t)end_day * 24; i++) {
    point[i] = NAN;
    if (!hong_row_at(in, i, &row)) continue;
    double sum = b0;
    for (int32_t k = 0; k < row.n; k++) sum += row.value[k] * b[row.col[k]];
    point[i] = real_exp(sum);
  }
}

/* Fits at each refit day and forecasts up to the next one. */
static lehr_status roll(const forecast_task *task, const hong_inputs *in, const training *t,
                        sparse_ridge *m, double alpha, double point[], lehr_error *err) {
  double b[RECENCY_COLUMNS], b0;
  int64_t done = 0;
  for (int32_t r = 0; r < task->n_refits; r++) {
    const int64_t rows = t->rows_before_day[task->refit[r]];
    const sparse_rows fresh = {rows - done, t->ptr + done, t->col, t->value, t->y + done};
    LEHR_TRY(sparse_ridge_add(m, &fresh, err));
    done = rows;
    LEHR_TRY(sparse_ridge_fit(m, alpha, b, &b0, err));
    predict(in, task->refit[r], task->refit[r + 1], b, b0, point);
  }
  return LEHR_OK;
}

static lehr_status run_hong(const forecast_task *task, bool with_recency, double alpha,
                            double point[], lehr_error *err) {
  const int32_t columns = with_recency ? RECENCY_COLUMNS : VANILLA_COLUMNS;
  hong_inputs in;
  LEHR_TRY(hong_prepare(task->zone, with_recency, &in, err));
  training t = {0};
  sparse_ridge *m = NULL;
  lehr_status status = training_alloc(task->zone->n_days, HONG_ENTRIES, &t, err);
  if (status == LEHR_OK) {
    training_fill(&in, task->refit[task->n_refits], &t);
    status = sparse_ridge_create(columns, &m, err);
    if (status == LEHR_OK) status = roll(task, &in, &t, m, alpha, point, err);
    training_release(&t);
  }
  sparse_ridge_free(m);
  hong_release(&in);
  return status;
}

static lehr_status run_vanilla(const forecast_task *task, double point[], int32_t *features,
                               lehr_error *err) {
  *features = VANILLA_COLUMNS;
  return run_hong(task, false, 1e-6, point, err);
}

static lehr_status run_recency(const forecast_task *task, double point[], int32_t *features,
                               lehr_error *err) {
  *features = RECENCY_COLUMNS;
  return run_hong(task, true, 1, point, err);
}

const forecaster forecaster_vanilla = {
    .name = "vanilla",
    .summary = "calendar x temperature regression (Hong), holidays as Sundays",
    .needs_temperature = true,
    .run = run_vanilla};
const forecaster forecaster_recency = {.name = "recency",
                                       .summary = "vanilla with lagged and averaged temperatures",
                                       .needs_temperature = true,
                                       .run = run_recency};
