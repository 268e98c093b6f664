/* SPDX-License-Identifier: Apache-2.0 */
/* The tempering engine: one answer on every instruction set, models at the edges, what it refuses.
 */
#include "check.h"
#include "random_models.h"
#include "support/forced_level.h"
#include "support/samples.h"

#include "base/error.h"
#include "solvers/anneal/lanes.h"
#include "solvers/registry.h"
#include "solvers/tempering/tempering.h"

#include <jansson.h>

static lehr_model *sparse_model(int32_t n, model_values values) {
  philox_stream s = philox_stream_at(99, (uint64_t)values * 1000 + (uint64_t)n);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t k = 0; k < 2 * n; k++) {
    const int32_t i = (int32_t)philox_below(&s, (uint32_t)n);
    const int32_t j = (int32_t)philox_below(&s, (uint32_t)n);
    if (i != j) REQUIRE_OK(lehr_builder_add(b, i, j, model_coefficient(&s, values), NULL));
  }
  for (int32_t i = 0; i < n && values != VALUES_UNIT; i++)
    REQUIRE_OK(lehr_builder_add_linear(b, i, model_coefficient(&s, values), NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_params params_of(const char *engine) {
  lehr_params p;
  lehr_params_init(&p);
  p.engine = engine;
  p.seed = 5;
  p.threads = 1;
  return p;
}

static lehr_sampleset *solve(const lehr_context *ctx, const lehr_model *m, const lehr_params *p) {
  lehr_sampleset *set = NULL;
  lehr_error err;
  REQUIRE_OK(lehr_solve(ctx, m, p, &set, &err));
  return set;
}

static void same_on_every_level(void) {
  static const char *const clusters[][3] = {{"sweeps=60", "clusters=on", "ladder=energy"},
                                            {"sweeps=60", "clusters=off", "ladder=feedback"},
                                            {"sweeps=200", "clusters=auto", "temperatures=8"},
                                            {"sweeps=60", "mode=population", "population=100"}};
  lehr_context *ctx = forced_context(&engine_tempering, tempering_run_at, 5);
  for (int values = 0; values < VALUE_KINDS; values++)
    for (int k = 0; k < 4; k++) {
      lehr_params p = params_of(NULL);
      lehr_model *m = sparse_model(150, (model_values)values);
      p.reads = 70;
      p.options = clusters[k];
      p.n_options = 3;
      check_same_on_levels(ctx, m, p);
      lehr_model_free(m);
    }
  lehr_context_free(ctx);
}

/* Fewer systems than threads: threads share their walkers. */
static void same_for_threads_that_share_a_system(void) {
  static const char *const clusters[] = {"clusters=on", "clusters=off"};
  for (int values = 0; values < VALUE_KINDS; values++)
    for (int k = 0; k < 2; k++) {
      lehr_model *m = sparse_model(1500, (model_values)values);
      lehr_params p = params_of("tempering");
      const char *options[] = {"sweeps=40", "interval=4", clusters[k]};
      p.options = options;
      p.n_options = 3;
      lehr_sampleset *alone = solve(NULL, m, &p);
      for (int threads = 2; threads <= 8; threads *= 2) {
        p.threads = threads;
        lehr_sampleset *shared = solve(NULL, m, &p);
        check_same_samples(alone, shared);
        lehr_sampleset_free(shared);
      }
      lehr_sampleset_free(alone);
      lehr_model_free(m);
    }
}

/* Work buys whole sweeps of all walkers, one at least; reads come in systems of 64 walkers. */
static void budgets_are_kept(void) {
  lehr_model *m = sparse_model(50, VALUES_SMALL);
  const int64_t work[] = {1, 50 * 64 * 20, 50 * 64 * 20 + 50 * 63};
  const int64_t attempts[] = {50 * 64, 50 * 64 * 20, 50 * 64 * 20};
  for (int k = 0; k < 3; k++) {
    lehr_params p = params_of("tempering");
    lehr_result_info info = {.struct_size = sizeof info};
    p.work = work[k];
    p.reads = 3;
    lehr_sampleset *set = solve(NULL, m, &p);
    lehr_sampleset_info(set, &info);
    CHECK_INT(info.attempts, attempts[k]);
    CHECK_INT(info.stop_reason, LEHR_STOP_WORK);
    CHECK_INT(lehr_sampleset_reads(set), 3);
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
}

static json_t *statistics_of(const lehr_model *m, const lehr_params *p) {
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset *set = solve(NULL, m, p);
  lehr_sampleset_info(set, &info);
  json_t *told = json_loads(info.statistics_json, 0, NULL);
  REQUIRE(told != NULL);
  lehr_sampleset_free(set);
  return told;
}

static double told(const json_t *list, size_t k) {
  return json_number_value(json_array_get(list, k));
}

/* Walkers go up and down, neighbours exchange, temperatures rise from the cold end. */
static void statistics_are_told(void) {
  static const char *const options[][3] = {{"sweeps=2000", "clusters=off", "temperatures=4"},
                                           {"sweeps=2000", "clusters=on", "temperatures=4"},
                                           {"sweeps=60", "mode=population", "interval=5"}};
  lehr_model *m = sparse_model(60, VALUES_REAL);
  for (int k = 0; k < 3; k++) {
    lehr_params p = params_of("tempering");
    p.reads = 128;
    p.options = options[k];
    p.n_options = 3;
    json_t *one = statistics_of(m, &p);
    p.threads = 2;
    json_t *two = statistics_of(m, &p);
    CHECK(json_equal(one, two));
    const json_t *beta = json_object_get(one, "beta"),
                 *rate = json_object_get(one, "exchange_rate");
    const double families = json_number_value(json_object_get(one, "families"));
    const double walkers = json_number_value(json_object_get(one, "walkers"));
    CHECK_REAL(walkers, k < 2 ? 128 : 1024, 0);
    if (k == 2) CHECK(families >= 1 && families < walkers);
    CHECK_INT(json_array_size(beta), k < 2 ? 4 : 0);
    CHECK_INT(json_array_size(rate), k < 2 ? 3 : 0);
    if (k < 2) CHECK(json_number_value(json_object_get(one, "round_trips")) > 0);
    for (size_t r = 0; r < json_array_size(rate); r++) {
      CHECK(told(beta, r + 1) > 0 && told(beta, r + 1) <= told(beta, r));
      CHECK(told(rate, r) > 0.01 && told(rate, r) <= 1);
    }
    json_decref(one);
    json_decref(two);
  }
  lehr_model_free(m);
}

static void check_lowest(const lehr_model *m, double expected) {
  lehr_params p = params_of("tempering");
  lehr_sampleset *set = solve(NULL, m, &p);
  CHECK_REAL(lehr_sampleset_energy(set, 0), expected, 0);
  CHECK_INT(lehr_sampleset_reads(set), 64);
  lehr_sampleset_free(set);
}

static void models_at_the_edges(void) {
  for (int32_t n = 0; n <= 3; n++) {
    lehr_builder *b;
    lehr_model *m;
    REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    check_lowest(m, 0); /* nothing to prefer */
    lehr_model_free(m);
    if (n > 0) REQUIRE_OK(lehr_builder_add_linear_int(b, n - 1, 5, NULL));
    if (n > 1) REQUIRE_OK(lehr_builder_add_int(b, 0, 1, INT64_C(1) << 59, NULL));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    check_lowest(m, n == 0 ? 0 : n == 1 ? -5 : -(double)((INT64_C(1) << 59) + 5));
    lehr_model_free(m);
    lehr_builder_free(b);
  }
}

/* A star: the hub sees everything. */
static void a_hub_of_many_neighbours(void) {
  enum { LEAVES = 20000 };
  lehr_builder *b;
  lehr_model *m;
  static const char *const few[] = {"sweeps=30"};
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, LEAVES + 1, &b));
  for (int32_t i = 1; i <= LEAVES; i++)
    REQUIRE_OK(lehr_builder_add_int(b, 0, i, i % 3 ? 1 : -1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  lehr_params p = params_of("tempering");
  p.options = few;
  p.n_options = 1;
  lehr_sampleset *set = solve(NULL, m, &p);
  CHECK_REAL(lehr_sampleset_energy(set, 0), -LEAVES, 0);
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

static void groups_are_refused(void) {
  static const int32_t members[] = {0, 1};
  lehr_builder *b;
  lehr_model *m;
  lehr_params p = params_of("tempering");
  lehr_sampleset *set;
  lehr_error err;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 2, &b));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, members, 2, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  CHECK(lehr_solve(NULL, m, &p, &set, &err) != LEHR_OK);
  CHECK_CONTAINS(err.text, "groups");
  lehr_model_free(m);
}

static const check_test tests[] = {
    {"same for threads that share a system", same_for_threads_that_share_a_system},
    {"same on every level", same_on_every_level},
    {"budgets are kept", budgets_are_kept},
    {"statistics are told", statistics_are_told},
    {"models at the edges", models_at_the_edges},
    {"a hub of many neighbours", a_hub_of_many_neighbours},
    {"groups are refused", groups_are_refused},
};
CHECK_MAIN("solvers/tempering", tests)
