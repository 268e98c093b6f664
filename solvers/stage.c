/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/stage.h"

#include "base/clock.h"
#include "base/fpu.h"
#include "base/options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The host of the inner run. */
typedef struct inner {
  lehr_run run;
  lehr_run *outer;
  const stage *stage;
  stage_result *result;
  arena memory;
  double end; /* wall clock; HUGE_VAL: none */
} inner;

static inner *inner_of(lehr_run *run) { return run->host; }

static void *inner_alloc(lehr_run *run, size_t bytes) {
  return arena_alloc(&inner_of(run)->memory, bytes);
}

static int inner_should_stop(lehr_run *run) {
  inner *in = inner_of(run);
  return in->outer->should_stop(in->outer) || (in->end < HUGE_VAL && clock_wall() >= in->end);
}

static int inner_improved(lehr_run *run, const uint8_t bits[]) {
  inner *in = inner_of(run);
  in->stage->take(in->stage->user, bits, false);
  return inner_should_stop(run);
}

static lehr_status inner_sample(lehr_run *run, const uint8_t bits[], int64_t occurrences) {
  (void)occurrences;
  inner *in = inner_of(run);
  in->stage->take(in->stage->user, bits, true);
  return LEHR_OK;
}

static lehr_status inner_samples(lehr_run *run, const uint8_t rows[], int64_t count) {
  const stage *s = inner_of(run)->stage;
  if (s->take_reads)
    s->take_reads(s->user, rows, count);
  else
    for (int64_t k = 0; k < count; k++) inner_sample(run, rows + k * run->model->n, 1);
  return LEHR_OK;
}

static void inner_bound_int(lehr_run *run, int64_t bound) {
  stage_result *r = inner_of(run)->result;
  if (!r->has_bound || r->bound < bound) r->bound = bound;
  r->has_bound = true;
}

/* Only exact models are proven through a stage. */
static void inner_bound_real(lehr_run *run, double bound) {
  (void)run;
  (void)bound;
}

static void inner_infeasible(lehr_run *run) { inner_of(run)->result->is_infeasible = true; }

static void inner_progress(lehr_run *run, double fraction, const char *phase) {
  (void)fraction;
  (void)phase;
  inner *in = inner_of(run);
  in->outer->progress(in->outer, -1, in->stage->phase);
}

static void inner_attempts(lehr_run *run, int64_t count) {
  inner *in = inner_of(run);
  if (count <= 0 || count > INT64_MAX / 2 - in->result->attempts) return;
  in->result->attempts += count;
  in->outer->attempts(in->outer, count);
}

static lehr_status inner_fail(lehr_run *run, lehr_status status, const char *text) {
  return inner_of(run)->outer->fail(inner_of(run)->outer, status, text);
}

static void inner_ended_by(lehr_run *run, lehr_stop_reason reason) {
  (void)run;
  (void)reason;
}

static void inner_unfinished(lehr_run *run) { (void)run; }

static void inner_used(lehr_run *run, const char *name, double value) {
  stage_result *r = inner_of(run)->result;
  if (strcmp(name, "beta_hot") == 0) r->beta_hot = value;
  if (strcmp(name, "beta_cold") == 0) r->beta_cold = value;
}

bool stage_set(stage *s, const char *name, double value) {
  for (int k = 0; k < STAGE_SETTINGS; k++)
    if (!s->name[k]) {
      s->name[k] = name;
      s->value[k] = value;
      return true;
    }
  return false;
}

static lehr_plan blank_plan(const stage *s) {
  return (lehr_plan){.struct_size = sizeof(lehr_plan),
                     .threads = 1,
                     .seconds = NAN,
                     .rows = s->reads > 0 ? s->reads : 1,
                     .memory_bytes = s->memory_bytes < UINT64_MAX ? s->memory_bytes : 0,
                     .time_limit_s = s->time_limit_s};
}

static void *options_of(const stage *s) {
  const lehr_option_table *table = s->engine->options;
  void *options = memory_array(1, table ? table->options_bytes : 1);
  if (!options) return NULL;
  options_defaults(table, options);
  for (int k = 0; k < STAGE_SETTINGS && s->name[k]; k++)
    options_put(table, options, s->name[k], s->value[k]);
  return options;
}

/* Its plan with default options; false where it refuses. */
static bool plan_defaults(const stage *s, int32_t threads, lehr_plan *plan) {
  void *options = options_of(s);
  *plan = blank_plan(s);
  const bool is_possible =
      options && s->engine->plan(s->model, options, s->reads, threads, plan) == LEHR_OK;
  free(options);
  return is_possible;
}

uint64_t stage_bytes(const lehr_engine *engine, const lehr_model_view *m, int64_t reads,
                     int32_t threads) {
  const stage s = {.engine = engine, .model = m, .reads = reads, .time_limit_s = -1};
  lehr_plan plan;
  return plan_defaults(&s, threads, &plan) ? plan.bytes : 0;
}

double stage_seconds(const lehr_engine *engine, const lehr_model_view *m) {
  const stage s = {.engine = engine, .model = m, .reads = 1, .time_limit_s = -1};
  lehr_plan plan;
  return plan_defaults(&s, 1, &plan) ? plan.seconds : NAN;
}

static int planning_should_stop(void *run) { return inner_should_stop(run); }

static lehr_status make_plan(inner *in, const void *options, lehr_plan *plan) {
  const stage *s = in->stage;
  const lehr_engine *e = s->engine;
  const int32_t threads = in->run.threads;
  *plan = blank_plan(s);
  plan->should_stop = planning_should_stop;
  plan->user = &in->run;
  return e->prepare ? e->prepare(s->model, options, s->reads, threads, plan, &in->run.prepared)
                    : e->plan(s->model, options, s->reads, threads, plan);
}

/* For as many threads as fit into the memory: whether it runs must not depend on their number. */
static lehr_status plan_threads(inner *in, const void *options, lehr_plan *plan) {
  const stage *s = in->stage;
  for (;; in->run.threads /= 2) {
    const lehr_status status = make_plan(in, options, plan);
    if (plan->bytes <= s->memory_bytes || in->run.threads == 1) return status;
    if (in->run.prepared) s->engine->discard(in->run.prepared);
    in->run.prepared = NULL;
  }
}

static lehr_status run_planned(inner *in, const void *options) {
  const stage *s = in->stage;
  const lehr_engine *e = s->engine;
  lehr_plan plan;
  lehr_status status = plan_threads(in, options, &plan);
  void *const prepared = in->run.prepared;
  in->result->planned_seconds = plan.seconds;
  const bool is_too_large = plan.bytes > s->memory_bytes;
  if (status == LEHR_OK && s->proof_seconds > 0 &&
      (is_too_large || !plan.will_prove || !(plan.seconds <= s->proof_seconds)))
    status = LEHR_EUNAVAILABLE;
  if (status == LEHR_OK && is_too_large) status = LEHR_ENOMEM;
  in->run.options = options;
  if (status == LEHR_OK) status = e->run(&in->run);
  if (prepared) e->discard(prepared);
  return status;
}

/* What the course of a part was says little about the whole. */
static void inner_statistic(lehr_run *run, const char *name, double value) {
  (void)run;
  (void)name;
  (void)value;
}
static void inner_statistics(lehr_run *run, const char *name, const double values[],
                             int64_t count) {
  (void)run;
  (void)name;
  (void)values;
  (void)count;
}

static lehr_status inner_degeneracy(lehr_run *run, const char *decimal) {
  (void)run;
  (void)decimal;
  return LEHR_OK;
}
static lehr_status inner_log_z(lehr_run *run, double beta, double log_z) {
  (void)run;
  (void)beta;
  (void)log_z;
  return LEHR_OK;
}
static lehr_status inner_marginals(lehr_run *run, const double ones[], int64_t n_pairs,
                                   const lehr_pair_marginal pairs[]) {
  (void)run;
  (void)ones;
  (void)n_pairs;
  (void)pairs;
  return LEHR_OK;
}
static lehr_status inner_lowest(lehr_run *run, const uint8_t bits[], const char *degeneracy) {
  (void)run;
  (void)bits;
  (void)degeneracy;
  return LEHR_OK;
}

static void make_run(inner *in) {
  const stage *s = in->stage;
  in->run = (lehr_run){.struct_size = sizeof in->run,
                       .model = s->model,
                       .key = s->key,
                       .reads = s->reads,
                       .work = s->work,
                       .time_limit_s = s->time_limit_s,
                       .threads = s->threads > 0 ? s->threads : in->outer->threads,
                       .n_initial = s->n_initial,
                       .initial = s->initial,
                       .host = in,
                       .alloc = inner_alloc,
                       .should_stop = inner_should_stop,
                       .improved = inner_improved,
                       .sample = inner_sample,
                       .samples = inner_samples,
                       .bound_int = inner_bound_int,
                       .bound_real = inner_bound_real,
                       .infeasible = inner_infeasible,
                       .progress = inner_progress,
                       .attempts = inner_attempts,
                       .fail = inner_fail,
                       .ended_by = inner_ended_by,
                       .unfinished = inner_unfinished,
                       .used = inner_used,
                       .statistic = inner_statistic,
                       .statistics = inner_statistics,
                       .memory_bytes = s->memory_bytes,
                       .degeneracy = inner_degeneracy,
                       .log_z = inner_log_z,
                       .marginals = inner_marginals,
                       .lowest = inner_lowest};
}

lehr_status stage_run(lehr_run *outer, const stage *s, stage_result *result) {
  const double start = clock_wall();
  inner in = {.outer = outer, .stage = s, .result = result, .end = HUGE_VAL};
  void *options = options_of(s);
  *result = (stage_result){0};
  if (!options) return LEHR_ENOMEM;
  if (s->time_limit_s >= 0) in.end = start + s->time_limit_s;
  make_run(&in);
  arena_init(&in.memory, s->memory_bytes);
  const lehr_status status = run_planned(&in, options);
  fpu_reset();
  arena_free(&in.memory);
  free(options);
  result->seconds = clock_wall() - start;
  return status;
}
