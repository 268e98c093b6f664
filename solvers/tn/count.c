/* SPDX-License-Identifier: Apache-2.0 */
/* How many states have the lowest energy: by one contraction, or where that is too large or takes
 * long and there are no groups, by values of fronts. */
#include "tn/count.h"
#include "base/error.h"
#include "solvers/tn/engine.h"
#include "tn/count_network.h"
#include "tn/count_slices.h"

#include <stdlib.h>

/* Contractions of pairs that take less are always made. */
static const double LONG_SECONDS = 1;

/* What is chosen must not depend on the number of threads: memory is divided as one thread would.
 */
lehr_status tn_count_plan(const tn_plan *p, const tn_guard *guard, tn_count_way *way,
                          lehr_error *err) {
  tn_guard one = *guard;
  count_price price;
  one.threads = 1;
  *way = (tn_count_way){0};
  if (p->program.n_ops == 0) return LEHR_OK;
  LEHR_TRY(count_price_of(&p->program, guard->bytes, &price, err));
  const bool has_factors = p->network.factors.count > 0;
  if (has_factors || (price.fits && price.seconds < LONG_SECONDS)) {
    *way = (tn_count_way){.bytes = price.bytes, .seconds = price.seconds, .fits = price.fits};
    return LEHR_OK;
  }
  way->by_fronts = true;
  LEHR_TRY(count_network_plan(&p->network, p->order, &one, &way->bytes, &way->seconds, err));
  way->fits = way->bytes <= guard->bytes;
  return LEHR_OK;
}

static lehr_status count_at_once(tn_job *j, natural *states, bool *is_complete) {
  int64_t energy;
  LEHR_TRY(count_ground_states(&j->plan.program, &j->guard, &energy, states, is_complete, &j->err));
  if (*is_complete) j->run->attempts(j->run, (int64_t)j->plan.cost.entries);
  return LEHR_OK;
}

static lehr_status deliver_state(tn_job *j, const int8_t spins[]) {
  lehr_run *const run = j->run;
  uint8_t *const bits = run->alloc(run, (size_t)run->model->n);
  if (!bits) return LEHR_ENOMEM;
  LEHR_TRY(plan_bits(&j->plan, spins, bits, &j->err));
  tn_tell_gap(run, &j->plan.network, 0, bits);
  j->has_state = true;
  return run->sample(run, bits, run->reads > 0 ? run->reads : 1);
}

/* Pieces may take as much as the sweeps do. */
static lehr_status count_by_fronts(tn_job *j, uint64_t bytes, natural *states, bool *is_complete) {
  tn_count count;
  const count_limits pieces = {.bytes = bytes, .seconds = 1};
  int8_t *const spins = j->run->alloc(j->run, (size_t)j->plan.network.n);
  if (!spins) return LEHR_ENOMEM;
  const lehr_status status =
      count_network(&j->plan.network, j->plan.order, pieces, &j->guard, spins, &count, &j->err);
  *states = count.states;
  *is_complete = count.is_complete;
  if (status != LEHR_OK || !count.is_complete) return status;
  j->run->attempts(j->run, (int64_t)count.updates);
  j->run->statistic(j->run, "fronts", (double)count.fronts);
  return tn_needs_minimum(j->o) ? deliver_state(j, spins) : LEHR_OK;
}

/* Mirror images count as well. */
lehr_status tn_run_count(tn_job *j, char **states) {
  tn_count_way way;
  natural number = {0};
  bool is_complete = false;
  LEHR_TRY(tn_count_plan(&j->plan, &j->guard, &way, &j->err));
  lehr_status status = way.by_fronts ? count_by_fronts(j, way.bytes, &number, &is_complete)
                                     : count_at_once(j, &number, &is_complete);
  if (status == LEHR_OK) status = natural_shift(&number, j->plan.mirror.count, &j->err);
  if (status == LEHR_OK && is_complete) {
    *states = natural_decimal(&number);
    status = *states ? j->run->degeneracy(j->run, *states) : LEHR_ENOMEM;
  }
  if (!is_complete) j->run->unfinished(j->run);
  natural_free(&number);
  return status;
}
