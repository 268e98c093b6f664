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
  anneal_rows rows;
} lanes_run;

static bool make_spaces(lanes_run *l, lehr_run *run) {
  l->spaces = run->alloc(run, (size_t)l->threads * sizeof *l->spaces);
  for (int32_t t = 0; l->spaces && t < l->threads; t++)
    if (!strip_space_make(&l->spaces[t], &l->job)) return false;
  return l->spaces != NULL;
}

static bool prepare(lanes_run *l, lehr_run *run, const anneal_budget *b, int level) {
  if (!spin_form_make(&l->form, run) || !lanes_prepare(&l->model, &l->form, run) ||
      !quantile_make(&l->quantiles, quantile_count(run->model->n),
                     philox_subkey(run->key, TABLE_KEY), run))
    return false;
  /* With several threads, narrower strips rather than idle threads. */
  const int64_t wanted = (b->reads + run->threads - 1) / run->threads;
  const anneal_options *o = run->options;
  const int32_t n = l->form.n;
  const int type = l->model.type;
  const bool by_rows = rows_pay(&l->form, type);
  if (by_rows && !rows_prepare(&l->model, &l->form, run)) return false;
  l->job =
      (strip_job){.run = run,
                  .model = &l->model,
                  .kernel = by_rows ? rows_kernel(level, type) : lanes_kernel(level, type, wanted),
                  .trial_kernel = lanes_kernel(level, type, 1),
                  .quantiles = &l->quantiles,
                  .kind = (schedule_kind)o->schedule,
                  .reads = b->reads,
                  .deadline = b->deadline};
  l->job.strips = (b->reads + l->job.kernel->lanes - 1) / l->job.kernel->lanes;
  l->job.site_work = n > 0 ? (int32_t)(4 + l->form.row[n] / n) : 4;
  l->threads = run->threads < l->job.strips ? run->threads : (int32_t)l->job.strips;
  return make_spaces(l, run) && anneal_rows_make(&l->rows, run, b);
}

/* Lets the host know of the best read of a strip, so that a target can end the run. */
static void announce(const lanes_run *l, int64_t index) {
  const lehr_run *run = l->job.run;
  const lehr_model_view *m = run->model;
  const uint8_t *best = NULL;
  energy lowest = {0};
  for (int32_t k = 0; k < strip_reads(&l->job, index); k++) {
    const uint8_t *row = l->rows.fresh + (index * l->job.kernel->lanes + k) * m->n;
    const energy e = energy_of(m, row);
    if (best && !energy_less(m, e, lowest)) continue;
    best = row;
    lowest = e;
  }
  if (best) run->improved(l->job.run, best);
}

/* One strip from start to end; returns the attempts made. */
static int64_t run_strip(lanes_run *l, int64_t index, int thread, bool is_announced) {
  strip_space *space = &l->spaces[thread];
  strip_enter(&l->job, space, index);
  const int64_t attempts = strip_anneal(&l->job, space, index);
  strip_quench(&l->job, space, QUENCH_SWEEPS);
  strip_leave(&l->job, space, index, l->rows.fresh);
  if (is_announced && thread == 0) announce(l, index);
  return attempts;
}

static int64_t run_round(lanes_run *l, bool is_announced) {
  int64_t attempts = 0;
  if (l->threads == 1) { /* for small models even an idle parallel region is noticeable */
    for (int64_t k = 0; k < l->job.strips; k++) attempts += run_strip(l, k, 0, is_announced);
  } else {
#pragma omp parallel for num_threads(l->threads) schedule(dynamic) reduction(+ : attempts)
    for (int64_t k = 0; k < l->job.strips; k++)
      attempts += run_strip(l, k, omp_get_thread_num(), is_announced);
  }
  return attempts;
}

static lehr_status run_lanes(lehr_run *run, int level) {
  const anneal_budget b = anneal_budget_of(run);
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
  int64_t sweeps = 0, attempts = 0;
  for (;;) {
    const double start = clock_wall();
    sweeps += l.job.sweeps;
    attempts += run_round(&l, !b.is_timed && l.job.strips > 1);
    if (!b.is_timed) break;
    anneal_rows_keep(&l.rows, run);
    l.job.sweeps = anneal_next_sweeps(&b, l.job.sweeps, clock_wall() - start);
    l.job.round++;
    if (l.job.sweeps == 0 || run->should_stop(run)) break;
  }
  anneal_conclude(&b, run, sweeps, attempts);
  return anneal_rows_deliver(&l.rows, run);
}

lehr_status anneal_run_at(lehr_run *run, int level) {
  const lehr_model_view *m = run->model;
  if (run->time_limit_s == 0 || m->n == 0) return start_report(run, anneal_budget_of(run).reads);
  for (int64_t k = 0; k < run->n_initial; k++) run->improved(run, run->initial + k * m->n);
  return m->n_groups > 0 ? grouped_run(run) : run_lanes(run, level);
}

static lehr_status anneal_run(lehr_run *run) { return anneal_run_at(run, cpu_best_level()); }

/* Seconds per visit and per neighbour of a flipped vector on one core of Zen 4, int16 lanes. */
static const double seconds_per_visit = 0.4e-9, seconds_per_neighbour = 0.02e-9;

static lehr_status anneal_plan(const lehr_model_view *m, const void *options, int64_t reads,
                               int32_t threads, lehr_plan *plan) {
  const anneal_options *o = options;
  const double n = m->n, degree = m->n > 0 ? 2 * (double)m->n_interactions / n : 0;
  if (reads <= 0) reads = o->reads;
  const double sweeps = o->sweeps > 0 ? (double)o->sweeps : 1000;
  const double row_bytes = 2.0 * (double)reads * n;
  const uint64_t space =
      m->n_groups > 0 ? grouped_space_bytes(m) : strip_space_bytes(m, 3, WIDEST_BYTES / 8);
  plan->threads = threads;
  plan->bytes = spin_form_bytes(m) + lanes_bytes(m) + space * (uint64_t)(threads + 1) +
                (row_bytes < 1e18 ? (uint64_t)row_bytes : UINT64_MAX / 4) + (1 << 17);
  plan->seconds = (double)reads * n * sweeps * (seconds_per_visit + seconds_per_neighbour * degree);
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
