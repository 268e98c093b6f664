/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/select.h"

#include "base/error.h"
#include "base/memory.h"
#include "workflows/forecast/hourly.h"
#include "workflows/forecast/select_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Ridge of the objective, validated on two blocks of 2013 of vic_elec; the refit uses less. */
static const double RIDGE_SELECTION = 60;
enum { DEFAULT_FEATURES = 58, DEFAULT_ROUNDS = 8 };

select_options select_defaults(void) {
  return (select_options){.features_max = DEFAULT_FEATURES,
                          .block_hours = 1,
                          .neighbours = 2,
                          .rounds = DEFAULT_ROUNDS};
}

lehr_status select_check_stop(const select_run *s, lehr_error *err) {
  return s->o->stop && *s->o->stop ? error_set(err, LEHR_EBUSY, "stopped") : LEHR_OK;
}

lehr_status select_first_failure(const select_run *s, int32_t first, int32_t n, lehr_error *err) {
  for (int32_t k = first; k < first + n; k++) {
    if (s->status[k] == LEHR_OK) continue;
    if (err) *err = s->errors[k];
    return s->status[k];
  }
  return LEHR_OK;
}

/* ---- Moments ---- */

static lehr_status hour_moments(select_run *s, int32_t index, lehr_error *err) {
  const select_task *task = &s->tasks[index / 24];
  zone_moments *z = &s->zones[index / 24];
  const int32_t hour = index % 24, p = task->pool->count;
  double b0;
  LEHR_TRY(select_check_stop(s, err));
  LEHR_TRY(hourly_moments(task->pool, task->zone, hour, s->origin, &z->moments[hour], err));
  z->ridge_b[hour] = memory_array((size_t)p, sizeof(double));
  if (!z->ridge_b[hour]) return error_memory(err, (uint64_t)p * sizeof(double));
  LEHR_TRY(ridge_dense_fit(z->moments[hour], NULL, p, RIDGE_SELECTION, z->ridge_b[hour], &b0, err));
  for (int32_t i = 0; i < p; i++) z->ridge_b[hour][i] *= z->moments[hour]->sd[i];
  return LEHR_OK;
}

static lehr_status all_moments(select_run *s, lehr_error *err) {
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
  for (int32_t k = 0; k < 24 * s->n_tasks; k++) s->status[k] = hour_moments(s, k, &s->errors[k]);
  for (int32_t t = 0; t < s->n_tasks; t++) {
    select_task *task = &s->tasks[t];
    task->status = select_first_failure(s, 24 * t, 24, &task->error);
    if (task->status != LEHR_ENOMEM && task->status != LEHR_EBUSY) continue;
    if (err) *err = task->error;
    return task->status;
  }
  return LEHR_OK;
}

/* ---- Blocks ---- */

static lehr_status open_block(select_run *s, int32_t index, lehr_error *err) {
  const select_task *task = &s->tasks[index / s->blocks_per_zone];
  const zone_moments *z = &s->zones[index / s->blocks_per_zone];
  const int32_t part = index % s->blocks_per_zone;
  const int32_t p = task->pool->count, width = s->o->block_hours, reach = s->o->neighbours;
  const int32_t first = part * width - reach > 0 ? part * width - reach : 0;
  const int32_t end = (part + 1) * width + reach < 24 ? (part + 1) * width + reach : 24;
  const int32_t k = task->features_max > 0 ? task->features_max : s->o->features_max;
  block *b = &s->blocks[index];
  snprintf(b->name, sizeof b->name, "%s/h%02d-%02d", task->name, (int)(part * width),
           (int)((part + 1) * width - 1));
  b->problem =
      (selection_problem){.name = b->name, .p = p, .k = k < p ? k : p, .n_members = end - first};
  b->problem.member = memory_array((size_t)(end - first), sizeof *b->problem.member);
  b->bits = memory_array((size_t)p, 1);
  b->best = memory_array((size_t)p, 1);
  b->before = memory_array((size_t)p, 1);
  if (!b->problem.member || !b->bits || !b->best || !b->before)
    return error_memory(err, (uint64_t)p * 3);
  for (int32_t h = first; h < end; h++) {
    const standard_moments *m = z->moments[h];
    double *coefficients = memory_copy(z->ridge_b[h], (size_t)p, sizeof(double));
    if (!coefficients) return error_memory(err, (uint64_t)p * sizeof(double));
    b->problem.member[h - first] = (selection_member){.corr = m->corr,
                                                      .cross = m->cross,
                                                      .y_variance = m->y_variance,
                                                      .ridge = RIDGE_SELECTION / m->weight,
                                                      .b = coefficients};
  }
  b->best_explained = -INFINITY;
  return selection_greedy(&b->problem, b->bits, err);
}

static lehr_status open_blocks(select_run *s, lehr_error *err) {
  for (int32_t k = 0; k < s->n_blocks; k++)
    if (s->tasks[k / s->blocks_per_zone].status == LEHR_OK)
      LEHR_TRY(open_block(s, k, err));
    else
      s->blocks[k].is_settled = true;
  return LEHR_OK;
}

static lehr_status open_run(select_run *s, lehr_error *err) {
  s->blocks_per_zone = 24 / s->o->block_hours;
  s->n_blocks = s->blocks_per_zone * s->n_tasks;
  const size_t hours = 24 * (size_t)s->n_tasks;
  s->zones = memory_array((size_t)s->n_tasks, sizeof *s->zones);
  s->blocks = memory_array((size_t)s->n_blocks, sizeof *s->blocks);
  s->status = memory_array(hours, sizeof *s->status);
  s->errors = memory_array(hours, sizeof *s->errors);
  if (s->zones && s->blocks && s->status && s->errors) return LEHR_OK;
  return error_memory(err, hours * sizeof *s->errors);
}

static void close_block(block *b) {
  for (int32_t m = 0; b->problem.member && m < b->problem.n_members; m++)
    free(b->problem.member[m].b);
  free(b->problem.member);
  free(b->bits);
  free(b->best);
  free(b->before);
}

static void close_run(select_run *s) {
  for (int32_t k = 0; s->zones && k < 24 * s->n_tasks; k++) {
    standard_moments_free(s->zones[k / 24].moments[k % 24]);
    free(s->zones[k / 24].ridge_b[k % 24]);
  }
  for (int32_t k = 0; s->blocks && k < s->n_blocks; k++) close_block(&s->blocks[k]);
  free(s->zones);
  free(s->blocks);
  free(s->status);
  free(s->errors);
}

lehr_status select_at(select_task tasks[], int32_t n, int32_t origin, const select_options *o,
                      int32_t threads, lehr_error *err) {
  select_run s = {.tasks = tasks, .n_tasks = n, .o = o, .origin = origin, .threads = threads};
  for (int32_t t = 0; t < n; t++) tasks[t].report = NULL;
  lehr_status status = open_run(&s, err);
  if (status == LEHR_OK) status = all_moments(&s, err);
  if (status == LEHR_OK) status = open_blocks(&s, err);
  if (status == LEHR_OK)
    status = (o->method == CHOICE_QUBO ? select_by_rounds : select_by_comparison)(&s, err);
  if (status == LEHR_OK) status = select_make_reports(&s, err);
  close_run(&s);
  for (int32_t t = 0; t < n && status != LEHR_OK; t++) {
    select_report_free(tasks[t].report);
    tasks[t].report = NULL;
  }
  return status;
}
