/* SPDX-License-Identifier: Apache-2.0 */
/* The host of every engine: chooses it, checks that it fits, runs it, and believes nothing it
 * says - energies and feasibility are recomputed from the model before anyone sees them. */
#include "base/clock.h"
#include "base/cpu.h"
#include "base/error.h"
#include "base/fpu.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/philox.h"
#include "qubo/sampleset.h"
#include "qubo/scale.h"
#include "solvers/choose.h"
#include "solvers/registry.h"

#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { ALWAYS_FITS = 32 << 20 };

/* A solve in progress; lehr_run.host points here. */
typedef struct host {
  lehr_run run; /* what the engine sees */
  const lehr_model_view *model;
  lehr_params params;
  lehr_sampleset *set;
  arena memory;
  double wall_start, cpu_start;
  atomic_int stop_reason; /* -1 or the lehr_stop_reason that ended the run */
  bool has_best, best_feasible;
  energy best;
  uint8_t *best_bits; /* [n] */
  bool has_bound, is_infeasible;
  energy bound;
  double time_to_best_s, last_progress_s;
  int64_t attempts;
  int64_t n_reads; /* occurrences taken so far */
  lehr_status
      sample_status; /* first failure of sample(); an engine that ignores it is not believed */
  lehr_error *err;
} host;

static host *host_of(lehr_run *run) { return run->host; }

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

/* ---- Callbacks ---- */

static void *host_alloc(lehr_run *run, size_t bytes) {
  return arena_alloc(&host_of(run)->memory, bytes);
}

static void stop_because(host *h, lehr_stop_reason reason) {
  int none = -1;
  atomic_compare_exchange_strong(&h->stop_reason, &none, (int)reason);
}

static int host_should_stop(lehr_run *run) {
  host *h = host_of(run);
  if (atomic_load_explicit(&h->stop_reason, memory_order_relaxed) >= 0) return 1;
  if (h->params.stop && __atomic_load_n(h->params.stop, __ATOMIC_RELAXED)) {
    stop_because(h, LEHR_STOP_STOPPED);
    return 1;
  }
  const double limit = h->params.time_limit_s;
  if (limit >= 0 && clock_wall() - h->wall_start >= limit) {
    stop_because(h, LEHR_STOP_TIME_LIMIT);
    return 1;
  }
  return 0;
}

/* Takes bits as the new best if they are. */
static void consider(host *h, const uint8_t bits[]) {
  const energy e = energy_of(h->model, bits);
  const bool is_feasible = energy_feasible(h->model, bits);
  if (h->has_best) {
    if (h->best_feasible && !is_feasible) return;
    if (h->best_feasible == is_feasible && !energy_less(h->model, e, h->best)) return;
  }
  h->has_best = true;
  h->best_feasible = is_feasible;
  h->best = e;
  memcpy(h->best_bits, bits, (size_t)h->model->n);
  h->time_to_best_s = clock_cpu() - h->cpu_start;
  if (!is_feasible) return;
  if (h->params.has_target && e.real <= h->params.target) stop_because(h, LEHR_STOP_TARGET);
  if (h->params.improved)
    h->params.improved(h->params.user, clock_wall() - h->wall_start, h->time_to_best_s, e.real);
}

static bool are_bits(const host *h, const uint8_t bits[]) {
  uint8_t all = 0;
  for (int32_t i = 0; i < h->model->n; i++) all |= bits[i];
  return all <= 1;
}

static lehr_status broken_engine(host *h, const char *what) {
  return error_set(h->err, LEHR_EINTERNAL, "the engine %s", what);
}

static int host_improved(lehr_run *run, const uint8_t bits[]) {
  host *h = host_of(run);
  fpu_reset(); /* energies are computed in the default mode, whatever the engine does in its own */
  if (are_bits(h, bits)) consider(h, bits);
  return host_should_stop(run);
}

static lehr_status take_sample(host *h, const uint8_t bits[], int64_t occurrences) {
  if (!are_bits(h, bits) || occurrences < 1 || occurrences > INT64_MAX / 2 - h->n_reads)
    return broken_engine(h, "delivered a malformed sample");
  h->n_reads += occurrences;
  consider(h, bits);
  const lehr_status status = sampleset_add(h->set, h->model, bits, occurrences);
  return status == LEHR_OK ? LEHR_OK : error_memory(h->err, h->set->row_bytes);
}

static lehr_status host_sample(lehr_run *run, const uint8_t bits[], int64_t occurrences) {
  host *h = host_of(run);
  if (h->sample_status != LEHR_OK) return h->sample_status;
  fpu_reset();
  h->sample_status = take_sample(h, bits, occurrences);
  return h->sample_status;
}

static void host_bound_int(lehr_run *run, int64_t bound) {
  host *h = host_of(run);
  const energy e = {.exact = bound, .real = scale_real(bound, h->model->scale)};
  if (h->has_bound && !energy_less(h->model, h->bound, e)) return;
  h->has_bound = true;
  h->bound = e;
}

/* The lowest exact energy that a real bound leaves, with room for the engine's rounding. */
static int64_t exact_bound(double bound, double scale) {
  const double units = bound / scale, limit = (double)(INT64_MAX / 2);
  const double lowest = ceil(units - fabs(units) * 1e-12 - 1e-9);
  return (int64_t)fmax(-limit, fmin(limit, lowest));
}

static void host_bound_real(lehr_run *run, double bound) {
  host *h = host_of(run);
  fpu_reset();
  if (isnan(bound)) return;
  if (h->model->is_exact) {
    host_bound_int(run, exact_bound(bound, h->model->scale));
  } else if (!h->has_bound || h->bound.real < bound) {
    h->has_bound = true;
    h->bound = (energy){.real = bound};
  }
}

static void host_infeasible(lehr_run *run) { host_of(run)->is_infeasible = true; }

static void host_progress(lehr_run *run, double fraction, const char *phase) {
  host *h = host_of(run);
  if (!h->params.progress) return;
  const double now = clock_wall() - h->wall_start;
  if (now - h->last_progress_s < 0.1) return;
  h->last_progress_s = now;
  const lehr_progress p = {.struct_size = sizeof p,
                           .elapsed_s = now,
                           .fraction = fraction,
                           .has_best = h->has_best && h->best_feasible,
                           .best_energy = h->best.real,
                           .phase = phase ? phase : ""};
  h->params.progress(h->params.user, &p);
}

static void host_attempts(lehr_run *run, int64_t count) {
  host *h = host_of(run);
  if (count > 0 && count <= INT64_MAX - h->attempts) h->attempts += count;
}

static lehr_status host_fail(lehr_run *run, lehr_status status, const char *text) {
  return error_set(host_of(run)->err, status, "%s", text ? text : lehr_status_text(status));
}

/* ---- Before and after the run ---- */

static lehr_status check_params(const lehr_model_view *m, const lehr_params *p, lehr_error *err) {
  if (p->reads < 0) return error_set(err, LEHR_EUSAGE, "reads must be at least 0");
  if (p->work < 0) return error_set(err, LEHR_EUSAGE, "work must be at least 0");
  if (p->threads < 0) return error_set(err, LEHR_EUSAGE, "threads must be at least 0");
  if (isnan(p->time_limit_s)) return error_set(err, LEHR_EUSAGE, "the time limit is not a number");
  if (p->n_initial < 0 || (p->n_initial > 0 && !p->initial))
    return error_set(err, LEHR_EUSAGE, "initial states are missing");
  for (int64_t k = 0; k < p->n_initial * m->n; k++)
    if (p->initial[k] > 1) return error_set(err, LEHR_EUSAGE, "initial states are not 0 or 1");
  return LEHR_OK;
}

static lehr_status read_options(const lehr_engine *engine, const lehr_params *p, void **values,
                                lehr_error *err) {
  const size_t bytes = engine->options ? engine->options->options_bytes : 0;
  *values = memory_array(1, bytes);
  if (!*values) return error_memory(err, bytes);
  options_defaults(engine->options, *values);
  for (size_t k = 0; k < p->n_options; k++)
    LEHR_TRY(options_set(engine->options, *values, p->options[k], err));
  return LEHR_OK;
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
                              lehr_error *err) {
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

static lehr_status make_plan(const lehr_engine *engine, const lehr_model_view *m,
                             const lehr_params *p, const void *options, lehr_plan *plan,
                             lehr_error *err) {
  *plan = (lehr_plan){.struct_size = sizeof *plan, .threads = 1, .seconds = NAN};
  LEHR_TRY(check_caps(engine, m, err));
  const lehr_status status = known_status(engine->plan(m, options, p->reads, threads_of(p), plan));
  fpu_reset();
  plan->note[sizeof plan->note - 1] = '\0';
  if (status != LEHR_OK)
    return error_set(err, status, "%s: %s", engine->name,
                     plan->note[0] ? plan->note : lehr_status_text(status));
  /* Looking the machine's memory up takes longer than solving a small model. */
  if (p->memory_bytes == 0 && plan->bytes < ALWAYS_FITS) return LEHR_OK;
  const uint64_t limit = p->memory_bytes ? p->memory_bytes : memory_available() / 5 * 4;
  if (plan->bytes > limit)
    return error_set(err, LEHR_ENOMEM,
                     "%s needs %" PRIu64 " MB for this model, the limit is %" PRIu64 " MB",
                     engine->name, plan->bytes >> 20, limit >> 20);
  return LEHR_OK;
}

static lehr_status plan_solve(const lehr_context *ctx, const lehr_model *m,
                              const lehr_params *params, lehr_plan *plan, const char **engine_name,
                              lehr_error *err) {
  const lehr_model_view *view = lehr_model_look(m);
  const lehr_params p = known_params(params);
  const lehr_engine *engine;
  void *options = NULL;
  LEHR_TRY(check_params(view, &p, err));
  LEHR_TRY(find_engine(ctx, view, &p, &engine, err));
  if (engine_name) *engine_name = engine->name;
  lehr_status status = read_options(engine, &p, &options, err);
  if (status == LEHR_OK) status = make_plan(engine, view, &p, options, plan, err);
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

static void prepare_run(host *h, const lehr_engine *engine, const void *options) {
  const lehr_params *p = &h->params;
  h->run = (lehr_run){.struct_size = sizeof h->run,
                      .model = h->model,
                      .options = options,
                      .key = philox_key(p->seed, engine->name),
                      .reads = p->reads,
                      .work = p->work,
                      .time_limit_s = p->time_limit_s,
                      .threads = threads_of(p),
                      .n_initial = p->n_initial,
                      .initial = p->initial,
                      .host = h,
                      .alloc = host_alloc,
                      .should_stop = host_should_stop,
                      .improved = host_improved,
                      .sample = host_sample,
                      .bound_int = host_bound_int,
                      .bound_real = host_bound_real,
                      .infeasible = host_infeasible,
                      .progress = host_progress,
                      .attempts = host_attempts,
                      .fail = host_fail};
}

/* Status, proof and stop reason from what the host saw. A bound above a feasible energy means the
 * engine lied. */
static lehr_status conclude(host *h, lehr_error *err) {
  lehr_result_info *info = &h->set->info;
  const bool has_feasible = h->has_best && h->best_feasible;
  info->status = has_feasible ? LEHR_SOLVE_FEASIBLE : LEHR_SOLVE_UNKNOWN;
  if (h->is_infeasible) {
    if (has_feasible) return broken_engine(h, "called a feasible model infeasible");
    info->status = LEHR_SOLVE_INFEASIBLE;
    info->proven = 1;
  }
  info->has_bound = h->has_bound;
  info->bound = h->bound.real;
  if (h->has_bound && has_feasible) {
    if (energy_less(h->model, h->best, h->bound))
      return error_set(err, LEHR_EINTERNAL, "the engine claimed a bound above a known energy");
    if (!energy_less(h->model, h->bound, h->best)) {
      info->status = LEHR_SOLVE_OPTIMAL;
      info->proven = 1;
    }
  }
  const int reason = atomic_load(&h->stop_reason);
  info->stop_reason = reason >= 0          ? (lehr_stop_reason)reason
                      : info->proven       ? LEHR_STOP_PROVEN
                      : h->params.work > 0 ? LEHR_STOP_WORK
                                           : LEHR_STOP_COMPLETED;
  return LEHR_OK;
}

/* The best state found on the way counts as a read when no read equals it or betters it. */
static lehr_status keep_best(host *h, lehr_error *err) {
  if (!h->has_best) return LEHR_OK;
  for (int64_t k = 0; k < h->set->count; k++)
    if (h->set->feasible[k] >= h->best_feasible &&
        !energy_less(h->model, h->best, h->set->energies[k]))
      return LEHR_OK;
  return sampleset_add(h->set, h->model, h->best_bits, 1) == LEHR_OK
             ? LEHR_OK
             : error_memory(err, h->set->row_bytes);
}

static lehr_status run_engine(host *h, const lehr_engine *engine, const void *options,
                              lehr_error *err) {
  lehr_result_info *info = &h->set->info;
  prepare_run(h, engine, options);
  lehr_status status = known_status(engine->run(&h->run));
  fpu_reset();
  if (h->sample_status != LEHR_OK) status = h->sample_status;
  if (status != LEHR_OK) {
    if (err && err->status != status) error_set(err, status, "%s failed", engine->name);
    return status;
  }
  LEHR_TRY(keep_best(h, err));
  if (sampleset_sort(h->set, h->model) != LEHR_OK)
    return error_memory(err, (uint64_t)h->set->count * h->set->row_bytes);
  LEHR_TRY(conclude(h, err));
  info->struct_size = sizeof *info;
  info->seed = h->params.seed;
  info->wall_s = clock_wall() - h->wall_start;
  info->cpu_s = clock_cpu() - h->cpu_start;
  info->time_to_best_s = h->time_to_best_s;
  info->attempts = h->attempts;
  info->engine = strdup(engine->name);
  info->options_json = options_json(engine->options, options);
  return info->engine && info->options_json ? LEHR_OK : error_memory(err, 0);
}

static lehr_status solve(const lehr_context *ctx, const lehr_model *m, const lehr_params *params,
                         lehr_sampleset **out, lehr_error *err) {
  const lehr_model_view *view = lehr_model_look(m);
  host h = {.model = view, .params = known_params(params), .err = err};
  const lehr_engine *engine;
  lehr_plan plan;
  void *options = NULL;
  *out = NULL;
  if (err) *err = (lehr_error){0};
  h.wall_start = clock_wall();
  h.cpu_start = clock_cpu();
  atomic_init(&h.stop_reason, -1);
  LEHR_TRY(check_params(view, &h.params, err));
  LEHR_TRY(find_engine(ctx, view, &h.params, &engine, err));
  lehr_status status = read_options(engine, &h.params, &options, err);
  if (status == LEHR_OK) status = make_plan(engine, view, &h.params, options, &plan, err);
  if (status == LEHR_OK) {
    arena_init(&h.memory, h.params.memory_bytes ? h.params.memory_bytes : UINT64_MAX);
    h.set = sampleset_create(view->n);
    h.best_bits = memory_array((size_t)view->n, 1);
    status = h.set && h.best_bits ? run_engine(&h, engine, options, err)
                                  : error_memory(err, (uint64_t)view->n);
  }
  if (status != LEHR_OK) {
    lehr_sampleset_free(h.set);
    h.set = NULL;
  }
  *out = h.set;
  arena_free(&h.memory);
  free(h.best_bits);
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
