/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/spend.h"

#include "solvers/descent.h"
#include "solvers/hybrid/arms.h"
#include "solvers/hybrid/large.h"
#include "solvers/hybrid/race.h"
#include "solvers/hybrid/reheat.h"
#include "solvers/hybrid/turn.h"
#include "solvers/registry.h"

#include <math.h>

enum { FEWEST_ROWS = 8, PROBE_SWEEPS = 16, BEGIN_SHARE = 8 };

/* Any state will do to begin tabu search with. That of all parts is the one that a run which has to
 * stop now takes downhill: more time makes nothing worse. */
static void begin_anywhere(hybrid *h, part *p) {
  part_get(p, h->small_bits, p->bits);
  if (part_consider(p, p->bits)) hybrid_improved(h, p);
}

/* Whether tabu search might have no time to come downhill: it takes some 20 ns for each coupling
 * until then. */
static bool is_short_of_time(const hybrid *h, const part *p) {
  static const double seconds_per_term = 50e-9;
  const double left = hybrid_seconds_left(h), terms = p->view->n + (double)p->view->n_interactions;
  return left >= 0 && left < seconds_per_term * terms;
}

static void descend(hybrid *h, part *p) {
  lehr_run own = *h->run;
  own.model = p->view;
  descent_hurried(&own, p->bits);
  if (part_consider(p, p->bits)) hybrid_improved(h, p);
}

/* A second annealing of a large part costs too much, and a short limit leaves no time for the first
 * one: some sweeps downhill come to a local minimum in a fraction of a second. */
static lehr_status begin_downhill(hybrid *h, part *p) {
  enum { SWEEPS = 30, POLL = 1 << 12 };
  lehr_run own = *h->run;
  descent d;
  own.model = p->view;
  begin_anywhere(h, p);
  if (!descent_init(&d, &own)) return LEHR_ENOMEM;
  descent_start(&d, p->bits);
  const int64_t n = p->view->n;
  for (int64_t k = 0, last = 0; k < SWEEPS * n && k - last <= n; k++) {
    const int32_t i = (int32_t)(k % n);
    if (k % POLL == 0 && hybrid_should_stop(h)) break;
    if (d.gain_i64 ? d.gain_i64[i] >= 0 : d.gain_f64[i] >= 0) continue;
    descent_flip(&d, i);
    last = k;
  }
  if (hybrid_should_stop(h)) descent_hurried(&own, d.bits);
  if (part_consider(p, d.bits)) hybrid_improved(h, p);
  return LEHR_OK;
}

/* A small work budget buys fewer reads and sweeps. */
lehr_status spend_begin(hybrid *h, part *p) {
  if (large_is(p)) return begin_downhill(h, p);
  if (p->is_dense) {
    begin_anywhere(h, p);
    if (is_short_of_time(h, p)) descend(h, p);
    return LEHR_OK;
  }
  const double work = h->run->work > 0 ? (double)h->run->work / BEGIN_SHARE : HUGE_VAL;
  int64_t reads = race_sweeps(work, p, PROBE_SWEEPS), sweeps;
  if (reads > FEWEST_ROWS) reads = FEWEST_ROWS;
  sweeps = race_sweeps(work, p, reads);
  if (sweeps > PROBE_SWEEPS) sweeps = PROBE_SWEEPS;
  stage_result result;
  return reheat_start(h, p, reads, sweeps, &result);
}

/* Whether rows of a population would be annealed too little: then one that is annealed most of the
 * time, and its blocks, come lower. In sparse models tempering and forests make up for that. */
static bool is_hurried(const part *p, slice budget) {
  enum { FEWEST = 1 << 13 };
  static const double enough = 6e-6; /* seconds per variable and neighbour on one core of Zen 4 */
  const lehr_model_view *m = p->view;
  const double entries = (double)m->n + 2 * (double)m->n_interactions;
  const double seconds =
      budget.seconds < 0 ? (double)budget.work * arm_price(ARM_ANNEAL, p) : budget.seconds;
  return m->n > FEWEST && m->n_groups == 0 && !arm_is_sparse(m) && seconds < enough * entries;
}

lehr_status spend_slice(hybrid *h, part *p, slice budget) {
  stage_result result;
  if (large_is(p) || is_hurried(p, budget)) return large_slice(h, p, budget);
  if (p->is_dense) return turn_take(h, p, &(turn){&engine_tabu, budget, false}, &result);
  return race_run(h, p, budget);
}
