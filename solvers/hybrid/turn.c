/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/turn.h"

#include "solvers/registry.h"

#include <math.h>

enum { TABU_READS = 10 };

typedef struct taker {
  hybrid *h;
  part *p;
} taker;

static void take(void *user, const uint8_t bits[], bool is_read) {
  taker *t = user;
  generation *states = &t->p->states;
  /* An improvement of the whole model is a read as well before long: let the host look at it. */
  if (!is_read && hybrid_is_whole(t->h)) {
    t->h->run->improved(t->h->run, bits);
    return;
  }
  if (part_consider(t->p, bits)) hybrid_improved(t->h, t->p);
  if (!is_read || states->capacity == 0) return;
  generation_put(states, states->count < states->capacity ? states->count : states->count - 1,
                 bits);
  generation_sort(states);
}

lehr_status turn_tabu(hybrid *h, part *p, slice budget, double *gain, stage_result *result) {
  taker t = {h, p};
  const double before = p->best_energy.real;
  const int32_t rows = p->states.count < TABU_READS ? p->states.count : TABU_READS;
  stage s = {.engine = &engine_tabu,
             .model = p->view,
             .key = hybrid_next_key(h),
             .reads = TABU_READS,
             .work = budget.seconds < 0 ? budget.work : 0,
             .time_limit_s = budget.seconds,
             .n_initial = rows,
             .initial = rows > 0 ? hybrid_rows(h, p) : NULL,
             .memory_bytes = UINT64_MAX,
             .phase = "tabu search",
             .take = take,
             .user = &t};
  const lehr_status status = hybrid_stage(h, &s, result);
  *gain = p->has_best ? before - p->best_energy.real : 0;
  return status;
}
