/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/select.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "qubo/forecast/feature_selection.h"
#include "workflows/forecast/hourly.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ridge of the objective, validated on two blocks of 2013 of vic_elec; the refit uses less. */
static const double RIDGE_SELECTION = 60;
enum { DEFAULT_FEATURES = 58, DEFAULT_ROUNDS = 8, POLISH_SWAPS = 60 };

select_options select_defaults(void) {
  return (select_options){.features_max = DEFAULT_FEATURES,
                          .block_hours = 1,
                          .neighbours = 2,
                          .rounds = DEFAULT_ROUNDS};
}

enum { BLOCK_NAME = 96 };

/* A choice under way for one block of hours. */
typedef struct block {
  selection_problem problem;
  char name[BLOCK_NAME];         /* ZONE/h08-11 */
  uint8_t *bits, *best, *before; /* [p] current solution, best so far, the round before */
  double explained, best_explained;
  bool is_settled; /* the last round returned what the round before did: nothing will change */
} block;

/* One zone under way. */
typedef struct zone_moments {
  standard_moments *moments[24];
  double *ridge_b[24]; /* [p] standardised coefficients of the full ridge regression */
} zone_moments;

typedef struct select_run {
  select_task *tasks; /* [n_tasks] */
  int32_t n_tasks;
  const select_options *o;
  int32_t origin, threads, blocks_per_zone, n_blocks, rounds;
  zone_moments *zones; /* [n_tasks] */
  block *blocks;       /* [n_blocks] zone after zone; without bits where the zone has failed */
  /* Results of loops over blocks or hours that run in parallel. */
  lehr_status *status; /* [largest of 24 n_tasks and n_blocks] */
  lehr_error *errors;
} select_run;

static lehr_status check_stop(const select_run *s, lehr_error *err) {
  return s->o->stop && *s->o->stop ? error_set(err, LEHR_EBUSY, "stopped") : LEHR_OK;
}

/* The first failure by index: the same whatever the number of threads. */
static lehr_status first_failure(const select_run *s, int32_t first, int32_t n, lehr_error *err) {
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
  LEHR_TRY(check_stop(s, err));
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
    task->status = first_failure(s, 24 * t, 24, &task->error);
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

/* ---- Rounds ---- */

/* What a solver returned if it keeps the cardinality, else the start. */
static void take_solution(block *b) {
  int32_t ones = 0;
  for (int32_t i = 0; i < b->problem.p; i++) ones += b->bits[i] != 0;
  if (ones != b->problem.k) memcpy(b->bits, b->before, (size_t)b->problem.p);
}

static lehr_status refit_block(block *b, lehr_error *err) {
  const size_t p = (size_t)b->problem.p;
  take_solution(b);
  LEHR_TRY(selection_refit(&b->problem, b->bits, &b->explained, err));
  if (b->explained > b->best_explained) {
    b->best_explained = b->explained;
    memcpy(b->best, b->bits, p);
  }
  return LEHR_OK;
}

/* The models of one round and where their solutions go. */
typedef struct round_models {
  int32_t n;
  int32_t *block;     /* [n] */
  lehr_model **model; /* [n] */
  uint8_t **bits;     /* [n] the blocks' own */
} round_models;

static lehr_status build_models(select_run *s, const round_models *r, lehr_error *err) {
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
  for (int32_t k = 0; k < r->n; k++)
    s->status[k] =
        selection_contribution_model(&s->blocks[r->block[k]].problem, &r->model[k], &s->errors[k]);
  return first_failure(s, 0, r->n, err);
}

static lehr_status solve_models(select_run *s, const round_models *r, uint64_t key,
                                lehr_error *err) {
  const select_solver *solver = &s->o->solver;
  for (int32_t k = 0; k < r->n; k++) {
    block *b = &s->blocks[r->block[k]];
    memcpy(b->before, b->bits, (size_t)b->problem.p);
  }
  LEHR_TRY(check_stop(s, err));
  LEHR_TRY(
      solver->solve(solver->user, (const lehr_model *const *)r->model, r->n, key, r->bits, err));
  LEHR_TRY(check_stop(s, err));
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
  for (int32_t k = 0; k < r->n; k++)
    s->status[k] = refit_block(&s->blocks[r->block[k]], &s->errors[k]);
  return first_failure(s, 0, r->n, err);
}

/* Builds, solves and refits all blocks that have not settled. */
static lehr_status one_round(select_run *s, uint64_t key, lehr_error *err) {
  round_models r = {.block = memory_array((size_t)s->n_blocks, sizeof *r.block),
                    .model = memory_array((size_t)s->n_blocks, sizeof *r.model),
                    .bits = memory_array((size_t)s->n_blocks, sizeof *r.bits)};
  lehr_status status = error_memory(err, (uint64_t)s->n_blocks * sizeof *r.model);
  if (r.block && r.model && r.bits) {
    for (int32_t k = 0; k < s->n_blocks; k++) {
      if (s->blocks[k].is_settled) continue;
      r.block[r.n] = k;
      r.bits[r.n++] = s->blocks[k].bits;
    }
    status = build_models(s, &r, err);
    if (status == LEHR_OK) status = solve_models(s, &r, key, err);
    for (int32_t k = 0; k < r.n; k++) lehr_model_free(r.model[k]);
  }
  free(r.block);
  free(r.model);
  free(r.bits);
  return status;
}

/* Rounds until all blocks have settled: coefficients follow from the choice, so a choice that
 * comes back will keep coming back. */
static lehr_status run_rounds(select_run *s, lehr_error *err) {
  const uint64_t key = philox_key(s->o->seed, "feature selection");
  for (int32_t round = 0; round < s->o->rounds; round++) {
    bool is_settled = true;
    for (int32_t k = 0; k < s->n_blocks; k++) is_settled &= s->blocks[k].is_settled;
    if (is_settled) break;
    LEHR_TRY(one_round(s, philox_subkey(key, (uint64_t)round), err));
    s->rounds = round + 1;
    for (int32_t k = 0; k < s->n_blocks && round > 0; k++) {
      block *b = &s->blocks[k];
      if (!b->is_settled) b->is_settled = memcmp(b->bits, b->before, (size_t)b->problem.p) == 0;
    }
  }
  return LEHR_OK;
}

static lehr_status polish_blocks(select_run *s, lehr_error *err) {
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
  for (int32_t k = 0; k < s->n_blocks; k++) {
    block *b = &s->blocks[k];
    s->status[k] = b->bits ? selection_polish(&b->problem, POLISH_SWAPS, b->best,
                                              &b->best_explained, &s->errors[k])
                           : LEHR_OK;
  }
  return first_failure(s, 0, s->n_blocks, err);
}

/* ---- Reports ---- */

static void selection_free(selection *s) {
  if (!s) return;
  free(s->chosen);
  free(s);
}

void select_report_free(select_report *r) {
  if (!r) return;
  selection_free(r->choice);
  free(r->explained);
  free(r);
}

static select_report *report_alloc(int32_t n_blocks, int32_t most) {
  select_report *r = calloc(1, sizeof *r);
  if (!r) return NULL;
  r->n_blocks = n_blocks;
  r->explained = memory_array((size_t)n_blocks, sizeof *r->explained);
  r->choice = calloc(1, sizeof *r->choice);
  if (r->choice) {
    r->choice->most = most;
    r->choice->chosen = memory_array(24 * (size_t)most, sizeof *r->choice->chosen);
  }
  if (r->explained && r->choice && r->choice->chosen) return r;
  select_report_free(r);
  return NULL;
}

static lehr_status make_report(const select_run *s, int32_t task, lehr_error *err) {
  const block *blocks = &s->blocks[task * s->blocks_per_zone];
  const int32_t most = blocks[0].problem.k;
  select_report *r = report_alloc(s->blocks_per_zone, most);
  if (!r) return error_memory(err, 24 * (uint64_t)most * sizeof(int32_t));
  r->rounds = s->rounds;
  for (int32_t k = 0; k < r->n_blocks; k++) r->explained[k] = blocks[k].best_explained;
  for (int32_t h = 0; h < 24; h++) {
    const block *b = &blocks[h / s->o->block_hours];
    for (int32_t i = 0; i < b->problem.p; i++)
      if (b->best[i]) r->choice->chosen[(int64_t)h * most + r->choice->k[h]++] = i;
  }
  s->tasks[task].report = r;
  return LEHR_OK;
}

static lehr_status make_reports(const select_run *s, lehr_error *err) {
  for (int32_t t = 0; t < s->n_tasks; t++)
    if (s->tasks[t].status == LEHR_OK) LEHR_TRY(make_report(s, t, err));
  return LEHR_OK;
}

lehr_status select_at(select_task tasks[], int32_t n, int32_t origin, const select_options *o,
                      int32_t threads, lehr_error *err) {
  select_run s = {.tasks = tasks, .n_tasks = n, .o = o, .origin = origin, .threads = threads};
  for (int32_t t = 0; t < n; t++) tasks[t].report = NULL;
  lehr_status status = open_run(&s, err);
  if (status == LEHR_OK) status = all_moments(&s, err);
  if (status == LEHR_OK) status = open_blocks(&s, err);
  if (status == LEHR_OK) status = run_rounds(&s, err);
  if (status == LEHR_OK) status = polish_blocks(&s, err);
  if (status == LEHR_OK) status = make_reports(&s, err);
  close_run(&s);
  for (int32_t t = 0; t < n && status != LEHR_OK; t++) {
    select_report_free(tasks[t].report);
    tasks[t].report = NULL;
  }
  return status;
}
