/* SPDX-License-Identifier: Apache-2.0 */
/* Engine `exhaustive`: looks at every assignment of up to 32 variables and proves the optimum. */
#include "base/philox.h"
#include "solvers/exhaustive/block.h"
#include "solvers/exhaustive/enumerate.h"
#include "solvers/start.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* Seconds per state on one core of Zen 4: 1 / attempts_per_s of `lehr-bench exhaustive30`. With
 * groups the states of a block are looked at one by one as well, which no case measures: a cautious
 * guess. */
static const double seconds_per_state = 0.8e-9, seconds_per_grouped_state = 2e-9;

static lehr_status exhaustive_plan(const lehr_model_view *m, const void *options, int64_t reads,
                                   int32_t threads, lehr_plan *plan) {
  (void)options;
  (void)reads;
  if (m->n > ENUMERATE_MAX) {
    snprintf(plan->note, sizeof plan->note, "%" PRId32 " variables, at most %d can be enumerated",
             m->n, ENUMERATE_MAX);
    return LEHR_EUNAVAILABLE;
  }
  plan->bytes = (uint64_t)m->n_groups * sizeof(group_mask) + (1 << 16);
  plan->rows = 1; /* the best, as often as reads were asked for */
  plan->threads = threads;
  plan->will_prove = 1;
  plan->seconds = ldexp(m->n_groups ? seconds_per_grouped_state : seconds_per_state, m->n) + 1e-6;
  return LEHR_OK;
}

static void make_masks(const lehr_model_view *m, group_mask masks[]) {
  for (int32_t g = 0; g < m->n_groups; g++) {
    masks[g] = (group_mask){.at_least = m->group_k[g], .at_most = m->group_k[g]};
    if (m->group_kind[g] == LEHR_GROUP_AT_MOST_ONE) masks[g].at_least = 0;
    for (int64_t k = m->group_ptr[g]; k < m->group_ptr[g + 1]; k++)
      masks[g].members |= 1u << (m->n - 1 - m->group_idx[k]);
  }
}

/* Chunks that a work budget allows, at least one. */
static int64_t limit_chunks(const enumeration *e, int64_t all) {
  const int64_t work = e->run->work;
  const int32_t bits = e->low + ENUMERATE_CHUNK_BITS;
  if (work <= 0 || work >> bits >= all) return all;
  return work >> bits > 0 ? work >> bits : 1;
}

static lehr_status report(const enumeration *e, bool is_all) {
  lehr_run *run = e->run;
  const lehr_model_view *m = run->model;
  uint8_t bits[ENUMERATE_MAX + 1];
  run->attempts(run, e->visited);
  if (is_all && !e->found) {
    run->infeasible(run);
    return LEHR_OK;
  }
  if (!e->found) return start_report(run, 1);
  if (is_all && m->is_exact) run->bound_int(run, e->best.exact);
  if (is_all && !m->is_exact) run->bound_real(run, e->best.real);
  enumerate_bits(e->best_state, m->n, bits);
  return run->sample(run, bits, run->reads > 0 ? run->reads : 1);
}

static lehr_status exhaustive_run(lehr_run *run) {
  const lehr_model_view *m = run->model;
  if (run->time_limit_s == 0)
    return start_report(run, run->reads > 0 ? run->reads : run->n_initial);
  group_mask *masks = run->alloc(run, (size_t)m->n_groups * sizeof *masks);
  if (!masks) return LEHR_ENOMEM;
  make_masks(m, masks);
  enumeration e = {.run = run, .groups = masks};
  e.low = m->n < BLOCK_BITS ? m->n : BLOCK_BITS;
  e.high = m->n - e.low;
  const int64_t all =
      e.high > ENUMERATE_CHUNK_BITS ? INT64_C(1) << (e.high - ENUMERATE_CHUNK_BITS) : 1;
  e.chunks = limit_chunks(&e, all);
  const lehr_status status = m->is_exact ? enumerate_int(&e) : enumerate_real(&e);
  if (status != LEHR_OK) return status;
  if (e.complete && e.chunks < all) run->ended_by(run, LEHR_STOP_WORK);
  return report(&e, e.complete && e.chunks == all);
}

const lehr_engine engine_exhaustive = {
    .struct_size = sizeof engine_exhaustive,
    .abi = LEHR_PLUGIN_ABI,
    .caps = LEHR_CAP_PROVES | LEHR_CAP_GROUPS | LEHR_CAP_GROUPS_OVERLAP | LEHR_CAP_THREADS |
            LEHR_CAP_INITIAL,
    .name = "exhaustive",
    .summary = "every assignment of up to 32 variables; proves the optimum",
    .plan = exhaustive_plan,
    .run = exhaustive_run};
