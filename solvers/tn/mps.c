/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "solvers/tn/best.h"
#include "tn/beam/beam.h"
#include "tn/mps/draw.h"

#include <math.h>
#include <stdio.h>

/* A quick look, then inverse temperatures from a quarter of the coldest, each larger by the square
 * root of two, as long as truncation leaves something and states become better. Warm tables are
 * accurate, cold ones sharp. Other walks then contract at the temperature that was best, as long as
 * they find better states. */
enum {
  LADDER = 6,
  USUAL_RUNGS = 3, /* without the quick one; then one other walk */
  USUAL_WALKS = 2,
  MOST_SWEEPS = LADDER + BEAM_WALKS - 1,
  USUAL_STATES = 1024,
  QUICK_BOND = 4,
  QUICK_STATES = 64,
  DRAWS = 256
};
static const double WARMEST = 0.25, COLDER = 1.4142135623730951;

/* Parts of squared norms left out, summed: beyond it, colder tables are worse. */
static const double MOST_LOST = 8;

/* In units of one over the root mean square of what acts on a spin's neighbours. */
static const double USUAL_BETA = 3, SMALLEST = 1e-12;

/* On one core of Zen 4: a multiplication for the tables, and one for the rank of a state. */
static const double step_seconds = 2e-10, rank_seconds = 2e-10;

typedef struct mps_job {
  tn_job *j;
  tn_network t;
  beam_walk_list walks;
  tn_best best;
  beam_result listed; /* of the best beam */
  int64_t listed_value;
  double log_z[MOST_SWEEPS], lost[MOST_SWEEPS], most_lost[MOST_SWEEPS], discarded[MOST_SWEEPS];
  double beta[MOST_SWEEPS], walk[MOST_SWEEPS];
  double sampled[MOST_SWEEPS], effective[MOST_SWEEPS];
  int32_t sweeps; /* finished, with a sum */
} mps_job;

/* One contraction and the beam by it. */
typedef struct rung {
  double beta; /* per unit of the network */
  int32_t walk;
  bool is_quick;
  bool has_sum;  /* afterwards: truncation has left something */
  int64_t value; /* afterwards: of the beam's best */
} rung;

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

/* At the most. */
static beam_wish wish_of(const tn_options *o, int64_t reads) {
  return (beam_wish){.most = states_of(o), .below = INT64_MAX, .states = reads > 4 ? reads : 4};
}

static mps_job job_of(const tn_options *o, tn_job *j) {
  return (mps_job){.j = j, .walks.most = (int32_t)o->walks, .listed_value = INT64_MAX};
}

static lehr_status prepare(const lehr_model_view *m, tn_prepared *p, mps_job *b, lehr_error *err) {
  LEHR_TRY(network_make(m, &b->t, err));
  return tn_take_walks(p, &b->t, &b->walks, err);
}

static void release(mps_job *b) {
  beam_result_free(&b->listed);
  beam_walks_free(&b->walks);
  network_free(&b->t);
}

static mps_options options_of(const tn_options *o, const rung *r) {
  return (mps_options){.beta = r->beta,
                       .bond = r->is_quick && o->bond > QUICK_BOND ? QUICK_BOND : (int32_t)o->bond,
                       .smallest = SMALLEST};
}

/* Bytes and seconds of one contraction and its beam. */
typedef struct price {
  uint64_t bytes;
  double seconds;
  bool fits; /* else at least so many bytes */
} price;

/* Lists of variables and places for each step, but no tensors, are known from the walk alone. */
static lehr_status price_of(const mps_job *b, const tn_question *q, const beam_walk *walk,
                            uint64_t memory, price *out, lehr_error *err) {
  const tn_options *const o = q->o;
  const mps_options options = options_of(o, &(rung){.beta = coldest(&b->t, o)});
  const beam_wish wish = wish_of(o, q->reads);
  const double n = b->t.n, lists = n * (12 * (walk->crowd + 1) + sizeof(mps_table));
  const tn_guard guard = {.bytes = memory, .threads = 1};
  mps_sweep dry;
  *out = (price){.bytes = size_saturated(lists)};
  if (out->bytes > memory) return LEHR_OK;
  LEHR_TRY(sweep_tables(&b->t, walk, &options, true, &guard, &dry, &out->fits, err));
  const beam_guide guide = mps_guide(&dry);
  const double ranks = n * (double)wish.most * walk->crowd * pow((double)o->bond, 2);
  out->bytes += size_saturated(dry.bytes) + beam_bytes(walk, &guide, &wish);
  out->seconds = step_seconds * dry.steps + rank_seconds * ranks;
  sweep_tables_free(&dry);
  return LEHR_OK;
}

/* Seconds are the usual ones, bytes enough for all walks; states of the best are kept. Ends with
 * the first walk that does not fit. */
static lehr_status estimate(const mps_job *b, const tn_question *q, uint64_t memory,
                            lehr_plan *plan, lehr_error *err) {
  const lehr_model_view *const m = q->m;
  const uint64_t states = 2 * (uint64_t)m->n * (uint64_t)wish_of(q->o, q->reads).states;
  const uint64_t own =
      tn_best_bytes(m) + 40 * (uint64_t)m->n + 48 * (uint64_t)m->n_interactions + states;
  plan->bytes = own;
  plan->seconds = 0;
  for (int32_t k = 0; k < b->walks.count && plan->bytes <= memory; k++) {
    const beam_walk *const walk = &b->walks.walk[k];
    const double products = 16 * (double)plan->threads * (walk->width + 2) * (double)q->o->bond;
    const uint64_t beside =
        own + chain_scratch_bytes((int32_t)q->o->bond) + size_saturated(products);
    price p;
    LEHR_TRY(price_of(b, q, walk, memory, &p, err));
    if (beside + p.bytes > plan->bytes) plan->bytes = beside + p.bytes;
    if (k < USUAL_WALKS) plan->seconds += (k == 0 ? USUAL_RUNGS : 1) * p.seconds;
    if (!p.fits && plan->bytes <= memory) plan->bytes = memory + 1;
  }
  return LEHR_OK;
}

lehr_status tn_plan_mps(const tn_question *q, uint64_t memory, lehr_plan *plan, lehr_error *err) {
  const tn_options *const o = q->o;
  const beam_wish wish = wish_of(o, q->reads);
  mps_job b = job_of(o, NULL);
  lehr_status status = prepare(q->m, NULL, &b, err);
  if (status == LEHR_OK) status = estimate(&b, q, memory, plan, err);
  if (status == LEHR_OK) {
    plan->rows = q->reads > 0 ? q->reads : 1;
    plan->will_prove = 0;
    snprintf(plan->note, sizeof plan->note, "chains of bond %lld, %d wide; %lld partial states",
             (long long)o->bond, b.walks.walk[0].width, (long long)wish.most);
    if (plan->bytes > memory)
      status = error_set(err, LEHR_EUNAVAILABLE, "chains of bond %lld need %.3g GB or more",
                         (long long)o->bond, (double)plan->bytes * 1e-9);
  }
  if (status == LEHR_OK) tn_keep_walks(q->prepared, &b.walks);
  release(&b);
  return status;
}

/* What states drawn by these tables weigh: an estimate of log Z that is honest. */
static lehr_status note_draws(mps_job *b, const mps_sweep *s) {
  const lehr_run *const run = b->j->run;
  const int32_t k = b->sweeps - 1;
  double weight[DRAWS];
  mps_weights sum;
  LEHR_TRY(mps_draw(s, philox_subkey(run->key, (uint64_t)k), DRAWS, &b->j->guard, NULL, weight,
                    &sum, &b->j->err));
  const double shift = tn_real_energy(&b->t, 0) / b->t.unit * s->options.beta;
  b->sampled[k] = sum.is_complete ? sum.log_z - shift : b->log_z[k];
  b->effective[k] = sum.effective;
  return LEHR_OK;
}

/* Where the sum of all is not positive, truncation has taken more than what was left: no weights
 * can be told, and colder tables are worse. */
static void note_sweep(mps_job *b, const mps_sweep *s, const beam_result *r, int32_t walk) {
  const int32_t k = b->sweeps++;
  const double shift = tn_real_energy(&b->t, 0) / b->t.unit * s->options.beta;
  b->walk[k] = walk;
  b->beta[k] = s->options.beta / b->t.unit;
  b->log_z[k] = s->log_z - shift;
  b->lost[k] = s->lost;
  b->most_lost[k] = s->most_lost;
  b->discarded[k] = r->discarded == INT64_MAX
                        ? 0
                        : exp(fmin(0, -ldexp((double)r->discarded, -MPS_GRAIN) - s->log_z));
}

/* Takes the beam's states over, if they are better; frees them. */
static void take_states(mps_job *b, rung *r, beam_result *found) {
  if (found->count > 0) r->value = network_energy(&b->t, found->spins);
  for (int64_t k = 0; k < found->count && k < 4; k++)
    tn_best_offer(&b->best, found->spins + k * b->t.n);
  if (found->count > 0 && r->value < b->listed_value) {
    const beam_result worse = b->listed;
    b->listed = *found;
    b->listed_value = r->value;
    *found = worse;
  }
  beam_result_free(found);
}

/* Tables at one temperature, and a beam by them. */
static lehr_status run_rung(mps_job *b, rung *r) {
  tn_job *j = b->j;
  const beam_walk *const walk = &b->walks.walk[r->walk];
  const mps_options options = options_of(j->o, r);
  const bool is_listed = reads_of(j->run) > 1;
  beam_wish wish = wish_of(j->o, j->run->reads);
  if (r->is_quick && wish.most > QUICK_STATES) wish.most = QUICK_STATES;
  wish.fix_spin = !is_listed && b->t.n > 0 && network_is_even(&b->t);
  mps_sweep s;
  bool is_complete;
  r->value = INT64_MAX;
  LEHR_TRY(sweep_tables(&b->t, walk, &options, false, &j->guard, &s, &is_complete, &j->err));
  lehr_status status = LEHR_OK;
  if (is_complete) {
    const beam_guide guide = mps_guide(&s);
    beam_result found;
    status = beam_run(walk, &guide, &wish, &j->guard, &found, &j->err);
    j->run->attempts(j->run, found.children);
    r->has_sum = found.is_complete && isfinite(s.log_z);
    if (r->has_sum) note_sweep(b, &s, &found, r->walk);
    take_states(b, r, &found);
    if (status == LEHR_OK && r->has_sum) status = note_draws(b, &s);
  }
  sweep_tables_free(&s);
  return status;
}

/* Along the first walk to lower and lower temperatures; *best is the one with the best states. */
static lehr_status run_ladder(mps_job *b, rung *best) {
  lehr_run *const run = b->j->run;
  rung r = {.is_quick = true, .beta = WARMEST * coldest(&b->t, b->j->o)};
  LEHR_TRY(run_rung(b, &r));
  *best = (rung){.beta = r.beta, .value = INT64_MAX};
  r.is_quick = false;
  for (int32_t k = 1; k < LADDER && !run->should_stop(run); k++) {
    r.has_sum = false;
    LEHR_TRY(run_rung(b, &r));
    if (r.value >= best->value) break;
    *best = r;
    if (!r.has_sum || b->lost[b->sweeps - 1] > MOST_LOST) break;
    r.beta *= COLDER;
  }
  return LEHR_OK;
}

static lehr_status run_walks(mps_job *b) {
  lehr_run *const run = b->j->run;
  rung best;
  LEHR_TRY(run_ladder(b, &best));
  for (int32_t k = 1; k < b->walks.count && !run->should_stop(run); k++) {
    rung r = {.beta = best.beta, .walk = k};
    LEHR_TRY(run_rung(b, &r));
    if (r.value >= best.value) break;
    best = r;
  }
  return LEHR_OK;
}

static void tell_facts(const mps_job *b) {
  lehr_run *run = b->j->run;
  run->used(run, "beam", (double)states_of(b->j->o));
  run->used(run, "cold", coldest(&b->t, b->j->o) / b->t.unit);
  run->statistic(run, "width", b->walks.walk[0].width);
  run->statistics(run, "walk", b->walk, b->sweeps);
  run->statistics(run, "beta", b->beta, b->sweeps);
  run->statistics(run, "log_z_estimate", b->log_z, b->sweeps);
  run->statistics(run, "log_z_sampled", b->sampled, b->sweeps);
  run->statistics(run, "effective_samples", b->effective, b->sweeps);
  run->statistics(run, "truncated", b->lost, b->sweeps);
  run->statistics(run, "most_truncated", b->most_lost, b->sweeps);
  run->statistics(run, "discarded_weight", b->discarded, b->sweeps);
}

lehr_status tn_run_mps(tn_job *j) {
  lehr_run *run = j->run;
  mps_job b = job_of(j->o, j);
  lehr_status status = prepare(run->model, run->prepared, &b, &j->err);
  if (status == LEHR_OK && !tn_best_make(&b.best, run, &b.t)) status = LEHR_ENOMEM;
  if (status == LEHR_OK) status = run_walks(&b);
  if (status == LEHR_OK && b.best.value < INT64_MAX) {
    tell_facts(&b);
    j->has_state = true;
    status = tn_best_deliver(&b.best, b.listed.spins, b.listed.count, reads_of(run));
  }
  release(&b);
  return status;
}
