/* SPDX-License-Identifier: Apache-2.0 */
/* The anneal engine: one answer on every instruction set and thread count, and sensible ones. */
#include "check.h"
#include "random_models.h"
#include "support/forced_level.h"

#include "base/error.h"
#include "solvers/anneal/anneal.h"
#include "solvers/registry.h"

/* A random sparse model larger than what brute force takes. */
static lehr_model *large_model(int32_t n, model_values values, lehr_vartype vartype, double scale) {
  philox_stream s = philox_stream_at(99, (uint64_t)values * 1000 + (uint64_t)n);
  lehr_builder *b;
  lehr_model *m;
  lehr_error err;
  REQUIRE_OK(lehr_builder_create(vartype, n, &b));
  for (int32_t k = 0; k < 4 * n; k++) {
    const int32_t i = (int32_t)philox_below(&s, (uint32_t)n);
    const int32_t j = (int32_t)philox_below(&s, (uint32_t)n);
    if (i != j) REQUIRE_OK(lehr_builder_add(b, i, j, scale * model_coefficient(&s, values), &err));
  }
  if (values != VALUES_UNIT)
    for (int32_t i = 0; i < n; i++)
      REQUIRE_OK(lehr_builder_add_linear(b, i, scale * model_coefficient(&s, values), &err));
  REQUIRE_OK(lehr_builder_finish(b, &m, &err));
  lehr_builder_free(b);
  return m;
}

/* Two of three pairs coupled: what row kernels are for. */
static lehr_model *dense_model(int32_t n, model_values values) {
  philox_stream s = philox_stream_at(98, (uint64_t)values * 1000 + (uint64_t)n);
  lehr_builder *b;
  lehr_model *m;
  lehr_error err;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, n, &b));
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j <= i; j++)
      if (philox_below(&s, 3) > 0)
        REQUIRE_OK(lehr_builder_add(b, i, j, 10 * model_coefficient(&s, values), &err));
  REQUIRE_OK(lehr_builder_finish(b, &m, &err));
  lehr_builder_free(b);
  return m;
}

static lehr_params params_of(const char *engine, int64_t reads, int32_t threads) {
  static const char *const options[] = {"sweeps=60"};
  lehr_params p;
  lehr_params_init(&p);
  p.engine = engine;
  p.reads = reads;
  p.threads = threads;
  p.options = options;
  p.n_options = 1;
  p.seed = 5;
  return p;
}

static lehr_sampleset *solve(const lehr_model *m, int64_t reads, int32_t threads) {
  const lehr_params p = params_of("anneal", reads, threads);
  lehr_sampleset *set = NULL;
  lehr_error err;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
  return set;
}

static void same_on_every_level(void) {
  lehr_context *ctx = forced_context(&engine_anneal, anneal_run_at, 5);
  for (int values = 0; values < VALUE_KINDS; values++)
    for (int64_t reads = 7; reads <= 150; reads += 71) {
      lehr_model *m = large_model(300, (model_values)values, LEHR_SPIN, 1);
      check_same_on_levels(ctx, m, params_of(NULL, reads, 1));
      lehr_model_free(m);
    }
  lehr_context_free(ctx);
}

static void same_on_every_level_when_dense(void) {
  static const int32_t sizes[] = {30, 50, 63, 64, 65, 200};
  lehr_context *ctx = forced_context(&engine_anneal, anneal_run_at, 5);
  for (int values = 0; values < VALUE_KINDS; values++)
    for (int k = 0; k < 6; k++) {
      lehr_model *m = dense_model(sizes[k], (model_values)values);
      check_same_on_levels(ctx, m, params_of(NULL, 13, 1));
      lehr_model_free(m);
    }
  lehr_context_free(ctx);
}

static void same_on_any_thread_count(void) {
  for (int values = 0; values < VALUE_KINDS; values++) {
    lehr_model *m = large_model(200, (model_values)values, LEHR_BINARY, 1);
    lehr_sampleset *first = solve(m, 100, 1);
    for (int32_t threads = 2; threads <= 64; threads *= 2) {
      lehr_sampleset *set = solve(m, 100, threads);
      check_same_samples(first, set);
      lehr_sampleset_free(set);
    }
    lehr_sampleset_free(first);
    lehr_model_free(m);
  }
}

/* Read r is the same however many reads there are. */
static void more_reads_keep_the_first_ones(void) {
  lehr_model *m = large_model(150, VALUES_SMALL, LEHR_SPIN, 1);
  lehr_sampleset *few = solve(m, 3, 1), *many = solve(m, 80, 1);
  uint8_t x[150], y[150];
  for (int64_t k = 0; k < lehr_sampleset_size(few); k++) {
    int found = 0;
    lehr_sampleset_bits(few, k, x);
    for (int64_t l = 0; l < lehr_sampleset_size(many); l++) {
      lehr_sampleset_bits(many, l, y);
      found |= memcmp(x, y, sizeof x) == 0;
    }
    CHECK(found);
  }
  lehr_sampleset_free(few);
  lehr_sampleset_free(many);
  lehr_model_free(m);
}

static void same_trajectory_when_scaled(void) {
  const double factors[] = {3, 1024, 0.25, 250};
  for (int values = 0; values < VALUES_REAL; values++) {
    lehr_model *m = large_model(120, (model_values)values, LEHR_SPIN, 1);
    lehr_sampleset *first = solve(m, 30, 1);
    for (int k = 0; k < 4; k++) {
      lehr_model *scaled = large_model(120, (model_values)values, LEHR_SPIN, factors[k]);
      lehr_sampleset *set = solve(scaled, 30, 1);
      check_same_states(first, set);
      lehr_sampleset_free(set);
      lehr_model_free(scaled);
    }
    lehr_sampleset_free(first);
    lehr_model_free(m);
  }
}

static void same_trajectory_for_both_variable_types(void) {
  for (int values = 0; values < VALUES_REAL; values++) {
    lehr_model *spin = large_model(120, (model_values)values, LEHR_SPIN, 1), *binary;
    lehr_error err;
    REQUIRE_OK(lehr_model_convert(spin, LEHR_BINARY, &binary, &err));
    lehr_sampleset *a = solve(spin, 30, 1);
    lehr_sampleset *b = solve(binary, 30, 1);
    check_same_states(a, b);
    lehr_sampleset_free(a);
    lehr_sampleset_free(b);
    lehr_model_free(spin);
    lehr_model_free(binary);
  }
}

/* Frustration-free: every bond can be satisfied, and one field tells the two states apart. */
static void finds_a_planted_state(void) {
  enum { N = 400 };
  philox_stream s = philox_stream_at(3, 1);
  uint8_t planted[N], bits[N];
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  for (int i = 0; i < N; i++) planted[i] = philox_u32(&s) & 1;
  for (int32_t k = 0; k < 6 * N; k++) {
    const int32_t i = (int32_t)philox_below(&s, N), j = (int32_t)philox_below(&s, N);
    if (i == j) continue;
    REQUIRE_OK(lehr_builder_add_int(b, i, j, planted[i] == planted[j] ? -1 : 1, NULL));
  }
  REQUIRE_OK(lehr_builder_add_linear_int(b, 0, planted[0] ? -1 : 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  lehr_sampleset *set = solve(m, 16, 1);
  lehr_sampleset_bits(set, 0, bits);
  CHECK(lehr_sampleset_energy(set, 0) == lehr_model_energy(m, planted));
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

/* A hub of 10^6 neighbours, in bits (all |J| = 1) and in lanes: each local minimum is a ground
 * state. */
static void a_hub_of_many(bool is_equal) {
  enum { LEAVES = 1000000 };
  const char *const options[] = {"sweeps=4"};
  lehr_builder *b;
  lehr_model *m;
  lehr_params p;
  lehr_sampleset *set = NULL;
  lehr_error err;
  int64_t sum = 0;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, LEAVES + 1, &b));
  for (int32_t i = 1; i <= LEAVES; i++) {
    const int64_t size = is_equal ? 1 : 1 + i % 1013;
    REQUIRE_OK(lehr_builder_add_int(b, 0, i, i % 2 ? size : -size, NULL));
    sum += size;
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  lehr_params_init(&p);
  p.engine = "anneal";
  p.reads = 2;
  p.options = options;
  p.n_options = 1;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
  CHECK(lehr_sampleset_energy(set, 0) == -(double)sum);
  CHECK_INT(lehr_sampleset_reads(set), 2);
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

static void hub_in_bits(void) { a_hub_of_many(true); }
static void hub_in_lanes(void) { a_hub_of_many(false); }

static const check_test tests[] = {
    {"same on every level", same_on_every_level},
    {"instruction sets, dense models", same_on_every_level_when_dense},
    {"same on any thread count", same_on_any_thread_count},
    {"more reads keep the first ones", more_reads_keep_the_first_ones},
    {"same trajectory when scaled", same_trajectory_when_scaled},
    {"same trajectory for both variable types", same_trajectory_for_both_variable_types},
    {"finds a planted state", finds_a_planted_state},
    {"a hub of 10^6 neighbours, in bits", hub_in_bits},
    {"a hub of 10^6 neighbours, in lanes", hub_in_lanes},
};
CHECK_MAIN("anneal", tests)
