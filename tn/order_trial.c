/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/order_trial.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/width_bound.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool trial_make(order_trial *t, tn_graph g, const order_limits *limits) {
  *t = (order_trial){.g = g, .limits = limits};
  const size_t n = (size_t)g.n;
  t->scratch = memory_array(n, 3 * sizeof *t->scratch);
  t->candidate = memory_array(n, sizeof *t->candidate);
  t->best.order = memory_array(n, sizeof *t->best.order);
  if (counts_make(&t->counts, g.n) && t->scratch && t->candidate && t->best.order) return true;
  free(t->best.order);
  trial_free(t);
  return false;
}

void trial_free(order_trial *t) {
  counts_free(&t->counts);
  free(t->scratch);
  free(t->candidate);
}

/* Of costing one order. */
static int64_t trial_steps(const order_trial *t) {
  enum { STEPS_PER_VARIABLE = 60, STEPS_PER_COUPLING = 8 };
  return STEPS_PER_VARIABLE * (int64_t)t->g.n + STEPS_PER_COUPLING * t->g.row[t->g.n];
}

bool trial_consider(order_trial *t, const char *method, int64_t index) {
  order_found *best = &t->best;
  counts_find(&t->counts, t->g, t->candidate);
  const tn_cost cost = cost_from_counts(&t->counts, t->g.n, t->limits->bytes, t->scratch);
  best->work += trial_steps(t);
  if (best->tried++ > 0 && !cost_is_better(&cost, &best->cost, t->limits->most_entries))
    return false;
  best->cost = cost;
  memcpy(best->order, t->candidate, (size_t)t->g.n * sizeof *t->candidate);
  if (index < 0 && method != best->method)
    snprintf(best->method, sizeof best->method, "%s", method);
  else if (index >= 0)
    snprintf(best->method, sizeof best->method, "%s %lld", method, (long long)index);
  return true;
}

/* There is an order to end with. Told once, the guard is not asked again. */
static bool is_ended(order_trial *t) {
  if (!t->is_ended && t->limits->guard && t->best.tried > 0)
    t->is_ended = guard_should_stop(t->limits->guard);
  return t->is_ended;
}

bool trial_can_afford(order_trial *t, int64_t steps, double share) {
  static const double LEAST = 1e6;
  const double most = fmax(share * (double)t->limits->work, LEAST);
  return (double)(t->best.work + steps) <= most && !is_ended(t);
}

/* Tables so many times too large are beyond what is gained by a better order. */
static const double HOPELESS = 1 << 16;

lehr_status trial_bound(order_trial *t, lehr_error *err) {
  static const double SHARE = 0.5 * ORDER_FIRST_SHARE;
  const double most_width = log2(HOPELESS * fmax(t->limits->most_entries, 1));
  if (most_width >= t->g.n) return LEHR_OK;
  const width_question q = {.enough = (int32_t)most_width + 1,
                            .work = (int64_t)(SHARE * (double)t->limits->work),
                            .guard = t->limits->guard};
  int32_t bound;
  LEHR_TRY(width_bound(t->g, &q, &bound, &t->best.work, err));
  t->is_hopeless = bound >= q.enough;
  return LEHR_OK;
}

bool trial_may_go_on(order_trial *t, double share) {
  static const double WORTH = 0.2, HOPELESS_SHARE = 0.2;
  enum { LEAST_TRIALS = 32 };
  const order_found *best = &t->best;
  const double most = share * (double)t->limits->work, work = (double)best->work;
  if (best->tried == 0) return true;
  if (t->is_hopeless || is_ended(t)) return false;
  if (best->cost.peak_entries > t->limits->most_entries * HOPELESS)
    return work < HOPELESS_SHARE * most;
  if (best->cost.peak_entries > t->limits->most_entries) return work < most;
  const double worth = WORTH * 1e9 * best->cost.seconds;
  const double least = LEAST_TRIALS * (double)trial_steps(t);
  return work < fmin(most, share * fmax(worth, least));
}
