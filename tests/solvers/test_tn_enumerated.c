/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that the tn engine tells, against all states of models of up to 24 variables. With
 * LEHR_LONG=1 many more models. */
#include "enumeration.h"
#include "support/frequencies.h"
#include "support/tn_solve.h"
#include "tn/grouped.h"

/* What all modes are asked; grouped models have no slicing. */
typedef struct trial {
  lehr_model *m;
  enumeration all;
  double beta; /* for couplings of some size: energies differ by a few units of temperature */
  bool is_exact, has_groups;
} trial;

static bool is_long(void) {
  const char *wish = getenv("LEHR_LONG");
  return wish && *wish && *wish != '0';
}

static double tolerance(const trial *t) { return t->is_exact ? 0 : 1e-9; }

/* ---- Models ---- */

/* Strips three wide with all diagonals, and a tenth of all other pairs. */
static lehr_model *strip_of(philox_stream *s, lehr_vartype type, int32_t n, uint32_t range) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(type, n, &b));
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j <= i; j++) {
      const double whole = (double)philox_below(s, 2 * range + 1) - range;
      const double value = range > 0 ? whole : philox_normal(s);
      const bool is_near = i / 3 - j / 3 <= 1 && abs(i % 3 - j % 3) <= 1;
      if (philox_below(s, i == j ? 2 : 10) && !(i != j && is_near)) continue;
      if (i == j) REQUIRE_OK(lehr_builder_add_linear(b, i, value, NULL));
      if (i != j) REQUIRE_OK(lehr_builder_add(b, i, j, value, NULL));
    }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* ---- What is told ---- */

static void check_minimum(const trial *t, const lehr_sampleset *set, bool is_proven) {
  const lehr_result_info info = result_info(set);
  const double least = t->all.lowest[0];
  CHECK_INT(info.proven, is_proven);
  CHECK(lehr_sampleset_feasible(set, 0));
  CHECK_REAL(lehr_sampleset_energy(set, 0), least, tolerance(t));
  CHECK(!info.has_bound || info.bound <= least + tolerance(t));
}

static void check_lowest(const trial *t, const lehr_sampleset *set) {
  const int64_t count = t->all.states < ENUMERATION_LOWEST ? t->all.states : ENUMERATION_LOWEST;
  CHECK_INT(lehr_sampleset_lowest_size(set), count);
  for (int64_t k = 0; k < count; k++) {
    lehr_lowest_state state = {.struct_size = sizeof state};
    lehr_sampleset_lowest(set, k, &state, NULL);
    CHECK_REAL(state.energy, t->all.lowest[k], tolerance(t));
  }
}

static void check_sums(const trial *t, const lehr_result_info *info) {
  const int32_t n = lehr_model_look(t->m)->n;
  CHECK_REAL(info->log_z, t->all.log_z, 1e-9);
  for (int32_t i = 0; i < n; i++) CHECK_REAL(info->marginals[i], enumeration_one(&t->all, i), 1e-9);
  CHECK(t->has_groups || info->n_pair_marginals >= n / 2);
  for (int64_t k = 0; k < info->n_pair_marginals; k++) {
    const lehr_pair_marginal *const pair = &info->pair_marginals[k];
    if (pair->i / ENUMERATION_HALF != pair->j / ENUMERATION_HALF) continue;
    for (int c = 0; c < 4; c++)
      CHECK_REAL(pair->probability[c], enumeration_pair(&t->all, pair->i, c >> 1, pair->j, c & 1),
                 1e-9);
  }
}

/* Both halves by chi-square, and the mean of the energy. */
static void check_samples(const trial *t, const lehr_sampleset *set, frequencies *f) {
  static int64_t drawn[2][1 << ENUMERATION_HALF];
  const double reads = (double)lehr_sampleset_reads(set);
  double mean = 0;
  memset(drawn, 0, sizeof drawn);
  for (int64_t k = 0; k < lehr_sampleset_size(set); k++) {
    uint8_t bits[ENUMERATION_BITS] = {0};
    const int64_t times = lehr_sampleset_occurrences(set, k);
    lehr_sampleset_bits(set, k, bits);
    CHECK(lehr_sampleset_feasible(set, k));
    mean += (double)times * lehr_sampleset_energy(set, k) / reads;
    for (int side = 0; side < 2; side++) {
      int32_t state = 0;
      for (int i = 0; i < ENUMERATION_HALF; i++) state |= bits[side * ENUMERATION_HALF + i] << i;
      drawn[side][state] += times;
    }
  }
  for (int side = 0; side < 2; side++)
    frequencies_add_shape(f, drawn[side], t->all.half[side], 1 << ENUMERATION_HALF);
  if (t->all.variance > 1e-9)
    frequencies_add_slope(f, (mean - t->all.mean) / sqrt(t->all.variance / reads));
}

static void check_ways(const trial *t) {
  static const char *const ways[][3] = {{"slicing=never"},
                                        {"slicing=always"},
                                        {"slicing=always", "width=4"},
                                        {"mode=beam", "beam=1000000", "ibound=6"},
                                        {"mode=mps", "bond=64", "beam=4096"}};
  for (int k = 0; k < (t->has_groups ? 1 : 5); k++) {
    lehr_sampleset *set = tn_solve(t->m, ways[k], ways[k][1] ? ways[k][2] ? 3 : 2 : 1, 0);
    check_minimum(t, set, k < 4);
    lehr_sampleset_free(set);
  }
}

/* Frees the model. */
static void check_all(trial *t, frequencies *f) {
  char ground[24], at_beta[40];
  const char *const sums[] = {"marginals=1", "lowest=20", at_beta, "count=1"};
  const char *const sampling[] = {"mode=sample", at_beta};
  snprintf(at_beta, sizeof at_beta, "beta=%.17g", t->beta);
  t->is_exact = lehr_model_look(t->m)->is_exact;
  enumerate_model(t->m, t->beta, &t->all);
  snprintf(ground, sizeof ground, "%" PRId64, t->all.ground);
  check_ways(t);
  lehr_sampleset *set = tn_solve(t->m, sums, t->is_exact ? 4 : 3, 0);
  const lehr_result_info info = result_info(set);
  check_minimum(t, set, true);
  check_lowest(t, set);
  check_sums(t, &info);
  if (t->is_exact) CHECK_TEXT(info.degeneracy, ground);
  lehr_sampleset_free(set);
  set = tn_solve(t->m, sampling, 2, 20000);
  CHECK_INT(lehr_sampleset_reads(set), 20000);
  check_samples(t, set, f);
  lehr_sampleset_free(set);
  lehr_model_free(t->m);
}

/* Sizes 24, 21, 22, 23 and again. */
static int32_t size_of(int k) { return k % 4 ? 20 + k % 4 : 24; }
static double beta_of(uint32_t range) { return range > 0 ? 0.6 / range : 0.3; }

/* Energies of 8, 16 and 32 bits, and real ones. */
static void strips(void) {
  static const uint32_t ranges[] = {2, 0, 300000, 1, 60};
  static trial t;
  philox_stream s = philox_stream_at(41, 0);
  frequencies f = {0};
  for (int k = 0; k < (is_long() ? 40 : 3); k++) {
    const uint32_t range = ranges[k % 5];
    t = (trial){.m = strip_of(&s, k & 1 ? LEHR_SPIN : LEHR_BINARY, size_of(k), range),
                .beta = beta_of(range)};
    check_all(&t, &f);
  }
  frequencies_check(&f, "strips");
}

static void groups(void) {
  static const uint32_t ranges[] = {2, 0, 3};
  static trial t;
  philox_stream s = philox_stream_at(42, 0);
  frequencies f = {0};
  for (int k = 0; k < (is_long() ? 40 : 3); k++) {
    const uint32_t range = ranges[k % 3];
    t = (trial){.m = grouped_model(&s, k & 1 ? LEHR_SPIN : LEHR_BINARY, size_of(k), range),
                .beta = beta_of(range),
                .has_groups = true};
    check_all(&t, &f);
  }
  frequencies_check(&f, "groups");
}

static const check_test tests[] = {{"strips", strips}, {"groups", groups}};
CHECK_MAIN("solvers/tn_enumerated", tests)
