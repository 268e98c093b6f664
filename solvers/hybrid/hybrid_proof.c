/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that can be proven. */
#include "base/error.h"
#include "solvers/hybrid/hybrid.h"
#include "solvers/hybrid/large.h"
#include "solvers/registry.h"
#include "tn/order_find.h"
#include "tn/width_bound.h"

#include <math.h>

/* Of a time limit, or of the work, that one enumeration or all tensor networks may take, and how
 * long those without either. */
static const double share = 0.25, default_seconds = 1;
/* What a heuristic attempt takes, for want of something better; of the time for proofs, how long
 * to look for orders, in all and for one part. */
static const double seconds_per_attempt = 1e-9, planning_share = 0.05, most_planning = 0.25;
/* So many neighbours on average make tables at least half as wide. */
enum { MOST_DEGREE = 60 };

static void take_proof(void *user, const uint8_t bits[], bool is_read) {
  (void)is_read;
  part_consider(user, bits);
}

/* EUNAVAILABLE where the engine does not promise it in that time. */
static lehr_status prove(hybrid *h, part *p, stage *s, stage_result *result) {
  s->model = p->view;
  s->reads = 1;
  s->take = take_proof;
  s->user = p;
  LEHR_TRY(hybrid_stage(h, s, result));
  if (result->is_infeasible) h->run->infeasible(h->run);
  p->is_proven = result->has_bound && p->has_best && result->bound >= p->best_energy.exact;
  if (p->has_best) hybrid_improved(h, p);
  return LEHR_OK;
}

bool hybrid_can_prove(const lehr_run *run, const lehr_model_view *m) {
  const double seconds = stage_seconds(&engine_exhaustive, m);
  const bool is_paid = run->work == 0 || run->work >> m->n > 0;
  return is_paid && (run->time_limit_s < 0 || seconds < share * run->time_limit_s);
}

static lehr_status enumerate(hybrid *h, part *p) {
  stage s = {.engine = &engine_exhaustive,
             .time_limit_s = -1,
             .memory_bytes = UINT64_MAX,
             .phase = "enumerating"};
  stage_result result;
  return prove(h, p, &s, &result);
}

bool hybrid_is_contractible(const lehr_model_view *m) {
  return m->is_exact && m->n <= LARGE_PART && 2 * m->n_interactions <= MOST_DEGREE * (int64_t)m->n;
}

/* A quarter of the memory. */
uint64_t hybrid_proof_bytes(const lehr_model_view *m, uint64_t memory) {
  enum { WIDEST = 24, PROOF_SHARE = 4 };
  const uint64_t most = (uint64_t)4 << (m->n < WIDEST ? m->n : WIDEST);
  const uint64_t least = 64 * ((uint64_t)m->n + (uint64_t)m->n_interactions) + (1 << 20);
  const uint64_t bytes = most + least;
  return memory > 0 && bytes > memory / PROOF_SHARE ? memory / PROOF_SHARE : bytes;
}

/* Seconds for tensor networks. */
static double affordable(const lehr_run *run) {
  double seconds = run->work > 0 ? share * seconds_per_attempt * (double)run->work : HUGE_VAL;
  if (run->time_limit_s > 0) seconds = fmin(seconds, share * run->time_limit_s);
  return seconds < HUGE_VAL ? seconds : default_seconds;
}

/* Seconds that are left for tensor networks, and variables of the parts that wait for them. */
typedef struct proof_budget {
  double running, planning;
  double waiting;
} proof_budget;

/* Of the planning the part's share; whatever it takes in truth, so that nothing depends on clocks.
 */
static double take_planning(proof_budget *b, const part *p) {
  const double own = b->planning * (double)p->view->n / b->waiting;
  b->waiting -= p->view->n;
  b->planning -= own;
  return fmin(own, most_planning);
}

static int should_stop(void *user) { return hybrid_should_stop(user); }

/* False where a bound from below says that no tables fit, which takes a fraction of planning. Of
 * wider fronts a few variables may be fixed or leave on the way. With groups the network has bits
 * in place of variables. */
static bool may_be_narrow(hybrid *h, const lehr_model_view *m, double memory, double seconds) {
  enum { MORE = 4 };
  if (m->n_groups > 0) return true;
  const tn_guard guard = {.should_stop = should_stop, .user = h};
  const width_question q = {.enough = (int32_t)log2(fmax(memory, 1)) + MORE,
                            .work = (int64_t)(1e9 * seconds),
                            .guard = &guard};
  const tn_graph g = {.n = m->n, .row = m->row, .col = m->col};
  int32_t bound;
  int64_t work = 0;
  return width_bound(g, &q, &bound, &work, NULL) == LEHR_OK && bound < q.enough &&
         !hybrid_should_stop(h);
}

static lehr_status contract(hybrid *h, part *p, proof_budget *b) {
  const double planning = take_planning(b, p);
  const uint64_t memory = hybrid_proof_bytes(p->view, h->run->memory_bytes);
  if (!may_be_narrow(h, p->view, (double)memory, ORDER_FIRST_SHARE * planning)) return LEHR_OK;
  stage s = {.engine = &engine_tn,
             .name = {"slicing"}, /* whether that would help takes longer to tell */
             .value = {1},        /* never */
             .time_limit_s = h->deadline < HUGE_VAL ? b->running : -1,
             .proof_seconds = b->running,
             .memory_bytes = memory,
             .phase = "contracting"};
  stage_result result;
  const bool is_set = stage_set(&s, "planning", planning);
  const lehr_status status = is_set ? prove(h, p, &s, &result) : LEHR_EUSAGE;
  if (status == LEHR_OK) b->running -= result.planned_seconds;
  return status == LEHR_EUNAVAILABLE || status == LEHR_ENOMEM ? LEHR_OK : status;
}

/* How much planning makes sense at all: where a part's share is less than an order takes, none. */
static bool is_worth_planning(const proof_budget *b, const part *p) {
  /* Per variable and neighbour, of a bound of the width and of the quickest order: of random
   * graphs of 10^5 variables. */
  static const double seconds = 80e-9;
  const double terms = (double)p->view->n + 2 * (double)p->view->n_interactions;
  const double own = b->planning * (double)p->view->n / b->waiting;
  return b->running > 0 && ORDER_FIRST_SHARE * own > seconds * terms;
}

lehr_status hybrid_prove(hybrid *h) {
  const hybrid_options *o = h->run->options;
  const double seconds = o->exact > 0 ? affordable(h->run) : 0;
  proof_budget b = {seconds, planning_share * seconds, 0};
  for (int32_t k = 0; k < h->split.count; k++)
    if (hybrid_is_contractible(h->parts[k].view)) b.waiting += h->parts[k].view->n;
  for (int32_t k = 0; k < h->split.count && !hybrid_should_stop(h); k++) {
    part *p = &h->parts[k];
    if (p->view->n <= o->exact && hybrid_can_prove(h->run, p->view))
      LEHR_TRY(enumerate(h, p));
    else if (hybrid_is_contractible(p->view) && is_worth_planning(&b, p))
      LEHR_TRY(contract(h, p, &b));
  }
  return LEHR_OK;
}

void hybrid_claim_bound(const hybrid *h) {
  lehr_run *run = h->run;
  bool is_proven =
      h->is_complete && run->model->is_exact && (!h->reduced || presolve_is_exact(h->reduced));
  for (int32_t k = 0; k < h->split.count; k++) is_proven &= h->parts[k].is_proven;
  if (is_proven) run->bound_int(run, energy_of(run->model, h->bits).exact);
}
