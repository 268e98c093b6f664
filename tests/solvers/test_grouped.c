/* SPDX-License-Identifier: Apache-2.0 */
/* Engines that keep groups by their moves: every sample satisfies them, large or small. */
#include "check.h"
#include "random_models.h"

#include "base/clock.h"

enum { N = 240 };

/* Couplings on `density` of the pairs, then one group over 80 variables of each kind. */
static lehr_model *mixed_model(model_values values, double density, int32_t k) {
  philox_stream s = philox_stream_at(17, (uint64_t)values);
  const lehr_group_kind kinds[] = {LEHR_GROUP_ONE_HOT, LEHR_GROUP_AT_MOST_ONE,
                                   LEHR_GROUP_CARDINALITY};
  lehr_builder *b;
  lehr_model *m;
  int32_t members[80];
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, N + 10, &b)); /* ten stay free */
  for (int32_t i = 0; i < N + 10; i++) {
    REQUIRE_OK(lehr_builder_add_linear(b, i, model_coefficient(&s, values), NULL));
    for (int32_t j = 0; j < i; j++)
      if (philox_unit(&s) < density)
        REQUIRE_OK(lehr_builder_add(b, i, j, model_coefficient(&s, values), NULL));
  }
  for (int g = 0; g < 3; g++) {
    for (int32_t i = 0; i < 80; i++) members[i] = 3 * i + g;
    REQUIRE_OK(lehr_builder_add_group(b, kinds[g], members, 80, k, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_sampleset *solve(const lehr_model *m, const char *engine, int32_t threads,
                             double time_limit_s) {
  static const char *const options[] = {"sweeps=300"};
  lehr_params p;
  lehr_sampleset *set;
  lehr_error err;
  lehr_params_init(&p);
  p.engine = engine;
  p.threads = threads;
  p.reads = 12;
  p.time_limit_s = time_limit_s;
  p.options = options;
  p.n_options = strcmp(engine, "anneal") == 0 && time_limit_s < 0;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
  return set;
}

static void check_feasible(const lehr_sampleset *set) {
  CHECK_INT(lehr_sampleset_reads(set), 12);
  for (int64_t k = 0; k < lehr_sampleset_size(set); k++) CHECK(lehr_sampleset_feasible(set, k));
}

static void every_sample_is_feasible(void) {
  const double densities[] = {0.02, 0.5}; /* sparse and dense rows */
  for (int values = 0; values < VALUE_KINDS; values++)
    for (int d = 0; d < 2; d++) {
      lehr_model *m = mixed_model((model_values)values, densities[d], 25);
      lehr_sampleset *greedy = solve(m, "greedy", 1, -1), *anneal = solve(m, "anneal", 1, -1);
      lehr_sampleset *start = solve(m, "anneal", 1, 0);
      check_feasible(greedy);
      check_feasible(anneal);
      check_feasible(start);
      CHECK(lehr_sampleset_energy(anneal, 0) <= lehr_sampleset_energy(greedy, 0));
      CHECK(lehr_sampleset_energy(greedy, 0) < lehr_sampleset_energy(start, 0));
      for (int32_t threads = 2; threads <= 8; threads *= 2) {
        lehr_sampleset *other = solve(m, "anneal", threads, -1);
        REQUIRE(lehr_sampleset_size(other) == lehr_sampleset_size(anneal));
        for (int64_t k = 0; k < lehr_sampleset_size(other); k++) {
          uint8_t x[N + 10], y[N + 10];
          lehr_sampleset_bits(anneal, k, x);
          lehr_sampleset_bits(other, k, y);
          CHECK(memcmp(x, y, sizeof x) == 0);
        }
        lehr_sampleset_free(other);
      }
      lehr_sampleset_free(greedy);
      lehr_sampleset_free(anneal);
      lehr_sampleset_free(start);
      lehr_model_free(m);
    }
}

static void nothing_and_everything_can_be_chosen(void) {
  for (int32_t k = 0; k <= 80; k += 80) {
    lehr_model *m = mixed_model(VALUES_SMALL, 0.1, k);
    lehr_sampleset *set = solve(m, "anneal", 1, -1);
    check_feasible(set);
    lehr_sampleset_free(set);
    lehr_model_free(m);
  }
}

static void keeps_to_the_time(void) {
  lehr_model *m = mixed_model(VALUES_REAL, 0.5, 40);
  const double start = clock_cpu(); /* wall time passes for other processes, too */
  lehr_sampleset *set = solve(m, "anneal", 1, 0.2);
  CHECK(clock_cpu() - start < 0.4);
  check_feasible(set);
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

/* A given state that breaks the groups is repaired before the search. */
static void repairs_given_states(void) {
  lehr_model *m = mixed_model(VALUES_SMALL, 0.1, 30);
  uint8_t bits[N + 10];
  memset(bits, 1, sizeof bits);
  for (int32_t e = 0; e < 2; e++) {
    lehr_params p;
    lehr_sampleset *set;
    lehr_params_init(&p);
    p.engine = e ? "greedy" : "anneal";
    p.threads = 1;
    p.reads = 3;
    p.initial = bits;
    p.n_initial = 1;
    REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
    CHECK(lehr_sampleset_feasible(set, 0));
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
}

static void overlapping_groups_are_left_to_enumeration(void) {
  const int32_t first[] = {0, 1, 2}, second[] = {2, 3};
  for (int32_t n = 10; n <= 40; n += 30) {
    lehr_builder *b;
    lehr_model *m;
    lehr_params p;
    lehr_sampleset *set = NULL;
    lehr_error err;
    REQUIRE_OK(lehr_builder_create(LEHR_BINARY, n, &b));
    REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, first, 3, 1, NULL));
    REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, second, 2, 2, NULL));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_builder_free(b);
    lehr_params_init(&p);
    if (n == 10) {
      REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
      CHECK(lehr_sampleset_feasible(set, 0));
    } else {
      CHECK_INT(lehr_solve(NULL, m, &p, &set, &err), LEHR_EUNAVAILABLE);
      CHECK_CONTAINS(err.text, "40 variables");
    }
    p.engine = "anneal";
    lehr_sampleset *refused = NULL;
    CHECK_INT(lehr_solve(NULL, m, &p, &refused, &err), LEHR_EUNAVAILABLE);
    CHECK_CONTAINS(err.text, "share variables");
    lehr_sampleset_free(set);
    lehr_model_free(m);
  }
}

static const check_test tests[] = {
    {"every sample is feasible", every_sample_is_feasible},
    {"nothing and everything can be chosen", nothing_and_everything_can_be_chosen},
    {"keeps to the time", keeps_to_the_time},
    {"repairs given states", repairs_given_states},
    {"overlapping groups are left to enumeration", overlapping_groups_are_left_to_enumeration},
};
CHECK_MAIN("grouped", tests)
