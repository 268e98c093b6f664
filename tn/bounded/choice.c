/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/part.h"

#include "base/error.h"
#include "base/memory.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* Networks with more copies, in parts of their variables, have none as good by chance. */
enum { CHOICES = 6, CHOICE_STEPS = 8, FEW = 8, MEMORY_SHARE = 8, ORDER_SHARE = 2 };

/* A division and its bound after some steps; a state that is better than the best one before. */
typedef struct trial {
  tn_relaxed r;
  bool is_made;
  lehr_status status;
  dual_result result;
  int64_t runs;
  double updates;
  tn_incumbent best;
} trial;

static void trial_free(trial *k) {
  relaxed_free(&k->r);
  free(k->best.spins);
}

/* Steps from equal shares. */
static lehr_status ascend(const part_job *j, const tn_guard *guard, trial *k) {
  static const dual_steps steps = {.first = CHOICE_STEPS, .most = CHOICE_STEPS};
  tn_dual d;
  LEHR_TRY(dual_make(&d, j->t, &k->r, &k->best, guard, NULL));
  dual_point *const point =
      malloc(sizeof *point + (size_t)d.start[d.n_divided] * sizeof *point->multiplier);
  int8_t *const fixed = memory_array((size_t)j->t->n, 1);
  lehr_status status = LEHR_ENOMEM;
  if (point && fixed) {
    dual_begin(&d, point);
    status = dual_ascend(&d, fixed, &steps, point, &k->result, NULL);
  }
  k->runs = d.runs;
  k->updates = d.updates;
  free(point);
  free(fixed);
  dual_free(&d);
  return status;
}

static lehr_status bound_trial(const part_job *j, const tn_guard *guard, trial *k) {
  k->best = (tn_incumbent){.energy = j->best.energy,
                           .spins = memory_copy(j->best.spins, (size_t)j->t->n, 1)};
  const lehr_status status = k->best.spins ? ascend(j, guard, k) : LEHR_ENOMEM;
  pages_kept_free(&k->r.kept);
  return status;
}

/* What no other division may take longer, or more room, than. */
typedef struct trial_limits {
  relaxed_options options;
  double seconds;
  uint64_t bytes;
} trial_limits;

static lehr_status run_trial(const part_job *j, const trial_limits *limits, const tn_guard *guard,
                             trial *k) {
  uint64_t bytes;
  relaxed_options options = limits->options;
  options.guard = guard;
  const lehr_status status = relaxed_make(j->t, &options, &k->r, NULL);
  if (status != LEHR_OK) return status == LEHR_EUNAVAILABLE ? LEHR_OK : status;
  LEHR_TRY(relaxed_most_bytes(&k->r, &bytes, NULL));
  if (k->r.seconds > limits->seconds || bytes > limits->bytes) return LEHR_OK;
  k->is_made = true;
  return bound_trial(j, guard, k);
}

/* Alike for any number of threads: each begins with what was known before all of them. */
static void run_trials(const part_job *j, const trial_limits *limits, trial trials[]) {
  const int32_t threads = j->guard->threads < CHOICES ? j->guard->threads : CHOICES;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)
  for (int32_t k = 0; k < CHOICES; k++) {
    tn_guard guard = *j->guard;
    trial_limits own = *limits;
    guard.threads = 1;
    if (omp_get_thread_num() > 0) guard.progress = NULL; /* not on the calling thread */
    own.options.trial = 1 + k;
    trials[k].status = run_trial(j, &own, &guard, &trials[k]);
  }
}

/* Adds up what one trial found. */
static void take_over(part_job *j, trial *k) {
  j->all->is_stopped |= k->result.is_stopped;
  j->all->runs += k->runs;
  j->all->updates += k->updates;
  if (k->best.spins && k->best.energy < j->best.energy)
    incumbent_take(&j->best, k->best.energy, k->best.spins, j->t->n);
}

/* *l is its network from now on if that has a better bound. */
static void take_better(level *l, trial *k) {
  if (!k->is_made || k->result.value <= l->promises) return;
  const tn_relaxed worse = l->r;
  l->r = k->r;
  k->r = worse;
  l->promises = k->result.value;
}

/* Whether others may be better, and can be paid for. */
static bool has_choice(const part_job *j, const level *l) {
  const int32_t divided = l->r.split.network.n - j->t->n;
  return divided <= j->t->n / FEW &&
         (CHOICES + 1) * CHOICE_STEPS * l->r.updates <= part_updates_left(j) / FEW;
}

static lehr_status try_others(part_job *j, int32_t width, level *l) {
  trial trials[CHOICES] = {0};
  trial_limits limits = {.options = part_options(j, width),
                         .seconds = 2 * l->r.seconds,
                         .bytes = j->guard->bytes / MEMORY_SHARE};
  limits.options.is_by_regions = l->r.is_by_regions;
  limits.options.order_work /= ORDER_SHARE;
  lehr_status status = LEHR_OK;
  run_trials(j, &limits, trials);
  for (int32_t k = 0; k < CHOICES; k++) {
    if (trials[k].status != LEHR_OK) status = trials[k].status;
    take_over(j, &trials[k]);
    take_better(l, &trials[k]);
    trial_free(&trials[k]);
  }
  return status == LEHR_OK ? LEHR_OK : error_memory(j->err, l->r.bytes);
}

lehr_status level_choose(part_job *j, int32_t width, level *l) {
  if (!has_choice(j, l)) return LEHR_OK;
  trial own = {.r = l->r, .status = LEHR_OK};
  own.status = bound_trial(j, j->guard, &own);
  l->r = own.r;
  l->promises = own.result.value;
  take_over(j, &own);
  free(own.best.spins);
  if (own.status != LEHR_OK) return error_memory(j->err, l->r.bytes);
  return part_is_over(j) ? LEHR_OK : try_others(j, width, l);
}
