/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/beam/beam.h"

#include "base/error.h"
#include "base/memory.h"
#include "solvers/tn/best.h"
#include "tn/beam/buckets.h"
#include "tn/bounded/attainable.h"

#include <math.h>
#include <stdio.h>

/* Rounds keep 8 times as many states each: what the earlier ones find cuts the later ones short. */
enum { FIRST_STATES = 64, GROWTH = 8, USUAL_STATES = 65536 };

/* On one core of Zen 4: an entry of a mini-bucket, a child, and what each group adds to it. */
static const double entry_seconds = 2e-9, child_seconds = 4e-8, group_seconds = 4e-9;

/* Of the memory for mini-buckets; of the run's steps; of a time limit. */
static const double BUCKET_MEMORY = 0.4, BUCKET_STEPS = 16, BUCKET_TIME = 0.3;
/* More only where asked for: so that the choice is the same on most machines. */
static const double BUCKET_BYTES = 0x1p30;

typedef struct beam_job {
  tn_job *j;
  tn_network t;
  beam_walk_list walks; /* one */
  beam_buckets buckets;
  tn_best best;
  tn_attainable attainable;
  int64_t bound; /* values are not below; INT64_MIN: none yet */
  int64_t kept;  /* states of the last whole round */
  int64_t children;
} beam_job;

static void release(beam_job *b) {
  buckets_free(&b->buckets);
  beam_walks_free(&b->walks);
  network_free(&b->t);
}

static const beam_walk *walk_of(const beam_job *b) { return &b->walks.walk[0]; }
static int64_t states_of(const tn_options *o) { return o->beam > 0 ? o->beam : USUAL_STATES; }
static int64_t reads_of(const lehr_run *run) { return run->reads > 0 ? run->reads : 1; }

/* Buckets of so many variables, or where that is 0 of as many as are worth it. */
static lehr_status shape_buckets(beam_job *b, int64_t ibound, const tn_options *o, uint64_t memory,
                                 double seconds, lehr_error *err) {
  LEHR_TRY(buckets_check(&b->t, err));
  bucket_limits limits = {
      .most = ibound > 0 ? (int32_t)ibound : BUCKET_MOST, .bytes = memory, .entries = INFINITY};
  if (ibound > 0) return buckets_shape(&b->t, walk_of(b), &limits, &b->buckets, err);
  limits.bytes = (uint64_t)fmin(BUCKET_BYTES, BUCKET_MEMORY * (double)memory);
  limits.entries = BUCKET_STEPS * 2 * b->t.n * (double)states_of(o) + 1e6;
  if (seconds > 0) limits.entries = fmin(limits.entries, BUCKET_TIME * seconds / entry_seconds);
  return buckets_fit(&b->t, walk_of(b), &limits, &b->buckets, err);
}

/* Everything that is known before tables are allocated. */
static lehr_status plan_job(const tn_question *q, uint64_t memory, double seconds, beam_job *b,
                            lehr_error *err) {
  LEHR_TRY(network_make(q->m, &b->t, err));
  LEHR_TRY(tn_take_walks(NULL, &b->t, &b->walks, err));
  return shape_buckets(b, q->o->ibound, q->o, memory, seconds, err);
}

/* The same for a run, by what was planned. */
static lehr_status prepare(beam_job *b) {
  tn_job *const j = b->j;
  const lehr_run *const run = j->run;
  tn_prepared *const p = run->prepared;
  const int64_t planned = p && p->walks.count > 0 ? p->ibound : j->o->ibound;
  LEHR_TRY(network_make(run->model, &b->t, &j->err));
  LEHR_TRY(tn_take_walks(p, &b->t, &b->walks, &j->err));
  LEHR_TRY(shape_buckets(b, planned, j->o, j->guard.bytes, run->time_limit_s, &j->err));
  b->attainable = attainable_of(&b->t);
  return tn_best_make(&b->best, j->run, &b->t) ? LEHR_OK : LEHR_ENOMEM;
}

static uint64_t bytes_of(const beam_job *b, const beam_wish *wish, const lehr_model_view *m) {
  const beam_guide guide = buckets_guide(&b->buckets);
  const uint64_t model = 40 * (uint64_t)m->n + 48 * (uint64_t)m->n_interactions;
  return model + b->buckets.bytes + beam_bytes(walk_of(b), &guide, wish) + tn_best_bytes(m);
}

lehr_status tn_plan_beam(const tn_question *q, uint64_t memory, lehr_plan *plan, lehr_error *err) {
  const lehr_model_view *const m = q->m;
  const tn_options *const o = q->o;
  beam_job b = {.walks.most = 1};
  const beam_wish wish = {.most = states_of(o), .states = q->reads > 0 ? q->reads : 1};
  lehr_status status = plan_job(q, memory, plan->time_limit_s, &b, err);
  if (status == LEHR_OK) {
    const double groups = m->n > 0 ? (double)b.buckets.count / m->n : 0;
    const double children = 2 * (double)m->n * (double)states_of(o) * GROWTH / (GROWTH - 1);
    plan->bytes = bytes_of(&b, &wish, m);
    plan->seconds =
        entry_seconds * b.buckets.entries + (child_seconds + group_seconds * groups) * children;
    plan->rows = wish.states;
    plan->will_prove = b.buckets.is_exact;
    snprintf(plan->note, sizeof plan->note, "beam of %lld states, %d wide; bounds by %d variables",
             (long long)states_of(o), walk_of(&b)->width, b.buckets.most);
    if (plan->bytes > memory)
      status = error_set(err, LEHR_EUNAVAILABLE, "a beam of %lld states needs %.3g GB",
                         (long long)states_of(o), (double)plan->bytes * 1e-9);
  }
  if (status == LEHR_OK) {
    q->prepared->ibound = b.buckets.most;
    tn_keep_walks(q->prepared, &b.walks);
  }
  release(&b);
  return status;
}

/* No energy is below the bound: what was discarded, and what the limit `below` cut off, is not.
 * Rounded up to the next energy that there can be. */
static void note_bound(beam_job *b, int64_t bound) {
  const int64_t constant = b->t.constant;
  if (bound < b->best.value) bound = attainable_from(&b->attainable, bound + constant) - constant;
  if (bound > b->best.value) bound = b->best.value;
  if (bound > b->bound) b->bound = bound;
}

/* Only what is below it can be better than the best. */
static int64_t better_than_best(const beam_job *b) {
  const int64_t step = b->attainable.step;
  return b->best.value == INT64_MAX || step == 0 ? b->best.value : b->best.value - step + 1;
}

static lehr_status run_round(beam_job *b, const beam_wish *wish, beam_result *r) {
  const beam_guide guide = buckets_guide(&b->buckets);
  LEHR_TRY(beam_run(walk_of(b), &guide, wish, &b->j->guard, r, &b->j->err));
  b->j->run->attempts(b->j->run, r->children);
  b->children += r->children;
  if (!r->is_complete) return LEHR_OK;
  for (int64_t k = 0; k < r->count && k < 4; k++) tn_best_offer(&b->best, r->spins + k * b->t.n);
  note_bound(b, r->bound);
  b->kept = wish->most;
  return LEHR_OK;
}

/* States that the work left pays for; at least one. */
static int64_t affordable(beam_job *b, int64_t most) {
  const lehr_run *run = b->j->run;
  if (run->work == 0 || b->t.n == 0) return most;
  const int64_t left = (run->work - b->children) / (2 * (int64_t)b->t.n);
  if (left >= most) return most;
  b->j->run->ended_by(b->j->run, LEHR_STOP_WORK);
  return left > 0 ? left : b->kept == 0;
}

static int64_t next_most(const beam_job *b, int64_t most, bool is_proven) {
  const int64_t goal = states_of(b->j->o);
  if (most == 0) return goal < FIRST_STATES ? goal : FIRST_STATES;
  return is_proven || most > goal / GROWTH ? goal : most * GROWTH;
}

/* Rounds of more and more states, until the beam is as wide as asked for, or the best is proven and
 * no others are asked for. The states of the last round go to *last. */
static lehr_status run_rounds(beam_job *b, beam_result *last) {
  lehr_run *run = b->j->run;
  const int64_t goal = states_of(b->j->o), reads = reads_of(run);
  for (int64_t most = 0; most < goal && !run->should_stop(run);) {
    const bool is_proven = b->bound == b->best.value;
    if (is_proven && reads == 1) break;
    const int64_t wanted = next_most(b, most, is_proven);
    most = affordable(b, wanted);
    const bool is_last = most < wanted || most == goal, is_listed = is_last && reads > 1;
    const beam_wish wish = {.most = most,
                            .below = is_listed ? INT64_MAX : better_than_best(b),
                            .states = is_listed ? reads : 1,
                            .fix_spin = !is_listed && b->t.n > 0 && network_is_even(&b->t)};
    if (most == 0) break;
    beam_result_free(last);
    LEHR_TRY(run_round(b, &wish, last));
    if (is_last) break;
  }
  return LEHR_OK;
}

static void tell_facts(const beam_job *b, const beam_result *last) {
  lehr_run *run = b->j->run;
  const double scale = ldexp(1, b->buckets.grain);
  run->used(run, "beam", (double)b->kept);
  run->used(run, "ibound", b->buckets.most);
  run->statistic(run, "width", walk_of(b)->width);
  run->statistic(run, "root_bound",
                 tn_real_energy(&b->t, 0) + b->t.unit * (double)b->buckets.bound / scale);
  if (last->is_complete && last->discarded < INT64_MAX)
    run->statistic(run, "discarded_bound",
                   tn_real_energy(&b->t, 0) + b->t.unit * (double)last->discarded / scale);
}

static lehr_status search(beam_job *b) {
  lehr_run *run = b->j->run;
  bool is_complete;
  beam_result last = {0};
  LEHR_TRY(buckets_fill(&b->buckets, &b->t, &b->j->guard, &is_complete, &b->j->err));
  if (!is_complete) return LEHR_OK;
  lehr_status status = run_rounds(b, &last);
  if (status == LEHR_OK && b->best.value < INT64_MAX) {
    const int64_t unit = INT64_C(1) << b->buckets.grain;
    note_bound(b, b->buckets.bound / unit + (b->buckets.bound % unit > 0));
    tn_best_bound(&b->best, b->bound);
    tell_facts(b, &last);
    b->j->has_state = true;
    status = tn_best_deliver(&b->best, last.spins, last.count, reads_of(run));
  }
  beam_result_free(&last);
  return status;
}

lehr_status tn_run_beam(tn_job *j) {
  beam_job b = {.j = j, .walks.most = 1, .bound = INT64_MIN};
  lehr_status status = prepare(&b);
  if (status == LEHR_OK) status = search(&b);
  release(&b);
  return status;
}
