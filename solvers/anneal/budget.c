/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds, sweeps, and the rows that come out of them. */
#include "base/clock.h"
#include "qubo/energy.h"
#include "solvers/anneal/anneal.h"

#include <string.h>

enum { DEFAULT_SWEEPS = 1000, FIRST_TIMED_SWEEPS = 64, FEWEST_LAST_SWEEPS = 32 };

anneal_budget anneal_budget_of(const lehr_run *run) {
  const anneal_options *o = run->options;
  anneal_budget b = {.reads = run->reads > 0 ? run->reads : o->reads,
                     .sweeps = o->sweeps > 0 ? o->sweeps : DEFAULT_SWEEPS,
                     .limit = run->time_limit_s,
                     .start = clock_wall()};
  if (run->work > 0) {
    const int64_t n = run->model->n > 0 ? run->model->n : 1;
    const int64_t affordable = run->work / b.reads / n;
    if (o->sweeps == 0 || affordable < b.sweeps) b.sweeps = affordable > 0 ? affordable : 1;
  } else if (o->sweeps == 0 && run->time_limit_s > 0) {
    b.is_timed = true;
    b.sweeps = FIRST_TIMED_SWEEPS;
  }
  return b;
}

int64_t anneal_next_sweeps(const anneal_budget *b, const lehr_run *run, int64_t sweeps,
                           double seconds) {
  (void)run;
  const double left = b->limit - (clock_wall() - b->start);
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
  if (b->is_timed) rows->best = run->alloc(run, bytes);
  return rows->fresh && (rows->best || !b->is_timed);
}

void anneal_rows_keep(anneal_rows *rows, lehr_run *run) {
  const lehr_model_view *m = run->model;
  const size_t n = (size_t)m->n;
  if (!rows->has_best) {
    memcpy(rows->best, rows->fresh, (size_t)rows->reads * n);
    rows->has_best = true;
    return;
  }
  for (int64_t r = 0; r < rows->reads; r++) {
    const uint8_t *fresh = rows->fresh + (size_t)r * n;
    uint8_t *best = rows->best + (size_t)r * n;
    if (energy_less(m, energy_of(m, fresh), energy_of(m, best))) memcpy(best, fresh, n);
  }
}

lehr_status anneal_rows_deliver(const anneal_rows *rows, lehr_run *run) {
  const uint8_t *row = rows->has_best ? rows->best : rows->fresh;
  for (int64_t r = 0; r < rows->reads; r++, row += run->model->n) {
    const lehr_status status = run->sample(run, row, 1);
    if (status != LEHR_OK) return status;
  }
  return LEHR_OK;
}
