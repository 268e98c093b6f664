/* SPDX-License-Identifier: Apache-2.0 */
/* Engine `tn`: exact contraction of tensor networks. Proves optima, counts and lists states, draws
 * independent samples, and knows log Z and marginals, of models that are narrow enough. */
#include "base/error.h"
#include "base/memory.h"
#include "solvers/start.h"
#include "solvers/tn/engine.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTION_STRUCT tn_options
#define OPT OPTION_ROW
static const lehr_option rows[] = {
#include "solvers/tn/options.def"
};
#undef OPT
static const lehr_option_table table = {sizeof table, sizeof(tn_options),
                                        sizeof rows / sizeof rows[0], rows};

/* Steps of the search for an order, of about a nanosecond each: a fifth of a time limit at most. */
static int64_t order_work(const tn_options *o, double time_limit_s) {
  const double affordable = 0.2e9 * time_limit_s;
  if (o->planning > 0) return (int64_t)(1e9 * o->planning) + 1;
  return time_limit_s > 0 && affordable < ORDER_WORK ? (int64_t)affordable + 1 : ORDER_WORK;
}

/* Entries are expected to take a byte where only the lowest energy is asked for. */
static tn_plan_options plan_options(const tn_options *o, bool only_minimum, tn_limits limits) {
  return (tn_plan_options){.memory = limits.memory,
                           .entry_bytes = only_minimum ? 1
                                          : o->count   ? 20
                                                       : 8,
                           .only_minimum = only_minimum,
                           .seed = 1,
                           .work = order_work(o, limits.time_s)};
}

/* Where tables of numbers of states are too large for the memory, the order is one for tables of
 * energies. *options is what the plan was made with. */
static lehr_status make_tasks_plan(const tn_question *q, tn_plan_options *options,
                                   const tn_guard *guard, tn_plan *plan, tn_estimate *e,
                                   lehr_error *err) {
  LEHR_TRY(plan_make(q->m, options, plan, err));
  if (!plan->fits && tn_only_counts(q->o)) {
    plan_free(plan);
    options->entry_bytes = 1;
    LEHR_TRY(plan_make(q->m, options, plan, err));
  }
  *e = (tn_estimate){.fits = plan->fits};
  return e->fits ? tn_plan_tasks(plan, q->o, q->reads, guard, e, err) : LEHR_OK;
}

/* Where tables are too large since entries take more bytes than expected, the order is one for
 * larger entries. */
static lehr_status make_minimum_plan(const tn_question *q, tn_plan_options *options,
                                     const tn_guard *guard, tn_plan *plan, tn_estimate *e,
                                     lehr_error *err) {
  enum { LARGEST = 4 };
  for (;; options->entry_bytes *= 2) {
    LEHR_TRY(plan_make(q->m, options, plan, err));
    *e = (tn_estimate){.fits = plan->fits};
    if (e->fits) LEHR_TRY(tn_plan_minimum(plan, guard, e, err));
    if (!e->fits || e->bytes <= guard->bytes || options->entry_bytes == LARGEST) return LEHR_OK;
    plan_free(plan);
  }
}

static int64_t reads_of(const tn_options *o, int64_t reads) { return reads > 0 ? reads : o->reads; }

static uint64_t memory_of(uint64_t limit) {
  return limit > 0 && limit < UINT64_MAX ? limit : memory_available() / 5 * 4;
}

/* ---- Plan ---- */

/* What one plan takes. Seconds of sweeps to a front are those of ground states with few values. */
static void write_note(const tn_plan *plan, int entry_bytes, const tn_estimate *e, lehr_plan *out) {
  const plan_size takes = {.bytes = (double)e->bytes, .seconds = e->seconds};
  plan_text(plan, e->bytes > 0 ? takes : plan_least(plan, entry_bytes), out->note,
            sizeof out->note);
  const size_t length = strlen(out->note);
  if (e->by_fronts && e->fits)
    snprintf(out->note + length, sizeof out->note - length,
             "; by fronts, longer where ground states differ much");
}

static lehr_status estimate(const tn_question *q, bool only_minimum, lehr_plan *out, tn_estimate *e,
                            lehr_error *err) {
  const uint64_t memory = memory_of(out->memory_bytes);
  const tn_limits limits = {.memory = memory, .time_s = out->time_limit_s};
  const tn_guard guard = {
      .should_stop = out->should_stop, .user = out->user, .bytes = memory, .threads = out->threads};
  tn_plan_options options = plan_options(q->o, only_minimum, limits);
  options.guard = &guard;
  tn_plan *const plan = &q->prepared->plan[only_minimum];
  const lehr_status status =
      (only_minimum ? make_minimum_plan : make_tasks_plan)(q, &options, &guard, plan, e, err);
  q->prepared->is_there[only_minimum] = true;
  LEHR_TRY(status);
  write_note(plan, options.entry_bytes, e, out);
  if (!only_minimum) return LEHR_OK;
  q->prepared->way = tn_way_of(plan, e, q->m, q->o, limits);
  tn_plan_way(q->prepared->way, memory, out, e);
  return LEHR_OK;
}

/* Of an entry in a network, in its program, in a part of it and that one's program. */
enum { FACTOR_BYTES = 40 };

/* Adds one contraction to the plan; refuses what does not fit with what it would take. */
static lehr_status add_estimate(const tn_question *q, bool only_minimum, lehr_plan *plan) {
  lehr_error err = {0};
  tn_estimate e;
  const lehr_status status = estimate(q, only_minimum, plan, &e, &err);
  if (status != LEHR_OK) {
    snprintf(plan->note, sizeof plan->note, "%.180s", err.text);
    return status;
  }
  if (!e.fits) {
    char text[sizeof plan->note];
    snprintf(text, sizeof text, "too wide for the memory: %.120s%s", plan->note,
             only_minimum && q->m->n_groups == 0 ? "; a time limit gets a bound" : "");
    snprintf(plan->note, sizeof plan->note, "%s", text);
    return LEHR_EUNAVAILABLE;
  }
  const tn_factors *const f = &q->prepared->plan[only_minimum].network.factors;
  if (f->count > 0) e.bytes += FACTOR_BYTES * (uint64_t)f->entry[f->count];
  if (e.bytes > plan->bytes) plan->bytes = e.bytes;
  plan->seconds += e.seconds;
  q->prepared->finds_state |= e.by_fronts;
  return LEHR_OK;
}

/* Models too wide: no number of states, no sums. */
static lehr_status plan_approximate(const tn_question *q, lehr_plan *plan) {
  lehr_error err = {0};
  const uint64_t memory = memory_of(plan->memory_bytes);
  lehr_status status = LEHR_EUNAVAILABLE;
  if (tn_needs_all(q->o))
    snprintf(err.text, sizeof err.text, "count, lowest, delta, log_z, marginals need exact modes");
  else
    status = q->o->mode == TN_BEAM ? tn_plan_beam(q, memory, plan, &err)
                                   : tn_plan_mps(q, memory, plan, &err);
  if (status != LEHR_OK) snprintf(plan->note, sizeof plan->note, "%.180s", err.text);
  return status;
}

static lehr_status look_ahead(const tn_question *q, lehr_plan *plan) {
  const lehr_model_view *m = q->m;
  const tn_options *o = q->o;
  plan->seconds = 0;
  if (o->count && !m->is_exact) {
    snprintf(plan->note, sizeof plan->note, "count=1 needs a model with exact coefficients");
    return LEHR_EUNAVAILABLE;
  }
  if (o->slicing == TN_SLICING_ALWAYS && m->n_groups > 0) {
    snprintf(plan->note, sizeof plan->note, "slicing=always needs a model without groups");
    return LEHR_EUNAVAILABLE;
  }
  if (o->fronts && m->n_groups > 0) {
    snprintf(plan->note, sizeof plan->note, "fronts=1 needs a model without groups");
    return LEHR_EUNAVAILABLE;
  }
  if (plan->time_limit_s == 0) return LEHR_OK; /* reports a start: nothing to be worked out */
  if (tn_is_approximate(o)) return plan_approximate(q, plan);
  if (tn_needs_all(o)) LEHR_TRY(add_estimate(q, false, plan));
  if (tn_needs_minimum(o) && !q->prepared->finds_state) LEHR_TRY(add_estimate(q, true, plan));
  plan->bytes += 64 * (uint64_t)m->n + 64 * (uint64_t)m->n_interactions;
  plan->will_prove = (tn_needs_minimum(o) && !isnan(plan->seconds)) || tn_lists_states(o);
  if (o->mode == TN_MINIMUM) plan->rows = o->lowest > 1 ? o->lowest : 1;
  return LEHR_OK;
}

static void tn_discard(void *prepared) {
  tn_prepared *const p = prepared;
  for (int k = 0; k < 2; k++)
    if (p->is_there[k]) plan_free(&p->plan[k]);
  beam_walks_free(&p->walks);
  free(p);
}

static lehr_status tn_prepare(const lehr_model_view *m, const void *options, int64_t reads,
                              int32_t threads, lehr_plan *plan, void **prepared) {
  const tn_options *const o = options;
  const tn_question q = {
      .m = m, .o = o, .reads = reads_of(o, reads), .prepared = memory_array(1, sizeof *q.prepared)};
  plan->threads = threads;
  *prepared = NULL;
  if (!q.prepared) return LEHR_ENOMEM;
  const lehr_status status = look_ahead(&q, plan);
  if (status == LEHR_OK)
    *prepared = q.prepared;
  else
    tn_discard(q.prepared);
  return status;
}

static lehr_status tn_plan_run(const lehr_model_view *m, const void *options, int64_t reads,
                               int32_t threads, lehr_plan *plan) {
  void *prepared;
  LEHR_TRY(tn_prepare(m, options, reads, threads, plan, &prepared));
  tn_discard(prepared);
  return LEHR_OK;
}

/* ---- Run ---- */

static int should_stop(void *user) {
  lehr_run *run = user;
  return run->should_stop(run);
}

static void progress(void *user, double fraction, const char *phase) {
  lehr_run *run = user;
  run->progress(run, fraction, phase);
}

/* The plan that prepare() made, or a new one where nobody called that. */
static lehr_status take_plan(tn_job *j, bool only_minimum) {
  tn_prepared *const p = j->run->prepared;
  const tn_limits limits = {.memory = j->guard.bytes, .time_s = j->run->time_limit_s};
  tn_plan_options options = plan_options(j->o, only_minimum, limits);
  options.guard = &j->guard;
  if (p && p->is_there[only_minimum]) {
    j->plan = p->plan[only_minimum];
    j->way = p->way;
    p->is_there[only_minimum] = false;
    return LEHR_OK;
  }
  const tn_question q = {.m = j->run->model, .o = j->o, .reads = reads_of(j->o, j->run->reads)};
  tn_estimate e;
  const lehr_status status = (only_minimum ? make_minimum_plan : make_tasks_plan)(
      &q, &options, &j->guard, &j->plan, &e, &j->err);
  if (status != LEHR_OK) plan_free(&j->plan);
  if (status == LEHR_OK && only_minimum) j->way = tn_way_of(&j->plan, &e, q.m, q.o, limits);
  return status;
}

/* Less than the contraction takes: what a search finds for it, where only the minimum matters. */
static lehr_status spend_work(tn_job *j, bool only_minimum) {
  lehr_run *const run = j->run;
  const tn_effort effort = tn_effort_of(j, (double)run->work);
  bool is_proven = false;
  lehr_status status = LEHR_OK;
  if (only_minimum && run->model->n_groups == 0) status = tn_run_bounded(j, &effort, &is_proven);
  if (!only_minimum) run->unfinished(run);
  if (!is_proven) run->ended_by(run, LEHR_STOP_WORK);
  return status;
}

static lehr_status contract(tn_job *j, bool only_minimum) {
  LEHR_TRY(take_plan(j, only_minimum));
  lehr_status status = LEHR_OK;
  if (j->run->work > 0 && j->plan.fits && j->plan.cost.entries > (double)j->run->work)
    status = spend_work(j, only_minimum);
  else if (only_minimum)
    status = tn_run_way(j);
  else if (j->plan.fits)
    status = tn_run_tasks(j);
  else
    status = error_set(&j->err, LEHR_EUNAVAILABLE, "the tables do not fit into the memory");
  plan_free(&j->plan);
  return status;
}

static lehr_status run_job(tn_job *j) {
  if (tn_is_approximate(j->o))
    LEHR_TRY(j->o->mode == TN_BEAM ? tn_run_beam(j) : tn_run_mps(j));
  else if (tn_needs_all(j->o))
    LEHR_TRY(contract(j, false));
  if (tn_needs_minimum(j->o) && !j->has_state && !j->run->should_stop(j->run))
    LEHR_TRY(contract(j, true));
  return j->has_state ? LEHR_OK : tn_report_known(j);
}

static lehr_status tn_run(lehr_run *run) {
  tn_job j = {.run = run, .o = run->options};
  if (run->time_limit_s == 0)
    return start_report(run, run->reads > 0 ? run->reads : run->n_initial);
  start_offer(run);
  j.guard = (tn_guard){.should_stop = should_stop,
                       .progress = progress,
                       .user = run,
                       .bytes = memory_of(run->memory_bytes),
                       .threads = run->threads};
  const lehr_status status = run_job(&j);
  return status == LEHR_OK || !j.err.text[0] ? status : run->fail(run, status, j.err.text);
}

const lehr_engine engine_tn = {
    .struct_size = sizeof engine_tn,
    .abi = LEHR_PLUGIN_ABI,
    .caps = LEHR_CAP_PROVES | LEHR_CAP_GROUPS | LEHR_CAP_GROUPS_OVERLAP | LEHR_CAP_THREADS |
            LEHR_CAP_INITIAL,
    .name = "tn",
    .summary = "tensor networks: proves, counts, samples exactly where tables are narrow enough",
    .options = &table,
    .plan = tn_plan_run,
    .run = tn_run,
    .prepare = tn_prepare,
    .discard = tn_discard};
