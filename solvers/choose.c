/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/choose.h"

#include "solvers/registry.h"

enum { INSTANT_VARIABLES = 20 }; /* 2^20 states take about a millisecond */

/* Whether the caller asked for nothing but the lowest energy. */
static bool wants_only_the_best(const lehr_params *p) {
  return p->reads == 0 && p->work == 0 && p->n_options == 0 && p->n_initial == 0 &&
         p->time_limit_s != 0;
}

const lehr_engine *choose_engine(const lehr_model_view *m, const lehr_params *params) {
  /* Nothing else keeps groups that share variables; beyond its limit it says so. */
  if (m->n_groups > 0 && !m->groups_disjoint) return &engine_exhaustive;
  if (m->n <= INSTANT_VARIABLES && wants_only_the_best(params)) return &engine_exhaustive;
  return &engine_anneal;
}
