/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tabu/tabu.h"

#include "base/cpu.h"
#include "qubo/model.h"
#include "solvers/start.h"
#include "solvers/tabu/search.h"

#define OPTION_STRUCT tabu_options
#define OPTION_FILE "solvers/tabu/options.def"
#include "base/option_table.inc"

lehr_status tabu_run_at(lehr_run *run, int level) {
  const tabu_options *o = run->options;
  const lehr_model_view *m = run->model;
  search s;
  if (run->time_limit_s == 0 || m->n == 0)
    return start_report(run, run->reads > 0 ? run->reads : o->reads);
  start_offer(run);
  if (!search_make(&s, run, level)) return start_instead(run);
  return search_run(&s);
}

static lehr_status tabu_run(lehr_run *run) { return tabu_run_at(run, cpu_best_level()); }

/* On one core of Zen 4: a move of a dense model per 1000 variables, and one of a sparse model. */
static const double dense_seconds = 0.12e-6, sparse_seconds = 0.3e-6;
enum { DEFAULT_WALKS = 170 };

static lehr_status tabu_plan(const lehr_model_view *m, const void *options, int64_t reads,
                             int32_t threads, lehr_plan *plan) {
  const tabu_options *o = options;
  const walk_rules rules = search_rules(m, o);
  const double degree = model_mean_degree(m);
  const double walks = o->rounds > 0 ? 8 * (double)o->rounds + 10 : DEFAULT_WALKS;
  const double each = sparse_seconds * (1 + degree / 20), dense = dense_seconds * m->n / 1000;
  plan->threads = threads;
  plan->bytes = search_bytes(m, o, reads > 0 ? reads : o->reads, threads);
  plan->seconds = walks * ((double)rules.patience + m->n) * (each < dense ? each : dense + 5e-8);
  if (plan->time_limit_s > 0 && o->rounds == 0) plan->seconds = plan->time_limit_s;
  return LEHR_OK;
}

const lehr_engine engine_tabu = {
    .struct_size = sizeof engine_tabu,
    .abi = LEHR_PLUGIN_ABI,
    .caps = LEHR_CAP_GROUPS | LEHR_CAP_THREADS | LEHR_CAP_INITIAL,
    .name = "tabu",
    .summary = "tabu search with an elite pool and path relinking; keeps disjoint groups",
    .options = &table,
    .plan = tabu_plan,
    .run = tabu_run};
