/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/subgraph/subgraph.h"

#include "base/real.h"
#include "qubo/model.h"
#include "solvers/anneal/range.h"
#include "solvers/descent.h"
#include "solvers/recombine.h"
#include "solvers/start.h"
#include "solvers/subgraph/tree_walk.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define OPTION_STRUCT subgraph_options
#define OPTION_FILE "solvers/subgraph/options.def"
#include "base/option_table.inc"

/* What a thread works with. */
typedef struct space {
  walk_strip strip;
  uint8_t *bits; /* [n] */
  THREAD_APART;
} space;

/* The best of what all reads had, part by part (recombine.h). */
typedef struct elite {
  recombine recombine;
  uint64_t *state, *row; /* [cluster_words(n)] */
  uint8_t *bits;         /* [n] */
  bool has_state;
} elite;

typedef struct subgraph_run {
  tree_walk_job job;
  spin_form form;
  tree_model model;
  forest_family family;
  wide wide;
  space *spaces; /* [threads] */
  rounds rounds;
  bool is_sampling;
  elite elite; /* unless sampling */
} subgraph_run;

static bool elite_make(elite *e, const spin_form *f, lehr_run *run) {
  const size_t words = (size_t)cluster_words(f->n);
  e->state = run->alloc(run, words * sizeof *e->state);
  e->row = run->alloc(run, words * sizeof *e->row);
  e->bits = run->alloc(run, (size_t)f->n);
  return e->state && e->row && e->bits && recombine_make(&e->recombine, f, run);
}

/* Takes what the fresh rows of a block do better, and tells the host of the outcome. */
static void elite_take(elite *e, const read_rows *block, lehr_run *run) {
  const int32_t n = run->model->n;
  bool is_new = false;
  for (int64_t k = 0; k < block->block; k++) {
    if (!block->is_fresh[k]) continue;
    if (is_new && run->should_stop(run)) break;
    cluster_pack(n, block->fresh + k * n, e->row);
    if (!e->has_state) {
      memcpy(e->state, e->row, (size_t)cluster_words(n) * sizeof *e->row);
      e->has_state = is_new = true;
    } else if (recombine_into(&e->recombine, e->state, e->row, RECOMBINE_TAKE_TIES) > 0) {
      is_new = true;
    }
  }
  if (!is_new) return;
  cluster_unpack(n, e->state, e->bits);
  run->improved(run, e->bits);
}

static bool make_spaces(subgraph_run *g, lehr_run *run) {
  g->spaces = run->alloc(run, (size_t)g->rounds.threads * sizeof *g->spaces);
  for (int32_t t = 0; g->spaces && t < g->rounds.threads; t++) {
    space *s = &g->spaces[t];
    s->bits = run->alloc(run, (size_t)g->form.n);
    if (!s->bits || !tree_strip_make(&s->strip.trees, &g->model, &g->family, run) ||
        !wide_space_make(&s->strip.plans, &g->wide, run))
      return false;
  }
  return g->spaces != NULL;
}

static const double coldest = 1e-280;

static bool find_temperatures(subgraph_run *g, budget *b) {
  tree_walk_job *job = &g->job;
  lehr_run *run = g->rounds.run;
  const subgraph_options *o = run->options;
  const double cost_unit = 2 * g->form.unit; /* energy of a flip of cost 1 */
  walk_range r;
  if (!tree_walk_range(job, &g->spaces[0].strip, g->spaces[0].bits, &r)) return false;
  budget_shorten(b, r.sweep_seconds);
  g->rounds.sweeps = b->sweeps;
  /* Products of inverse temperatures and fields stay finite. */
  job->hot = fmax(range_used(run, "beta_hot", o->beta_hot, r.hot, cost_unit), coldest);
  job->cold = fmax(range_used(run, "beta_cold", o->beta_cold, r.cold, cost_unit), coldest);
  if (g->is_sampling) job->hot = job->cold;
  return true;
}

static course run_strip(void *context, int64_t index, int thread, uint8_t out[]) {
  const subgraph_run *g = context;
  space *s = &g->spaces[thread];
  if (!tree_walk_enter(&g->job, &s->strip, index, s->bits)) return (course){.is_cut = true};
  const int64_t visits = tree_walk_cool(&g->job, &s->strip, index, thread);
  const bool is_done = g->is_sampling || tree_walk_quench(&g->job, &s->strip, INT64_MAX);
  tree_walk_leave(&g->job, &s->strip, index, out);
  if (!is_done) descent_hurried(g->rounds.run, out);
  return (course){.attempts = visits * rounds_reads(&g->rounds, index)};
}

static void look(void *context, const read_rows *block) {
  subgraph_run *g = context;
  elite_take(&g->elite, block, g->rounds.run);
}

/* Of a time limit, for growing forests and wider subgraphs. */
static const double growing_share = 0.2;

static bool prepare(subgraph_run *g, lehr_run *run, budget *b, int level) {
  const subgraph_options *o = run->options;
  const double moves = b->is_timed ? 0 : ceil((double)b->reads / TREE_LANES) * (double)b->sweeps;
  const double until =
      run->time_limit_s > 0 ? b->begin + growing_share * run->time_limit_s : HUGE_VAL;
  const wide_wish wish = {.width = wide_width(run->model, o->width),
                          .is_auto = o->width == 0,
                          .moves = (int64_t)fmin(moves, 1e9),
                          .until = until};
  *g = (subgraph_run){.is_sampling = o->goal == SUBGRAPH_SAMPLE};
  if (!spin_form_make(&g->form, run) || !tree_model_make(&g->model, &g->form, run) ||
      !forest_family_make(&g->family, &g->form, until, run) ||
      !wide_make(&g->wide, &g->model, &g->family, &wish, run) ||
      (!g->is_sampling && !elite_make(&g->elite, &g->form, run)))
    return false;
  g->wide.kernel = sub_kernel_at(level);
  g->rounds = (rounds){.run = run,
                       .lanes = TREE_LANES,
                       .strip = run_strip,
                       .look = g->is_sampling ? NULL : look,
                       .context = g,
                       .phase = "moving subgraphs"};
  g->job = (tree_walk_job){.rounds = &g->rounds,
                           .model = &g->model,
                           .family = &g->family,
                           .wide = &g->wide,
                           .kernel = tree_kernel_at(level)};
  return rounds_prepare(&g->rounds, b) && make_spaces(g, run) && find_temperatures(g, b);
}

lehr_status subgraph_run_at(lehr_run *run, int level) {
  const subgraph_options *o = run->options;
  const lehr_model_view *m = run->model;
  budget b = budget_of(run, o->reads, o->sweeps);
  subgraph_run g;
  if (run->time_limit_s == 0 || m->n == 0) return start_report(run, b.reads);
  start_offer(run);
  if (!prepare(&g, run, &b, level)) return start_instead(run);
  return rounds_run(&g.rounds, &b);
}

static lehr_status run_best(lehr_run *run) { return subgraph_run_at(run, cpu_best_level()); }

/* Seconds per visit and per neighbour of its variable, on one core of Zen 4 with AVX-512: from
 * counters.attempts and cpu_s of `lehr solve FILE --engine subgraph --reads 16 --format json`, best
 * of three: 11.1, 11.5, 18.1 and 510 ns on G55, torusg3-15, G22 and a dense model of 1000 spins,
 * which have 5, 6, 20 and 999 neighbours. */
static const double seconds_per_visit = 8.5e-9, seconds_per_neighbour = 0.5e-9;

/* With plans of some width: tables of lattices have about 2^(width / 1.6) entries per variable
 * (tn/subproblem/move.c has the rates). */
static double seconds_of_visit(const lehr_model_view *m, int32_t width) {
  if (width <= 1) return seconds_per_visit + seconds_per_neighbour * model_mean_degree(m);
  return 6.3e-9 + 0.42e-9 * real_exp(width * (0.6931471805599453 / 1.6));
}

static lehr_status plan(const lehr_model_view *m, const void *options, int64_t reads,
                        int32_t threads, lehr_plan *plan) {
  const subgraph_options *o = options;
  if (m->n_groups > 0) {
    snprintf(plan->note, sizeof plan->note, "moves of subgraphs do not keep groups of variables");
    return LEHR_EUNAVAILABLE;
  }
  if (reads <= 0) reads = o->reads;
  const int64_t block = read_block(m, 1, threads, TREE_LANES);
  const int32_t width = wide_width(m, o->width);
  plan->threads = threads;
  plan->bytes =
      wide_bytes(m, width) + spin_form_bytes(m) + tree_model_bytes(m) + forest_family_bytes(m) +
      recombine_bytes(m->n) + 2 * (uint64_t)m->n +
      (tree_strip_bytes(m) + wide_space_bytes(m, width) + (uint64_t)m->n + sizeof(space)) *
          (uint64_t)threads +
      read_rows_bytes(m, block, reads, budget_will_be_timed(plan, o->sweeps)) + (1 << 14);
  plan->seconds = budget_seconds(plan, (double)reads * m->n, o->sweeps, seconds_of_visit(m, width));
  return LEHR_OK;
}

const lehr_engine engine_subgraph = {
    .struct_size = sizeof engine_subgraph,
    .abi = LEHR_PLUGIN_ABI,
    .caps = LEHR_CAP_THREADS | LEHR_CAP_INITIAL,
    .name = "subgraph",
    .summary = "exact draws and minima of induced subgraphs of small width; folds reads together",
    .options = &table,
    .plan = plan,
    .run = run_best};
