/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "solvers/tn/best.h"
#include "tn/beam/beam.h"
#include "tn/mps/sweep.h"

#include <math.h>
#include <stdio.h>

/* The ladder: a quick look, then a quarter of the inverse temperature, half of it, all of it. Warm
 * tables are accurate, cold ones sharp. */
enum { RUNGS = 4, USUAL_STATES = 1024, QUICK_BOND = 4, QUICK_STATES = 64 };

/* In units of one over the root mean square of what acts on a spin's neighbours. */
static const double USUAL_BETA = 3, SMALLEST = 1e-12;

/* On one core of Zen 4: a multiplication for the tables, and one for the rank of a state. */
static const double step_seconds = 2e-10, rank_seconds = 2e-10;

typedef struct mps_job {
  tn_job *j;
  tn_network t;
  beam_walk walk;
  tn_best best;
  double log_z[RUNGS], lost[RUNGS], most_lost[RUNGS], discarded[RUNGS], beta[RUNGS];
  int32_t rungs; /* finished, with a sum */
} mps_job;

static int64_t reads_of(const lehr_run *run) { return run->reads > 0 ? run->reads : 1; }
static int64_t states_of(const tn_options *o) { return o->beam > 0 ? o->beam : USUAL_STATES; }

/* Inverse temperature of the last rung, per unit of the network. */
static double coldest(const tn_network *t, const tn_options *o) {
  double sum = 0;
  int64_t count = 0;
  if (o->cold > 0) return o->cold * t->unit;
  for (int64_t k = 0; k < t->row[t->n]; k++, count++) sum += (double)t->J[k] * (double)t->J[k];
  for (int32_t v = 0; v < t->n && count == 0; v++) sum += (double)t->h[v] * (double)t->h[v];
  return sum > 0 ? USUAL_BETA / sqrt(sum / (double)(count > 0 ? count : t->n)) : 1;
}

static lehr_status prepare(const lehr_model_view *m, tn_prepared *p, mps_job *b, lehr_error *err) {
  LEHR_TRY(network_make(m, &b->t, err));
  return tn_take_walk(p, &b->t, &b->walk, err);
}

static void release(mps_job *b) {
  beam_walk_free(&b->walk);
  network_free(&b->t);
}

static mps_options rung(const mps_job *b, const tn_options *o, int32_t k) {
  const bool is_quick = k == 0 && o->bond > QUICK_BOND;
  return (mps_options){.beta = ldexp(coldest(&b->t, o), (k > 0 ? k : 1) + 1 - RUNGS),
                       .bond = is_quick ? QUICK_BOND : (int32_t)o->bond,
                       .smallest = SMALLEST};
}

static lehr_status estimate(const lehr_model_view *m, const tn_options *o, const beam_wish *wish,
                            mps_job *b, lehr_plan *plan, lehr_error *err) {
  const mps_options options = rung(b, o, RUNGS - 1);
  const tn_guard guard = {.threads = 1};
  mps_sweep dry;
  bool is_complete;
  LEHR_TRY(sweep_tables(&b->t, &b->walk, &options, true, &guard, &dry, &is_complete, err));
  const beam_guide guide = mps_guide(&dry);
  const double tables = (double)m->n * (12 * (b->walk.crowd + 1) + sizeof(mps_table));
  const double products = 16 * (double)plan->threads * (b->walk.width + 2) * (double)o->bond;
  plan->bytes = size_saturated(dry.bytes + tables + products) + beam_bytes(&b->walk, &guide, wish) +
                chain_scratch_bytes(options.bond) + tn_best_bytes(m) + 40 * (uint64_t)m->n +
                48 * (uint64_t)m->n_interactions;
  const double ranks = (double)m->n * (double)wish->most * b->walk.crowd * pow((double)o->bond, 2);
  plan->seconds = (RUNGS - 1) * (step_seconds * dry.steps + rank_seconds * ranks);
  sweep_tables_free(&dry);
  return LEHR_OK;
}

lehr_status tn_plan_mps(const tn_question *q, uint64_t memory, lehr_plan *plan, lehr_error *err) {
  const tn_options *const o = q->o;
  mps_job b = {0};
  const beam_wish wish = {.most = states_of(o), .states = q->reads > 0 ? q->reads : 1};
  lehr_status status = prepare(q->m, NULL, &b, err);
  if (status == LEHR_OK) status = estimate(q->m, o, &wish, &b, plan, err);
  if (status == LEHR_OK) {
    plan->rows = wish.states;
    plan->will_prove = 0;
    snprintf(plan->note, sizeof plan->note, "chains of bond %lld, %d wide; %lld partial states",
             (long long)o->bond, b.walk.width, (long long)wish.most);
    if (plan->bytes > memory)
      status = error_set(err, LEHR_EUNAVAILABLE, "chains of bond %lld need %.3g GB",
                         (long long)o->bond, (double)plan->bytes * 1e-9);
  }
  if (status == LEHR_OK) tn_keep_walk(q->prepared, &b.walk);
  release(&b);
  return status;
}

/* Where the sum of all is not positive, truncation has taken more than what was left: no weights
 * can be told of that rung, and colder ones are worse. */
static void note_rung(mps_job *b, const mps_sweep *s, const beam_result *r) {
  if (!isfinite(s->log_z)) return;
  const int32_t k = b->rungs++;
  const double shift = tn_real_energy(&b->t, 0) / b->t.unit * s->options.beta;
  b->beta[k] = s->options.beta / b->t.unit;
  b->log_z[k] = s->log_z - shift;
  b->lost[k] = s->lost;
  b->most_lost[k] = s->most_lost;
  b->discarded[k] = r->discarded == INT64_MAX
                        ? 0
                        : exp(fmin(0, -ldexp((double)r->discarded, -MPS_GRAIN) - s->log_z));
}

/* Tables at one temperature, and a beam by them. The beam's states go to *last. */
static lehr_status run_rung(mps_job *b, int32_t k, beam_result *last) {
  tn_job *j = b->j;
  const mps_options options = rung(b, j->o, k);
  const bool is_listed = reads_of(j->run) > 1;
  const int64_t states = states_of(j->o);
  const beam_wish wish = {.most = k > 0 || states < QUICK_STATES ? states : QUICK_STATES,
                          .below = INT64_MAX,
                          .states = is_listed ? reads_of(j->run) : 4,
                          .fix_spin = !is_listed && b->t.n > 0 && network_is_even(&b->t)};
  mps_sweep s;
  bool is_complete;
  LEHR_TRY(sweep_tables(&b->t, &b->walk, &options, false, &j->guard, &s, &is_complete, &j->err));
  lehr_status status = LEHR_OK;
  if (is_complete) {
    const beam_guide guide = mps_guide(&s);
    beam_result_free(last);
    status = beam_run(&b->walk, &guide, &wish, &j->guard, last, &j->err);
    j->run->attempts(j->run, last->children);
    if (last->is_complete) note_rung(b, &s, last);
    for (int64_t r = 0; r < last->count && r < 4; r++)
      tn_best_offer(&b->best, last->spins + r * b->t.n);
  }
  sweep_tables_free(&s);
  return status;
}

static void tell_facts(const mps_job *b) {
  lehr_run *run = b->j->run;
  run->used(run, "beam", (double)states_of(b->j->o));
  run->used(run, "cold", coldest(&b->t, b->j->o) / b->t.unit);
  run->statistic(run, "width", b->walk.width);
  run->statistics(run, "beta", b->beta, b->rungs);
  run->statistics(run, "log_z_estimate", b->log_z, b->rungs);
  run->statistics(run, "truncated", b->lost, b->rungs);
  run->statistics(run, "most_truncated", b->most_lost, b->rungs);
  run->statistics(run, "discarded_weight", b->discarded, b->rungs);
}

lehr_status tn_run_mps(tn_job *j) {
  lehr_run *run = j->run;
  mps_job b = {.j = j};
  beam_result last = {0};
  lehr_status status = prepare(run->model, run->prepared, &b, &j->err);
  if (status == LEHR_OK && !tn_best_make(&b.best, run, &b.t)) status = LEHR_ENOMEM;
  for (int32_t k = 0; k < RUNGS && b.rungs == k && status == LEHR_OK && !run->should_stop(run); k++)
    status = run_rung(&b, k, &last);
  if (status == LEHR_OK && b.best.value < INT64_MAX) {
    tell_facts(&b);
    j->has_state = true;
    status = tn_best_deliver(&b.best, last.spins, last.count, reads_of(run));
  }
  beam_result_free(&last);
  release(&b);
  return status;
}
