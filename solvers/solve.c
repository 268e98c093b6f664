/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing an engine, checking that it fits, running it under the host. */
#include "base/clock.h"
#include "base/cpu.h"
#include "base/error.h"
#include "base/fpu.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "solvers/choose.h"
#include "solvers/effective.h"
#include "solvers/engine_options.h"
#include "solvers/host.h"
#include "solvers/plugin_check.h"
#include "solvers/registry.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALWAYS_FITS = 32 << 20 };

void lehr_params_init(lehr_params *params) {
  *params = (lehr_params){.struct_size = sizeof *params, .time_limit_s = -1};
}

/* The caller's parameters, those it does not know yet at their defaults. */
static lehr_params known_params(const lehr_params *given) {
  lehr_params p;
  lehr_params_init(&p);
  if (given) memcpy(&p, given, given->struct_size < sizeof p ? given->struct_size : sizeof p);
  p.struct_size = sizeof p;
  return p;
}

static lehr_status check_schedule(const lehr_params *p, lehr_error *err) {
  if (p->n_schedule > 0 && !p->schedule)
    return error_set(err, LEHR_EUSAGE, "the schedule is missing");
  for (size_t k = 0; k < p->n_schedule; k++) {
    const lehr_schedule_point x = p->schedule[k];
    const bool is_in_order = k == 0 ? x.at == 0 : x.at > p->schedule[k - 1].at;
    if (!is_in_order || !isfinite(x.at))
      return error_set(err, LEHR_EUSAGE, "point %zu of the schedule: places rise from 0", k + 1);
    if (!(x.beta >= 0) || !isfinite(x.beta))
      return error_set(err, LEHR_EUSAGE, "point %zu of the schedule: beta must be at least 0",
                       k + 1);
  }
  return LEHR_OK;
}

static lehr_status check_params(const lehr_model_view *m, const lehr_params *p, lehr_error *err) {
  if (p->reads < 0) return error_set(err, LEHR_EUSAGE, "reads must be at least 0");
  if (p->work < 0) return error_set(err, LEHR_EUSAGE, "work must be at least 0");
  if (p->threads < 0) return error_set(err, LEHR_EUSAGE, "threads must be at least 0");
  if (isnan(p->time_limit_s)) return error_set(err, LEHR_EUSAGE, "the time limit is not a number");
  if (p->n_initial < 0 || (p->n_initial > 0 && !p->initial))
    return error_set(err, LEHR_EUSAGE, "initial states are missing");
  for (int64_t k = 0; k < p->n_initial * m->n; k++)
    if (p->initial[k] > 1) return error_set(err, LEHR_EUSAGE, "initial states are not 0 or 1");
  return check_schedule(p, err);
}

static lehr_status find_engine(const lehr_context *ctx, const lehr_model_view *m,
                               const lehr_params *p, const lehr_engine **engine, lehr_error *err) {
  if (!p->engine || strcmp(p->engine, "auto") == 0) {
    *engine = choose_engine(m, p);
    return LEHR_OK;
  }
  *engine = lehr_engine_find(ctx, p->engine);
  if (*engine) return LEHR_OK;
  return error_set(err, LEHR_EUNAVAILABLE, "no engine called '%s'; `lehr engines` lists them",
                   p->engine);
}

/* What the engine's caps rule out, said in one place for all engines. */
static lehr_status check_caps(const lehr_engine *engine, const lehr_model_view *m,
                              const lehr_params *p, lehr_error *err) {
  if (p->n_schedule > 0 && !(engine->caps & LEHR_CAP_SCHEDULE))
    return error_set(err, LEHR_EUNAVAILABLE, "engine '%s' cannot follow a schedule of temperatures",
                     engine->name);
  if (m->n_groups == 0 || engine->caps & LEHR_CAP_GROUPS_OVERLAP) return LEHR_OK;
  if (!(engine->caps & LEHR_CAP_GROUPS))
    return error_set(err, LEHR_EUNAVAILABLE,
                     "engine '%s' cannot keep one-hot or cardinality groups", engine->name);
  if (!m->groups_disjoint)
    return error_set(err, LEHR_EUNAVAILABLE, "engine '%s' cannot keep groups that share variables",
                     engine->name);
  return LEHR_OK;
}

static int32_t threads_of(const lehr_params *p) {
  return p->threads > 0 ? p->threads : cpu_count();
}

/* A plugin may return any number. */
static lehr_status known_status(lehr_status status) {
#define X(code, exit_status, text) +1
  const unsigned count = 0 LEHR_STATUSES(X);
#undef X
  return (unsigned)status < count ? status : LEHR_EINTERNAL;
}

/* Reads that a run will make, and states that there are, whichever is less. */
static int64_t most_rows(const lehr_engine *engine, const lehr_model_view *m, const lehr_params *p,
                         const void *options) {
  const lehr_option *o = options_find(engine->options, "reads");
  int64_t reads = p->reads > 0 ? p->reads : 1;
  if (p->reads == 0 && o && o->type == LEHR_OPTION_INT)
    memcpy(&reads, (const char *)options + o->offset, sizeof reads);
  return m->n < 62 && INT64_C(1) << m->n < reads ? INT64_C(1) << m->n : reads;
}

static uint64_t add_saturated(uint64_t a, uint64_t b) { return a + b < a ? UINT64_MAX : a + b; }

/* What is known before a run, and what the engine keeps for it. */
typedef struct outlook {
  bool wants_run;
  int32_t threads;
  lehr_plan plan;
  uint64_t least_bytes; /* with one sample */
  uint64_t limit;       /* of memory; UINT64_MAX where there is no need for one */
  void *prepared;       /* for lehr_run; to be discarded */
} outlook;

static uint64_t memory_limit(const lehr_params *p, const lehr_plan *plan) {
  if (p->memory_bytes > 0) return p->memory_bytes;
  /* Looking the machine's memory up takes longer than solving a small model. */
  return plan->bytes < ALWAYS_FITS ? UINT64_MAX : memory_available() / 5 * 4;
}

/* For out->threads. */
static lehr_status ask_engine(const lehr_engine *engine, const lehr_model_view *m,
                              const lehr_params *p, const void *options, outlook *out) {
  lehr_plan *const plan = &out->plan;
  *plan = (lehr_plan){.struct_size = sizeof *plan,
                      .threads = 1,
                      .seconds = NAN,
                      .rows = most_rows(engine, m, p, options),
                      .time_limit_s = p->time_limit_s,
                      .memory_bytes = p->memory_bytes};
  const lehr_status status =
      out->wants_run && engine_prepares(engine)
          ? engine->prepare(m, options, p->reads, out->threads, plan, &out->prepared)
          : engine->plan(m, options, p->reads, out->threads, plan);
  fpu_reset();
  plan->note[sizeof plan->note - 1] = '\0';
  out->least_bytes = add_saturated(plan->bytes, sampleset_bytes(m->n, 1));
  plan->bytes = add_saturated(plan->bytes, sampleset_bytes(m->n, plan->rows));
  out->limit = memory_limit(p, plan);
  return known_status(status);
}

/* Asks for fewer threads until all of its samples fit beside it: what a run does, and whether it
 * does it, must not depend on how many there are. */
static lehr_status ask_for_threads(const lehr_engine *engine, const lehr_model_view *m,
                                   const lehr_params *p, const void *options, outlook *out) {
  for (out->threads = threads_of(p);; out->threads /= 2) {
    const lehr_status status = ask_engine(engine, m, p, options, out);
    if (out->plan.bytes <= out->limit || out->threads == 1) return status;
    if (out->prepared) engine->discard(out->prepared);
    out->prepared = NULL;
  }
}

/* Refuses what cannot fit. On one thread samples count as they come, because many reads mostly mean
 * equal ones. */
static lehr_status make_plan(const lehr_engine *engine, const lehr_model_view *m,
                             const lehr_params *p, const void *options, outlook *out,
                             lehr_error *err) {
  LEHR_TRY(check_caps(engine, m, p, err));
  const lehr_status status = ask_for_threads(engine, m, p, options, out);
  const lehr_plan *const plan = &out->plan;
  if (status != LEHR_OK)
    return error_set(err, status, "%s: %s", engine->name,
                     plan->note[0] ? plan->note : lehr_status_text(status));
  if (out->least_bytes <= out->limit) return LEHR_OK;
  char needed[BYTES_TEXT], allowed[BYTES_TEXT];
  number_bytes(out->least_bytes, needed);
  number_bytes(out->limit, allowed);
  return error_set(err, LEHR_ENOMEM, "%s needs %s for this model, the limit is %s", engine->name,
                   needed, allowed);
}

static lehr_status plan_solve(const lehr_context *ctx, const lehr_model *m,
                              const lehr_params *params, lehr_plan *plan, const char **engine_name,
                              lehr_error *err) {
  const lehr_model_view *view = lehr_model_look(m);
  const lehr_params p = known_params(params);
  const lehr_engine *engine;
  outlook ahead = {0};
  void *options = NULL;
  LEHR_TRY(check_params(view, &p, err));
  LEHR_TRY(find_engine(ctx, view, &p, &engine, err));
  if (engine_name) *engine_name = engine->name;
  lehr_status status = engine_options_read(engine, &p, &options, err);
  if (status == LEHR_OK) {
    status = make_plan(engine, view, &p, options, &ahead, err);
    *plan = ahead.plan;
  }
  free(options);
  return status;
}

lehr_status lehr_solve_plan(const lehr_context *ctx, const lehr_model *m, const lehr_params *params,
                            lehr_plan *plan, const char **engine_name, lehr_error *err) {
  fenv_t mode;
  fpu_enter(&mode);
  const lehr_status status = plan_solve(ctx, m, params, plan, engine_name, err);
  fpu_leave(&mode);
  return status;
}

static size_t options_bytes(const lehr_engine *engine) {
  return engine->options ? engine->options->options_bytes : 0;
}

static lehr_status run_engine(host *h, const lehr_engine *engine, const void *options,
                              int32_t threads, lehr_error *err) {
  lehr_result_info *info = &h->set->info;
  host_prepare(h, engine, options, threads);
  lehr_status status = known_status(engine->run(&h->run));
  fpu_reset();
  if (h->sample_status != LEHR_OK) status = h->sample_status;
  if (status != LEHR_OK) {
    if (err && err->status != status) error_set(err, status, "%s failed", engine->name);
    return status;
  }
  LEHR_TRY(host_conclude(h));
  info->struct_size = sizeof *info;
  info->seed = h->params.seed;
  info->wall_s = clock_wall() - h->wall_start;
  info->cpu_s = clock_cpu() - h->cpu_start;
  info->time_to_best_s = h->time_to_best_s;
  info->attempts = h->attempts;
  info->engine = strdup(engine->name);
  if (!info->engine) return error_memory(err, 0);
  if (h->params.brief) return LEHR_OK;
  info->options_json = effective_options(engine->options, h->used, &h->params);
  info->statistics_json = statistics_take(&h->told);
  return info->options_json && info->statistics_json ? LEHR_OK : error_memory(err, 0);
}

static lehr_status solve(const lehr_context *ctx, const lehr_model *m, const lehr_params *params,
                         lehr_sampleset **out, lehr_error *err) {
  const lehr_model_view *view = lehr_model_look(m);
  host h = {.model = view, .params = known_params(params), .err = err};
  const lehr_engine *engine;
  outlook ahead = {.wants_run = true};
  void *options = NULL;
  *out = NULL;
  if (err) *err = (lehr_error){0};
  h.wall_start = h.cpu_read_wall = clock_wall();
  h.cpu_start = h.cpu_read = clock_cpu();
  LEHR_TRY(check_params(view, &h.params, err));
  LEHR_TRY(find_engine(ctx, view, &h.params, &engine, err));
  lehr_status status = engine_options_read(engine, &h.params, &options, err);
  if (status == LEHR_OK) status = make_plan(engine, view, &h.params, options, &ahead, err);
  if (status == LEHR_OK) {
    arena_init(&h.memory, ahead.limit);
    h.prepared = ahead.prepared;
    h.set = sampleset_create(view);
    h.best_bits = arena_alloc(&h.memory, (size_t)view->n);
    h.used = arena_alloc(&h.memory, options_bytes(engine));
    if (h.used && engine->options) memcpy(h.used, options, options_bytes(engine));
    status = h.set && h.best_bits && h.used ? run_engine(&h, engine, options, ahead.threads, err)
                                            : error_memory(err, (uint64_t)view->n);
  }
  if (status != LEHR_OK) {
    lehr_sampleset_free(h.set);
    h.set = NULL;
  }
  *out = h.set;
  if (ahead.prepared) engine->discard(ahead.prepared);
  arena_free(&h.memory);
  statistics_free(&h.told);
  free(options);
  return status;
}

lehr_status lehr_solve(const lehr_context *ctx, const lehr_model *m, const lehr_params *params,
                       lehr_sampleset **out, lehr_error *err) {
  fenv_t mode;
  fpu_enter(&mode);
  const lehr_status status = solve(ctx, m, params, out, err);
  fpu_leave(&mode);
  return status;
}

const char *lehr_solve_status_text(lehr_solve_status status) {
  static const char *const texts[] = {"unknown", "feasible", "optimal", "infeasible"};
  return (unsigned)status < 4 ? texts[status] : "?";
}

const char *lehr_stop_reason_text(lehr_stop_reason reason) {
  static const char *const texts[] = {
#define X(code, text) [LEHR_STOP_##code] = text,
      LEHR_STOP_REASONS(X)
#undef X
  };
  return (unsigned)reason < sizeof texts / sizeof texts[0] ? texts[reason] : "?";
}
