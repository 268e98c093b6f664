/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/grouped.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/philox.h"
#include "base/real.h"
#include "qubo/energy.h"
#include "solvers/anneal/anneal.h"
#include "solvers/descent.h"
#include "solvers/grouped_state.h"
#include "solvers/start.h"

#include <math.h>
#include <omp.h>

enum {
  POLL_WORK = 1 << 19,
  TABLE = 4096,
  TABLE_KEY = 0x7461626c,
  TRIAL_ROUND = -1,
  QUENCH_PASSES = 64,
  QUENCH_PAIRS = 1 << 22
};

/* Short ones in models where sweeps take a tenth of a second and more. */
enum { LARGE = 1 << 17 };

typedef struct trial {
  int64_t reads, sweeps;
  double passes; /* of the descent at the end */
} trial;

static const trial usual_trial = {4, 12, HUGE_VAL}, short_trial = {1, 3, 4};

/* One replica with its randomness. */
typedef struct walker {
  grouped_state state;
  uint8_t *bits; /* [n] */
  lehr_run *run;
  const lane_quantiles *quantiles;
  const deviates *deviates; /* boltzmann=1, else NULL */
  uint64_t random;
  int64_t work;    /* since the last question whether to stop */
  double deadline; /* wall clock, as in strip.h */
  THREAD_APART;
} walker;

typedef struct grouped_job {
  lehr_run *run;
  grouped_model model;
  lane_quantiles quantiles;
  walker *walkers; /* [threads] */
  int32_t threads;
  schedule_shape shape;
  int64_t sweeps, round;
  read_rows rows;
} grouped_job;

/* A move: flip i, and j as well unless it is -1. */
typedef struct move {
  int32_t i, j;
} move;

uint64_t grouped_space_bytes(const lehr_model_view *m) {
  return grouped_state_bytes(m) + (uint64_t)m->n + grouped_model_bytes(m) + sizeof(walker);
}

static uint32_t draw(walker *w) { return lanes_random(&w->random); }

static uint32_t draw_below(walker *w, uint32_t bound) {
  return (uint32_t)((uint64_t)draw(w) * bound >> 32);
}

/* The move to try at variable i; i < 0 if there is none. Each move and its reverse are proposed
 * equally often, which Metropolis acceptance relies on. */
static move propose(walker *w, int32_t i) {
  const grouped_state *s = &w->state;
  const lehr_model_view *m = s->model->view;
  const int32_t c = s->model->group_of[i];
  if (c < 0) return (move){i, -1};
  const int32_t first = (int32_t)m->group_ptr[c];
  const int32_t ones = s->ones[c], size = (int32_t)m->group_ptr[c + 1] - first;
  if (m->group_kind[c] == LEHR_GROUP_AT_MOST_ONE) {
    if (ones == 0) return (move){i, -1};
    if (s->spin[i] < 0) return (move){i, s->members[first]};
    const uint32_t other = draw_below(w, (uint32_t)size); /* one of the zeros, or emptiness */
    return (move){i, other == 0 ? -1 : s->members[first + (int32_t)other]};
  }
  if (ones == 0 || ones == size) return (move){-1, -1};
  const int32_t at = s->spin[i] > 0 ? ones + (int32_t)draw_below(w, (uint32_t)(size - ones))
                                    : (int32_t)draw_below(w, (uint32_t)ones);
  return (move){i, s->members[first + at]};
}

/* As propose, with equal probabilities of each move and its reverse at every single step, for
 * random i: the exchanges above are so over both of their variables, but a group that may be empty
 * needs all its states as targets. */
static move propose_evenly(walker *w, int32_t i) {
  const grouped_state *s = &w->state;
  const lehr_model_view *m = s->model->view;
  const int32_t c = s->model->group_of[i];
  if (c < 0 || m->group_kind[c] != LEHR_GROUP_AT_MOST_ONE) return propose(w, i);
  const int32_t first = (int32_t)m->group_ptr[c], size = (int32_t)m->group_ptr[c + 1] - first;
  const int32_t target = (int32_t)draw_below(w, (uint32_t)size + 1); /* size: empty */
  if (s->ones[c] == 0)
    return target < size ? (move){s->members[first + target], -1} : (move){-1, -1};
  const int32_t one = s->members[first]; /* members with a one come first */
  if (target == 0) return (move){-1, -1};
  return (move){one, target < size ? s->members[first + target] : -1};
}

static double cost_of(const walker *w, move x) {
  return x.j < 0 ? grouped_flip_cost(&w->state, x.i) : grouped_exchange_cost(&w->state, x.i, x.j);
}

static void make(walker *w, move x) {
  const spin_form *f = &w->state.model->form;
  w->work += f->row[x.i + 1] - f->row[x.i];
  if (x.j < 0)
    grouped_flip(&w->state, x.i);
  else
    grouped_exchange(&w->state, x.i, x.j);
}

static bool is_over(const walker *w) {
  return w->run->should_stop(w->run) || (w->deadline < HUGE_VAL && clock_wall() >= w->deadline);
}

/* Asks now and then. */
static bool should_stop(walker *w) {
  if (w->work < POLL_WORK) return false;
  w->work = 0;
  return is_over(w);
}

/* One sweep at a temperature; returns the variables visited, n unless the run should stop. */
static int32_t sweep(walker *w, double temperature) {
  const int32_t n = w->state.model->form.n;
  const uint32_t mask = (uint32_t)w->quantiles->count - 1;
  for (int32_t i = 0; i < n; i++) {
    const move x =
        w->deviates ? propose_evenly(w, (int32_t)draw_below(w, (uint32_t)n)) : propose(w, i);
    w->work += 8;
    if (x.i < 0) continue;
    const double limit = temperature * (w->deviates ? deviates_at(w->deviates, draw(w))
                                                    : w->quantiles->wide[draw(w) >> 8 & mask]);
    if (x.j >= 0 && grouped_exchange_floor(&w->state, x.i, x.j) > limit) continue;
    if (cost_of(w, x) > limit) continue;
    make(w, x);
    if (should_stop(w)) return i + 1;
  }
  return should_stop(w) ? n - 1 : n;
}

/* Descends to a local minimum, by so many passes at most; groups too large to look at all pairs are
 * only sampled. */
static void quench(walker *w, double passes) {
  const int32_t n = w->state.model->form.n;
  const double pairs = grouped_pairs(&w->state);
  if (pairs <= QUENCH_PAIRS) {
    grouped_descend(&w->state, w->run, passes * pairs);
    return;
  }
  bool any = true;
  for (int pass = 0; pass < QUENCH_PASSES && pass < passes && any; pass++) {
    any = false;
    for (int32_t i = 0; i < n; i++) {
      const move x = propose(w, i);
      w->work += 8;
      if (should_stop(w)) return;
      if (x.i < 0 || cost_of(w, x) >= 0) continue;
      make(w, x);
      any = true;
    }
  }
}

static void enter(walker *w, int64_t read, int64_t round) {
  const uint64_t key = philox_subkey(w->run->key, (uint64_t)round);
  const philox_block random = philox_at(key, 1, (uint64_t)read);
  w->random = random.v[0] | (uint64_t)random.v[1] << 32;
  start_state(w->run, read, round, w->bits);
  grouped_enter(&w->state, w->bits);
}

/* Returns the visits made. */
static int64_t anneal(walker *w, const schedule_shape *shape, int64_t sweeps) {
  const int32_t n = w->state.model->form.n;
  int64_t visits = 0;
  schedule plan;
  schedule_start(&plan, shape, sweeps);
  for (int64_t k = 0; k < sweeps; k++) {
    const int32_t visited = sweep(w, schedule_next(&plan, k));
    visits += visited;
    if (visited < n) break;
  }
  return visits;
}

/* Sizes of the costs of random moves from where the walker is. */
static int32_t sample_costs(walker *w, int32_t count, int32_t most, float cost[]) {
  const int32_t n = w->state.model->form.n;
  for (int32_t k = 0; k < most; k++) {
    const move x = propose(w, (int32_t)draw_below(w, (uint32_t)n));
    if (x.i >= 0) cost[count++] = fabsf((float)cost_of(w, x));
  }
  return count;
}

/* With the seconds that a sweep took. */
static bool find_range(range *r, grouped_job *job, double *sweep_seconds) {
  const trial *t = job->model.form.n < LARGE ? &usual_trial : &short_trial;
  walker *w = &job->walkers[0];
  float *cost = job->run->alloc(job->run, (RANGE_COSTS + RANGE_PADDING) * sizeof *cost);
  const int32_t each = RANGE_COSTS / (int32_t)t->reads;
  int32_t count = 0;
  if (!cost) return false;
  for (int64_t k = 0; k < t->reads && !is_over(w); k++) {
    enter(w, k, TRIAL_ROUND);
    count = sample_costs(w, count, each, cost);
  }
  r->hot = range_fit(cost, count, range_hot_acceptance);
  *sweep_seconds = 0;
  count = 0;
  for (int64_t k = 0; k < t->reads && r->hot > 0 && !is_over(w); k++) {
    enter(w, k, TRIAL_ROUND);
    const double begin = clock_wall();
    anneal(w, &(schedule_shape){.hot = r->hot, .cold = r->hot / 32}, t->sweeps);
    *sweep_seconds = (clock_wall() - begin) / (double)t->sweeps;
    quench(w, t->passes);
    count = sample_costs(w, count, each, cost);
  }
  range_of_minima(r, cost, count);
  return true;
}

static bool prepare(grouped_job *job, budget *b) {
  lehr_run *run = job->run;
  const size_t n = (size_t)run->model->n;
  if (!grouped_model_make(&job->model, run) ||
      !quantile_make(&job->quantiles, TABLE, philox_subkey(run->key, TABLE_KEY), run))
    return false;
  job->threads = run->threads < b->reads ? run->threads : (int32_t)b->reads;
  const int64_t block = read_block(run->model, b->sweeps, job->threads, 1);
  budget_set_deadline(b, run, block);
  job->walkers = run->alloc(run, (size_t)job->threads * sizeof *job->walkers);
  for (int32_t t = 0; job->walkers && t < job->threads; t++) {
    walker *w = &job->walkers[t];
    *w = (walker){.run = run,
                  .quantiles = &job->quantiles,
                  .bits = run->alloc(run, n),
                  .deadline = b->deadline};
    if (!w->bits || !grouped_state_make(&w->state, &job->model, run)) return false;
  }
  return job->walkers && read_rows_make(&job->rows, run, b, block);
}

/* Read r into a row of the block. Once the run should stop only the very first one is begun, so
 * that there is an answer. */
static int64_t run_read(grouped_job *job, int64_t r, int64_t place, int thread) {
  walker *w = &job->walkers[thread];
  uint8_t *const row = job->rows.fresh + place * job->run->model->n;
  int64_t attempts = 0;
  const bool is_ending = is_over(w);
  if (is_ending && (r > 0 || job->round > 0)) return 0;
  enter(w, r, job->round);
  if (!is_ending) attempts = anneal(w, &job->shape, job->sweeps);
  if (!w->deviates && !is_over(w)) quench(w, HUGE_VAL);
  grouped_leave(&w->state, row);
  if (!w->deviates && is_over(w)) descent_hurried(job->run, row);
  job->rows.is_fresh[place] = 1;
  if (thread == 0)
    job->run->progress(job->run, (double)(r + 1) / (double)job->rows.reads, "annealing");
  return attempts;
}

static lehr_status run_round(grouped_job *job, int64_t *attempts) {
  const int64_t reads = job->rows.reads, block = job->rows.block;
  int64_t sum = 0;
  lehr_status status = LEHR_OK;
  for (int64_t first = 0; first < reads && status == LEHR_OK; first += block) {
    const int64_t count = reads - first < block ? reads - first : block;
#pragma omp parallel for num_threads(job->threads) if (job->threads > 1) schedule(dynamic)         \
    reduction(+ : sum)
    for (int64_t k = 0; k < count; k++) sum += run_read(job, first + k, k, omp_get_thread_num());
    status = read_rows_take(&job->rows, job->run, first, count);
    if (first + count < reads && is_over(&job->walkers[0])) break;
  }
  *attempts += sum;
  return status;
}

static bool make_independent(grouped_job *job) {
  const deviates *d = deviates_make(job->run);
  for (int32_t t = 0; t < job->threads; t++) job->walkers[t].deviates = d;
  return d != NULL;
}

static bool find_temperatures(grouped_job *job, budget *b) {
  const double cost_unit = 2 * job->model.form.unit;
  double sweep_seconds;
  range r = {.reheat = anneal_reheat(job->run)};
  if (job->run->n_schedule > 0) return schedule_points(&job->shape, job->run, cost_unit);
  if (!find_range(&r, job, &sweep_seconds)) return false;
  budget_shorten(b, sweep_seconds);
  range_repair(&r, 1 / real_log(TABLE));
  anneal_override(&r, job->run->options, cost_unit);
  job->shape.hot = r.hot;
  job->shape.cold = r.cold;
  anneal_report(&job->shape, job->run, b, cost_unit);
  return true;
}

lehr_status grouped_run(lehr_run *run) {
  const anneal_options *o = run->options;
  budget b = anneal_budget_of(run, false);
  grouped_job job = {.run = run, .shape.kind = (schedule_kind)o->schedule};
  if (!prepare(&job, &b) || !find_temperatures(&job, &b) ||
      (o->boltzmann && !make_independent(&job)))
    return start_instead(run);
  int64_t sweeps = 0, attempts = 0;
  lehr_status status;
  job.sweeps = b.sweeps;
  for (;;) {
    const double start = clock_wall();
    sweeps += job.sweeps;
    status = run_round(&job, &attempts);
    if (!b.is_timed || status != LEHR_OK) break;
    job.sweeps = budget_next_sweeps(&b, job.sweeps, clock_wall() - start);
    job.round++;
    if (job.sweeps == 0 || run->should_stop(run)) break;
  }
  budget_conclude(&b, run, sweeps, attempts);
  return status == LEHR_OK ? read_rows_deliver(&job.rows, run) : status;
}
