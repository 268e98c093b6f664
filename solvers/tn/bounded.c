/* SPDX-License-Identifier: Apache-2.0 */
/* Networks that are too wide for one contraction: a state and a lower bound, often with proof. */
#include "tn/bounded/bounded.h"
#include "base/error.h"
#include "base/memory.h"
#include "qubo/energy.h"
#include "solvers/registry.h"
#include "solvers/stage.h"
#include "solvers/start.h"
#include "solvers/tn/engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The model that is solved: the plan's presolved one, or the run's. */
typedef struct small_run {
  tn_job *job;
  const lehr_model_view *model;
  tn_network network; /* no spin of it is fixed */
  int8_t *spins;      /* [network.n] */
  uint8_t *bits;      /* [network.n] */
  uint8_t *expanded;  /* [n] */
  energy best;        /* of spins, before the search */
} small_run;

static void small_free(small_run *s) {
  network_free(&s->network);
  free(s->spins);
  free(s->bits);
  free(s->expanded);
}

static lehr_status small_make(tn_job *j, small_run *s) {
  const presolve *const p = j->plan.presolved;
  *s = (small_run){.job = j};
  s->model = p ? lehr_model_look(presolve_model(p)) : j->run->model;
  s->spins = memory_array((size_t)s->model->n, 1);
  s->bits = memory_array((size_t)s->model->n, 1);
  s->expanded = memory_array((size_t)j->run->model->n, 1);
  if (!s->spins || !s->bits || !s->expanded)
    return error_memory(&j->err, (uint64_t)j->run->model->n * 3);
  return network_make(s->model, &s->network, &j->err);
}

static const uint8_t *expand(small_run *s, const uint8_t bits[]) {
  if (!s->job->plan.presolved) return bits;
  presolve_expand(s->job->plan.presolved, bits, s->expanded);
  return s->expanded;
}

static void take_bits(small_run *s, const uint8_t bits[]) {
  for (int32_t v = 0; v < s->model->n; v++) s->spins[v] = bits[v] ? 1 : -1;
}

static const uint8_t *bits_of(small_run *s, const int8_t spins[]) {
  for (int32_t v = 0; v < s->model->n; v++) s->bits[v] = spins[v] > 0;
  return expand(s, s->bits);
}

/* ---- A state to begin with ---- */

/* A state of the hybrid engine. */
static void take_state(void *user, const uint8_t bits[], bool is_read) {
  small_run *const s = user;
  const energy e = energy_of(s->model, bits);
  (void)is_read;
  if (!energy_less(s->model, e, s->best)) return;
  s->best = e;
  take_bits(s, bits);
}

/* Attempts of a short run of hybrid: a part of the work where that is limited. */
static int64_t start_work(const small_run *s) {
  enum { SWEEPS = 8000, WALKERS = 64, PART = 8 };
  const int64_t usual = (int64_t)SWEEPS * WALKERS * s->model->n, work = s->job->run->work;
  return work > 0 && work / PART < usual ? work / PART : usual;
}

/* The given or a random state, and what a short run of hybrid makes of the model. */
static lehr_status find_start(small_run *s, int64_t *attempts) {
  lehr_run *const run = s->job->run;
  *attempts = 0;
  uint8_t *const whole = memory_array((size_t)run->model->n, 1);
  if (!whole) return error_memory(&s->job->err, (uint64_t)run->model->n);
  start_state(run, 0, 0, whole);
  if (s->job->plan.presolved)
    presolve_restrict(s->job->plan.presolved, whole, s->bits);
  else
    memcpy(s->bits, whole, (size_t)run->model->n);
  free(whole);
  take_bits(s, s->bits);
  s->best = energy_of(s->model, s->bits);
  if (start_work(s) == 0 || run->should_stop(run)) return LEHR_OK;
  const stage hybrid = {.engine = &engine_hybrid,
                        .model = s->model,
                        .name = {"exact"}, /* 0: tensor networks are at work already */
                        .key = run->key,
                        .reads = 0,
                        .work = start_work(s),
                        .time_limit_s = -1,
                        .memory_bytes = s->job->guard.bytes,
                        .phase = "hybrid",
                        .take = take_state,
                        .user = s};
  stage_result result;
  (void)stage_run(run, &hybrid, &result); /* whatever keeps it from helping: without it */
  *attempts = result.attempts;
  return LEHR_OK;
}

/* ---- What came of it ---- */

static void improved(void *user, const int8_t spins[]) {
  small_run *const s = user;
  s->job->run->improved(s->job->run, bits_of(s, spins));
}

static void tell_statistics(lehr_run *run, const bounded_result *r) {
  run->statistic(run, "width", r->width);
  run->statistic(run, "slices", r->divided);
  run->statistic(run, "nodes", (double)r->nodes);
  run->statistic(run, "contractions", (double)r->runs);
}

static lehr_status search(small_run *s, const tn_effort *o, bool *is_proven) {
  tn_job *const j = s->job;
  bounded_result r;
  int64_t attempts;
  tn_guard guard = j->guard;
  guard.bytes = o->bytes;
  LEHR_TRY(find_start(s, &attempts));
  const bounded_options options = {.width = (int32_t)j->o->width,
                                   .updates = fmax(0, o->updates - (double)attempts),
                                   .order_work = o->order_work,
                                   .improved = improved,
                                   .user = s};
  LEHR_TRY(bounded_minimize(&s->network, &options, &guard, s->spins, &r, &j->err));
  const uint8_t *const bits = bits_of(s, s->spins);
  j->run->attempts(j->run, attempts + (int64_t)fmin(r.updates, 0x1p61));
  if (r.runs > 0) tell_statistics(j->run, &r);
  tn_tell_gap(j->run, &s->network, r.energy - r.bound, bits);
  *is_proven = r.bound >= r.energy;
  j->is_short = r.is_short;
  memcpy(j->known, bits, (size_t)j->run->model->n);
  return LEHR_OK;
}

tn_effort tn_effort_of(const tn_job *j, double updates) {
  return (tn_effort){.updates = updates, .bytes = tn_sliced_bytes(j->guard.bytes)};
}

lehr_status tn_run_bounded(tn_job *j, const tn_effort *o, bool *is_proven) {
  small_run s;
  *is_proven = false;
  if (!j->known) j->known = j->run->alloc(j->run, (size_t)j->run->model->n);
  if (!j->known) return LEHR_ENOMEM;
  lehr_status status = small_make(j, &s);
  if (status == LEHR_OK) status = search(&s, o, is_proven);
  small_free(&s);
  return status;
}

/* ---- Whether it is worth a try ---- */

uint64_t tn_sliced_bytes(uint64_t memory) {
  const uint64_t most = (uint64_t)4 << 30;
  return memory / 2 < most ? memory / 2 : most;
}

bool tn_is_sliceable(const tn_plan *p, const lehr_model_view *m, uint64_t memory) {
  enum {
    WIDTHS = 3,
    NARROW = 20,
    WIDER = 4,
    FEW = 64,
    SHARE = 8,
    STEPS = 40000000,
    MOST_SLICED = 128
  };
  const lehr_model_view *const model =
      p->presolved ? lehr_model_look(presolve_model(p->presolved)) : m;
  tn_network t;
  bool is_sliceable = false;
  if (p->cost.width > MOST_SLICED || network_make(model, &t, NULL) != LEHR_OK) return false;
  for (int k = 0; k < WIDTHS && !is_sliceable; k++) {
    const relaxed_options o = {.width = NARROW + k * WIDER,
                               .order_work = STEPS,
                               .memory = memory,
                               .decision_bytes = memory / 2};
    tn_relaxed r;
    if (relaxed_make(&t, &o, &r, NULL) != LEHR_OK) break;
    is_sliceable = r.n_divided <= FEW && (int64_t)r.n_divided * SHARE <= t.n;
    relaxed_free(&r);
  }
  network_free(&t);
  return is_sliceable;
}
