/* SPDX-License-Identifier: Apache-2.0 */
/* Models of many parts: minima of the tiny ones, and runs of `hybrid` that end when they should. */
#include "check.h"
#include "random_models.h"
#include "solvers/hybrid/tiny.h"
#include "support/cpu_time.h"

#include "base/clock.h"

static lehr_model *finish(lehr_builder *b) {
  lehr_model *m;
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static int32_t integer(philox_stream *s) { return (int32_t)philox_below(s, 201) - 100; }

static lehr_model *isolated(philox_stream *s) {
  enum { N = 400000 };
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, N, &b));
  for (int32_t i = 0; i < N; i++) REQUIRE_OK(lehr_builder_add_linear_int(b, i, integer(s), NULL));
  return finish(b);
}

/* `count` complete graphs, of which each is one group as well if so wanted. */
static lehr_model *cliques(philox_stream *s, int32_t count, int32_t size, bool has_groups) {
  enum { LARGEST = 16 };
  int32_t all[LARGEST];
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, count * size, &b));
  for (int32_t first = 0; first < count * size; first += size) {
    for (int32_t i = 0; i < size; i++) {
      all[i] = first + i;
      for (int32_t j = 0; j < i; j++)
        REQUIRE_OK(lehr_builder_add_int(b, first + i, first + j, integer(s), NULL));
    }
    if (has_groups)
      REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, all, size, size / 2, NULL));
  }
  return finish(b);
}

/* Trees, and a few cycles, of up to some thousand variables. */
static lehr_model *forest(philox_stream *s) {
  enum { N = 200000 };
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  for (int32_t k = 0; k < N / 2; k++)
    REQUIRE_OK(lehr_builder_add_int(b, (int32_t)philox_below(s, N), (int32_t)philox_below(s, N),
                                    integer(s), NULL));
  return finish(b);
}

static lehr_sampleset *solve(const lehr_model *m, double limit, const int32_t *stop) {
  lehr_sampleset *set;
  lehr_error err = {0};
  lehr_params p;
  lehr_params_init(&p);
  p.engine = "hybrid";
  p.threads = 1; /* whose CPU time is counted: wall time passes for other processes, too */
  p.time_limit_s = limit;
  p.stop = stop;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
  REQUIRE(lehr_sampleset_size(set) >= 1);
  CHECK(lehr_sampleset_feasible(set, 0));
  return set;
}

/* Whatever the limit is, the run ends in time, and is not better than the optimum, which one
 * without a limit finds quickly. A run told to stop before it began ends soon as well. */
static void ends_in_time(lehr_model *m, bool is_quick) {
  static const double limits[] = {0.01, 0.1, 0.3};
  static const int32_t now = 1;
  const double allowance = 0.4 * CPU_TIME_FACTOR;
  double optimum = -HUGE_VAL;
  if (is_quick) {
    const double start = clock_cpu();
    lehr_sampleset *set = solve(m, -1, NULL);
    lehr_result_info info = {.struct_size = sizeof info};
    lehr_sampleset_info(set, &info);
    CHECK(clock_cpu() - start < 2 * allowance);
    CHECK(info.proven);
    optimum = lehr_sampleset_energy(set, 0);
    lehr_sampleset_free(set);
  }
  for (int k = 0; k < 4; k++) {
    const double start = clock_cpu(), limit = k < 3 ? limits[k] : -1;
    lehr_sampleset *set = solve(m, limit, k < 3 ? NULL : &now);
    CHECK(clock_cpu() - start < fmax(0, limit) + allowance);
    CHECK(lehr_sampleset_energy(set, 0) >= optimum);
    CHECK(lehr_sampleset_energy(set, 0) < 0);
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
}

static void many_parts(void) {
  philox_stream s = philox_stream_at(71, 0);
  ends_in_time(isolated(&s), true);
  ends_in_time(forest(&s), true);
  ends_in_time(cliques(&s, 25000, 5, false), true);
  ends_in_time(cliques(&s, 10000, 12, false), false);
  ends_in_time(cliques(&s, 20000, 4, true), false);
}

/* Tiny minima are those of brute force. */
static void tiny_minima(void) {
  philox_stream s = philox_stream_at(72, 0);
  for (int trial = 0; trial < 400; trial++) {
    const model_recipe recipe = {1 + trial % TINY_MOST, trial % 2 ? LEHR_SPIN : LEHR_BINARY,
                                 trial % 3 ? VALUES_SMALL : VALUES_REAL, GROUPS_NONE, 0.6};
    lehr_model *m = model_random(&s, &recipe);
    uint8_t bits[TINY_MOST];
    components c;
    REQUIRE_OK(components_find(lehr_model_look(m), &c));
    for (int32_t k = 0; k < c.count; k++) tiny_minimum(lehr_model_look(m), &c, k, bits);
    CHECK_REAL(lehr_model_energy(m, bits), model_brute_force(m).energy, 1e-12);
    components_free(&c);
    lehr_model_free(m);
  }
}

static const check_test tests[] = {{"tiny minima", tiny_minima}, {"many parts", many_parts}};
CHECK_MAIN("parts", tests)
