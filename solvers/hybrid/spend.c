/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/spend.h"

#include "base/clock.h"
#include "solvers/hybrid/reheat.h"

#include <math.h>

enum { PHASES = 6, FEWEST_ROWS = 8, PROBE_SWEEPS = 16, GROUPED_READS = 64, BEGIN_SHARE = 8 };

/* Of a part's budget for annealing from random states. */
static const double start_share = 0.15;

/* How much of the slice is left, in attempts; by the rate so far where time counts. */
typedef struct meter {
  slice budget;
  double start;     /* wall clock */
  int64_t attempts; /* made in this slice */
} meter;

static double fraction_used(const meter *m) {
  if (m->budget.seconds >= 0) {
    const double used = clock_wall() - m->start;
    return m->budget.seconds > 0 ? used / m->budget.seconds : 1;
  }
  return (double)m->attempts / (double)m->budget.work;
}

/* Attempts that a share of the slice affords. */
static double afford(const meter *m, double share) {
  if (m->budget.seconds < 0) return share * (double)m->budget.work;
  const double used = clock_wall() - m->start;
  return used > 0 ? share * m->budget.seconds * (double)m->attempts / used : 0;
}

static int64_t sweeps_of(double attempts, const part *p, int64_t reads) {
  const double sweeps = attempts / ((double)reads * (p->view->n > 0 ? p->view->n : 1));
  return sweeps < 1 ? 1 : sweeps < 9e15 ? (int64_t)sweeps : (int64_t)9e15;
}

/* A small work budget buys fewer reads and sweeps. */
lehr_status spend_begin(hybrid *h, part *p) {
  const double work = h->run->work > 0 ? (double)h->run->work / BEGIN_SHARE : HUGE_VAL;
  int64_t reads = sweeps_of(work, p, PROBE_SWEEPS), sweeps;
  if (reads > FEWEST_ROWS) reads = FEWEST_ROWS;
  sweeps = sweeps_of(work, p, reads);
  if (sweeps > PROBE_SWEEPS) sweeps = PROBE_SWEEPS;
  stage_result result;
  return reheat_start(h, p, reads, sweeps, &result);
}

static lehr_status start(hybrid *h, part *p, meter *m) {
  stage_result result;
  if (m->budget.seconds >= 0) { /* a short one, to learn the rate */
    const lehr_status status = reheat_start(h, p, p->states.capacity, PROBE_SWEEPS, &result);
    m->attempts += result.attempts;
    if (status != LEHR_OK || hybrid_should_stop(h)) return status;
  }
  p->states.count = 0;
  const int64_t sweeps = sweeps_of(afford(m, start_share), p, p->states.capacity);
  const lehr_status status = reheat_start(h, p, p->states.capacity, sweeps, &result);
  m->attempts += result.attempts;
  return status;
}

/* Rows that are still worth their time when so much of the slice is used. */
static int32_t rows_at(const part *p, double fraction) {
  const int32_t rows = p->states.capacity >> (int)(PHASES * fraction);
  return rows < FEWEST_ROWS ? FEWEST_ROWS : rows;
}

/* Clusters of sites do not keep groups: all goes into one annealing. */
static lehr_status run_grouped(hybrid *h, part *p, slice budget) {
  stage_result result;
  if (budget.seconds < 0)
    return reheat_start(h, p, GROUPED_READS, sweeps_of((double)budget.work, p, GROUPED_READS),
                        &result);
  return reheat_timed(h, p, GROUPED_READS, budget.seconds, &result);
}

lehr_status spend_slice(hybrid *h, part *p, slice budget) {
  if (p->view->n_groups > 0) return run_grouped(h, p, budget);
  meter m = {.budget = budget, .start = clock_wall()};
  lehr_status status = start(h, p, &m);
  if (status == LEHR_OK) reheat_narrow(p, p->states.capacity);
  while (status == LEHR_OK && !hybrid_should_stop(h)) {
    const double used = fraction_used(&m);
    if (used >= 1 || p->states.count == 0 || !(p->heat.beta_hot > 0)) break;
    if (rows_at(p, used) < p->states.count) reheat_narrow(p, rows_at(p, used));
    stage_result result;
    status = reheat_round(h, p, afford(&m, 1 - used), &result);
    m.attempts += result.attempts;
  }
  return status;
}
