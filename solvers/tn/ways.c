/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "solvers/tn/engine.h"
#include "tn/graph.h"

#include <math.h>
#include <stdio.h>

tn_way tn_way_of(const tn_plan *p, const tn_estimate *e, const lehr_model_view *m,
                 const tn_options *o, tn_limits limits) {
  static const double NOTABLE = 1, LONG = 10; /* seconds */
  const bool has_groups = m->n_groups > 0;    /* copies could break them */
  const bool is_free = o->slicing == TN_SLICING_AUTO && !has_groups;
  const bool fits = e->fits && e->bytes <= limits.memory;
  if (o->slicing == TN_SLICING_ALWAYS) return has_groups ? WAY_NONE : WAY_SLICED;
  if (fits && is_free && limits.time_s > 0 && e->seconds > limits.time_s) return WAY_SLICED;
  if (fits && is_free && e->seconds > LONG) return WAY_SLICED_FIRST;
  if (fits) return is_free && e->seconds > NOTABLE ? WAY_GLANCE_FIRST : WAY_PLAIN;
  if (!is_free) return WAY_NONE;
  const uint64_t sliced = tn_sliced_bytes(limits.memory);
  return limits.time_s > 0 || tn_is_sliceable(p, m, sliced) ? WAY_SLICED : WAY_NONE;
}

/* Of memory, for a glance before a contraction that takes seconds: less than the contraction. */
static const uint64_t GLANCE_BYTES = (uint64_t)64 << 20;

void tn_plan_way(tn_way way, uint64_t memory, lehr_plan *plan, tn_estimate *e) {
  const uint64_t sliced = tn_sliced_bytes(memory);
  const uint64_t bytes = way == WAY_GLANCE_FIRST && sliced > GLANCE_BYTES ? GLANCE_BYTES : sliced;
  char text[sizeof plan->note];
  e->fits = way != WAY_NONE;
  if (way == WAY_PLAIN || way == WAY_NONE) return;
  if (way == WAY_SLICED || bytes > e->bytes) e->bytes = bytes;
  if (way == WAY_GLANCE_FIRST) return;
  snprintf(text, sizeof text, "%s: %.140s",
           way == WAY_SLICED ? "bounded slicing, a bound if no proof" : "bounded slicing first",
           plan->note);
  snprintf(plan->note, sizeof plan->note, "%s", text);
  if (way == WAY_SLICED) e->seconds = NAN;
}

/* Of one contraction that takes long, so much may go into bounded slicing before it, or into a
 * glance. */
static const double SLICED_SHARE = 0.25, GLANCE_SHARE = 0.015;

static bool may_be_sliced(const tn_job *j) {
  const lehr_model_view *const m = j->run->model;
  return j->o->slicing == TN_SLICING_AUTO && m->n_groups == 0 &&
         tn_is_sliceable(&j->plan, m, tn_sliced_bytes(j->guard.bytes));
}

/* Where entries turn out to be too small and memory too, slicing is what is left. */
static lehr_status run_plain(tn_job *j) {
  const tn_effort all = tn_effort_of(j, HUGE_VAL);
  bool is_short = false, is_proven = false;
  LEHR_TRY(tn_run_minimum(j, &is_short));
  if (!is_short) return LEHR_OK;
  if (may_be_sliced(j)) LEHR_TRY(tn_run_bounded(j, &all, &is_proven));
  if (!is_proven) j->run->ended_by(j->run, LEHR_STOP_MEMORY);
  return LEHR_OK;
}

/* Then the contraction, unless that was enough. */
static lehr_status run_both(tn_job *j, const tn_effort *first) {
  bool is_proven;
  LEHR_TRY(tn_run_bounded(j, first, &is_proven));
  return is_proven || j->run->should_stop(j->run) ? LEHR_OK : run_plain(j);
}

lehr_status tn_run_way(tn_job *j) {
  const double entries = j->plan.cost.entries;
  tn_effort effort = tn_effort_of(j, HUGE_VAL);
  bool is_proven = false;
  switch (j->way) {
  case WAY_PLAIN:
    return run_plain(j);
  case WAY_GLANCE_FIRST:
    effort.updates = GLANCE_SHARE * entries;
    effort.order_work = 20000000;
    if (effort.bytes > GLANCE_BYTES) effort.bytes = GLANCE_BYTES;
    return run_both(j, &effort);
  case WAY_SLICED_FIRST:
    effort.updates = SLICED_SHARE * entries;
    return run_both(j, &effort);
  case WAY_SLICED:
    if (j->run->work > 0) effort.updates = (double)j->run->work;
    LEHR_TRY(tn_run_bounded(j, &effort, &is_proven));
    if (!is_proven) j->run->ended_by(j->run, j->is_short ? LEHR_STOP_MEMORY : LEHR_STOP_WORK);
    return LEHR_OK;
  default:
    return error_set(&j->err, LEHR_EUNAVAILABLE, "the tables do not fit into the memory");
  }
}

/* ---- Walks of approximate modes ---- */

void tn_keep_walks(tn_prepared *p, beam_walk_list *l) {
  p->walks = *l;
  l->count = 0;
}

lehr_status tn_take_walks(tn_prepared *p, const tn_network *t, beam_walk_list *out,
                          lehr_error *err) {
  enum { SEED = 1 };
  if (!p || p->walks.count == 0)
    return beam_walk_find(network_graph(t), t->time_index, SEED, out, err);
  *out = p->walks;
  p->walks.count = 0;
  return LEHR_OK;
}
