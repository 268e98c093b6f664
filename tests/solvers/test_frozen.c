/* SPDX-License-Identifier: Apache-2.0 */
/* Replicas that cannot move any more are left alone: nothing else changes, on any level and number
 * of threads. */
#include "check.h"
#include "random_models.h"

#include "base/cpu.h"
#include "solvers/anneal/anneal.h"
#include "solvers/registry.h"
#include "support/results.h"

enum { COOLING = 200, PLATEAU = 5000, READS = 150, N = 100 };

static int forced_level;
static lehr_status run_forced(lehr_run *run) {
  run->key = philox_key(3, "anneal");
  return anneal_run_at(run, forced_level);
}

/* Random couplings on a ring with chords, degree 3: without fields of zero. */
static lehr_model *ring(int32_t n, double scale) {
  philox_stream s = philox_stream_at(41, (uint64_t)scale);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t i = 0; i < n; i++)
    for (int32_t k = 1; k <= n / 2; k += n / 2 - 1) {
      const double sign = philox_below(&s, 2) ? 1 : -1, size = 1 + rint(scale * philox_unit(&s));
      if (k == 1 || i < n / 2)
        REQUIRE_OK(lehr_builder_add(b, i, (i + k) % n, sign * (2 * size + 1), NULL));
    }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_model *dense(int32_t n, double scale) {
  philox_stream s = philox_stream_at(42, (uint64_t)n);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < i; j++)
      REQUIRE_OK(lehr_builder_add(b, i, j, rint(scale * philox_normal(&s)), NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* The schedule falls within COOLING sweeps and stays at the end for `longer` more. */
static lehr_sampleset *solve(const lehr_context *ctx, const lehr_model *m, double scale,
                             double longer, int32_t threads) {
  const lehr_schedule_point points[] = {{0, 0.01 / scale}, {COOLING, 100}, {COOLING + longer, 100}};
  lehr_params p;
  lehr_sampleset *set = NULL;
  lehr_params_init(&p);
  p.engine = ctx ? "forced" : "anneal";
  p.seed = 3;
  p.reads = READS;
  p.threads = threads;
  p.schedule = points;
  p.n_schedule = longer > 0 ? 3 : 2;
  REQUIRE_OK(lehr_solve(ctx, m, &p, &set, NULL));
  return set;
}

static void check_same(const lehr_sampleset *a, const lehr_sampleset *b) {
  uint8_t x[512], y[512];
  REQUIRE(lehr_sampleset_size(a) == lehr_sampleset_size(b));
  for (int64_t k = 0; k < lehr_sampleset_size(a); k++) {
    lehr_sampleset_bits(a, k, x);
    lehr_sampleset_bits(b, k, y);
    CHECK(memcmp(x, y, (size_t)lehr_sampleset_variables(a)) == 0);
    CHECK_INT(lehr_sampleset_occurrences(a, k), lehr_sampleset_occurrences(b, k));
  }
}

/* All reads freeze soon after the end of cooling; the rest is spared and would not have changed
 * anything, since cooling alone gives the same states. */
static void check_freezes(const lehr_context *ctx, lehr_model *m, double scale) {
  const double all = (double)lehr_model_look(m)->n * READS * (COOLING + PLATEAU + 1);
  lehr_sampleset *cooled = solve(NULL, m, scale, 0, 1), *first = solve(NULL, m, scale, PLATEAU, 1);
  check_same(cooled, first);
  CHECK_REAL(result_told(first, "frozen_reads"), READS, 0);
  CHECK((double)result_info(first).attempts < 0.08 * all);
  CHECK_REAL((double)result_info(first).attempts + result_told(first, "spared_attempts"), all, 0);
  CHECK_INT(result_info(first).stop_reason, LEHR_STOP_COMPLETED);
  for (int32_t threads = 2; threads <= 8; threads *= 2) {
    lehr_sampleset *set = solve(NULL, m, scale, PLATEAU, threads);
    check_same(first, set);
    CHECK_INT(result_info(set).attempts, result_info(first).attempts);
    lehr_sampleset_free(set);
  }
  for (forced_level = LANES_SCALAR; forced_level <= (int)cpu_best_level(); forced_level++) {
    lehr_sampleset *set = solve(ctx, m, scale, PLATEAU, 1);
    check_same(first, set);
    CHECK_INT(result_info(set).attempts, result_info(first).attempts);
    lehr_sampleset_free(set);
  }
  lehr_sampleset_free(cooled);
  lehr_sampleset_free(first);
  lehr_model_free(m);
}

static lehr_context *context_with_forced(lehr_engine *forced) {
  lehr_context *ctx;
  lehr_error err;
  REQUIRE_OK(lehr_context_create(&ctx));
  *forced = engine_anneal;
  forced->name = "forced";
  forced->run = run_forced;
  REQUIRE_OK(registry_add(ctx, forced, &err));
  return ctx;
}

/* Bits (of more than 64 variables), and fields of 1 to 8 bytes in lanes; rows of one chunk and of
 * several. */
static void every_kernel(void) {
  static const double scales[] = {0, 20, 3000, 1e8, 1e12};
  lehr_engine forced;
  lehr_context *ctx = context_with_forced(&forced);
  for (int k = 0; k < 5; k++)
    for (int32_t n = 60; n <= N; n += N - 60) check_freezes(ctx, ring(n, scales[k]), scales[k] + 1);
  check_freezes(ctx, dense(50, 100), 100);
  check_freezes(ctx, dense(300, 1000), 1000);
  check_freezes(ctx, dense(300, 1e5), 1e5);
  lehr_context_free(ctx);
}

/* A temperature that rises again keeps replicas moving; so do sites of cost 0, and samples of a
 * distribution are drawn to the end. */
static void what_may_move_goes_on(void) {
  static const lehr_schedule_point again[] = {{0, 0.1}, {200, 100}, {1000, 100}, {1200, 0.1}};
  static const lehr_schedule_point cold[] = {{0, 100}, {1200, 100}};
  static const char *const boltzmann[] = {"boltzmann=1"};
  lehr_model *m = ring(N, 0), *free_sites = NULL;
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  REQUIRE_OK(lehr_builder_add_int(b, 0, 1, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &free_sites, NULL));
  lehr_builder_free(b);
  for (int k = 0; k < 3; k++) {
    lehr_params p;
    lehr_sampleset *set;
    lehr_params_init(&p);
    p.engine = "anneal";
    p.reads = 64;
    p.schedule = k == 0 ? again : cold;
    p.n_schedule = k == 0 ? 4 : 2;
    p.options = boltzmann;
    p.n_options = k == 2;
    REQUIRE_OK(lehr_solve(NULL, k == 1 ? free_sites : m, &p, &set, NULL));
    CHECK_INT(result_info(set).attempts, 1201 * 64 * N);
    CHECK_TEXT(result_info(set).statistics_json, "{}");
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
  lehr_model_free(free_sites);
}

static const check_test tests[] = {
    {"every kernel", every_kernel},
    {"what may move goes on", what_may_move_goes_on},
};
CHECK_MAIN("solvers/frozen", tests)
