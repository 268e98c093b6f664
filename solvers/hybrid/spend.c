/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/spend.h"

#include "solvers/hybrid/large.h"
#include "solvers/hybrid/race.h"
#include "solvers/hybrid/reheat.h"
#include "solvers/hybrid/turn.h"
#include "solvers/registry.h"
#include "solvers/start.h"

#include <math.h>

enum { FEWEST_ROWS = 8, PROBE_SWEEPS = 16, BEGIN_SHARE = 8 };

/* Any state will do to begin tabu search with; and a second annealing of a large part costs too
 * much. */
static lehr_status begin_anywhere(hybrid *h, part *p) {
  lehr_run own = {.model = p->view, .key = hybrid_next_key(h)};
  start_state(&own, 0, 0, p->bits);
  if (part_consider(p, p->bits)) hybrid_improved(h, p);
  return LEHR_OK;
}

/* A small work budget buys fewer reads and sweeps. */
lehr_status spend_begin(hybrid *h, part *p) {
  if (p->is_dense || large_is(p)) return begin_anywhere(h, p);
  const double work = h->run->work > 0 ? (double)h->run->work / BEGIN_SHARE : HUGE_VAL;
  int64_t reads = race_sweeps(work, p, PROBE_SWEEPS), sweeps;
  if (reads > FEWEST_ROWS) reads = FEWEST_ROWS;
  sweeps = race_sweeps(work, p, reads);
  if (sweeps > PROBE_SWEEPS) sweeps = PROBE_SWEEPS;
  stage_result result;
  return reheat_start(h, p, reads, sweeps, &result);
}

lehr_status spend_slice(hybrid *h, part *p, slice budget) {
  stage_result result;
  if (large_is(p)) return large_slice(h, p, budget);
  if (p->is_dense) return turn_take(h, p, &(turn){&engine_tabu, budget, false}, &result);
  return race_run(h, p, budget);
}
