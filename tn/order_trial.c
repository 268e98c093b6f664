/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/order_trial.h"

#include "base/memory.h"

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

/* There is an order to end with. */
static bool is_ended(const order_trial *t) {
  return t->limits->guard && t->best.tried > 0 && guard_should_stop(t->limits->guard);
}

bool trial_can_afford(const order_trial *t, int64_t steps, double share) {
  return (double)(t->best.work + steps) <= share * (double)t->limits->work && !is_ended(t);
}

bool trial_may_go_on(const order_trial *t, double share) {
  static const double WORTH = 0.2, HOPELESS = 1 << 16, HOPELESS_SHARE = 0.2;
  enum { LEAST_TRIALS = 32 };
  const order_found *best = &t->best;
  const double most = share * (double)t->limits->work, work = (double)best->work;
  if (best->tried == 0) return true;
  if (is_ended(t)) return false;
  if (best->cost.peak_entries > t->limits->most_entries * HOPELESS)
    return work < HOPELESS_SHARE * most;
  if (best->cost.peak_entries > t->limits->most_entries) return work < most;
  const double worth = WORTH * 1e9 * best->cost.seconds;
  const double least = LEAST_TRIALS * (double)trial_steps(t);
  return work < fmin(most, share * fmax(worth, least));
}
