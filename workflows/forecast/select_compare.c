/* SPDX-License-Identifier: Apache-2.0 */
/* What selections by rounds of QUBOs are compared with. All see the same moments of the same hours
 * and choose the same number. */
#include "base/error.h"
#include "base/philox.h"
#include "qubo/forecast/correlation_selection.h"
#include "workflows/forecast/select_run.h"

#include <string.h>

static const double MRMR_WEIGHT = 2; /* relevance minus mean redundancy, as published */

static lehr_status mrmr_model(const selection_problem *s, lehr_model **out, lehr_error *err) {
  return selection_mrmr_model(s, MRMR_WEIGHT, out, err);
}

static lehr_status choose_block(const select_run *s, block *b, lehr_error *err) {
  if (!b->bits) return LEHR_OK;
  LEHR_TRY(select_check_stop(s, err));
  if (s->o->method == CHOICE_FORWARD)
    return selection_forward(&b->problem, b->best, &b->best_explained, err);
  LEHR_TRY(selection_correlation(&b->problem, b->best, err));
  return selection_refit(&b->problem, b->best, &b->best_explained, err);
}

lehr_status select_by_comparison(select_run *s, lehr_error *err) {
  s->rounds = 1;
  if (s->o->method == CHOICE_MRMR)
    return select_solve_round(s, mrmr_model, philox_key(s->o->seed, "mRMR selection"), err);
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
  for (int32_t k = 0; k < s->n_blocks; k++)
    s->status[k] = choose_block(s, &s->blocks[k], &s->errors[k]);
  return select_first_failure(s, 0, s->n_blocks, err);
}
