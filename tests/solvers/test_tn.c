/* SPDX-License-Identifier: Apache-2.0 */
/* The tn engine through the public interface, against enumeration. */
#include "base/philox.h"
#include "check.h"
#include "support/tn_solve.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { N = 8, STATES = 1 << N };

/* N variables, couplings of about half of the pairs, multiples of 1 / parts; 0: real ones. */
static lehr_model *model_at(philox_stream *s, lehr_vartype type, double parts) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(type, N, &b));
  REQUIRE_OK(lehr_builder_add_offset(b, parts > 0 ? 3 / parts : 0.1234, NULL));
  for (int32_t i = 0; i < N; i++)
    for (int32_t j = 0; j <= i; j++) {
      const double whole = (double)philox_below(s, 5) - 2;
      const double value = parts > 0 ? whole / parts : philox_normal(s);
      if (i != j && philox_below(s, 2)) continue;
      if (i == j) REQUIRE_OK(lehr_builder_add_linear(b, i, value, NULL));
      if (i != j) REQUIRE_OK(lehr_builder_add(b, i, j, value, NULL));
    }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static void state_bits(uint32_t x, uint8_t bits[N]) {
  for (int32_t i = 0; i < N; i++) bits[i] = x >> i & 1;
}

static int compare(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

/* energy[x] of all states, and the same ascending. */
static void enumerate(const lehr_model *m, double energy[STATES], double sorted[STATES]) {
  uint8_t bits[N];
  for (uint32_t x = 0; x < STATES; x++) {
    state_bits(x, bits);
    sorted[x] = energy[x] = lehr_model_energy(m, bits);
  }
  qsort(sorted, STATES, sizeof *sorted, compare);
}

static void check_lowest(const lehr_sampleset *s, const double sorted[], int64_t count,
                         bool is_exact) {
  CHECK_INT(lehr_sampleset_lowest_size(s), count);
  CHECK_INT(result_told(s, "lowest_complete"), 1);
  for (int64_t k = 0; k < lehr_sampleset_lowest_size(s); k++) {
    lehr_lowest_state state = {.struct_size = sizeof state};
    lehr_sampleset_lowest(s, k, &state, NULL);
    CHECK_REAL(state.energy, sorted[k], 1e-9);
    int64_t equal = 0;
    for (int32_t x = 0; x < STATES; x++) equal += sorted[x] == sorted[k];
    if (state.degeneracy) CHECK_INT(atoll(state.degeneracy), equal);
    CHECK(is_exact || !state.degeneracy);
  }
}

static void check_boltzmann(const lehr_sampleset *s, const double energy[], double beta) {
  const lehr_result_info info = result_info(s);
  double z = 0, ones[N] = {0};
  for (uint32_t x = 0; x < STATES; x++) {
    const double p = exp(-beta * energy[x]);
    z += p;
    for (int32_t i = 0; i < N; i++) ones[i] += p * (x >> i & 1);
  }
  CHECK_REAL(info.log_z, log(z), 1e-9);
  CHECK_REAL(info.beta, beta, 0);
  for (int32_t i = 0; i < N; i++) CHECK_REAL(info.marginals[i], ones[i] / z, 1e-9);
  for (int64_t k = 0; k < info.n_pair_marginals; k++) {
    const lehr_pair_marginal *pair = &info.pair_marginals[k];
    double sum[4] = {0};
    for (uint32_t x = 0; x < STATES; x++)
      sum[2 * (x >> pair->i & 1) + (x >> pair->j & 1)] += exp(-beta * energy[x]) / z;
    for (int c = 0; c < 4; c++) CHECK_REAL(pair->probability[c], sum[c], 1e-9);
  }
}

static const double parts_of_one[] = {1, 10, 4, 0};

static void tells_what_enumeration_tells(void) {
  static const char *const options[] = {"lowest=20", "marginals=1", "log_z=1", "beta=0.7",
                                        "count=1"};
  philox_stream s = philox_stream_at(1, 0);
  for (int trial = 0; trial < 48; trial++) {
    const double parts = parts_of_one[trial % 4];
    lehr_model *m = model_at(&s, trial & 4 ? LEHR_SPIN : LEHR_BINARY, parts);
    double energy[STATES], sorted[STATES];
    enumerate(m, energy, sorted);
    lehr_sampleset *set = tn_solve(m, options, parts > 0 ? 5 : 4, 0);
    const lehr_result_info info = result_info(set);
    int64_t ground = 0;
    for (int32_t x = 0; x < STATES; x++) ground += sorted[x] == sorted[0];
    CHECK_INT(info.proven, 1);
    CHECK_REAL(lehr_sampleset_energy(set, 0), sorted[0], 1e-12);
    if (parts > 0) CHECK_INT(atoll(info.degeneracy), ground);
    check_lowest(set, sorted, 20, parts > 0);
    check_boltzmann(set, energy, 0.7);
    lehr_sampleset_free(set);
    lehr_model_free(m);
  }
}

static void all_states_within_delta(void) {
  static const char *const options[] = {"delta=0.3"};
  philox_stream s = philox_stream_at(2, 0);
  for (int trial = 0; trial < 16; trial++) {
    lehr_model *m = model_at(&s, trial & 1 ? LEHR_SPIN : LEHR_BINARY, 10);
    double energy[STATES], sorted[STATES];
    int64_t count = 0;
    enumerate(m, energy, sorted);
    for (int32_t x = 0; x < STATES; x++) count += sorted[x] <= sorted[0] + 0.3 + 1e-9;
    lehr_sampleset *set = tn_solve(m, options, 1, 0);
    check_lowest(set, sorted, count, true);
    for (int64_t k = 0; k < count; k++) {
      lehr_lowest_state state = {.struct_size = sizeof state};
      lehr_sampleset_lowest(set, k, &state, NULL);
      CHECK(state.degeneracy != NULL);
    }
    lehr_sampleset_free(set);
    lehr_model_free(m);
  }
}

/* Pearson's sum over 2^8 states; above 400 with probability 1e-8. */
static void check_samples(const lehr_model *m) {
  static const char *const options[] = {"mode=sample", "beta=0.4"};
  const double reads = 100000;
  double energy[STATES], sorted[STATES], chi2 = 0;
  uint8_t bits[N];
  enumerate(m, energy, sorted);
  lehr_sampleset *set = tn_solve(m, options, 2, (int64_t)reads);
  const lehr_result_info info = result_info(set);
  CHECK_INT(lehr_sampleset_reads(set), (int64_t)reads);
  double missing = reads; /* expected reads of states that did not occur */
  for (int64_t k = 0; k < lehr_sampleset_size(set); k++) {
    uint32_t x = 0;
    lehr_sampleset_bits(set, k, bits);
    for (int32_t i = 0; i < N; i++) x |= (uint32_t)bits[i] << i;
    const double expected = reads * exp(-0.4 * energy[x] - info.log_z);
    const double difference = (double)lehr_sampleset_occurrences(set, k) - expected;
    chi2 += difference * difference / expected;
    missing -= expected;
  }
  CHECK(chi2 + missing < 400);
  lehr_sampleset_free(set);
}

static void samples_follow_boltzmann(void) {
  philox_stream s = philox_stream_at(3, 0);
  for (int trial = 0; trial < 4; trial++) {
    lehr_model *m = model_at(&s, trial & 1 ? LEHR_SPIN : LEHR_BINARY, parts_of_one[trial]);
    check_samples(m);
    lehr_model_free(m);
  }
}

/* Spins 0-2, 3-4 and 5 have no fields, 6 and 7 have. */
static lehr_model *model_of_parts(philox_stream *s, bool is_whole) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  for (int32_t i = 1; i < N; i++) {
    const int64_t J = (int64_t)philox_below(s, 5) - 2;
    if (is_whole || (i != 3 && i != 5 && i != 6))
      REQUIRE_OK(lehr_builder_add_int(b, i - 1, i, J, NULL));
    if (is_whole || i == 2) REQUIRE_OK(lehr_builder_add_int(b, i / 2, i, 1, NULL));
  }
  for (int32_t i = 6; i < N && !is_whole; i++)
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, i, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* Parts without fields are contracted with one spin fixed; nothing tells. */
static void mirrored_parts(void) {
  static const char *const options[] = {"marginals=1", "log_z=1",  "beta=0.7",
                                        "count=1",     "fronts=1", NULL};
  static const char *const lowest[] = {"lowest=1", "lowest=5", "lowest=255", "delta=2"};
  philox_stream s = philox_stream_at(8, 0);
  for (int trial = 0; trial < 24; trial++) {
    lehr_model *m = model_of_parts(&s, trial & 1);
    double energy[STATES], sorted[STATES];
    const char *asked[6];
    int64_t ground = 0, near = 0;
    memcpy(asked, options, sizeof asked);
    asked[5] = lowest[trial / 2 % 4];
    enumerate(m, energy, sorted);
    for (int32_t x = 0; x < STATES; x++) {
      ground += sorted[x] == sorted[0];
      near += sorted[x] <= sorted[0] + 2;
    }
    lehr_sampleset *set = tn_solve(m, asked, 6, 0);
    const lehr_result_info info = result_info(set);
    CHECK_INT(atoll(info.degeneracy), ground);
    check_boltzmann(set, energy, 0.7);
    check_lowest(set, sorted, trial / 2 % 4 == 3 ? near : atoll(strchr(asked[5], '=') + 1), true);
    for (int64_t k = 1; k < info.n_pair_marginals; k++) {
      const lehr_pair_marginal *const pair = info.pair_marginals + k;
      CHECK(pair[-1].i < pair->i || (pair[-1].i == pair->i && pair[-1].j < pair->j));
    }
    lehr_sampleset_free(set);
    if (trial < 4) check_samples(m);
    lehr_model_free(m);
  }
}

/* Bounds hold, enough states prove, and listed states differ; few states are enough for some. */
static void beams(void) {
  static const char *const options[] = {"mode=beam", "beam=100000", "ibound=2"};
  static const char *const few[] = {"mode=beam", "beam=3", "ibound=1"};
  static const char *const chains[] = {"mode=mps", "bond=16"};
  philox_stream s = philox_stream_at(7, 0);
  for (int trial = 0; trial < 48; trial++) {
    lehr_model *m = model_at(&s, trial & 4 ? LEHR_SPIN : LEHR_BINARY, parts_of_one[trial % 4]);
    double energy[STATES], sorted[STATES];
    const int64_t reads = trial % 2 * 7;
    enumerate(m, energy, sorted);
    lehr_sampleset *set = tn_solve(m, options, 3, reads), *quick = tn_solve(m, few, 3, 0);
    lehr_sampleset *summed = tn_solve(m, chains, 2, reads);
    CHECK_REAL(lehr_sampleset_energy(summed, 0), sorted[0], 1e-12);
    CHECK_INT(result_info(summed).proven, 0);
    CHECK_INT(lehr_sampleset_size(summed), reads > 0 ? reads : 1);
    lehr_sampleset_free(summed);
    CHECK_INT(result_info(set).proven, 1);
    CHECK_REAL(lehr_sampleset_energy(set, 0), sorted[0], 1e-12);
    CHECK_INT(lehr_sampleset_size(set), reads > 0 ? reads : 1);
    CHECK(result_info(quick).bound <= sorted[0] + 1e-12);
    CHECK(lehr_sampleset_energy(quick, 0) >= sorted[0] - 1e-12);
    lehr_sampleset_free(set);
    lehr_sampleset_free(quick);
    lehr_model_free(m);
  }
}

/* A budget that no contraction fits in: a state, and a bound that is one; the more work, the more
 * of them are proofs. */
static void stopped_runs_have_bounds(void) {
  static const int64_t budgets[] = {1, 100, 700};
  philox_stream s = philox_stream_at(28, 0);
  int proofs[3] = {0};
  for (size_t k = 0; k < 120; k++) {
    lehr_model *m = model_at(&s, k % 2 ? LEHR_SPIN : LEHR_BINARY, parts_of_one[k / 2 % 4]);
    double energy[STATES], sorted[STATES];
    lehr_sampleset *set;
    lehr_params p;
    lehr_params_init(&p);
    p.engine = "tn";
    p.work = budgets[k / 8 % 3];
    enumerate(m, energy, sorted);
    REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
    const lehr_result_info info = result_info(set);
    CHECK(info.has_bound);
    CHECK(info.bound <= sorted[0]);
    CHECK(lehr_sampleset_energy(set, 0) >= sorted[0] - 1e-12);
    CHECK_INT(info.stop_reason, info.proven ? LEHR_STOP_PROVEN : LEHR_STOP_WORK);
    proofs[k / 8 % 3] += info.proven;
    lehr_sampleset_free(set);
    lehr_model_free(m);
  }
  CHECK(proofs[0] < 20 && proofs[2] > 20);
}

static lehr_model *chain_of(int32_t n) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t i = 1; i < n; i++) REQUIRE_OK(lehr_builder_add_int(b, i - 1, i, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* Where a run ends before all that was asked for is told, what ended it is said, proven or not. */
static void unfinished_runs_say_why(void) {
  static const char *const wishes[][2] = {{"marginals=1", "count=1"},
                                          {"lowest=3", "lowest=3"},
                                          {"delta=2", "count=1"},
                                          {"log_z=1", "log_z=1"},
                                          {"mode=sample", "lowest=2"}};
  static const int32_t now = 1;
  philox_stream s = philox_stream_at(29, 0);
  int proven = 0;
  for (int k = 0; k < 60; k++) {
    lehr_model *m = k % 2 ? chain_of(4) : model_at(&s, LEHR_SPIN, 1);
    lehr_params p = tn_params(wishes[k / 2 % 5], 2);
    static const lehr_stop_reason expected[] = {LEHR_STOP_WORK, LEHR_STOP_TIME_LIMIT,
                                                LEHR_STOP_STOPPED};
    const int by = k / 10 % 3;
    if (by == 0) p.work = 2;
    if (by == 1) p.time_limit_s = 1e-9;
    if (by == 2) p.stop = &now;
    lehr_sampleset *set = tn_solve_with(m, &p);
    const lehr_result_info info = result_info(set);
    CHECK_INT(info.stop_reason, expected[by]);
    CHECK(!info.degeneracy || !info.marginals);
    proven += info.status == LEHR_SOLVE_OPTIMAL;
    lehr_sampleset_free(set);
    lehr_model_free(m);
  }
  CHECK(proven > 5);
}

static const check_test tests[] = {{"tells what enumeration tells", tells_what_enumeration_tells},
                                   {"all states within delta", all_states_within_delta},
                                   {"samples follow Boltzmann", samples_follow_boltzmann},
                                   {"mirrored parts", mirrored_parts},
                                   {"beams", beams},
                                   {"stopped runs have bounds", stopped_runs_have_bounds},
                                   {"unfinished runs say why", unfinished_runs_say_why}};
CHECK_MAIN("solvers/tn", tests)
