/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/select.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "qubo/forecast/feature_selection.h"
#include "workflows/forecast/hourly.h"

#include <math.h>
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

/* A choice under way for one block of hours. */
typedef struct block {
  selection_problem problem;
  uint8_t *bits, *best, *before; /* [p] current solution, best so far, the round before */
  double explained, best_explained;
  bool is_settled; /* the last round returned what the round before did: nothing will change */
} block;

typedef struct select_run {
  const candidates *pool;
  const zone_hours *zone;
  const select_options *o;
  int32_t origin, threads, n_blocks;
  standard_moments *moments[24];
  double *ridge_b[24]; /* [p] standardised coefficients of the full ridge regression */
  block *blocks;       /* [n_blocks] */
  int32_t rounds;
} select_run;

/* ---- Moments ---- */

static lehr_status hour_moments(select_run *s, int32_t hour, lehr_error *err) {
  double b0;
  const int32_t p = s->pool->count;
  LEHR_TRY(hourly_moments(s->pool, s->zone, hour, s->origin, &s->moments[hour], err));
  s->ridge_b[hour] = memory_array((size_t)p, sizeof(double));
  if (!s->ridge_b[hour]) return error_memory(err, (uint64_t)p * sizeof(double));
  LEHR_TRY(ridge_dense_fit(s->moments[hour], NULL, p, RIDGE_SELECTION, s->ridge_b[hour], &b0, err));
  for (int32_t i = 0; i < p; i++) s->ridge_b[hour][i] *= s->moments[hour]->sd[i];
  return LEHR_OK;
}

/* The first failure by index: the same whatever the number of threads. */
static lehr_status first_failure(const lehr_status status[], const lehr_error errors[], int32_t n,
                                 lehr_error *err) {
  for (int32_t k = 0; k < n; k++) {
    if (status[k] == LEHR_OK) continue;
    if (err) *err = errors[k];
    return status[k];
  }
  return LEHR_OK;
}

static lehr_status all_moments(select_run *s, lehr_error *err) {
  lehr_status status[24];
  lehr_error errors[24] = {{0}};
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
  for (int32_t h = 0; h < 24; h++) status[h] = hour_moments(s, h, &errors[h]);
  return first_failure(status, errors, 24, err);
}

/* ---- Blocks ---- */

static lehr_status open_block(select_run *s, int32_t index, lehr_error *err) {
  const int32_t p = s->pool->count, width = s->o->block_hours, reach = s->o->neighbours;
  const int32_t first = index * width - reach > 0 ? index * width - reach : 0;
  const int32_t end = (index + 1) * width + reach < 24 ? (index + 1) * width + reach : 24;
  block *b = &s->blocks[index];
  b->problem = (selection_problem){
      .p = p, .k = s->o->features_max < p ? s->o->features_max : p, .n_members = end - first};
  b->problem.member = memory_array((size_t)(end - first), sizeof *b->problem.member);
  b->bits = memory_array((size_t)p, 1);
  b->best = memory_array((size_t)p, 1);
  b->before = memory_array((size_t)p, 1);
  if (!b->problem.member || !b->bits || !b->best || !b->before)
    return error_memory(err, (uint64_t)p * 3);
  for (int32_t h = first; h < end; h++) {
    const standard_moments *m = s->moments[h];
    double *coefficients = memory_copy(s->ridge_b[h], (size_t)p, sizeof(double));
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
  s->n_blocks = 24 / s->o->block_hours;
  s->blocks = memory_array((size_t)s->n_blocks, sizeof *s->blocks);
  if (!s->blocks) return error_memory(err, (uint64_t)s->n_blocks * sizeof *s->blocks);
  for (int32_t k = 0; k < s->n_blocks; k++) LEHR_TRY(open_block(s, k, err));
  return LEHR_OK;
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
  for (int32_t h = 0; h < 24; h++) {
    standard_moments_free(s->moments[h]);
    free(s->ridge_b[h]);
  }
  for (int32_t k = 0; s->blocks && k < s->n_blocks; k++) close_block(&s->blocks[k]);
  free(s->blocks);
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

/* Builds, solves and refits the blocks listed. */
static lehr_status solve_blocks(select_run *s, const int32_t list[], int32_t n, uint64_t key,
                                lehr_error *err) {
  lehr_model *model[24] = {NULL};
  uint8_t *bits[24];
  lehr_status status[24];
  lehr_error errors[24] = {{0}};
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
  for (int32_t k = 0; k < n; k++)
    status[k] = selection_contribution_model(&s->blocks[list[k]].problem, &model[k], &errors[k]);
  lehr_status all = first_failure(status, errors, n, err);
  for (int32_t k = 0; k < n; k++) {
    block *b = &s->blocks[list[k]];
    memcpy(b->before, b->bits, (size_t)b->problem.p);
    bits[k] = b->bits;
  }
  const select_solver *solver = &s->o->solver;
  if (all == LEHR_OK)
    all = solver->solve(solver->user, (const lehr_model *const *)model, n, key, bits, err);
  for (int32_t k = 0; k < n; k++) lehr_model_free(model[k]);
  if (all != LEHR_OK) return all;
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
  for (int32_t k = 0; k < n; k++) status[k] = refit_block(&s->blocks[list[k]], &errors[k]);
  return first_failure(status, errors, n, err);
}

/* Rounds until all blocks have settled: coefficients follow from the choice, so a choice that
 * comes back will keep coming back. */
static lehr_status run_rounds(select_run *s, lehr_error *err) {
  const uint64_t key = philox_key(s->o->seed, "feature selection");
  for (int32_t round = 0; round < s->o->rounds; round++) {
    int32_t list[24], n = 0;
    for (int32_t k = 0; k < s->n_blocks; k++)
      if (!s->blocks[k].is_settled) list[n++] = k;
    if (n == 0) break;
    LEHR_TRY(solve_blocks(s, list, n, philox_subkey(key, (uint64_t)round), err));
    s->rounds = round + 1;
    for (int32_t k = 0; k < n && round > 0; k++) {
      block *b = &s->blocks[list[k]];
      b->is_settled = memcmp(b->bits, b->before, (size_t)b->problem.p) == 0;
    }
  }
  return LEHR_OK;
}

static lehr_status polish_blocks(select_run *s, lehr_error *err) {
  lehr_status status[24];
  lehr_error errors[24] = {{0}};
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
  for (int32_t k = 0; k < s->n_blocks; k++) {
    block *b = &s->blocks[k];
    status[k] =
        selection_polish(&b->problem, POLISH_SWAPS, b->best, &b->best_explained, &errors[k]);
  }
  return first_failure(status, errors, s->n_blocks, err);
}

/* ---- Report ---- */

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

static lehr_status make_report(const select_run *s, select_report **out, lehr_error *err) {
  const int32_t most = s->blocks[0].problem.k;
  select_report *r = calloc(1, sizeof *r);
  if (r) r->choice = calloc(1, sizeof *r->choice);
  if (r && r->choice) {
    r->choice->most = most;
    r->choice->chosen = memory_array(24 * (size_t)most, sizeof *r->choice->chosen);
    r->explained = memory_array((size_t)s->n_blocks, sizeof *r->explained);
  }
  if (!r || !r->choice || !r->choice->chosen || !r->explained) {
    select_report_free(r);
    return error_memory(err, 24 * (uint64_t)most * sizeof(int32_t));
  }
  r->n_blocks = s->n_blocks;
  r->rounds = s->rounds;
  for (int32_t k = 0; k < s->n_blocks; k++) r->explained[k] = s->blocks[k].best_explained;
  for (int32_t h = 0; h < 24; h++) {
    const block *b = &s->blocks[h / s->o->block_hours];
    for (int32_t i = 0; i < b->problem.p; i++)
      if (b->best[i]) r->choice->chosen[(int64_t)h * most + r->choice->k[h]++] = i;
  }
  *out = r;
  return LEHR_OK;
}

lehr_status select_at(const candidates *pool, const zone_hours *zone, int32_t origin,
                      const select_options *o, int32_t threads, select_report **out,
                      lehr_error *err) {
  select_run s = {.pool = pool, .zone = zone, .o = o, .origin = origin, .threads = threads};
  lehr_status status = all_moments(&s, err);
  if (status == LEHR_OK) status = open_blocks(&s, err);
  if (status == LEHR_OK) status = run_rounds(&s, err);
  if (status == LEHR_OK) status = polish_blocks(&s, err);
  if (status == LEHR_OK) status = make_report(&s, out, err);
  close_run(&s);
  return status;
}
