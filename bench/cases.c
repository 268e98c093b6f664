/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/cases.h"

#include "bench/peer.h"
#include "bench/problems.h"
#include "bench/report.h"

#include <inttypes.h>
#include <stdio.h>

lehr_sampleset *bench_solve(const lehr_model *m, const char *engine, int64_t reads, int64_t sweeps,
                            int threads) {
  char text[48];
  const char *const options[] = {text};
  lehr_params p;
  lehr_sampleset *set = NULL;
  lehr_error err = {0};
  lehr_params_init(&p);
  snprintf(text, sizeof text, "sweeps=%" PRId64, sweeps);
  p.engine = engine;
  p.reads = reads;
  p.threads = threads;
  p.options = options;
  p.n_options = sweeps > 0;
  if (lehr_solve(NULL, m, &p, &set, &err) != LEHR_OK) fprintf(stderr, "lehr-bench: %s\n", err.text);
  return set;
}

static double attempts_of(const lehr_sampleset *set) {
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(set, &info);
  return (double)info.attempts;
}

/* One solve, timed; adds what came out of it. */
static bool measure(json_t *report, const lehr_model *m, const char *engine, int64_t reads,
                    int64_t sweeps, const bench_settings *settings) {
  const stopwatch start = stopwatch_start();
  lehr_sampleset *set = bench_solve(m, engine, reads, sweeps, settings->threads);
  const stopwatch taken = stopwatch_read(&start);
  if (!set) return false;
  report_speed(report, &taken, attempts_of(set));
  json_object_set_new(report, "energy", json_real(lehr_sampleset_energy(set, 0)));
  lehr_sampleset_free(set);
  return true;
}

static bool run_model(const bench_case *self, const bench_settings *settings, lehr_model *m,
                      const char *engine, int64_t reads, int64_t sweeps) {
  json_t *report = report_start(self->name, self->summary, settings->threads);
  const bool is_ok = measure(report, m, engine, reads, sweeps, settings);
  lehr_model_free(m);
  report_print(report);
  return is_ok;
}

static bool run_dense1000(const bench_case *self, const bench_settings *settings) {
  return run_model(self, settings, problem_random(1000, 0.5, 1), "anneal", 64, 200);
}

static bool run_dense3000(const bench_case *self, const bench_settings *settings) {
  enum { READS = 64, SWEEPS = 1000, PEER_READS = 2 };
  json_t *report = report_start(self->name, self->summary, settings->threads);
  lehr_model *m = bench_p3000();
  const bool is_ok = m && measure(report, m, "anneal", READS, SWEEPS, settings);
  if (m && settings->with_peer)
    report_peer(report, peer_run("dwave_sa.py", &m, 1, PEER_READS, SWEEPS), "attempts_per_s");
  lehr_model_free(m);
  report_print(report);
  return is_ok;
}

static bool run_select400(const bench_case *self, const bench_settings *settings) {
  return run_model(self, settings, problem_selection(400, 60, 1), "anneal", 64, 200);
}

static bool run_exhaustive30(const bench_case *self, const bench_settings *settings) {
  return run_model(self, settings, problem_random(30, 0.5, 1), "exhaustive", 0, 0);
}

const bench_case bench_cases[] = {
    {"g1", "anneal on G1 (dense random graph), 512 reads of 1000 sweeps", bench_bits},
    {"g22", "anneal on G22 (random graph)", bench_bits},
    {"g35", "anneal on G35 (union of planar graphs)", bench_bits},
    {"g55", "anneal on G55 (sparse random graph)", bench_bits},
    {"g32", "anneal on G32 (2-D torus of 2000 sites)", bench_bits},
    {"g81", "anneal on G81 (2-D torus of 20000 sites)", bench_bits},
    {"toruspm3", "anneal on toruspm3-15-50 (3-D torus)", bench_bits},
    {"batch50", "100 000 models of 50 variables, 8 reads of 100 sweeps each", bench_batch50},
    {"batch-file", "the same from HDF5 to HDF5, by `lehr batch`", bench_batch_file},
    {"dense1000", "anneal, 1000 variables, half of all couplings, 16-bit fields", run_dense1000},
    {"dense3000", "anneal on p3000.1: 64 reads of 1000 sweeps", run_dense3000},
    {"select400", "anneal, choose 60 of 400, dense real couplings", run_select400},
    {"p3000", "tabu on p3000.1, 10 seeds to the best known energy", bench_ubqp},
    {"p5000", "tabu on p5000.1, 10 seeds to the best known energy", bench_ubqp},
    {"tn-kernels", "entry updates of min-plus tables, in and out of cache", bench_tn_kernels},
    {"tn-joins", "10^9 entries per CPU second that are added to a table, by slots", bench_tn_joins},
    {"tn-lattices", "open +-J square lattices L=20, 24, 28: proof and state", bench_tn_lattices},
    {"tn-lattices30", "the same with L=30 (2 GB)", bench_tn_lattices},
    {"tn-states", "chains of 168 hours: the energy alone, and with a state", bench_tn_states},
    {"tn-gauss", "L=28 with Gaussian couplings in int32 and float", bench_tn_large},
    {"tn-tori", "maximum cuts of the tori G11, G12, G32 by `lehr solve`", bench_tn_solve},
    {"tn-tori-gap", "maximum cuts of G13 and G33, 10 minutes each at most", bench_tn_solve},
    {"tn-chimera", "Chimera of 8 x 8 cells, proven by bounded slicing", bench_tn_solve},
    {"tn-chimera-plain", "the same by one contraction (12 GB, minutes)", bench_tn_solve},
    {"tn-count", "how many ground states Chimera C8 001 of J124 has (16 GB)", bench_tn_solve},
    {"tn-chain", "20 units over 168 hours, seeds 1 to 3", bench_tn_solve},
    {"tn-labels", "one-hot groups of 4 labels on a strip of 10 x 40 sites", bench_tn_solve},
    {"tn-l32", "the energy of an open +-J square lattice of 1024 spins", bench_tn_large},
    {"exhaustive30", "all states of 30 variables", run_exhaustive30},
};
const int n_bench_cases = sizeof bench_cases / sizeof bench_cases[0];
