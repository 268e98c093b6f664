/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/choose.h"

#include "base/error.h"
#include "solvers/engine_options.h"
#include "solvers/registry.h"

#include <stdbool.h>
#include <stdlib.h>

/* 2^20 states take 2 ms, says
 *   lehr generate model --kind gset-like --variables 20 -o s20.mc
 *   lehr solve s20.mc --engine exhaustive --threads 1 --format json     (timing.wall_s) */
enum { INSTANT_VARIABLES = 20 };

/* Whether the caller asked for nothing but the lowest energy, and gives time enough for a proof. */
static bool wants_only_the_best(const lehr_model_view *m, const lehr_params *p) {
  const bool may_finish = p->time_limit_s != 0 && (p->work == 0 || p->work >> m->n > 0);
  return may_finish && p->reads <= 1 && p->n_options == 0 && p->n_initial == 0 &&
         p->n_schedule == 0;
}

static lehr_status try_options(const lehr_engine *engine, const lehr_params *params,
                               lehr_error *err) {
  void *values;
  const lehr_status status = engine_options_read(engine, params, &values, err);
  free(values);
  return status;
}

const lehr_engine *choose_engine(const lehr_model_view *m, const lehr_params *params) {
  /* Nothing else keeps groups that share variables; beyond its limit it says so. */
  if (m->n_groups > 0 && !m->groups_disjoint) return &engine_exhaustive;
  if (m->n <= INSTANT_VARIABLES && wants_only_the_best(m, params)) return &engine_exhaustive;
  if (params->reads > 1 || params->n_schedule > 0) return &engine_anneal;
  /* What neither knows is for annealing to refuse, whose options are the usual ones. */
  if (params->n_options > 0 && (try_options(&engine_anneal, params, NULL) == LEHR_OK ||
                                try_options(&engine_hybrid, params, NULL) != LEHR_OK))
    return &engine_anneal;
  return &engine_hybrid;
}

lehr_status choose_check_options(const lehr_params *params, lehr_error *err) {
  if (try_options(&engine_exhaustive, params, NULL) == LEHR_OK) return LEHR_OK;
  if (try_options(&engine_hybrid, params, NULL) == LEHR_OK) return LEHR_OK;
  return try_options(&engine_anneal, params, err);
}
