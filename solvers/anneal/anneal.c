/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/anneal.h"

#include "base/clock.h"
#include "base/philox.h"
#include "base/real.h"
#include "qubo/energy.h"
#include "solvers/anneal/grouped.h"
#include "solvers/anneal/rows.h"
#include "solvers/start.h"

#include <omp.h>
#include <string.h>

#define OPTION_STRUCT anneal_options
#define OPT OPTION_ROW
static const lehr_option rows[] = {
#include "solvers/anneal/options.def"
};
#undef OPT
static const lehr_option_table table = {sizeof table, sizeof(anneal_options),
                                        sizeof rows / sizeof rows[0], rows};

enum { WIDEST_BYTES = 64, TABLE_KEY = 0x7461626c };

/* Everything that the rounds of an ungrouped model use. */
typedef struct lanes_run {
  strip_job job;
  spin_form form;
  lane_model model;
  lane_quantiles quantiles;
  strip_space *spaces; /* [threads] */
  int32_t threads;
  read_rows rows;
} lanes_run;

static bool make_spaces(lanes_run *l, lehr_run *run) {
  l->spaces = run->alloc(run, (size_t)l->threads * sizeof *l->spaces);
  for (int32_t t = 0; l->spaces && t < l->threads; t++)
    if (!strip_space_make(&l->spaces[t], &l->job)) return false;
  return l->spaces != NULL;
}

/* The model in the form of the kernels that suit it. */
static bool prepare_model(lanes_run *l, lehr_run *run, int level, int64_t reads_per_thread) {
  if (!spin_form_make(&l->form, run)) return false;
  const spin_form *f = &l->form;
  const int least = lanes_type(f);
  const bool by_rows = rows_pay(f->n, f->row[f->n], least);
  const int type = by_rows ? rows_type(least) : least;
  if (by_rows)
    l->job.kernel = l->job.trial_kernel = rows_kernel(level, type);
  else {
    l->job.kernel = lanes_kernel(level, type, reads_per_thread);
    l->job.trial_kernel = lanes_kernel(level, type, 1);
  }
  return lanes_prepare(&l->model, f, type, run) &&
         (by_rows ? rows_prepare(&l->model, f, run) : lanes_couple(&l->model, f, run));
}

static bool prepare(lanes_run *l, lehr_run *run, budget *b, int level) {
  const anneal_options *o = run->options;
  const int32_t n = run->model->n;
  l->job = (strip_job){.run = run,
                       .model = &l->model,
                       .quantiles = &l->quantiles,
                       .kind = (schedule_kind)o->schedule,
                       .reads = b->reads};
  /* With several threads, narrower strips rather than idle threads. */
  if (!prepare_model(l, run, level, (b->reads + run->threads - 1) / run->threads) ||
      !quantile_make(&l->quantiles, quantile_count(n), philox_subkey(run->key, TABLE_KEY), run))
    return false;
  l->job.strips = (b->reads + l->job.kernel->lanes - 1) / l->job.kernel->lanes;
  l->job.site_work = n > 0 ? (int32_t)(4 + l->form.row[n] / n) : 4;
  l->threads = run->threads < l->job.strips ? run->threads : (int32_t)l->job.strips;
  const int64_t block = read_block(run->model, b->sweeps, l->threads, l->job.kernel->lanes);
  budget_set_deadline(b, run, block);
  l->job.deadline = b->deadline;
  return make_spaces(l, run) && read_rows_make(&l->rows, run, b, block);
}

/* One strip of a block that starts with read `first`; returns the attempts made. Once the run
 * should stop only the very first one is begun, so that there is an answer. */
static int64_t run_strip(lanes_run *l, int64_t index, int64_t first, int thread) {
  const strip_job *job = &l->job;
  strip_space *space = &l->spaces[thread];
  const int64_t place = index * job->kernel->lanes - first;
  if ((index > 0 || job->round > 0) && strip_should_stop(job)) return 0;
  strip_enter(job, space, index);
  const int64_t attempts = strip_anneal(job, space, index);
  strip_quench(job, space, QUENCH_SWEEPS);
  strip_leave(job, space, index, l->rows.fresh + place * job->model->n);
  memset(l->rows.is_fresh + place, 1, (size_t)strip_reads(job, index));
  return attempts;
}

/* Strips from..to-1, which make one block. */
static int64_t run_block(lanes_run *l, int64_t from, int64_t to) {
  const int64_t first = from * l->job.kernel->lanes;
  int64_t attempts = 0;
  if (l->threads == 1) { /* for small models even an idle parallel region is noticeable */
    for (int64_t k = from; k < to; k++) attempts += run_strip(l, k, first, 0);
  } else {
#pragma omp parallel for num_threads(l->threads) schedule(dynamic) reduction(+ : attempts)
    for (int64_t k = from; k < to; k++) attempts += run_strip(l, k, first, omp_get_thread_num());
  }
  return attempts;
}

static lehr_status run_round(lanes_run *l, int64_t *attempts) {
  const strip_job *job = &l->job;
  const int64_t lanes = job->kernel->lanes, each = (l->rows.block + lanes - 1) / lanes;
  for (int64_t from = 0; from < job->strips; from += each) {
    const int64_t to = job->strips - from < each ? job->strips : from + each;
    const int64_t end = to == job->strips ? job->reads : to * lanes;
    *attempts += run_block(l, from, to);
    const lehr_status status = read_rows_take(&l->rows, job->run, from * lanes, end - from * lanes);
    if (status != LEHR_OK) return status;
    job->run->progress(job->run, (double)to / (double)job->strips, "annealing");
    if (to < job->strips && strip_should_stop(job)) break;
  }
  return LEHR_OK;
}

static lehr_status run_rounds(lanes_run *l, const budget *b) {
  lehr_run *run = l->job.run;
  int64_t sweeps = 0, attempts = 0;
  lehr_status status;
  for (;;) {
    const double start = clock_wall();
    sweeps += l->job.sweeps;
    status = run_round(l, &attempts);
    if (!b->is_timed || status != LEHR_OK) break;
    l->job.sweeps = budget_next_sweeps(b, l->job.sweeps, clock_wall() - start);
    l->job.round++;
    if (l->job.sweeps == 0 || run->should_stop(run)) break;
  }
  budget_conclude(b, run, sweeps, attempts);
  return status == LEHR_OK ? read_rows_deliver(&l->rows, run) : status;
}

static lehr_status run_lanes(lehr_run *run, int level) {
  budget b = anneal_budget_of(run);
  lanes_run l;
  range temperatures = {0};
  if (!prepare(&l, run, &b, level) || !range_find(&temperatures, &l.form, &l.job))
    return LEHR_ENOMEM;
  /* Below this no threshold reaches 1, the smallest uphill cost of an integer model. */
  range_repair(&temperatures, 1 / real_log(l.quantiles.count));
  anneal_override(&temperatures, run->options, 2 * l.form.unit);
  l.job.hot = temperatures.hot;
  l.job.cold = temperatures.cold;
  l.job.sweeps = b.sweeps;
  return run_rounds(&l, &b);
}

budget anneal_budget_of(const lehr_run *run) {
  const anneal_options *o = run->options;
  return budget_of(run, o->reads, o->sweeps);
}

void anneal_override(range *r, const anneal_options *o, double cost_unit) {
  if (o->beta_hot > 0) r->hot = 1 / (o->beta_hot * cost_unit);
  if (o->beta_cold > 0) r->cold = 1 / (o->beta_cold * cost_unit);
}

lehr_status anneal_run_at(lehr_run *run, int level) {
  const lehr_model_view *m = run->model;
  if (run->time_limit_s == 0 || m->n == 0) return start_report(run, anneal_budget_of(run).reads);
  for (int64_t k = 0; k < run->n_initial; k++) run->improved(run, run->initial + k * m->n);
  return m->n_groups > 0 ? grouped_run(run) : run_lanes(run, level);
}

static lehr_status anneal_run(lehr_run *run) { return anneal_run_at(run, cpu_best_level()); }

/* Seconds per attempt and per neighbour of its variable, and per attempt of a model with groups, on
 * one core of Zen 4 with AVX-512: 1 / attempts_per_s of `lehr-bench g22 dense1000 select400`, which
 * have 20, 500, and 399 neighbours. */
static const double seconds_per_visit = 0.1e-9, seconds_per_neighbour = 0.014e-9;
static const double seconds_per_grouped_visit = 14e-9;

static lehr_status anneal_plan(const lehr_model_view *m, const void *options, int64_t reads,
                               int32_t threads, lehr_plan *plan) {
  const anneal_options *o = options;
  const double n = m->n, degree = m->n > 0 ? 2 * (double)m->n_interactions / n : 0;
  if (reads <= 0) reads = o->reads;
  const double sweeps = o->sweeps > 0 ? (double)o->sweeps : 1000;
  const bool is_timed = plan->time_limit_s > 0 && o->sweeps == 0;
  const int64_t block = read_block(m, 1, threads, WIDEST_BYTES);
  const double row_bytes = read_rows_bytes(m, block, reads, is_timed);
  const uint64_t space =
      m->n_groups > 0 ? grouped_space_bytes(m) : strip_space_bytes(m, 3, WIDEST_BYTES / 8);
  plan->threads = threads;
  plan->bytes = spin_form_bytes(m) + lanes_bytes(m) + rows_most_bytes(m) +
                space * (uint64_t)(threads + 1) +
                (row_bytes < 1e18 ? (uint64_t)row_bytes : UINT64_MAX / 4) + (1 << 17);
  const double seconds_per_attempt = m->n_groups > 0
                                         ? seconds_per_grouped_visit
                                         : seconds_per_visit + seconds_per_neighbour * degree;
  plan->seconds = (double)reads * n * sweeps * seconds_per_attempt;
  if (is_timed) plan->seconds = plan->time_limit_s;
  return LEHR_OK;
}

const lehr_engine engine_anneal = {
    .struct_size = sizeof engine_anneal,
    .abi = LEHR_PLUGIN_ABI,
    .caps = LEHR_CAP_GROUPS | LEHR_CAP_THREADS | LEHR_CAP_INITIAL,
    .name = "anneal",
    .summary = "simulated annealing, one replica per SIMD lane; keeps disjoint groups",
    .options = &table,
    .plan = anneal_plan,
    .run = anneal_run};
