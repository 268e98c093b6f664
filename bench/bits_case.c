/* SPDX-License-Identifier: Apache-2.0 */
/* Public graphs whose couplings have one magnitude: attempts per CPU second of `anneal` in bits,
 * with each instruction set that this machine has. */
#include "bench/cases.h"

#include "base/cpu.h"
#include "bench/peer.h"
#include "bench/report.h"
#include "solvers/anneal/anneal.h"
#include "solvers/registry.h"

#include <stdio.h>
#include <string.h>

enum { READS = 512, SWEEPS = 1000, PEER_READS = 10 };

static const struct graph {
  const char *name, *file;
  double best_known; /* cut */
} graphs[] = {
    {"g1", "gset/G1.mc.gz", 11624},
    {"g22", "gset/G22.mc.gz", 13359},
    {"g35", "gset/G35.mc.gz", 7687},
    {"g55", "gset/G55.mc.gz", 10299},
    {"g32", "gset/G32.mc.gz", 1410},
    {"g81", "gset/G81.mc.gz", 14060},
    {"toruspm3", "ising/toruspm3-15-50.mc.gz", 3022},
};

static const struct graph *graph_of(const char *name) {
  const struct graph *g = graphs;
  while (strcmp(g->name, name) != 0) g++;
  return g;
}

/* ---- The engine at a level below the machine's best ---- */

static lehr_status run_baseline(lehr_run *run) { return anneal_run_at(run, CPU_BASELINE); }
static lehr_status run_avx2(lehr_run *run) { return anneal_run_at(run, CPU_AVX2); }
static lehr_status run_avx512(lehr_run *run) { return anneal_run_at(run, CPU_AVX512); }
static lehr_status (*const runs[CPU_LEVELS])(lehr_run *) = {run_baseline, run_avx2, run_avx512};

static lehr_sampleset *solve_at(const lehr_model *m, cpu_level level, int threads) {
  lehr_engine engine = engine_anneal;
  lehr_context *ctx = NULL;
  lehr_params p;
  lehr_sampleset *set = NULL;
  lehr_error err = {0};
  char sweeps[32];
  const char *const options[] = {sweeps};
  snprintf(sweeps, sizeof sweeps, "sweeps=%d", (int)SWEEPS);
  lehr_params_init(&p);
  p.engine = engine.name = "anneal-at-level";
  p.reads = READS;
  p.threads = threads;
  p.options = options;
  p.n_options = 1;
  engine.run = runs[level];
  if (lehr_context_create(&ctx) != LEHR_OK || registry_add(ctx, &engine, &err) != LEHR_OK ||
      lehr_solve(ctx, m, &p, &set, &err) != LEHR_OK)
    fprintf(stderr, "lehr-bench: %s\n", err.text);
  lehr_context_free(ctx);
  return set;
}

/* One solve at a level: attempts per CPU second; the report gets the whole of it at the best. */
static bool measure(json_t *report, const lehr_model *m, cpu_level level, int threads) {
  const stopwatch start = stopwatch_start();
  lehr_sampleset *set = solve_at(m, level, threads);
  const stopwatch taken = stopwatch_read(&start);
  if (!set) return false;
  lehr_result_info info = {.struct_size = sizeof info};
  char key[48];
  lehr_sampleset_info(set, &info);
  snprintf(key, sizeof key, "attempts_per_s_%s", cpu_level_name(level));
  json_object_set_new(report, key, json_real((double)info.attempts / taken.cpu));
  if (level == cpu_best_level()) {
    report_speed(report, &taken, (double)info.attempts);
    json_object_set_new(report, "energy", json_real(lehr_sampleset_energy(set, 0)));
  }
  lehr_sampleset_free(set);
  return true;
}

bool bench_bits(const bench_case *self, const bench_settings *settings) {
  const struct graph *g = graph_of(self->name);
  char path[4096];
  lehr_model *m;
  lehr_error err = {0};
  snprintf(path, sizeof path, "%s/%s", settings->data_dir, g->file);
  if (lehr_model_read(path, NULL, &m, NULL, &err) != LEHR_OK) {
    fprintf(stderr, "lehr-bench: %s is left out: %s\n", self->name, err.text);
    return true;
  }
  json_t *report = report_start(self->name, self->summary, settings->threads);
  bool is_ok = true;
  for (int level = 0; level <= (int)cpu_best_level() && is_ok; level++)
    is_ok = measure(report, m, (cpu_level)level, settings->threads);
  json_object_set_new(report, "best_known", json_real(-g->best_known));
  if (settings->with_peer)
    report_peer(report, peer_run("dwave_sa.py", &m, 1, PEER_READS, SWEEPS), "attempts_per_s");
  lehr_model_free(m);
  report_print(report);
  return is_ok;
}
