/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "workflows/forecast/select_run.h"

#include <stdlib.h>
#include <string.h>

enum { POLISH_SWAPS = 60 };

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

static lehr_status build_models(select_run *s, const round_models *r, select_model_fn build,
                                lehr_error *err) {
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
  for (int32_t k = 0; k < r->n; k++)
    s->status[k] = build(&s->blocks[r->block[k]].problem, &r->model[k], &s->errors[k]);
  return select_first_failure(s, 0, r->n, err);
}

static lehr_status solve_models(select_run *s, const round_models *r, uint64_t key,
                                lehr_error *err) {
  const select_solver *solver = &s->o->solver;
  for (int32_t k = 0; k < r->n; k++) {
    block *b = &s->blocks[r->block[k]];
    memcpy(b->before, b->bits, (size_t)b->problem.p);
  }
  LEHR_TRY(select_check_stop(s, err));
  LEHR_TRY(
      solver->solve(solver->user, (const lehr_model *const *)r->model, r->n, key, r->bits, err));
  LEHR_TRY(select_check_stop(s, err));
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
  for (int32_t k = 0; k < r->n; k++)
    s->status[k] = refit_block(&s->blocks[r->block[k]], &s->errors[k]);
  return select_first_failure(s, 0, r->n, err);
}

lehr_status select_solve_round(select_run *s, select_model_fn build, uint64_t key,
                               lehr_error *err) {
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
    status = build_models(s, &r, build, err);
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
    LEHR_TRY(select_solve_round(s, selection_contribution_model,
                                philox_subkey(key, (uint64_t)round), err));
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
  return select_first_failure(s, 0, s->n_blocks, err);
}

lehr_status select_by_rounds(select_run *s, lehr_error *err) {
  LEHR_TRY(run_rounds(s, err));
  return polish_blocks(s, err);
}
