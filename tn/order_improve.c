/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/philox.h"
#include "tn/order.h"
#include "tn/order_trial.h"

#include <string.h>

/* The variable at `from` goes to `to`; those between make room. */
static void move(int32_t order[], int32_t from, int32_t to) {
  const int32_t v = order[from];
  if (from < to)
    memmove(order + from, order + from + 1, (size_t)(to - from) * sizeof *order);
  else
    memmove(order + to + 1, order + to, (size_t)(from - to) * sizeof *order);
  order[to] = v;
}

/* A place up to 2^k away, for random k: short moves are as frequent as long ones. */
static int32_t draw_target(philox_stream *s, int32_t from, int32_t n) {
  int bits = 1;
  while (bits < 30 && 1 << bits < n) bits++;
  const int32_t span = 1 << philox_below(s, (uint32_t)bits);
  const int32_t step = 1 + (int32_t)philox_below(s, (uint32_t)span);
  const int32_t to = philox_below(s, 2) ? from + step : from - step;
  return to < 0 ? 0 : to >= n ? n - 1 : to;
}

static void try_move(order_trial *t, philox_stream *s) {
  const int32_t n = t->g.n, from = (int32_t)philox_below(s, (uint32_t)n);
  move(t->candidate, from, draw_target(s, from, n));
  trial_consider(t, t->best.method, -1);
}

/* The same frontiers from the other end: variables leave in the opposite order of their coming in,
 * which is when they or the first of their neighbours leave. */
static void turn_round(order_trial *t) {
  const tn_graph g = t->g;
  const int32_t *order = t->best.order;
  int32_t *came = t->counts.work;
  for (int32_t v = 0; v < g.n; v++) came[v] = 0;
  int32_t left = g.n;
  for (int32_t k = 0; k < g.n; k++) {
    const int32_t v = order[k];
    if (!came[v]) t->candidate[--left] = v;
    came[v] = 1;
    for (int64_t e = g.row[v]; e < g.row[v + 1]; e++) {
      const int32_t u = g.col[e];
      if (!came[u]) t->candidate[--left] = u;
      came[u] = 1;
    }
  }
}

/* The end of the order is swept anew from a random place on, or the beginning. */
static void try_sweep(order_trial *t, sweep *sweeper, philox_stream *s) {
  const int32_t n = t->g.n;
  if (philox_below(s, 2)) turn_round(t);
  const sweep_rule rule = {.root = t->candidate[0],
                           .kept = 1 + (int32_t)philox_below(s, (uint32_t)n),
                           .tie = (sweep_tie)philox_below(s, SWEEP_TIES),
                           .reaches = philox_below(s, 2) != 0,
                           .key = philox_u64(s),
                           .give_up = n};
  sweep_run(sweeper, &rule, t->candidate, &t->best.work);
  trial_consider(t, t->best.method, -1);
}

lehr_status order_improve(order_trial *t, double share, lehr_error *err) {
  philox_stream s = philox_stream_at(t->limits->seed, 2);
  sweep *sweeper = sweep_create(t->g);
  if (!sweeper) return error_memory(err, (uint64_t)t->g.row[t->g.n] * 24);
  while (trial_may_go_on(t, share)) {
    memcpy(t->candidate, t->best.order, (size_t)t->g.n * sizeof *t->candidate);
    if (philox_below(&s, 4) == 0)
      try_sweep(t, sweeper, &s);
    else
      try_move(t, &s);
  }
  sweep_free(sweeper);
  return LEHR_OK;
}
