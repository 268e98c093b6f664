/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/spend.h"

#include "base/clock.h"
#include "solvers/hybrid/large.h"
#include "solvers/hybrid/reheat.h"
#include "solvers/hybrid/turn.h"
#include "solvers/start.h"

#include <math.h>

enum { PHASES = 6, FEWEST_ROWS = 8, PROBE_SWEEPS = 16, GROUPED_READS = 64, BEGIN_SHARE = 8 };

/* Of a part's budget for annealing from random states. */
static const double start_share = 0.15;
/* When tabu search has its first turn, and how long it is. */
static const double race_at = 0.4, turn_share = 0.05;

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

/* Any state will do to begin tabu search with. */
static lehr_status begin_anywhere(hybrid *h, part *p) {
  lehr_run own = {.model = p->view, .key = hybrid_next_key(h)};
  start_state(&own, 0, 0, p->bits);
  if (part_consider(p, p->bits)) hybrid_improved(h, p);
  return LEHR_OK;
}

/* A small work budget buys fewer reads and sweeps. */
lehr_status spend_begin(hybrid *h, part *p) {
  if (p->is_dense) return begin_anywhere(h, p);
  const double work = h->run->work > 0 ? (double)h->run->work / BEGIN_SHARE : HUGE_VAL;
  int64_t reads = sweeps_of(work, p, PROBE_SWEEPS), sweeps;
  if (reads > FEWEST_ROWS) reads = FEWEST_ROWS;
  sweeps = sweeps_of(work, p, reads);
  if (sweeps > PROBE_SWEEPS) sweeps = PROBE_SWEEPS;
  stage_result result;
  return reheat_start(h, p, reads, sweeps, &result);
}

/* Given states join the population. */
static void add_initial(hybrid *h, part *p) {
  const lehr_run *run = h->run;
  for (int64_t k = 0; k < run->n_initial && p->states.count < p->states.capacity; k++) {
    hybrid_restrict(h, run->initial + k * run->model->n);
    part_get(p, h->scratch, p->bits);
    generation_put(&p->states, p->states.count, p->bits);
  }
}

static lehr_status start(hybrid *h, part *p, meter *m) {
  const hybrid_options *o = h->run->options;
  const bool is_fresh = o->fresh || h->run->n_initial == 0;
  stage_result result;
  lehr_status status = LEHR_OK;
  /* A short one, to learn the rate and the temperatures. */
  if (m->budget.seconds >= 0 || !is_fresh) {
    const int64_t reads = is_fresh ? p->states.capacity : FEWEST_ROWS;
    status = reheat_start(h, p, reads, PROBE_SWEEPS, &result);
    m->attempts += result.attempts;
    p->states.count = 0;
  }
  if (status != LEHR_OK || hybrid_should_stop(h)) return status;
  add_initial(h, p);
  if (!is_fresh) return LEHR_OK;
  const int64_t sweeps = sweeps_of(afford(m, start_share), p, p->states.capacity);
  status = reheat_start(h, p, p->states.capacity, sweeps, &result);
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

/* The part of the slice that is left, at most `share` of all. */
static slice rest_of(const meter *m, double share) {
  const double left = fmin(share, 1 - fraction_used(m));
  return (slice){.seconds = m->budget.seconds < 0 ? -1 : fmax(left * m->budget.seconds, 1e-6),
                 .work = (int64_t)fmax(left * (double)m->budget.work, 1)};
}

static lehr_status reheat_on(hybrid *h, part *p, meter *m, double until) {
  lehr_status status = LEHR_OK;
  while (status == LEHR_OK && !hybrid_should_stop(h)) {
    const double used = fraction_used(m);
    if (used >= until || p->states.count == 0 || !(p->heat.beta_hot > 0)) break;
    if (rows_at(p, used) < p->states.count) reheat_narrow(p, rows_at(p, used));
    stage_result result;
    status = reheat_round(h, p, afford(m, until - used), &result);
    m->attempts += result.attempts;
  }
  return status;
}

/* Reheating, and in between a turn of tabu search: the first is short, and as long as it finds
 * something each is followed by one of twice the length. Where one bit holds a replica, reheating
 * is so far ahead that no turn is given away. */
static lehr_status race(hybrid *h, part *p, meter *m) {
  lehr_status status = start(h, p, m);
  if (status == LEHR_OK) reheat_narrow(p, p->states.capacity);
  if (!p->is_bit_sliced) {
    if (status == LEHR_OK) status = reheat_on(h, p, m, race_at);
    double gain = 1;
    for (double share = turn_share; status == LEHR_OK && gain > 0 && fraction_used(m) < 1;
         share *= 2) {
      stage_result result;
      if (hybrid_should_stop(h)) break;
      status = turn_tabu(h, p, rest_of(m, share), &gain, &result);
      m->attempts += result.attempts;
    }
  }
  return status == LEHR_OK ? reheat_on(h, p, m, 1) : status;
}

lehr_status spend_slice(hybrid *h, part *p, slice budget) {
  meter m = {.budget = budget, .start = clock_wall()};
  stage_result result;
  double gain;
  if (p->view->n_groups > 0) return run_grouped(h, p, budget);
  if (large_is(p)) return large_slice(h, p, budget);
  if (p->is_dense) return turn_tabu(h, p, budget, &gain, &result);
  return race(h, p, &m);
}
