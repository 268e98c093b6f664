/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/hybrid.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/philox.h"
#include "solvers/descent.h"
#include "solvers/hybrid/large.h"
#include "solvers/registry.h"
#include "solvers/start.h"

#include <math.h>
#include <string.h>

#define OPTION_STRUCT hybrid_options
#define OPTION_FILE "solvers/hybrid/options.def"
#include "base/option_table.inc"

enum { POPULATION_BYTES = 1 << 27, FEWEST_ROWS = 8 };

bool hybrid_should_stop(const hybrid *h) {
  return h->run->should_stop(h->run) || (h->deadline < HUGE_VAL && clock_wall() >= h->deadline);
}

double hybrid_seconds_left(const hybrid *h) {
  return h->deadline < HUGE_VAL ? fmax(h->deadline - clock_wall(), 1e-6) : -1;
}

uint64_t hybrid_next_key(hybrid *h) { return philox_subkey(h->run->key, (uint64_t)++h->stages); }

const uint8_t *hybrid_rows(hybrid *h, const part *p) {
  for (int32_t r = 0; r < p->states.count; r++)
    generation_get(&p->states, r, h->rows + (size_t)r * (size_t)p->view->n);
  return h->rows;
}

bool hybrid_is_whole(const hybrid *h) {
  return !h->reduced && h->split.count == 1 && !h->parts[0].variables;
}

void hybrid_complete(hybrid *h) {
  if (h->reduced)
    presolve_expand(h->reduced, h->small_bits, h->bits);
  else
    memcpy(h->bits, h->small_bits, (size_t)h->run->model->n);
}

void hybrid_restrict(hybrid *h, const uint8_t bits[]) {
  if (h->reduced)
    presolve_restrict(h->reduced, bits, h->scratch);
  else
    memcpy(h->scratch, bits, (size_t)h->run->model->n);
}

static double terms_of(const lehr_model_view *m) {
  return (double)m->n + 2 * (double)m->n_interactions;
}

/* What the host does with a state takes as long as the model is large: of many parts it hears when
 * a sixteenth of all has changed, and in the end. */
void hybrid_improved(hybrid *h, const part *p) {
  static const double share = 1.0 / 16;
  part_put(p, p->best, h->small_bits);
  if (!h->is_complete) return;
  h->records[h->current].improvements++;
  h->best_by = h->current;
  h->untold += terms_of(p->view);
  if (h->untold >= share * terms_of(h->small)) hybrid_tell(h);
}

void hybrid_tell(hybrid *h) {
  if (h->untold == 0) return;
  h->untold = 0;
  hybrid_complete(h);
  h->run->improved(h->run, h->bits);
}

void hybrid_look(hybrid *h, part *p) {
  generation_sort(&p->states);
  if (p->states.count == 0) return;
  generation_get(&p->states, 0, p->bits);
  if (part_consider(p, p->bits)) hybrid_improved(h, p);
}

int32_t hybrid_capacity(const lehr_model_view *m, const hybrid_options *o) {
  const int64_t most = m->n > 0 ? POPULATION_BYTES / m->n : o->population;
  int64_t count = o->population < most ? o->population : most;
  if (m->n < count) count = m->n;
  return count > FEWEST_ROWS ? (int32_t)count : FEWEST_ROWS;
}

lehr_status hybrid_stage(hybrid *h, const stage *s, stage_result *result) {
  stage own = *s;
  own.threads = part_threads(h->run, s->model);
  h->current = arm_of(s->engine);
  const lehr_status status = stage_run(h->run, &own, result);
  if (status == LEHR_EUNAVAILABLE) return status; /* it did not run */
  arm_record *record = &h->records[h->current];
  record->turns++;
  record->attempts += result->attempts;
  record->seconds += result->seconds;
  h->attempts += result->attempts;
  return status;
}

static lehr_status solve(hybrid *h) {
  lehr_run *run = h->run;
  LEHR_TRY(hybrid_make_parts(h));
  hybrid_take_initial(h);
  LEHR_TRY(hybrid_prove(h));
  LEHR_TRY(hybrid_begin(h));
  if (!h->is_cut) hybrid_claim_bound(h);
  LEHR_TRY(hybrid_improve(h));
  if (run->work > 0) run->ended_by(run, LEHR_STOP_WORK);
  if (h->deadline < HUGE_VAL) run->ended_by(run, LEHR_STOP_TIME_LIMIT);
  return hybrid_deliver(h);
}

/* When to end, so that there is time to put the states together and to evaluate them: some 4 ns for
 * each coefficient of a large model, three times over. */
static double deadline_of(const lehr_run *run) {
  static const double share = 0.98, most_share = 0.2, seconds_per_term = 18e-9;
  const double limit = run->time_limit_s, needed = seconds_per_term * terms_of(run->model);
  return clock_wall() + share * limit - fmin(needed, most_share * limit);
}

static lehr_status hybrid_run(lehr_run *run) {
  const hybrid_options *o = run->options;
  hybrid h = {.run = run, .deadline = HUGE_VAL, .best_by = ARMS};
  if (run->model->n <= o->exact && hybrid_can_prove(run, run->model)) {
    if (run->reads == 0) run->used(run, "reads", 1); /* that engine has one answer */
    return engine_exhaustive.run(run);
  }
  if (run->time_limit_s == 0) return start_report(run, run->reads > 0 ? run->reads : o->reads);
  if (run->time_limit_s > 0) h.deadline = deadline_of(run);
  const lehr_status status = solve(&h);
  arms_report(h.records, h.best_by, run);
  for (int32_t k = 0; h.parts && k < h.split.count; k++) part_release(&h.parts[k]);
  components_free(&h.split);
  presolve_free(h.reduced);
  return status;
}

static uint64_t model_bytes(const lehr_model_view *m) {
  return 16 * ((uint64_t)m->n + 1) + 24 * (uint64_t)m->n_interactions;
}

/* Of the one that takes most of the engines that may have a turn. */
static uint64_t most_stage_bytes(const lehr_model_view *m, int32_t capacity, int32_t threads) {
  uint64_t most = 0;
  const bool is_large = m->n > LARGE_PART && m->n_groups == 0;
  for (arm a = ARM_ANNEAL; a <= (is_large ? ARM_ANNEAL : ARM_TABU); a++) {
    const bool is_possible = a == ARM_ANNEAL || a == ARM_TABU || arm_is_sparse(m);
    const uint64_t bytes = is_possible ? stage_bytes(arm_engine(a), m, capacity, threads) : 0;
    if (bytes > most) most = bytes;
  }
  return most;
}

static lehr_status hybrid_plan(const lehr_model_view *m, const void *options, int64_t reads,
                               int32_t threads, lehr_plan *plan) {
  const hybrid_options *o = options;
  const int32_t capacity = hybrid_capacity(m, o);
  const uint64_t states = (uint64_t)capacity * (uint64_t)m->n;
  (void)reads;
  plan->threads = threads;
  /* Presolving and its model, the parts' models; tables of a proof, then populations and an engine
   * at work on all of it. */
  const uint64_t proof = o->exact > 0 ? hybrid_proof_bytes(m, plan->memory_bytes) : 0;
  const uint64_t search = generation_bytes(m, capacity, threads) + states + descent_bytes(m) +
                          most_stage_bytes(m, capacity, threads);
  plan->bytes = presolve_bytes(m) + 2 * model_bytes(m) + 4 * (uint64_t)m->n +
                (proof > search ? proof : search) + (1 << 16);
  plan->will_prove = m->n <= o->exact && m->is_exact;
  plan->seconds = plan->time_limit_s > 0 ? plan->time_limit_s : NAN;
  return LEHR_OK;
}

const lehr_engine engine_hybrid = {
    .struct_size = sizeof engine_hybrid,
    .abi = LEHR_PLUGIN_ABI,
    .caps = LEHR_CAP_PROVES | LEHR_CAP_GROUPS | LEHR_CAP_THREADS | LEHR_CAP_INITIAL,
    .name = "hybrid",
    .summary = "portfolio: presolve, exact parts, annealed populations; the default",
    .options = &table,
    .plan = hybrid_plan,
    .run = hybrid_run};
