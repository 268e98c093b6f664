/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/budget.h"

#include "base/clock.h"

#include <math.h>

enum { FIRST_TIMED_SWEEPS = 64, FEWEST_FIRST_SWEEPS = 8, FEWEST_LAST_SWEEPS = 32 };

/* Of delivering a read: it is evaluated about three times, at so many seconds per coefficient, and
 * sorted. On one core of Zen 4, wall_s over reads of
 *   lehr generate model --kind torus --size 100 -o t100.mc   (3e4 coefficients)
 *   lehr solve t100.mc --engine greedy --time-limit 0 --reads 1e5 --format json
 * and for a row that `lehr solve t4.mc --engine anneal --time-limit 1 --reads 3e6` (a torus of size
 * 4) keeps to its limit. */
static const double seconds_per_term = 4e-9, seconds_per_real_term = 8e-9, seconds_per_row = 4e-7;

static double delivery_seconds(const lehr_model_view *m) {
  enum { LARGE = 1 << 18 }; /* from where on states leave the caches: a star of 10^6 leaves */
  const double terms = (m->n < LARGE ? 1 : 2) * ((double)m->n + (double)m->n_interactions);
  return 3 * terms * (m->is_exact ? seconds_per_term : seconds_per_real_term) + seconds_per_row;
}

/* Of a sweep of all lanes of a large model, by the kernels of anneal and sqa. */
static double sweep_seconds(const lehr_model_view *m) {
  static const double site_terms = 4, seconds_per_visited_term = 3e-9;
  return (site_terms * m->n + 2 * (double)m->n_interactions) * seconds_per_visited_term;
}

/* Of taking what was cut short to local minima: some sweeps. On one core of Zen 4 a star of 10^6
 * leaves takes anneal and sqa 0.05 to 0.1 s. */
static double finish_seconds(const lehr_model_view *m) { return 5 * sweep_seconds(m); }

/* Where the first round would be cut short, a shorter one that comes to its cold end: most of the
 * time that is left behind the preparation. */
static int64_t first_sweeps(const budget *b, double seconds_per_sweep, int64_t fewest) {
  static const double share = 0.6;
  const double affordable = share * (b->deadline - clock_wall()) / (seconds_per_sweep + 1e-12);
  if (affordable >= (double)b->sweeps) return b->sweeps;
  return affordable < (double)fewest ? fewest : (int64_t)affordable;
}

void budget_set_deadline(budget *b, const lehr_run *run, int64_t block) {
  if (run->time_limit_s <= 0) return;
  const int64_t pending = b->is_timed || b->reads < block ? b->reads : block;
  const lehr_model_view *m = run->model;
  const double end = (double)pending * delivery_seconds(m) + finish_seconds(m);
  const double reserve = fmin(end, 0.5 * run->time_limit_s);
  b->deadline = b->begin + run->time_limit_s - reserve;
  if (b->is_timed) b->sweeps = first_sweeps(b, sweep_seconds(m), FEWEST_FIRST_SWEEPS);
}

void budget_shorten(budget *b, double seconds_per_sweep) {
  if (b->is_timed) b->sweeps = first_sweeps(b, seconds_per_sweep, 1);
}

budget budget_of(const lehr_run *run, int64_t reads, int64_t sweeps) {
  budget b = {.reads = run->reads > 0 ? run->reads : reads,
              .sweeps = sweeps > 0 ? sweeps : DEFAULT_SWEEPS,
              .deadline = HUGE_VAL};
  if (run->time_limit_s > 0) b.begin = clock_wall();
  if (run->work > 0) {
    const int64_t n = run->model->n > 0 ? run->model->n : 1;
    const int64_t visits = run->work / n; /* of one read */
    if (visits < b.reads) b.reads = visits > 0 ? visits : 1;
    const int64_t affordable = visits / b.reads;
    b.is_work_bound = sweeps == 0 || affordable < b.sweeps;
    if (b.is_work_bound) b.sweeps = affordable > 0 ? affordable : 1;
  } else if (sweeps == 0 && run->time_limit_s > 0) {
    b.is_timed = true;
    b.sweeps = FIRST_TIMED_SWEEPS;
  }
  if (b.is_timed && run->reads == 0) {
    const double affordable = 0.1 * run->time_limit_s / delivery_seconds(run->model);
    if (affordable < (double)b.reads) b.reads = affordable < 1 ? 1 : (int64_t)affordable;
  }
  return b;
}

void budget_conclude(const budget *b, lehr_run *run, int64_t sweeps, int64_t attempts) {
  const double asked = (double)b->reads * (double)b->sweeps * run->model->n;
  run->used(run, "reads", (double)b->reads);
  run->used(run, "sweeps", (double)sweeps);
  run->attempts(run, attempts);
  if (b->is_timed || (b->deadline < HUGE_VAL && (double)attempts + (double)b->spared < asked))
    run->ended_by(run, LEHR_STOP_TIME_LIMIT);
  else if (b->is_work_bound)
    run->ended_by(run, LEHR_STOP_WORK);
}

bool budget_will_be_timed(const lehr_plan *plan, int64_t sweeps) {
  return plan->time_limit_s > 0 && sweeps == 0;
}

double budget_seconds(const lehr_plan *plan, double visits_per_sweep, int64_t sweeps,
                      double seconds_per_visit) {
  if (budget_will_be_timed(plan, sweeps)) return plan->time_limit_s;
  return visits_per_sweep * (double)(sweeps > 0 ? sweeps : DEFAULT_SWEEPS) * seconds_per_visit;
}

bool budget_should_stop(lehr_run *run, double deadline) {
  return run->should_stop(run) || (deadline < HUGE_VAL && clock_wall() >= deadline);
}

int64_t budget_next_sweeps(const budget *b, int64_t sweeps, double seconds) {
  const double left = b->deadline - clock_wall();
  const double affordable = 0.98 * left / (seconds / (double)sweeps + 1e-12);
  if (affordable < FEWEST_LAST_SWEEPS && affordable < (double)sweeps) return 0;
  /* Rather one long last round than a short one behind a double one. */
  if (affordable < 4 * (double)sweeps) return (int64_t)affordable;
  return 2 * sweeps;
}
