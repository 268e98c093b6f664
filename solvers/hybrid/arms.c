/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/arms.h"

#include "solvers/registry.h"

#include <stdio.h>

enum {
  WALKERS = 64,
  FEWEST_SWEEPS = 100,
  FEWEST_MOVES = 1000,
  FOREST_ROWS = 64,
  FOREST_SWEEPS = 16
};

const lehr_engine *arm_engine(arm a) {
  switch (a) {
  case ARM_ANNEAL:
    return &engine_anneal;
  case ARM_SUBGRAPH:
    return &engine_subgraph;
  case ARM_TEMPERING:
    return &engine_tempering;
  case ARM_TABU:
    return &engine_tabu;
  case ARM_BLOCKS:
    return &engine_hybrid;
  case ARM_TN:
    return &engine_tn;
  case ARM_EXACT:
  case ARMS:
    break;
  }
  return &engine_exhaustive;
}

arm arm_of(const lehr_engine *engine) {
  arm a = ARM_ANNEAL;
  while (a < ARM_EXACT && arm_engine(a) != engine) a++;
  return a;
}

static double degree_of(const lehr_model_view *m) {
  return m->n > 0 ? 2 * (double)m->n_interactions / m->n : 0;
}

bool arm_is_sparse(const lehr_model_view *m) {
  enum { MOST_DEGREE = 12 };
  return m->n_groups == 0 && degree_of(m) <= MOST_DEGREE;
}

/* Where a replica takes one bit annealing makes so many more moves that tabu search never comes
 * near. */
bool arm_fits(arm a, const part *p) {
  if (a == ARM_TABU) return !p->is_bit_sliced;
  if (a == ARM_SUBGRAPH) return !p->is_bit_sliced && arm_is_sparse(p->view);
  return a == ARM_TEMPERING && arm_is_sparse(p->view);
}

double arm_price(arm a, const part *p) {
  const double degree = degree_of(p->view), n = p->view->n > 0 ? p->view->n : 1;
  const bool is_grouped = p->view->n_groups > 0;
  if (a == ARM_TEMPERING) return 0.15e-9 + 0.03e-9 * degree;
  if (a == ARM_SUBGRAPH) return 30e-9; /* short reads, which are minimised at the end */
  if (a == ARM_TABU) return is_grouped ? 4e-9 : 0.3e-6 * (1 + degree / 20) / n;
  if (is_grouped) return 14e-9;
  return p->is_bit_sliced ? 8e-12 + 1.2e-12 * degree : 0.1e-9 + 0.014e-9 * degree;
}

double arm_least(arm a, const part *p) {
  const double n = p->view->n;
  if (a == ARM_SUBGRAPH) return FOREST_SWEEPS * FOREST_ROWS * n;
  return a == ARM_TEMPERING ? FEWEST_SWEEPS * WALKERS * n : FEWEST_MOVES * n;
}

static void tell(lehr_run *run, arm a, const char *what, double value) {
  char name[32];
  (void)snprintf(name, sizeof name, "%s_%s", arm_engine(a)->name, what);
  run->statistic(run, name, value);
}

void arms_report(const arm_record records[ARMS], arm best, lehr_run *run) {
  for (arm a = ARM_ANNEAL; a < ARMS; a++) {
    const arm_record *r = &records[a];
    if (r->turns == 0) continue;
    tell(run, a, "turns", (double)r->turns);
    tell(run, a, "attempts", (double)r->attempts);
    if (run->time_limit_s > 0) tell(run, a, "seconds", r->seconds);
    tell(run, a, "improvements", (double)r->improvements);
    if (a == best) tell(run, a, "found_best", 1);
  }
}
