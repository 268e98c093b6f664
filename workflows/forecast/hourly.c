/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/hourly.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/real.h"

#include <math.h>
#include <stdlib.h>

static const double RIDGE_ALL = 30, RIDGE_SELECTED = 1, RIDGE_LOAD_ONLY = 3;
/* Days at the same time of the year weigh up to 1.8, those half a year away 0.2. */
static const double SEASON_WEIGHT = 0.8, YEAR_DAYS = 365.25;
/* Error correction: gain of the slow errors, their share, and the share of yesterday's mean. */
static const double ERROR_GAIN = 0.15, ERROR_SHARE = 0.6, YESTERDAY_SHARE = 0.2;

double *log_load_by_hour(const zone_hours *zone) {
  const int64_t n_days = zone->n_days;
  double *to = memory_array((size_t)n_days * 24, sizeof *to);
  for (int64_t i = 0; to && i < n_days * 24; i++) to[i % 24 * n_days + i / 24] = zone->log_load[i];
  return to;
}

dense_rows hourly_rows(const candidates *pool, int32_t hour, const double *log_load,
                       const double *x[]) {
  for (int32_t i = 0; i < pool->count; i++) x[i] = candidate_column(pool, i, hour);
  return (dense_rows){.x = x, .y = log_load + (int64_t)hour * pool->n_days};
}

/* One hour's model on its way through the refits. */
typedef struct hour_model {
  const forecast_task *task;
  int32_t hour, p;
  const double **x;  /* [p] columns */
  const double *y;   /* [n_days] log loads */
  double *b, *shift; /* [p], [p+1] */
  double *log_point; /* [24 * n_days] */
} hour_model;

static lehr_status too_few_rows(const hour_model *m, int64_t rows, lehr_error *err) {
  return error_set(err, LEHR_EINPUT, "only %lld complete training days for hour %d (%d are needed)",
                   (long long)rows, (int)m->hour, HOURLY_LEAST_ROWS);
}

static lehr_status check_stop(const hour_model *m, lehr_error *err) {
  const volatile int32_t *stop = m->task->stop;
  return stop && *stop ? error_set(err, LEHR_EBUSY, "stopped") : LEHR_OK;
}

static void predict(const hour_model *m, int32_t first, int32_t end, double b0) {
  for (int32_t d = first; d < end; d++) {
    double sum = b0;
    for (int32_t i = 0; i < m->p; i++) sum += m->b[i] * m->x[i][d];
    m->log_point[(int64_t)d * 24 + m->hour] = sum;
  }
}

/* A reference value of each column near its mean, against cancellation: the first known one. */
static void reference_values(hour_model *m, int32_t origin) {
  for (int32_t i = 0; i <= m->p; i++) {
    const double *column = i < m->p ? m->x[i] : m->y;
    double sum = 0;
    int32_t known = 0;
    for (int32_t d = CANDIDATE_FIRST_DAY; d < origin; d++)
      if (!isnan(column[d])) sum += column[d], known++;
    m->shift[i] = known ? sum / known : 0;
  }
}

static lehr_status fit(hour_model *m, const dense_moments *moments, double ridge, double *b0,
                       lehr_error *err) {
  if (moments->rows < HOURLY_LEAST_ROWS) return too_few_rows(m, moments->rows, err);
  standard_moments *s = NULL;
  LEHR_TRY(dense_moments_standardise(moments, &s, err));
  const lehr_status status = ridge_dense_fit(s, NULL, m->p, ridge, m->b, b0, err);
  standard_moments_free(s);
  return status;
}

/* Expanding window: each refit adds the days since the one before. */
static lehr_status roll_all(hour_model *m, lehr_error *err) {
  const forecast_task *t = m->task;
  reference_values(m, t->refit[0]);
  dense_moments *moments = NULL;
  LEHR_TRY(dense_moments_create(m->p, m->shift, &moments, err));
  lehr_status status = LEHR_OK;
  int32_t done = CANDIDATE_FIRST_DAY;
  for (int32_t r = 0; status == LEHR_OK && r < t->n_refits; r++) {
    double b0 = 0;
    const int32_t origin = t->refit[r];
    const dense_rows fresh = {.x = m->x, .y = m->y, .first = done, .n = origin - done};
    status = check_stop(m, err);
    if (status == LEHR_OK) status = dense_moments_add(moments, &fresh, err);
    if (status == LEHR_OK) status = fit(m, moments, RIDGE_ALL, &b0, err);
    if (status == LEHR_OK) predict(m, origin, t->refit[r + 1], b0);
    done = origin;
  }
  dense_moments_free(moments);
  return status;
}

/* Few columns: the weighted moments of all days are cheaper afresh than updated. */
static lehr_status refit_selected(hour_model *m, int32_t origin, int32_t end, lehr_error *err) {
  const int32_t n = origin - CANDIDATE_FIRST_DAY;
  double *weight = memory_array((size_t)n, sizeof *weight);
  if (!weight) return error_memory(err, (uint64_t)n * sizeof *weight);
  for (int32_t r = 0; r < n; r++) {
    const double from_middle = CANDIDATE_FIRST_DAY + r - (origin + end) / 2.0;
    weight[r] = 1 + SEASON_WEIGHT * cos(2 * M_PI * from_middle / YEAR_DAYS);
  }
  reference_values(m, origin);
  dense_moments *moments = NULL;
  lehr_status status = dense_moments_create(m->p, m->shift, &moments, err);
  if (status == LEHR_OK) {
    const dense_rows rows = {m->x, m->y, CANDIDATE_FIRST_DAY, n, weight};
    double b0 = 0;
    const double ridge = m->task->zone->temperature ? RIDGE_SELECTED : RIDGE_LOAD_ONLY;
    status = dense_moments_add(moments, &rows, err);
    if (status == LEHR_OK) status = fit(m, moments, ridge, &b0, err);
    if (status == LEHR_OK) predict(m, origin, end, b0);
  }
  dense_moments_free(moments);
  free(weight);
  return status;
}

static lehr_status roll_selected(hour_model *m, lehr_error *err) {
  const forecast_task *t = m->task;
  for (int32_t r = 0; r < t->n_refits; r++) {
    const selection *s = t->selected[r];
    m->p = s->k[m->hour];
    for (int32_t i = 0; i < m->p; i++)
      m->x[i] = candidate_column(t->pool, selection_of(s, m->hour)[i], m->hour);
    LEHR_TRY(check_stop(m, err));
    LEHR_TRY(refit_selected(m, t->refit[r], t->refit[r + 1], err));
  }
  return LEHR_OK;
}

static lehr_status run_hour(const forecast_task *task, int32_t hour, const double *log_load,
                            double log_point[], lehr_error *err) {
  const size_t p = (size_t)task->pool->count;
  hour_model m = {.task = task, .hour = hour, .p = task->pool->count, .log_point = log_point};
  m.x = memory_array(p, sizeof *m.x);
  m.b = memory_array(p, sizeof *m.b);
  m.shift = memory_array(p + 1, sizeof *m.shift);
  lehr_status status = LEHR_ENOMEM;
  if (m.x && m.b && m.shift) {
    m.y = hourly_rows(task->pool, hour, log_load, m.x).y;
    status = task->selected ? roll_selected(&m, err) : roll_all(&m, err);
  }
  free(m.x);
  free(m.b);
  free(m.shift);
  return status;
}

/* ---- Error correction ---- */

static double mean_known(const double v[24]) {
  double sum = 0;
  int32_t n = 0;
  for (int32_t h = 0; h < 24; h++)
    if (!isnan(v[h])) sum += v[h], n++;
  return n ? sum / n : 0;
}

/* Turns log forecasts into corrected loads. A day's correction knows the errors up to the day
 * before only. */
static void correct(const forecast_task *task, const double log_point[], double point[]) {
  double slow[24] = {0}, error[24] = {0};
  for (int32_t d = task->refit[0]; d < task->refit[task->n_refits]; d++) {
    const double day = d > task->refit[0] ? mean_known(error) - mean_known(slow) : 0;
    for (int32_t h = 0; h < 24; h++) {
      const int64_t i = (int64_t)d * 24 + h;
      point[i] = real_exp(log_point[i] + ERROR_SHARE * slow[h] + YESTERDAY_SHARE * day);
    }
    for (int32_t h = 0; h < 24; h++) {
      const int64_t i = (int64_t)d * 24 + h;
      error[h] = task->zone->log_load[i] - log_point[i];
    }
    for (int32_t h = 0; h < 24; h++)
      if (!isnan(error[h])) slow[h] += ERROR_GAIN * (error[h] - slow[h]);
  }
}

/* ---- All hours ---- */

static lehr_status run_hours(const forecast_task *task, double point[], lehr_error *err) {
  double *log_load = log_load_by_hour(task->zone);
  double *log_point = memory_array((size_t)task->zone->n_days * 24, sizeof *log_point);
  lehr_status status[24] = {LEHR_OK};
  lehr_error errors[24] = {{0}};
  if (!log_load || !log_point) {
    free(log_load);
    free(log_point);
    return error_memory(err, (uint64_t)task->zone->n_days * 48 * sizeof(double));
  }
#pragma omp parallel for schedule(dynamic) num_threads(task->threads)
  for (int32_t h = 0; h < 24; h++) status[h] = run_hour(task, h, log_load, log_point, &errors[h]);
  lehr_status first = LEHR_OK;
  for (int32_t h = 23; h >= 0; h--) {
    if (status[h] == LEHR_OK) continue;
    first = status[h];
    if (err) *err = errors[h];
  }
  if (first == LEHR_OK) correct(task, log_point, point);
  free(log_load);
  free(log_point);
  return first == LEHR_ENOMEM ? error_memory(err, 0) : first;
}

static lehr_status run_all(const forecast_task *task, double point[], int32_t *features,
                           lehr_error *err) {
  forecast_task all = *task;
  all.selected = NULL;
  *features = task->pool->count;
  return run_hours(&all, point, err);
}

static lehr_status run_selected(const forecast_task *task, double point[], int32_t *features,
                                lehr_error *err) {
  *features = 0;
  for (int32_t r = 0; r < task->n_refits; r++)
    for (int32_t h = 0; h < 24; h++)
      if (task->selected[r]->k[h] > *features) *features = task->selected[r]->k[h];
  return run_hours(task, point, err);
}

const forecaster forecaster_ridge_all = {.name = "ridge-all",
                                         .summary = "24 hourly ridge models on all candidates",
                                         .needs_pool = true,
                                         .run = run_all};
const forecaster forecaster_selected = {.name = "selected",
                                        .summary =
                                            "24 hourly ridge models on candidates selected by QUBO",
                                        .needs_pool = true,
                                        .needs_selection = true,
                                        .method = CHOICE_QUBO,
                                        .run = run_selected};

#define COMPARISON(identifier, way, text)                                                          \
  const forecaster forecaster_##identifier = {.name = #identifier,                                 \
                                              .summary = text,                                     \
                                              .needs_pool = true,                                  \
                                              .needs_selection = true,                             \
                                              .is_comparison = true,                               \
                                              .method = way,                                       \
                                              .run = run_selected};
COMPARISON(forward, CHOICE_FORWARD, "as selected, chosen by forward stepwise regression")
COMPARISON(mrmr, CHOICE_MRMR, "as selected, chosen by the mRMR model, a QUBO of correlations")
COMPARISON(correlation, CHOICE_CORRELATION, "as selected, the largest absolute correlations")
#undef COMPARISON

lehr_status hourly_moments(const candidates *pool, const zone_hours *zone, int32_t hour,
                           int32_t origin, standard_moments **out, lehr_error *err) {
  const size_t p = (size_t)pool->count;
  hour_model m = {.hour = hour, .p = pool->count};
  double *log_load = log_load_by_hour(zone);
  m.x = memory_array(p, sizeof *m.x);
  m.shift = memory_array(p + 1, sizeof *m.shift);
  dense_moments *moments = NULL;
  lehr_status status = error_memory(err, p * sizeof(double));
  if (!log_load || !m.x || !m.shift) goto done;
  dense_rows rows = hourly_rows(pool, hour, log_load, m.x);
  m.y = rows.y;
  rows.first = CANDIDATE_FIRST_DAY;
  rows.n = origin - CANDIDATE_FIRST_DAY;
  reference_values(&m, origin);
  status = dense_moments_create(m.p, m.shift, &moments, err);
  if (status == LEHR_OK) status = dense_moments_add(moments, &rows, err);
  if (status == LEHR_OK && moments->rows < HOURLY_LEAST_ROWS)
    status = too_few_rows(&m, moments->rows, err);
  if (status == LEHR_OK) status = dense_moments_standardise(moments, out, err);
done:
  dense_moments_free(moments);
  free(log_load);
  free(m.x);
  free(m.shift);
  return status;
}
