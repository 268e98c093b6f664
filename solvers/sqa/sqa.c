/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/sqa/sqa.h"

#include "base/philox.h"
#include "base/real.h"
#include "qubo/model.h"
#include "solvers/anneal/range.h"
#include "solvers/descent.h"
#include "solvers/start.h"

#include <math.h>

#define OPTION_STRUCT sqa_options
#define OPTION_FILE "solvers/sqa/options.def"
#include "base/option_table.inc"

enum { TABLE_KEY = 0x7461626c, TRIAL_BYTES = 16, TABLE_BYTES = 1 << 19 };

/* Where the automatic parameters lie: the temperature of a slice on the logarithmic scale between
 * the cold and the hot end of classical annealing, the transverse fields over that temperature.
 * Best of a grid on G22, G32, G39, torusg3-15 and bqp1000-2 at equal work; the optimum is flat, but
 * slices as cold as the end of classical annealing lose whole percents. */
static const double temperature_place = 0.75, gamma_hot_ratio = 2, gamma_cold_ratio = 0.02;

/* Everything that the rounds of a run use. */
typedef struct sqa_state {
  path_job job;
  spin_form form;
  lane_model model;
  lane_quantiles quantiles;
  rounds rounds;
  path_space *spaces; /* [threads] */
} sqa_state;

static int32_t slices_of(const sqa_options *o) { return 2 << o->slices; }

static int32_t site_work(const spin_form *f) {
  return f->n > 0 ? (int32_t)(4 + f->row[f->n] / f->n) : 4;
}

/* Temperature and transverse fields from the model where the caller did not choose. */
static bool choose_energies(sqa_state *s, int level) {
  lehr_run *run = s->job.run;
  const sqa_options *o = run->options;
  const double cost = 2 * s->form.unit; /* energy of a flip of cost 1 */
  range r = {0};
  const strip_job trial = {.run = run,
                           .model = &s->model,
                           .trial_kernel = lanes_kernel(level, s->model.type, 1),
                           .quantiles = &s->quantiles,
                           .site_work = site_work(&s->form),
                           .deadline = HUGE_VAL};
  if (!range_find(&r, &s->form, &trial)) return false;
  range_repair(&r, 0x1p-20);
  path_job *job = &s->job;
  const double automatic = r.cold * real_exp(temperature_place * real_log(r.hot / r.cold));
  job->half_temperature = o->beta > 0 ? job->slices / (o->beta * cost) : automatic;
  const double t = job->half_temperature;
  job->gamma_hot = o->gamma_hot > 0 ? o->gamma_hot / cost : gamma_hot_ratio * t;
  job->gamma_cold = o->gamma_cold > 0 ? o->gamma_cold / cost : gamma_cold_ratio * t;
  run->used(run, "beta", job->slices / (t * cost));
  run->used(run, "gamma_hot", job->gamma_hot * cost);
  run->used(run, "gamma_cold", job->gamma_cold * cost);
  return true;
}

static bool make_spaces(sqa_state *s) {
  lehr_run *run = s->job.run;
  s->spaces = run->alloc(run, (size_t)s->rounds.threads * sizeof *s->spaces);
  for (int32_t t = 0; s->spaces && t < s->rounds.threads; t++)
    if (!path_space_make(&s->spaces[t], &s->job)) return false;
  return s->spaces != NULL;
}

static course run_strip(void *context, int64_t index, int thread, uint8_t out[]) {
  const sqa_state *s = context;
  path_space *space = &s->spaces[thread];
  if (!path_enter(&s->job, space, index)) return (course){.is_cut = true};
  const int64_t attempts = path_anneal(&s->job, space, index, thread);
  const bool is_done = path_quench(&s->job, space);
  path_leave(&s->job, space, index, out);
  if (!is_done) descent_hurried(s->job.run, out);
  const int64_t visits = attempts / s->job.slices;
  space->further += attempts - visits;
  return (course){.attempts = visits};
}

static bool prepare(sqa_state *s, lehr_run *run, budget *b, int level) {
  const sqa_options *o = run->options;
  const int32_t n = run->model->n;
  if (!spin_form_make(&s->form, run) ||
      !lanes_prepare(&s->model, &s->form, lanes_type(&s->form), run) ||
      !lanes_couple(&s->model, &s->form, run) ||
      !quantile_make(&s->quantiles, path_quantiles(n, o->independent),
                     philox_subkey(run->key, TABLE_KEY), run))
    return false;
  s->job = (path_job){.run = run,
                      .rounds = &s->rounds,
                      .form = &s->form,
                      .model = &s->model,
                      .kernel = slices_kernel(level, s->model.type),
                      .quantiles = &s->quantiles,
                      .slices = slices_of(o),
                      .is_geometric = o->schedule == 1,
                      .is_independent = o->independent != 0,
                      .worldline = o->worldline};
  s->rounds = (rounds){.run = run,
                       .lanes = path_lanes(&s->job),
                       .strip = run_strip,
                       .context = s,
                       .phase = "annealing"};
  return choose_energies(s, level) && rounds_prepare(&s->rounds, b) && make_spaces(s);
}

/* Attempts that a sweep makes at each variable of a read. */
static int64_t attempts_per_visit(const sqa_options *o) {
  return slices_of(o) + (o->worldline > 0);
}

/* Work counts visits of all slices here. */
static budget budget_in_visits(const lehr_run *run) {
  const sqa_options *o = run->options;
  lehr_run visits = *run;
  if (run->work > 0) {
    visits.work = run->work / attempts_per_visit(o);
    if (visits.work == 0) visits.work = 1;
  }
  return budget_of(&visits, o->reads, o->sweeps);
}

/* The rounds count visits; what slices and world lines add to them is told afterwards. */
static lehr_status run_rounds(sqa_state *s, const budget *b) {
  lehr_run *run = s->job.run;
  const lehr_status status = rounds_run(&s->rounds, b);
  int64_t further = 0;
  for (int32_t t = 0; t < s->rounds.threads; t++) further += s->spaces[t].further;
  run->attempts(run, further);
  return status;
}

lehr_status sqa_run_at(lehr_run *run, int level) {
  const lehr_model_view *m = run->model;
  budget b = budget_in_visits(run);
  sqa_state s;
  if (run->time_limit_s == 0 || m->n == 0) return start_report(run, b.reads);
  start_offer(run);
  return prepare(&s, run, &b, level) ? run_rounds(&s, &b) : start_instead(run);
}

static lehr_status sqa_run(lehr_run *run) { return sqa_run_at(run, cpu_best_level()); }

/* Seconds per visit of a variable in 64 lanes and per neighbour of it, on one core of Zen 4 with
 * AVX-512: CPU time of `lehr solve FILE --engine sqa` for G22, bqp1000-2 and a dense model of 1000
 * spins, which have 20, 99 and 999 neighbours. */
static const double seconds_per_visit = 30e-9, seconds_per_neighbour = 0.8e-9;

static lehr_status sqa_plan(const lehr_model_view *m, const void *options, int64_t reads,
                            int32_t threads, lehr_plan *plan) {
  const sqa_options *o = options;
  if (reads <= 0) reads = o->reads;
  const int64_t lanes = STRIP_LANES / slices_of(o), block = read_block(m, 1, threads, STRIP_LANES);
  plan->threads = threads;
  const int type = lanes_type_for(spin_form_bound(m));
  plan->bytes = spin_form_bytes(m) + lanes_bytes(m) +
                strip_space_bytes(m, type, TRIAL_BYTES >> type) +
                path_space_bytes(m, type) * (uint64_t)threads + TABLE_BYTES +
                read_rows_bytes(m, block, reads, budget_will_be_timed(plan, o->sweeps));
  const double strips = (double)((reads + lanes - 1) / lanes);
  plan->seconds = budget_seconds(plan, strips * m->n, o->sweeps,
                                 seconds_per_visit + seconds_per_neighbour * model_mean_degree(m));
  return LEHR_OK;
}

const lehr_engine engine_sqa = {
    .struct_size = sizeof engine_sqa,
    .abi = LEHR_PLUGIN_ABI,
    .caps = LEHR_CAP_THREADS | LEHR_CAP_INITIAL,
    .name = "sqa",
    .summary = "simulated quantum annealing: paths of Trotter slices in a falling transverse field",
    .options = &table,
    .plan = sqa_plan,
    .run = sqa_run};
