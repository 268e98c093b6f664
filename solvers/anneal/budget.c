/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds, sweeps, and the rows that come out of them. */
#include "base/clock.h"
#include "solvers/anneal/anneal.h"

#include <math.h>
#include <string.h>

enum { DEFAULT_SWEEPS = 1000, FIRST_TIMED_SWEEPS = 64, FEWEST_LAST_SWEEPS = 32 };

/* Each read is evaluated about three times, at so many seconds per coefficient. */
static const double seconds_per_term = 4e-9, seconds_per_real_term = 8e-9;

static double evaluation_seconds(const lehr_model_view *m) {
  const double terms = (double)m->n + (double)m->n_interactions;
  return 3 * terms * (m->is_exact ? seconds_per_term : seconds_per_real_term);
}

static void set_deadline(anneal_budget *b, const lehr_run *run) {
  const double each = evaluation_seconds(run->model);
  if (b->is_timed && run->reads == 0) {
    const double affordable = 0.1 * run->time_limit_s / (each + 1e-12);
    if (affordable < (double)b->reads) b->reads = affordable < 1 ? 1 : (int64_t)affordable;
  }
  const double reserve = fmin((double)b->reads * each, 0.5 * run->time_limit_s);
  b->deadline = clock_wall() + run->time_limit_s - reserve;
}

anneal_budget anneal_budget_of(const lehr_run *run) {
  const anneal_options *o = run->options;
  anneal_budget b = {.reads = run->reads > 0 ? run->reads : o->reads,
                     .sweeps = o->sweeps > 0 ? o->sweeps : DEFAULT_SWEEPS,
                     .deadline = HUGE_VAL};
  if (run->work > 0) {
    const int64_t n = run->model->n > 0 ? run->model->n : 1;
    const int64_t visits = run->work / n; /* of one read */
    if (visits < b.reads) b.reads = visits > 0 ? visits : 1;
    const int64_t affordable = visits / b.reads;
    b.is_work_bound = o->sweeps == 0 || affordable < b.sweeps;
    if (b.is_work_bound) b.sweeps = affordable > 0 ? affordable : 1;
  } else if (o->sweeps == 0 && run->time_limit_s > 0) {
    b.is_timed = true;
    b.sweeps = FIRST_TIMED_SWEEPS;
  }
  if (run->time_limit_s > 0) set_deadline(&b, run);
  return b;
}

void anneal_conclude(const anneal_budget *b, lehr_run *run, int64_t sweeps, int64_t attempts) {
  const double asked = (double)b->reads * (double)b->sweeps * run->model->n;
  run->used(run, "reads", (double)b->reads);
  run->used(run, "sweeps", (double)sweeps);
  run->attempts(run, attempts);
  if (b->is_timed || (b->deadline < HUGE_VAL && (double)attempts < asked))
    run->ended_by(run, LEHR_STOP_TIME_LIMIT);
  else if (b->is_work_bound)
    run->ended_by(run, LEHR_STOP_WORK);
}

int64_t anneal_next_sweeps(const anneal_budget *b, int64_t sweeps, double seconds) {
  const double left = b->deadline - clock_wall();
  const double affordable = 0.98 * left / (seconds / (double)sweeps + 1e-12);
  if (affordable < FEWEST_LAST_SWEEPS) return 0;
  /* Rather one long last round than a short one behind a double one. */
  if (affordable < 4 * (double)sweeps) return (int64_t)affordable;
  return 2 * sweeps;
}

void anneal_override(range *r, const anneal_options *o, double cost_unit) {
  if (o->beta_hot > 0) r->hot = 1 / (o->beta_hot * cost_unit);
  if (o->beta_cold > 0) r->cold = 1 / (o->beta_cold * cost_unit);
}

bool anneal_rows_make(anneal_rows *rows, lehr_run *run, const anneal_budget *b) {
  size_t bytes;
  *rows = (anneal_rows){.reads = b->reads};
  if (__builtin_mul_overflow((size_t)b->reads, (size_t)run->model->n, &bytes)) return false;
  rows->fresh = run->alloc(run, bytes);
  if (!b->is_timed) return rows->fresh != NULL;
  rows->best = run->alloc(run, bytes);
  rows->energies = run->alloc(run, (size_t)b->reads * sizeof *rows->energies);
  return rows->fresh && rows->best && rows->energies;
}

void anneal_rows_keep(anneal_rows *rows, lehr_run *run) {
  const lehr_model_view *m = run->model;
  const size_t n = (size_t)m->n;
  const bool is_first = !rows->has_best;
  bool is_improved = is_first;
  for (int64_t r = 0; r < rows->reads; r++) {
    const uint8_t *fresh = rows->fresh + (size_t)r * n;
    const energy e = energy_of(m, fresh);
    if (!is_first && !energy_less(m, e, rows->energies[r])) continue;
    if (n > 0) memcpy(rows->best + (size_t)r * n, fresh, n);
    rows->energies[r] = e;
    if (r != rows->lowest && !energy_less(m, e, rows->energies[rows->lowest])) continue;
    rows->lowest = r;
    is_improved = true;
  }
  rows->has_best = true;
  if (is_improved) run->improved(run, rows->best + (size_t)rows->lowest * n);
}

lehr_status anneal_rows_deliver(const anneal_rows *rows, lehr_run *run) {
  const uint8_t *row = rows->has_best ? rows->best : rows->fresh;
  for (int64_t r = 0; r < rows->reads; r++, row += run->model->n) {
    const lehr_status status = run->sample(run, row, 1);
    if (status != LEHR_OK) return status;
  }
  return LEHR_OK;
}
