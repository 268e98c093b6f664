/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/order_trial.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool trial_make(order_trial *t, tn_graph g, const order_limits *limits) {
  *t = (order_trial){.g = g, .limits = limits};
  const size_t n = (size_t)g.n;
  t->scratch = memory_array(n, 2 * sizeof *t->scratch);
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

bool trial_consider(order_trial *t, const char *method, int64_t index) {
  enum { STEPS_PER_VARIABLE = 60, STEPS_PER_COUPLING = 8 };
  order_found *best = &t->best;
  counts_find(&t->counts, t->g, t->candidate);
  const tn_cost cost = cost_from_counts(&t->counts, t->g.n, t->limits->bytes, t->scratch);
  best->work += STEPS_PER_VARIABLE * (int64_t)t->g.n + STEPS_PER_COUPLING * t->g.row[t->g.n];
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

bool trial_can_afford(const order_trial *t, int64_t steps, double share) {
  return (double)(t->best.work + steps) <= share * (double)t->limits->work;
}

bool trial_may_go_on(const order_trial *t, double share) {
  static const double LEAST_WORK = 2e6, HALF = 0.5;
  const order_found *best = &t->best;
  if ((double)best->work >= share * (double)t->limits->work) return false;
  const double worth = HALF * 1e9 * best->cost.seconds;
  return best->tried == 0 || best->cost.peak_entries > t->limits->most_entries ||
         (double)best->work < share * (worth > LEAST_WORK ? worth : LEAST_WORK);
}
