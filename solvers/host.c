/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/host.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/fpu.h"
#include "base/number.h"
#include "base/options.h"
#include "base/philox.h"
#include "qubo/energy_many.h"
#include "qubo/scale.h"
#include "solvers/facts.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void *host_alloc(lehr_run *run, size_t bytes) {
  return arena_alloc(&host_of(run)->memory, bytes);
}

static void stop_because(host *h, lehr_stop_reason reason) {
  int none = -1;
  atomic_compare_exchange_strong(&h->stop_reason, &none, (int)reason);
}

/* Wall time at which the run has to end: samples have yet to be sorted then. On one core of Zen 4,
 * `lehr solve torus10.mc --engine anneal --set sweeps=20 --reads 3e6 --time-limit 1` (100
 * variables, 8e5 distinct samples) with this constant at 0 takes 0.15 s more than its limit. */
static double end_of(host *h) {
  static const double seconds_per_row = 3e-7;
  const double limit = h->params.time_limit_s;
  const int64_t rows = atomic_load_explicit(&h->unsorted, memory_order_relaxed);
  return h->wall_start + limit - fmin(0.5 * limit, (double)rows * seconds_per_row);
}

static int host_should_stop(lehr_run *run) {
  host *h = host_of(run);
  if (atomic_load_explicit(&h->stop_reason, memory_order_relaxed) >= 0) return 1;
  if (h->params.stop && __atomic_load_n(h->params.stop, __ATOMIC_RELAXED)) {
    stop_because(h, LEHR_STOP_STOPPED);
    return 1;
  }
  if (h->params.time_limit_s >= 0 && clock_wall() >= end_of(h)) {
    stop_because(h, LEHR_STOP_TIME_LIMIT);
    return 1;
  }
  return 0;
}

/* CPU seconds of the solve. Reading that clock takes a system call, so that readings within 100
 * microseconds of each other are bridged by the wall clock. */
static double cpu_now(host *h) {
  const double wall = clock_wall();
  if (wall - h->cpu_read_wall > 100e-6) {
    h->cpu_read_wall = wall;
    h->cpu_read = clock_cpu();
  }
  return h->cpu_read + (wall - h->cpu_read_wall) - h->cpu_start;
}

/* Takes bits as the new best if they are. */
static void consider(host *h, const uint8_t bits[], energy e, bool is_feasible) {
  if (h->has_best) {
    if (h->best_feasible && !is_feasible) return;
    if (h->best_feasible == is_feasible && !energy_less(h->model, e, h->best)) return;
  }
  h->has_best = true;
  h->is_best_kept = false;
  h->best_feasible = is_feasible;
  h->best = e;
  memcpy(h->best_bits, bits, (size_t)h->model->n);
  h->time_to_best_s = cpu_now(h);
  if (!is_feasible) return;
  if (h->params.has_target && e.real <= h->params.target) stop_because(h, LEHR_STOP_TARGET);
  if (h->params.improved)
    h->params.improved(h->params.user, clock_wall() - h->wall_start, h->time_to_best_s, e.real);
}

/* The energy of bits. What an engine delivers last is mostly the best it has told of before. */
static energy energy_now(const host *h, const uint8_t bits[]) {
  const bool is_known = h->has_best && memcmp(bits, h->best_bits, (size_t)h->model->n) == 0;
  return is_known ? h->best : energy_of(h->model, bits);
}

bool host_are_bits(const host *h, const uint8_t bits[]) {
  uint8_t all = 0;
  for (int32_t i = 0; i < h->model->n; i++) all |= bits[i];
  return all <= 1;
}

lehr_status host_distrust(host *h, const char *what) {
  return error_set(h->err, LEHR_EINTERNAL, "the engine %s", what);
}

static int host_improved(lehr_run *run, const uint8_t bits[]) {
  host *h = host_of(run);
  fpu_reset(); /* energies are computed in the default mode, whatever the engine does in its own */
  if (host_are_bits(h, bits))
    consider(h, bits, energy_now(h, bits), energy_feasible(h->model, bits));
  return host_should_stop(run);
}

/* Adds a row to the samples, which share the memory limit with the engine. */
static lehr_status keep(host *h, const uint8_t bits[], int64_t occurrences, energy e,
                        bool is_feasible) {
  lehr_sampleset *set = h->set;
  set->max_bytes = h->memory.limit - h->memory.used;
  if (sampleset_put(set, bits, occurrences, e, is_feasible) == LEHR_OK) {
    atomic_store_explicit(&h->unsorted, set->count, memory_order_relaxed);
    return LEHR_OK;
  }
  char limit[BYTES_TEXT];
  if (h->memory.limit == UINT64_MAX)
    return error_memory(h->err, sampleset_bytes(set->n, set->count));
  number_bytes(h->memory.limit, limit);
  return error_set(h->err, LEHR_ENOMEM,
                   "%" PRId64 " distinct samples and the engine take more than the limit of %s",
                   set->count, limit);
}

/* Takes bits with their energy. */
static lehr_status take_read(host *h, const uint8_t bits[], int64_t occurrences, energy e) {
  /* A target ends the run with the sample that reaches it, however many follow on their way. */
  if (atomic_load_explicit(&h->stop_reason, memory_order_relaxed) == LEHR_STOP_TARGET)
    return LEHR_OK;
  h->n_reads += occurrences;
  const bool is_feasible = energy_feasible(h->model, bits);
  consider(h, bits, e, is_feasible);
  if (is_feasible >= h->best_feasible && !energy_less(h->model, h->best, e)) h->is_best_kept = true;
  return keep(h, bits, occurrences, e, is_feasible);
}

static lehr_status take_sample(host *h, const uint8_t bits[], int64_t occurrences) {
  if (!host_are_bits(h, bits) || occurrences < 1 || occurrences > INT64_MAX / 2 - h->n_reads)
    return host_distrust(h, "delivered a malformed sample");
  return take_read(h, bits, occurrences, energy_now(h, bits));
}

/* At most SAMPLES_BLOCK rows, evaluated together. */
enum { SAMPLES_BLOCK = 64 };
static lehr_status take_block(host *h, const uint8_t rows[], int64_t count) {
  const size_t n = (size_t)h->model->n;
  energy energies[SAMPLES_BLOCK];
  for (int64_t r = 0; r < count; r++)
    if (!host_are_bits(h, rows + (size_t)r * n) || h->n_reads > INT64_MAX / 2 - count)
      return host_distrust(h, "delivered a malformed sample");
  energy_many(h->model, rows, count, energies);
  for (int64_t r = 0; r < count; r++) LEHR_TRY(take_read(h, rows + (size_t)r * n, 1, energies[r]));
  return LEHR_OK;
}

static lehr_status host_sample(lehr_run *run, const uint8_t bits[], int64_t occurrences) {
  host *h = host_of(run);
  if (h->sample_status != LEHR_OK) return h->sample_status;
  fpu_reset();
  h->sample_status = take_sample(h, bits, occurrences);
  return h->sample_status;
}

static lehr_status host_samples(lehr_run *run, const uint8_t rows[], int64_t count) {
  host *h = host_of(run);
  const size_t n = (size_t)h->model->n;
  fpu_reset();
  for (int64_t r = 0; r < count && h->sample_status == LEHR_OK; r += SAMPLES_BLOCK)
    h->sample_status =
        take_block(h, rows + (size_t)r * n, count - r < SAMPLES_BLOCK ? count - r : SAMPLES_BLOCK);
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

static void host_ended_by(lehr_run *run, lehr_stop_reason reason) {
  host *h = host_of(run);
  const bool is_given = reason == LEHR_STOP_MEMORY ||
                        (reason == LEHR_STOP_WORK && h->params.work > 0) ||
                        (reason == LEHR_STOP_TIME_LIMIT && h->params.time_limit_s >= 0);
  if (is_given && h->ended_by < 0) h->ended_by = (int)reason;
}

static void host_unfinished(lehr_run *run) { host_of(run)->is_unfinished = true; }

static void host_used(lehr_run *run, const char *name, double value) {
  host *h = host_of(run);
  if (name) options_put(h->options, h->used, name, value);
}

static void host_statistic(lehr_run *run, const char *name, double value) {
  host *h = host_of(run);
  if (!h->params.brief) statistics_add(&h->told, name, &value, STATISTIC_NUMBER);
}

static void host_statistics(lehr_run *run, const char *name, const double values[], int64_t count) {
  host *h = host_of(run);
  if (count >= 0 && !h->params.brief) statistics_add(&h->told, name, values, count);
}

void host_prepare(host *h, const lehr_engine *engine, const void *options, int32_t threads) {
  const lehr_params *p = &h->params;
  atomic_init(&h->stop_reason, -1);
  atomic_init(&h->unsorted, 0);
  h->ended_by = -1;
  h->options = engine->options;
  h->run = (lehr_run){.struct_size = sizeof h->run,
                      .model = h->model,
                      .options = options,
                      .key = philox_key(p->seed, engine->name),
                      .reads = p->reads,
                      .work = p->work,
                      .time_limit_s = p->time_limit_s,
                      .threads = threads,
                      .n_initial = p->n_initial,
                      .initial = p->initial,
                      .host = h,
                      .alloc = host_alloc,
                      .should_stop = host_should_stop,
                      .improved = host_improved,
                      .sample = host_sample,
                      .samples = host_samples,
                      .bound_int = host_bound_int,
                      .bound_real = host_bound_real,
                      .infeasible = host_infeasible,
                      .progress = host_progress,
                      .attempts = host_attempts,
                      .fail = host_fail,
                      .ended_by = host_ended_by,
                      .unfinished = host_unfinished,
                      .used = host_used,
                      .statistic = host_statistic,
                      .statistics = host_statistics,
                      .memory_bytes = h->memory.limit,
                      .degeneracy = facts_degeneracy,
                      .log_z = facts_log_z,
                      .marginals = facts_marginals,
                      .lowest = facts_lowest,
                      .schedule = p->schedule,
                      .n_schedule = p->n_schedule,
                      .prepared = h->prepared};
}

/* What ended the run: the truth that a later rerun needs. A proof is an end of its own, even if
 * the limit passed meanwhile, unless more than the best was asked for and is not there; a budget
 * counts only if it cut something. */
static lehr_stop_reason reason_of(const host *h, bool is_proven) {
  const lehr_params *p = &h->params;
  const int reason = atomic_load(&h->stop_reason);
  if (is_proven && !h->is_unfinished && reason != LEHR_STOP_TARGET) return LEHR_STOP_PROVEN;
  if (reason >= 0) return (lehr_stop_reason)reason;
  if (h->ended_by >= 0) return (lehr_stop_reason)h->ended_by;
  if (p->time_limit_s == 0) return LEHR_STOP_TIME_LIMIT;
  return p->work > 0 && h->attempts >= p->work ? LEHR_STOP_WORK : LEHR_STOP_COMPLETED;
}

static bool is_proven(const host *h) {
  if (h->model->is_exact) return h->bound.exact >= h->best.exact;
  return h->bound.real >= h->best.real - energy_proof_gap(h->model, h->best.real);
}

/* Status, proof and stop reason from what the host saw. A bound above a feasible energy means the
 * engine lied. */
static lehr_status conclude(host *h) {
  lehr_result_info *info = &h->set->info;
  const bool has_feasible = h->has_best && h->best_feasible;
  info->status = has_feasible ? LEHR_SOLVE_FEASIBLE : LEHR_SOLVE_UNKNOWN;
  if (h->is_infeasible) {
    if (has_feasible) return host_distrust(h, "called a feasible model infeasible");
    info->status = LEHR_SOLVE_INFEASIBLE;
    info->proven = 1;
  }
  info->has_bound = h->has_bound;
  info->bound = h->bound.real;
  if (h->has_bound && has_feasible) {
    if (energy_less(h->model, h->best, h->bound))
      return host_distrust(h, "claimed a bound above a known energy");
    if (is_proven(h)) {
      info->status = LEHR_SOLVE_OPTIMAL;
      info->proven = 1;
    }
  }
  info->stop_reason = reason_of(h, info->proven != 0);
  return LEHR_OK;
}

/* The best state found on the way counts as a read when no read equals it or betters it. */
static lehr_status keep_best(host *h) {
  if (!h->has_best || h->is_best_kept) return LEHR_OK;
  return keep(h, h->best_bits, 1, h->best, h->best_feasible);
}

lehr_status host_conclude(host *h) {
  LEHR_TRY(facts_conclude(h));
  LEHR_TRY(keep_best(h));
  if (sampleset_sort(h->set) != LEHR_OK)
    return error_memory(h->err, sampleset_bytes(h->set->n, h->set->count));
  return conclude(h);
}
