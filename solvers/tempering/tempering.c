/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/tempering.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/real.h"
#include "qubo/energy.h"
#include "qubo/model.h"
#include "solvers/anneal/range.h"
#include "solvers/budget.h"
#include "solvers/descent.h"
#include "solvers/start.h"
#include "solvers/tempering/population.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#define OPTION_STRUCT tempering_options
#define OPTION_FILE "solvers/tempering/options.def"
#include "base/option_table.inc"

enum { MODE_EXCHANGE = 0, MODE_POPULATION = 1, POPULATION_INTERVAL = 10 };
enum { TRIAL_KEY = 0x747269, FIRST_LOOK = 8, LONGEST_LOOK = 100, TRIAL_BYTES = 16 };

/* Everything that the systems of a run use. */
typedef struct tempering {
  lehr_run *run;
  spin_form form;
  lane_model trial_model, model;
  lane_quantiles quantiles;
  strip_job limits;
  system_job job;
  budget budget;
  tempering_system *systems;
  int64_t n_systems;
  int32_t threads;
  double best;   /* energy that the host was told last */
  uint8_t *bits; /* [n] */
} tempering;

static int64_t systems_for(const tempering_options *o, int64_t reads) {
  const int64_t count = o->mode == MODE_POPULATION && reads < o->population ? o->population : reads;
  return (count + WALKERS - 1) / WALKERS;
}

/* Reads are cut to what the budget's states are: 64 for each system, all of which are swept. */
static void plan_budget(tempering *t) {
  lehr_run *run = t->run;
  const tempering_options *o = run->options;
  const int64_t reads = run->reads > 0 ? run->reads : o->reads;
  t->n_systems = systems_for(o, reads);
  lehr_run whole = *run;
  whole.reads = t->n_systems * WALKERS;
  t->budget = budget_of(&whole, whole.reads, o->sweeps);
  /* Work that does not reach for a sweep of all buys fewer systems, and always one. */
  t->n_systems = (t->budget.reads + WALKERS - 1) / WALKERS;
  if (t->budget.is_timed && run->reads == 0 && t->n_systems < run->threads)
    t->n_systems = run->threads;
  /* Of what they come to, as many as can be evaluated in time. */
  const int64_t most = t->budget.is_timed ? budget_of(run, reads, o->sweeps).reads : reads;
  t->budget.reads = most < t->n_systems * WALKERS ? most : t->n_systems * WALKERS;
  t->threads = run->threads < t->n_systems ? run->threads : (int32_t)t->n_systems;
}

/* Threads of each system, where there are not enough systems for them. */
static int32_t team_for(const tempering_options *o, int32_t n, int type, int64_t systems,
                        int32_t threads) {
  const int32_t size = o->mode == MODE_EXCHANGE ? team_size(threads, n, type) : 1;
  return size > systems ? size : 1;
}

/* From the range of annealing: the hot end only has to forget fast enough, and the cold end may be
 * colder than what single flips can do with. Where costs are continuous the trial finds ever
 * smaller ones, and what lies below a twelfth of the hot end is entered by half, in logarithms. */
static void widen(range *r) {
  const double hot_share = 0.6, cold_share = 0.5, plain_ratio = 12;
  r->hot *= hot_share;
  r->cold *= cold_share;
  const double ratio = r->hot / r->cold;
  if (ratio > plain_ratio) r->cold = r->hot / sqrt(ratio * plain_ratio);
}

/* Temperatures from the trial of annealing. */
static bool find_range(tempering *t, int level, range *r) {
  lehr_run *run = t->run;
  const tempering_options *o = run->options;
  const int32_t n = t->form.n;
  if (!lanes_prepare(&t->trial_model, &t->form, lanes_type(&t->form), run) ||
      !lanes_couple(&t->trial_model, &t->form, run) ||
      !quantile_make(&t->quantiles, quantile_count(n), philox_subkey(run->key, TRIAL_KEY), run))
    return false;
  const lane_kernel *kernel = lanes_kernel(level, t->trial_model.type, 1);
  t->limits = (strip_job){.run = run,
                          .model = &t->trial_model,
                          .kernel = kernel,
                          .trial_kernel = kernel,
                          .quantiles = &t->quantiles,
                          .deadline = HUGE_VAL,
                          .site_work = (int32_t)(4 + t->form.row[n] / n)};
  if (!range_find(r, &t->form, &t->limits)) return false;
  range_repair(r, 1 / real_log(t->quantiles.count));
  widen(r);
  const double unit = 2 * t->form.unit;
  r->hot = range_used(run, "beta_hot", o->beta_hot, r->hot, unit);
  r->cold = range_used(run, "beta_cold", o->beta_cold, r->cold, unit);
  if (r->hot < 1.01 * r->cold) r->hot = 1.01 * r->cold;
  return true;
}

static int32_t power_of_two(int64_t most) {
  int32_t power = 2;
  while (2 * power <= most) power *= 2;
  return power;
}

static bool make_systems(tempering *t, int level, const range *r) {
  const tempering_options *o = t->run->options;
  const int type = walkers_type(&t->form, r->hot);
  t->model = t->trial_model;
  if (type != t->model.type && (!lanes_prepare(&t->model, &t->form, type, t->run) ||
                                !lanes_couple(&t->model, &t->form, t->run)))
    return false;
  t->job =
      (system_job){.run = t->run,
                   .limits = &t->limits,
                   .form = &t->form,
                   .model = &t->model,
                   .kernel = walker_kernel_at(level, type),
                   .ladder = (ladder_kind)o->ladder,
                   .clusters = o->mode == MODE_POPULATION ? CLUSTERS_OFF : (cluster_use)o->clusters,
                   .ranks = power_of_two(o->temperatures),
                   .interval = (int32_t)o->interval,
                   .hot = r->hot,
                   .cold = r->cold,
                   .team = team_for(o, t->form.n, type, t->n_systems, t->run->threads)};
  if (t->job.team > 1) t->threads = 1; /* one system after the other */
  t->bits = t->run->alloc(t->run, (size_t)t->form.n);
  if ((uint64_t)t->n_systems > SIZE_MAX / sizeof *t->systems) return false;
  t->systems = t->run->alloc(t->run, (size_t)t->n_systems * sizeof *t->systems);
  if (!t->bits || !t->systems) return false;
  for (int64_t k = 0; k < t->n_systems; k++)
    if (!system_make(&t->systems[k], &t->job, k)) return false;
  return true;
}

static int64_t advance_one(tempering *t, int64_t k, int64_t sweeps) {
  const int64_t attempts = system_advance(&t->systems[k], sweeps);
  system_look(&t->systems[k]);
  return attempts;
}

/* All systems advance and look; returns the attempts. One thread must not enter a parallel region,
 * not even by "if": regions inside of it, those of a team, would start their threads anew. */
static int64_t advance(tempering *t, int64_t sweeps) {
  int64_t attempts = 0;
  if (t->threads == 1) {
    for (int64_t k = 0; k < t->n_systems; k++) attempts += advance_one(t, k, sweeps);
  } else {
#pragma omp parallel for num_threads(t->threads) schedule(dynamic) reduction(+ : attempts)
    for (int64_t k = 0; k < t->n_systems; k++) attempts += advance_one(t, k, sweeps);
  }
  return attempts;
}

/* The system with the lowest state. */
static const tempering_system *lowest(const tempering *t) {
  const tempering_system *found = &t->systems[0];
  for (int64_t k = 1; k < t->n_systems; k++)
    if (t->systems[k].best_energy[t->systems[k].lowest] < found->best_energy[found->lowest])
      found = &t->systems[k];
  return found;
}

static const uint8_t *row(const tempering *t, const tempering_system *s, int32_t lane) {
  cluster_unpack(t->form.n, s->best + lane * cluster_words(t->form.n), t->bits);
  return t->bits;
}

/* Tells the host when the lowest state of all became lower. */
static void tell(tempering *t) {
  const tempering_system *s = lowest(t);
  if (!(s->best_energy[s->lowest] < t->best)) return;
  t->best = s->best_energy[s->lowest];
  t->run->improved(t->run, row(t, s, s->lowest));
}

/* The lowest state may be one whose descent was cut short. */
static void finish(tempering *t) {
  const tempering_system *s = lowest(t);
  if (!strip_should_stop(&t->limits)) return;
  (void)row(t, s, s->lowest);
  descent_hurried(t->run, t->bits);
  t->run->improved(t->run, t->bits);
}

/* Whether any descent came to its end, or was cut short: there is an answer then. */
static bool has_state(const tempering *t) {
  const tempering_system *s = lowest(t);
  return s->best_energy[s->lowest] < HUGE_VAL;
}

/* Means over the ladders, which adapt each for itself; from cold to hot. */
static void tell_course(const tempering *t) {
  double beta[LADDER_SLOTS] = {0}, rate[LADDER_SLOTS], round_trips = 0;
  const int32_t ranks = t->job.ranks;
  for (int32_t r = 0; r < ranks; r++) {
    int64_t tried = 0, swapped = 0;
    for (int64_t k = 0; k < t->n_systems; k++) {
      const ladder *l = &t->systems[k].ladder;
      beta[r] += 1 / (2 * t->form.unit * l->T[r] * (double)t->n_systems);
      tried += l->tried[r];
      swapped += l->swapped[r];
    }
    rate[r] = (double)swapped / (double)tried; /* not a number without any: null */
  }
  for (int64_t k = 0; k < t->n_systems; k++)
    round_trips += (double)t->systems[k].ladder.round_trips;
  t->run->statistic(t->run, "walkers", (double)t->n_systems * WALKERS);
  t->run->statistic(t->run, "round_trips", round_trips);
  t->run->statistics(t->run, "beta", beta, ranks);
  t->run->statistics(t->run, "exchange_rate", rate, ranks - 1);
}

/* Unless it changed on the way, when clusters went out of use: then only 0 repeats the run. */
static void tell_interval(const tempering *t) {
  const bool had_clusters = t->job.clusters != CLUSTERS_OFF;
  for (int64_t k = 0; k < t->n_systems; k++)
    if (t->systems[k].has_clusters != had_clusters) return;
  t->run->used(t->run, "interval", system_interval(&t->systems[0]));
}

static void run_ladders(tempering *t) {
  lehr_run *run = t->run;
  const budget *b = &t->budget;
  int64_t sweeps = 0, attempts = 0;
  for (int64_t look = FIRST_LOOK; b->is_timed || sweeps < b->sweeps;) {
    const int64_t left = b->is_timed ? look : b->sweeps - sweeps;
    const int64_t now = look < left ? look : left;
    attempts += advance(t, now);
    sweeps += now;
    look = look < LONGEST_LOOK ? 2 * look : look;
    tell(t);
    run->progress(run, b->is_timed ? -1 : (double)sweeps / (double)b->sweeps, "tempering");
    if (strip_should_stop(&t->limits)) break;
  }
  budget_conclude(b, run, t->systems[0].sweeps, attempts);
  tell_interval(t);
  tell_course(t);
}

/* With a time limit, rounds of ever more sweeps. False where memory was refused. */
static bool run_population(tempering *t) {
  const tempering_options *o = t->run->options;
  const int64_t interval = o->interval > 0 ? o->interval : POPULATION_INTERVAL;
  const budget *b = &t->budget;
  population p;
  int64_t total = 0, attempts = 0, sweeps = b->sweeps;
  if (!population_make(&p, &t->job, t->systems, t->n_systems, t->threads)) return false;
  for (int64_t round = 0; sweeps > 0; round++) {
    const double start = clock_wall();
    const int64_t made = population_anneal(&p, round, sweeps, interval);
    if (made == 0) break;
    attempts += made;
    total += sweeps;
#pragma omp parallel for num_threads(t->threads) schedule(dynamic)
    for (int64_t k = 0; k < t->n_systems; k++) system_look(&t->systems[k]);
    tell(t);
    if (!b->is_timed || strip_should_stop(&t->limits)) break;
    sweeps = budget_next_sweeps(b, sweeps, clock_wall() - start);
  }
  budget_conclude(b, t->run, total, attempts);
  t->run->used(t->run, "interval", (double)interval);
  t->run->statistic(t->run, "walkers", (double)t->n_systems * WALKERS);
  t->run->statistic(t->run, "families", (double)p.families);
  return true;
}

/* A kept state. */
typedef struct kept {
  double energy;
  int64_t system;
  int32_t lane;
} kept;

static int by_energy(const void *a, const void *b) {
  const kept *x = a, *y = b;
  if (x->energy != y->energy) return x->energy < y->energy ? -1 : 1;
  if (x->system != y->system) return x->system < y->system ? -1 : 1;
  return x->lane < y->lane ? -1 : 1;
}

static lehr_status deliver(const tempering *t) {
  lehr_run *run = t->run;
  const double since = clock_wall();
  const int64_t count = t->n_systems * WALKERS;
  kept *list = run->alloc(run, (size_t)count * sizeof *list);
  if (!list) return LEHR_ENOMEM;
  for (int64_t k = 0; k < count; k++) {
    const tempering_system *s = &t->systems[k / WALKERS];
    const int32_t lane = (int32_t)(k % WALKERS);
    list[k] = (kept){.energy = s->best_energy[lane], .system = k / WALKERS, .lane = lane};
  }
  qsort(list, (size_t)count, sizeof *list, by_energy);
  lehr_status status = LEHR_OK;
  for (int64_t k = 0; k < t->budget.reads && status == LEHR_OK; k++) {
    if (k > 0 && start_is_late(run, since)) break;
    status = run->sample(run, row(t, &t->systems[list[k].system], list[k].lane), 1);
  }
  return status;
}

static double last_look_seconds(const lehr_model_view *m) {
  return 1e-8 * (10 * (double)m->n + 2 * (double)m->n_interactions);
}

lehr_status tempering_run_at(lehr_run *run, int level) {
  const lehr_model_view *m = run->model;
  tempering t = {.run = run, .best = HUGE_VAL};
  const tempering_options *o = run->options;
  range r = {0};
  if (run->time_limit_s == 0 || m->n == 0)
    return start_report(run, run->reads > 0 ? run->reads : o->reads);
  start_offer(run);
  plan_budget(&t);
  if (!spin_form_make(&t.form, run) || !find_range(&t, level, &r) || !make_systems(&t, level, &r))
    return start_instead(run);
  budget_set_deadline(&t.budget, run, t.budget.reads);
  /* The last descents are made after it. */
  if (run->time_limit_s > 0)
    t.limits.deadline = t.budget.deadline - fmin(0.2 * run->time_limit_s,
                                                 last_look_seconds(m) * t.n_systems / t.threads);
  if (o->mode == MODE_EXCHANGE)
    run_ladders(&t);
  else if (!run_population(&t))
    return start_instead(run);
  if (!has_state(&t)) return start_answer(run);
  finish(&t);
  return deliver(&t);
}

static lehr_status tempering_run(lehr_run *run) { return tempering_run_at(run, cpu_best_level()); }

/* Seconds per attempt and per neighbour of its variable on one core of Zen 4 with AVX-512. */
static const double seconds_per_visit = 0.15e-9, seconds_per_neighbour = 0.03e-9;

/* The widest type that walkers_type may choose. */
static int most_type(const tempering_options *o, int64_t largest) {
  if (largest < WALKERS_NARROW && o->beta_hot == 0) return 1;
  return largest < INT32_MAX ? 2 : 3;
}

static lehr_status tempering_plan(const lehr_model_view *m, const void *options, int64_t reads,
                                  int32_t threads, lehr_plan *plan) {
  const tempering_options *o = options;
  if (m->n_groups > 0) {
    snprintf(plan->note, sizeof plan->note, "%s",
             "tempering moves single variables, which break groups; use anneal");
    return LEHR_EUNAVAILABLE;
  }
  if (reads <= 0) reads = o->reads;
  const int64_t systems = systems_for(o, reads);
  const int64_t largest = spin_form_bound(m);
  const int trial = lanes_type_for(largest), type = most_type(o, largest);
  const int32_t size = team_for(o, m->n, type, systems, threads);
  const double bytes =
      (double)systems * (double)(system_bytes(m, type, size) + sizeof(tempering_system));
  plan->threads = size > 1 ? size : threads < systems ? threads : (int32_t)systems;
  plan->bytes = spin_form_bytes(m) + (1 + (trial != type)) * lanes_bytes(m) +
                strip_space_bytes(m, trial, TRIAL_BYTES >> trial) + population_bytes(systems) +
                size_saturated(bytes) + (1 << 17);
  plan->seconds = budget_seconds(plan, (double)systems * WALKERS * m->n, o->sweeps,
                                 seconds_per_visit + seconds_per_neighbour * model_mean_degree(m));
  return LEHR_OK;
}

const lehr_engine engine_tempering = {
    .struct_size = sizeof engine_tempering,
    .abi = LEHR_PLUGIN_ABI,
    .caps = LEHR_CAP_THREADS | LEHR_CAP_INITIAL,
    .name = "tempering",
    .summary = "parallel tempering with exchange of clusters, 64 walkers in SIMD lanes",
    .options = &table,
    .plan = tempering_plan,
    .run = tempering_run};
