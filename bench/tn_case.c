/* SPDX-License-Identifier: Apache-2.0 */
/* Tensor networks: entry updates per second of the min-plus kernels, in and out of cache, and open
 * square lattices, +-J as published and with Gaussian couplings. */
#include "bench/cases.h"

#include "base/cpu.h"
#include "base/philox.h"
#include "bench/report.h"
#include "qubo/generate/generate.h"
#include "tn/minplus/minimum.h"
#include "tn/program_make.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A lattice of `side` by `rows` spins: couplings of +-1, or with `sigma` > 0 Gaussian ones. */
static lehr_model *lattice(int32_t side, int32_t rows, double sigma) {
  philox_stream s = philox_stream_at(1, 0);
  lehr_builder *b;
  lehr_model *m;
  if (lehr_builder_create(LEHR_SPIN, side * rows, &b)) abort();
  for (int32_t i = 0; i < side * rows; i++)
    for (int k = 0; k < 2; k++) {
      const int32_t j = k ? i + side : i + 1;
      const double J = sigma > 0 ? sigma * philox_normal(&s) : philox_below(&s, 2) ? 1 : -1;
      const bool is_there = k ? j < side * rows : j % side > 0;
      if (is_there && lehr_builder_add(b, i, j, J, NULL)) abort();
    }
  if (lehr_builder_finish(b, &m, NULL)) abort();
  lehr_builder_free(b);
  return m;
}

/* "n couplings energy", then "i j J" (shared data, tn/README.md); NULL if it is not there. */
static lehr_model *read_lattice(const char *path, double *energy) {
  FILE *const f = fopen(path, "r");
  char line[128];
  lehr_builder *b = NULL;
  lehr_model *m;
  while (f && fgets(line, sizeof line, f)) {
    int32_t i, j, J;
    if (line[0] == '#') continue;
    if (!b) {
      if (sscanf(line, "%" SCNd32 " %*d %lf", &i, energy) != 2) abort();
      if (lehr_builder_create(LEHR_SPIN, i, &b)) abort();
    } else if (sscanf(line, "%" SCNd32 "%" SCNd32 "%" SCNd32, &i, &j, &J) == 3) {
      if (lehr_builder_add_int(b, i, j, J, NULL)) abort();
    }
  }
  if (f) fclose(f);
  if (!b || lehr_builder_finish(b, &m, NULL)) return NULL;
  lehr_builder_free(b);
  return m;
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
      lehr_model *const m = lattice(side, big ? 24 : 400, 0);
      tn_network t;
      if (network_make(lehr_model_look(m), &t, NULL)) abort();
      json_t *one = json_object();
      char name[32];
      run_program(&t, &s, settings->threads, one);
      snprintf(name, sizeof name, "%s_%s", mp_types[type].name, big ? "out_of_cache" : "in_cache");
      json_object_set_new(report, name, one);
      network_free(&t);
      lehr_model_free(m);
    }
  report_print(report);
  return true;
}

/* Plan, minimum and (with wants_state) a state of it, in one report. */
static void measure(json_t *report, const char *name, const lehr_model *m, mp_options o,
                    const bench_settings *settings, bool wants_state) {
  const tn_guard guard = {.bytes = UINT64_MAX, .threads = settings->threads};
  const tn_plan_options wishes = {
      .memory = UINT64_MAX, .entry_bytes = 1, .only_minimum = true, .work = ORDER_WORK};
  uint8_t *const bits = calloc((size_t)lehr_model_look(m)->n, 1);
  tn_plan plan;
  mp_minimum out;
  lehr_error err = {0};
  const stopwatch start = stopwatch_start();
  if (!bits || plan_make(lehr_model_look(m), &wishes, &plan, &err)) abort();
  const stopwatch planned = stopwatch_read(&start);
  if (mp_minimize_plan(&plan, &o, &guard, wants_state ? bits : NULL, &out, &err)) {
    fprintf(stderr, "lehr-bench: %s\n", err.text);
    abort();
  }
  const stopwatch taken = stopwatch_read(&start);
  json_t *one = json_object();
  json_object_set_new(one, "width", json_integer(out.width));
  json_object_set_new(one, "type", json_string(mp_types[out.type].name));
  json_object_set_new(one, "is_proven", json_boolean(out.energy == out.bound));
  if (wants_state) json_object_set_new(one, "energy", json_real(lehr_model_energy(m, bits)));
  json_object_set_new(one, "gap", json_real((double)(out.energy - out.bound) * plan.network.unit));
  json_object_set_new(one, "plan_cpu_s", json_real(planned.cpu));
  json_object_set_new(one, "wall_s", json_real(taken.wall));
  json_object_set_new(one, "cpu_s", json_real(taken.cpu));
  json_object_set_new(one, "g_updates", json_real(out.updates * 1e-9));
  json_object_set_new(one, "bytes", json_integer((json_int_t)out.peak));
  json_object_set_new(report, name, one);
  plan_free(&plan);
  free(bits);
}

/* Energies and states of the lattices whose optimum is known. */
bool bench_tn_lattices(const bench_case *self, const bench_settings *settings) {
  json_t *report = report_start(self->name, self->summary, settings->threads);
  const int sides[] = {20, 24, 28, 30}, count = strcmp(self->name, "tn-lattices") ? 4 : 3;
  for (int k = 0; k < count; k++) {
    char path[512], name[16];
    double energy = 0;
    snprintf(path, sizeof path, "%s/tn/grid2d_pmJ/grid_L%d.txt", settings->data_dir, sides[k]);
    snprintf(name, sizeof name, "L%d", sides[k]);
    lehr_model *const m = read_lattice(path, &energy);
    if (!m) {
      fprintf(stderr, "lehr-bench: %s is not there\n", path);
      json_decref(report);
      return false;
    }
    measure(report, name, m, mp_options_of((mp_orderer){0}), settings, true);
    json_object_set_new(json_object_get(report, name), "known_energy", json_real(energy));
    lehr_model_free(m);
  }
  report_print(report);
  return true;
}

/* Long chains of hours, whose halves are as wide as the whole: the energy, and with a state. */
bool bench_tn_states(const bench_case *self, const bench_settings *settings) {
  json_t *report = report_start(self->name, self->summary, settings->threads);
  for (uint64_t seed = 1; seed <= 3; seed++) {
    const generate_request wish = {.units = 20, .hours = 168, .seed = seed};
    generated chain = {0};
    if (generate_model(generator_find("commitment-chain"), &wish, &chain, NULL)) abort();
    for (int wants_state = 0; wants_state < 2; wants_state++) {
      char name[32];
      snprintf(name, sizeof name, "%s_%" PRIu64, wants_state ? "state" : "energy", seed);
      measure(report, name, chain.model, mp_options_of((mp_orderer){0}), settings, wants_state);
    }
    lehr_model_free(chain.model);
  }
  report_print(report);
  return true;
}

/* Gaussian couplings in float, and a lattice of 1024 spins, energy only. */
bool bench_tn_large(const bench_case *self, const bench_settings *settings) {
  const bool is_gauss = strcmp(self->name, "tn-gauss") == 0;
  json_t *report = report_start(self->name, self->summary, settings->threads);
  lehr_model *const m = lattice(is_gauss ? 28 : 32, is_gauss ? 28 : 32, is_gauss);
  mp_options o = mp_options_of((mp_orderer){0});
  if (is_gauss) {
    o.tolerance = INT64_MAX; /* whatever rounding leaves: it is in the report */
    measure(report, "int32", m, o, settings, true);
    o.least = MP_FLOAT;
    measure(report, "float", m, o, settings, true);
  } else {
    measure(report, "L32", m, o, settings, false);
  }
  lehr_model_free(m);
  report_print(report);
  return true;
}
