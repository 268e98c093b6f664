/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/turn.h"

#include "solvers/registry.h"

#include <math.h>

enum { TABU_READS = 10, TEMPERING_READS = 64 };

typedef struct taker {
  hybrid *h;
  part *p;
  bool is_filling;
  int32_t reads; /* taken so far */
} taker;

static void join(taker *t, const uint8_t bits[]) {
  generation *states = &t->p->states;
  if (t->is_filling && states->count < states->capacity)
    generation_put(states, states->count, bits);
  else if (states->count > 0)
    (void)generation_cross(states, t->reads % states->count, bits);
}

static void take(void *user, const uint8_t bits[], bool is_read) {
  taker *t = user;
  /* An improvement of the whole model is a read as well before long: let the host look at it. */
  if (!is_read && hybrid_is_whole(t->h)) {
    t->h->run->improved(t->h->run, bits);
    return;
  }
  /* Engines deliver the best read first, and rows will be looked at in the end: no need to work out
   * what all the others are worth. */
  if ((!is_read || t->reads == 0) && part_consider(t->p, bits)) hybrid_improved(t->h, t->p);
  if (!is_read) return;
  join(t, bits);
  t->reads++;
}

lehr_status turn_take(hybrid *h, part *p, const turn *what, stage_result *result) {
  const slice budget = what->budget;
  const bool is_tabu = what->engine == &engine_tabu;
  const int32_t most = is_tabu ? TABU_READS : TEMPERING_READS;
  generation_sort(&p->states);
  taker t = {.h = h, .p = p, .is_filling = p->states.count == 0};
  const int32_t rows = p->states.count < most ? p->states.count : most;
  stage s = {.engine = what->engine,
             .model = p->view,
             .key = hybrid_next_key(h),
             .reads = is_tabu ? TABU_READS : 0,
             .work = budget.seconds < 0 ? budget.work : 0,
             .time_limit_s = budget.seconds,
             .n_initial = what->is_fresh ? 0 : rows,
             .initial = rows > 0 && !what->is_fresh ? hybrid_rows(h, p) : NULL,
             .memory_bytes = UINT64_MAX,
             .phase = what->engine->name,
             .take = take,
             .user = &t};
  const lehr_status status = hybrid_stage(h, &s, result);
  hybrid_look(h, p);
  return status;
}
