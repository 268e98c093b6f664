/* SPDX-License-Identifier: Apache-2.0 */
/* The tn engine at its limits: groups that no state keeps, refusals, models too wide for tables of
 * pairs, temperatures near to none, no variables and many. */
#include "check.h"
#include "random_models.h"
#include "support/tn_solve.h"

/* Groups of all kinds, alone and overlapping: the lowest energy of states that keep them, proven;
 * or the proof that there are none. */
static void groups_are_kept(void) {
  philox_stream s = philox_stream_at(27, 0);
  int32_t impossible = 0;
  for (int k = 0; k < 240; k++) {
    const model_recipe r = {.n = 1 + k % 11,
                            .vartype = k % 2 ? LEHR_SPIN : LEHR_BINARY,
                            .values = (model_values)(k % VALUE_KINDS),
                            .groups = k % 3 ? GROUPS_DISJOINT : GROUPS_OVERLAP,
                            .density = 0.5};
    lehr_model *m = model_random(&s, &r);
    double best = HUGE_VAL;
    for (uint32_t x = 0; x < 1u << r.n; x++) {
      uint8_t bits[MODEL_MAX_BITS];
      for (int32_t i = 0; i < r.n; i++) bits[i] = x >> i & 1;
      if (lehr_model_feasible(m, bits)) best = fmin(best, lehr_model_energy(m, bits));
    }
    lehr_sampleset *set = tn_solve(m, NULL, 0, 1);
    impossible += best == HUGE_VAL;
    CHECK_INT(result_info(set).status,
              best < HUGE_VAL ? LEHR_SOLVE_OPTIMAL : LEHR_SOLVE_INFEASIBLE);
    if (best < HUGE_VAL) CHECK_REAL(lehr_sampleset_energy(set, 0), best, 1e-9 * (1 + fabs(best)));
    lehr_sampleset_free(set);
    lehr_model_free(m);
  }
  CHECK(impossible > 5);
}

static void refuses_with_a_reason(void) {
  philox_stream s = philox_stream_at(4, 0);
  const model_recipe recipe = {8, LEHR_SPIN, VALUES_REAL, GROUPS_NONE, 0.5};
  lehr_model *real = model_random(&s, &recipe);
  lehr_builder *b;
  lehr_model *wide;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 60, &b));
  for (int32_t i = 0; i < 60; i++)
    for (int32_t j = 0; j < i; j++)
      REQUIRE_OK(lehr_builder_add_int(b, i, j, 1 + (i + j) % 3, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &wide, NULL));
  tn_refuses(real, "count=1", 0, "exact coefficients");
  tn_refuses(real, "mode=wrong", 0, "mode");
  tn_refuses(wide, "count=0", 1 << 30, "too wide for the memory: width 5");
  tn_refuses(wide, "mode=mps", 1 << 20, "chains of bond 16 need");
  tn_refuses(wide, "mode=beam", 1 << 20, "a beam of 65536 states needs");
  lehr_builder_free(b);
  lehr_model_free(wide);
  lehr_model_free(real);
}

static void plan_refuses(const lehr_model *m, const char *const options[], size_t count,
                         lehr_status status, const char *said) {
  lehr_params p = tn_params(options, count);
  lehr_plan plan = {.struct_size = sizeof plan};
  lehr_error err = {0};
  CHECK_INT(lehr_solve_plan(NULL, m, &p, &plan, NULL, &err), status);
  CHECK_CONTAINS(err.text, said);
}

/* Before anything is run, so that what else was asked for is not lost. */
static void too_cold(void) {
  static const char *const options[][3] = {{"mode=sample", "beta=1e9", "count=0"},
                                           {"count=1", "log_z=1", "beta=1e9"},
                                           {"marginals=1", "lowest=2", "beta=1e300"}};
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 1, &b));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 0, -7, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  for (int k = 0; k < 3; k++)
    plan_refuses(m, options[k], 3, LEHR_ERANGE, "beta times energies is above 1e+08");
  lehr_model_free(m);
  lehr_builder_free(b);
}

/* Energies of up to 6e17 are exact, but sums of bounds have no room. */
static void too_large_for_bounds(void) {
  static const char *const options[] = {"mode=beam"};
  const int64_t large = INT64_C(100000000000000000);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 4, &b));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 0, 2 * large, NULL));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 1, 3 * large, NULL));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 2, -3 * large - 1, NULL));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 3, 1, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 0, 1, 4 * large + 1, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 1, 2, -4 * large - 3, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 2, 3, 3 * large + 3, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  plan_refuses(m, options, 1, LEHR_EUNAVAILABLE, "too large for bounds");
  lehr_model_free(m);
  lehr_builder_free(b);
}

/* A chain of 40 variables with 98846 states within 4 of the lowest one: where the memory ends a
 * list that is said, and the lowest ones are there. */
static void lists_tell_whether_they_are_whole(void) {
  static const struct {
    const char *option;
    uint64_t memory;
    int64_t count; /* 0: as many as fit */
  } cases[] = {{"delta=4", 100000000, 98846},
               {"delta=4", 3000000, 0},
               {"delta=0", 3000000, 1},
               {"lowest=9000", 3000000, 9000},
               {"lowest=100000", 3000000, 0}};
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 40, &b));
  for (int32_t i = 0; i < 40; i++) REQUIRE_OK(lehr_builder_add_linear_int(b, i, i % 3 - 1, NULL));
  for (int32_t i = 1; i < 40; i++) REQUIRE_OK(lehr_builder_add_int(b, i - 1, i, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  for (int k = 0; k < 5; k++) {
    const bool is_whole = cases[k].count > 0;
    lehr_params p = tn_params(&cases[k].option, 1);
    p.memory_bytes = cases[k].memory;
    lehr_sampleset *set = tn_solve_with(m, &p);
    const int64_t told = lehr_sampleset_lowest_size(set);
    CHECK(is_whole ? told == cases[k].count : told > 5000);
    CHECK_INT(result_told(set, "lowest_complete"), is_whole);
    CHECK_INT(result_info(set).stop_reason, is_whole ? LEHR_STOP_PROVEN : LEHR_STOP_MEMORY);
    CHECK_INT(result_info(set).status, LEHR_SOLVE_OPTIMAL);
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
  lehr_builder_free(b);
}

/* wide x wide spins with couplings +-1. */
static lehr_model *lattice(philox_stream *s, int32_t wide) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, wide * wide, &b));
  for (int32_t v = 0; v < wide * wide; v++)
    for (int32_t step = 1; step <= wide; step += wide - 1)
      if (step == 1 ? v % wide > 0 : v >= wide)
        REQUIRE_OK(lehr_builder_add_int(b, v - step, v, philox_below(s, 2) ? 1 : -1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* Where tables of the width that was asked for do not fit, bounded slicing says that this is why it
 * ended, with a state and a bound that needs no tables. */
static void slices_that_do_not_fit(void) {
  static const char *const options[] = {"slicing=always", "width=24"};
  philox_stream s = philox_stream_at(10, 0);
  lehr_model *m = lattice(&s, 20);
  lehr_params p = tn_params(options, 2);
  p.memory_bytes = 1 << 20;
  lehr_sampleset *set = tn_solve_with(m, &p);
  const lehr_result_info info = result_info(set);
  CHECK_INT(info.stop_reason, LEHR_STOP_MEMORY);
  CHECK_INT(info.status, LEHR_SOLVE_FEASIBLE);
  CHECK(info.bound >= -2 * 20 * 19); /* every coupling satisfied */
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

/* Tables of pairs would take 84 MB: ground states are counted by fronts, in half of that, and one
 * of them is told. */
static void counts_by_fronts(void) {
  static const char *const options[] = {"count=1"};
  static const uint64_t memory[] = {(uint64_t)1 << 30, 48000000};
  philox_stream s = philox_stream_at(9, 0);
  lehr_model *m = lattice(&s, 22);
  char states[64] = "";
  for (int k = 0; k < 2; k++) {
    lehr_params p = tn_params(options, 1);
    lehr_plan plan = {.struct_size = sizeof plan};
    p.memory_bytes = memory[k];
    REQUIRE_OK(lehr_solve_plan(NULL, m, &p, &plan, NULL, NULL));
    CHECK(plan.bytes <= memory[k]);
    CHECK_INT(strstr(plan.note, "by fronts") != NULL, k);
    lehr_sampleset *set = tn_solve_with(m, &p);
    const lehr_result_info info = result_info(set);
    if (k == 1) CHECK_TEXT(info.degeneracy, states);
    snprintf(states, sizeof states, "%s", info.degeneracy);
    CHECK_INT(info.proven, 1);
    if (k == 1) CHECK(result_told(set, "fronts") > 0);
    CHECK_REAL(lehr_sampleset_energy(set, 0), info.bound, 0);
    lehr_sampleset_free(set);
  }
  tn_refuses(m, options[0], 30000000, "too wide for the memory: width 22");
  lehr_model_free(m);
}

/* A square lattice of 100 spins with couplings +-1: at low temperatures Z is the ground states. */
static void cold_lattice(void) {
  static const char *const options[] = {"log_z=1", "beta=100", "count=1", "mode=sample"};
  static const char *const minimum[] = {"mode=minimum"};
  philox_stream s = philox_stream_at(6, 0);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 100, &b));
  for (int32_t i = 0; i < 100; i++)
    for (int32_t step = 1; step <= 10; step += 9) {
      const int64_t J = philox_below(&s, 2) ? 1 : -1;
      if (step == 1 ? i % 10 < 9 : i < 90)
        REQUIRE_OK(lehr_builder_add_int(b, i, i + step, J, NULL));
    }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_sampleset *lowest = tn_solve(m, minimum, 1, 0), *set = tn_solve(m, options, 4, 100);
  const lehr_result_info info = result_info(set);
  const int64_t energy = lehr_sampleset_energy_int(lowest, 0);
  CHECK_REAL(info.log_z, -100.0 * (double)energy + log(atof(info.degeneracy)), 1e-8);
  for (int64_t k = 0; k < lehr_sampleset_size(set); k++)
    CHECK_INT(lehr_sampleset_energy_int(set, k), energy);
  CHECK_INT(lehr_sampleset_reads(set), 100);
  lehr_sampleset_free(lowest);
  lehr_sampleset_free(set);
  lehr_model_free(m);
  lehr_builder_free(b);
}

/* No variables, one, none coupled, a star of 10^5. */
static void edge_cases(void) {
  static const char *const options[] = {"count=1", "lowest=3", "marginals=1"};
  static const int32_t sizes[] = {0, 1, 40, 100000};
  for (int k = 0; k < 4; k++) {
    lehr_builder *b;
    lehr_model *m;
    REQUIRE_OK(lehr_builder_create(LEHR_BINARY, sizes[k], &b));
    if (sizes[k] == 1) REQUIRE_OK(lehr_builder_add_linear_int(b, 0, -7, NULL));
    for (int32_t i = 1; i < sizes[k] && k == 3; i++)
      REQUIRE_OK(lehr_builder_add_int(b, 0, i, -1, NULL));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_sampleset *set = tn_solve(m, options, k == 3 ? 1 : 3, 0);
    static const char *const counts[] = {"1", "1", "1099511627776", "1"};
    CHECK_TEXT(result_info(set).degeneracy, counts[k]);
    CHECK_INT(result_info(set).proven, 1);
    lehr_sampleset_free(set);
    lehr_model_free(m);
    lehr_builder_free(b);
  }
}

/* The same sizes in the modes for wide models; the star and the lone ones are proven by the beam.
 */
static void approximate_edge_cases(void) {
  static const int32_t sizes[] = {0, 1, 40, 2000};
  for (int k = 0; k < 8; k++) {
    const char *const options[] = {k < 4 ? "mode=beam" : "mode=mps", "beam=16"};
    const int32_t n = sizes[k % 4];
    lehr_builder *b;
    lehr_model *m;
    REQUIRE_OK(lehr_builder_create(LEHR_BINARY, n, &b));
    if (n == 1) REQUIRE_OK(lehr_builder_add_linear_int(b, 0, -7, NULL));
    for (int32_t i = 1; i < n && k % 4 == 3; i++)
      REQUIRE_OK(lehr_builder_add_int(b, 0, i, -1, NULL));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_sampleset *set = tn_solve(m, options, 2, 0);
    CHECK_INT(lehr_sampleset_energy_int(set, 0), k % 4 == 1 ? -7 : k % 4 == 3 ? 1 - n : 0);
    if (k < 4) CHECK_INT(result_info(set).proven, 1);
    lehr_sampleset_free(set);
    lehr_model_free(m);
    lehr_builder_free(b);
  }
}

static const check_test tests[] = {
    {"groups are kept", groups_are_kept},
    {"refuses with a reason", refuses_with_a_reason},
    {"too cold", too_cold},
    {"too large for bounds", too_large_for_bounds},
    {"lists tell whether they are whole", lists_tell_whether_they_are_whole},
    {"slices that do not fit", slices_that_do_not_fit},
    {"counts by fronts", counts_by_fronts},
    {"cold lattice", cold_lattice},
    {"edge cases", edge_cases},
    {"approximate edge cases", approximate_edge_cases}};
CHECK_MAIN("solvers/tn_edges", tests)
