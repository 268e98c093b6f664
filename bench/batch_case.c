/* SPDX-License-Identifier: Apache-2.0 */
/* Many small models: what one solve costs beside its sweeps, and what a second core brings. */
#include "bench/cases.h"

#include "bench/peer.h"
#include "bench/problems.h"
#include "bench/report.h"

#include <stdlib.h>

enum { ITEMS = 100000, DISTINCT = 1000, VARIABLES = 50, READS = 8, SWEEPS = 100, PEER_ITEMS = 300 };
static const double density = 0.5;

/* Models per second of wall time and of CPU time over all items. */
static bool pass(json_t *report, lehr_model *const models[], int threads) {
  double energy = 0;
  int failures = 0;
  const stopwatch start = stopwatch_start();
#pragma omp parallel for schedule(dynamic, 64) num_threads(threads) reduction(+ : energy, failures)
  for (int k = 0; k < ITEMS; k++) {
    lehr_sampleset *set = bench_solve(models[k % DISTINCT], "anneal", READS, SWEEPS, 1);
    failures += !set;
    if (set && k < PEER_ITEMS) energy += lehr_sampleset_energy(set, 0);
    lehr_sampleset_free(set);
  }
  const stopwatch taken = stopwatch_read(&start);
  report_speed(report, &taken, (double)ITEMS * VARIABLES * READS * SWEEPS);
  json_object_set_new(report, "models_per_s", json_real(ITEMS / taken.cpu));
  json_object_set_new(report, "models_per_wall_s", json_real(ITEMS / taken.wall));
  json_object_set_new(report, "mean_energy", json_real(energy / PEER_ITEMS));
  return failures == 0;
}

bool bench_batch50(const bench_case *self, const bench_settings *settings) {
  lehr_model **models = calloc(DISTINCT, sizeof *models);
  if (!models) return false;
  for (int k = 0; k < DISTINCT; k++) models[k] = problem_random(VARIABLES, density, (uint64_t)k);
  json_t *report = report_start(self->name, self->summary, 1), *two = json_object();
  bool is_ok = pass(report, models, 1) && pass(two, models, 2);
  json_object_set_new(report, "two_threads", two);
  json_object_set_new(report, "speedup_of_two_threads",
                      json_real(json_number_value(json_object_get(two, "models_per_wall_s")) /
                                json_number_value(json_object_get(report, "models_per_wall_s"))));
  if (settings->with_peer)
    report_peer(report, peer_run("dwave_sa.py", models, PEER_ITEMS, READS, SWEEPS), "models_per_s");
  for (int k = 0; k < DISTINCT; k++) lehr_model_free(models[k]);
  free(models);
  report_print(report);
  return is_ok;
}
