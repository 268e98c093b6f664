/* SPDX-License-Identifier: Apache-2.0 */
/* Tensor networks: entry updates per second of the min-plus kernels, in and out of cache, and open
 * +-J square lattices. */
#include "bench/cases.h"

#include "base/cpu.h"
#include "bench/report.h"
#include "tn/minplus/run.h"
#include "tn/program_make.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An open square lattice of side^2 spins with couplings drawn from +-1..range. */
static tn_network lattice(int32_t side, int32_t rows, uint32_t range) {
  lehr_builder *b;
  lehr_model *m;
  tn_network t = {0};
  uint64_t state = 1;
  if (lehr_builder_create(LEHR_SPIN, side * rows, &b)) abort();
  for (int32_t i = 0; i < side * rows; i++)
    for (int k = 0; k < 2; k++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      const int64_t size = 1 + (int64_t)((state >> 33) % range);
      const int64_t J = state >> 63 ? size : -size;
      if (k == 0 && i % side + 1 < side && lehr_builder_add_int(b, i, i + 1, J, NULL)) abort();
      if (k == 1 && i + side < side * rows && lehr_builder_add_int(b, i, i + side, J, NULL))
        abort();
    }
  if (lehr_builder_finish(b, &m, NULL) || network_make(lehr_model_look(m), &t, NULL)) abort();
  lehr_builder_free(b);
  lehr_model_free(m);
  return t;
}

static bool run_program(const tn_network *t, const mp_setup *setup, int threads, json_t *into) {
  const tn_guard guard = {.bytes = UINT64_MAX, .threads = threads};
  int32_t *const order = calloc((size_t)t->n, sizeof *order);
  tn_program p;
  mp_result result;
  mp_setup s = *setup;
  for (int32_t i = 0; i < t->n; i++) order[i] = i;
  if (program_from_order(t, order, &p, NULL)) abort();
  s.first_decision = p.n_ops;
  const stopwatch start = stopwatch_start();
  if (mp_run(&p, &s, &guard, NULL, &result, NULL)) abort();
  const stopwatch taken = stopwatch_read(&start);
  json_object_set_new(into, "energy", json_integer(result.energy));
  json_object_set_new(into, "wall_s", json_real(taken.wall));
  json_object_set_new(into, "cpu_s", json_real(taken.cpu));
  json_object_set_new(into, "g_updates_per_cpu_s", json_real(result.updates / taken.cpu * 1e-9));
  json_object_set_new(into, "bytes", json_integer((json_int_t)result.peak));
  program_free(&p);
  free(order);
  return true;
}

/* Rates by type: a table that fits the second cache, and one that does not. */
bool bench_tn_kernels(const bench_case *self, const bench_settings *settings) {
  json_t *report = report_start(self->name, self->summary, settings->threads);
  for (int type = 0; type < MP_TYPES; type++)
    for (int big = 0; big < 2; big++) {
      const mp_setup s = {
          .type = (mp_type)type, .level = cpu_best_level(), .limits = mp_limits_of((mp_type)type)};
      const int32_t side = big ? s.limits.tile_bits + 9 : s.limits.tile_bits;
      tn_network t = lattice(side, big ? 24 : 400, 1);
      json_t *one = json_object();
      char name[32];
      run_program(&t, &s, settings->threads, one);
      snprintf(name, sizeof name, "%s_%s", mp_types[type].name, big ? "out_of_cache" : "in_cache");
      json_object_set_new(report, name, one);
      network_free(&t);
    }
  report_print(report);
  return true;
}
