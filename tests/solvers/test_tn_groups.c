/* SPDX-License-Identifier: Apache-2.0 */
/* Groups in every exact mode of the tn engine, against enumeration. */
#include "check.h"
#include "support/tn_solve.h"
#include "tn/grouped.h"

#include <stdbool.h>

static int compare(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

enum { GROUPED = 12 };

/* Every pair that the model couples, but those of two-state groups whose couplings cancel. */
static void check_grouped_pairs(const lehr_result_info *info, const double energy[], double log_z) {
  for (int64_t k = 0; k < info->n_pair_marginals; k++) {
    const lehr_pair_marginal *const pair = &info->pair_marginals[k];
    double sum[4] = {0};
    for (uint32_t x = 0; x < 1u << GROUPED; x++)
      if (energy[x] < HUGE_VAL)
        sum[2 * (x >> pair->i & 1) + (x >> pair->j & 1)] += exp(-0.7 * energy[x] - log_z);
    for (int c = 0; c < 4; c++) CHECK_REAL(pair->probability[c], sum[c], 1e-9);
  }
}

static void check_grouped_sums(const lehr_model *m, const lehr_sampleset *set,
                               const double energy[]) {
  const lehr_model_view *const view = lehr_model_look(m);
  const lehr_result_info info = result_info(set);
  double z = 0, ones[GROUPED] = {0};
  for (uint32_t x = 0; x < 1u << GROUPED; x++) {
    if (energy[x] == HUGE_VAL) continue;
    z += exp(-0.7 * energy[x]);
    for (int32_t i = 0; i < GROUPED; i++) ones[i] += exp(-0.7 * energy[x]) * (x >> i & 1);
  }
  CHECK_REAL(info.log_z, log(z), 1e-9);
  for (int32_t i = 0; i < GROUPED; i++) CHECK_REAL(info.marginals[i], ones[i] / z, 1e-9);
  for (int32_t g = 0; g < view->n_groups; g++) {
    double sum = 0;
    for (int64_t k = view->group_ptr[g]; k < view->group_ptr[g + 1]; k++)
      sum += info.marginals[view->group_idx[k]];
    if (view->group_kind[g] == LEHR_GROUP_ONE_HOT) CHECK_REAL(sum, 1, 1e-12);
  }
  CHECK(info.n_pair_marginals >= view->n_interactions / 2);
  check_grouped_pairs(&info, energy, log(z));
}

/* Pearson's sum; states that are expected less than five times count as one. */
static void check_grouped_samples(const lehr_sampleset *set, const double energy[]) {
  static double seen[1 << GROUPED];
  double chi2 = 0, rare = 0, rare_seen = 0, cells = 1;
  for (uint32_t x = 0; x < 1u << GROUPED; x++) seen[x] = 0;
  for (int64_t k = 0; k < lehr_sampleset_size(set); k++) {
    uint8_t bits[GROUPED];
    uint32_t x = 0;
    lehr_sampleset_bits(set, k, bits);
    for (int32_t i = 0; i < GROUPED; i++) x |= (uint32_t)bits[i] << i;
    CHECK(energy[x] < HUGE_VAL);
    seen[x] = (double)lehr_sampleset_occurrences(set, k);
  }
  for (uint32_t x = 0; x < 1u << GROUPED; x++) {
    if (energy[x] == HUGE_VAL) continue;
    const double expected = 2000 * exp(-0.7 * energy[x] - result_info(set).log_z);
    const bool is_rare = expected < 5;
    rare += is_rare ? expected : 0;
    rare_seen += is_rare ? seen[x] : 0;
    chi2 += is_rare ? 0 : (seen[x] - expected) * (seen[x] - expected) / expected;
    cells += !is_rare;
  }
  CHECK(chi2 < cells + 8 * sqrt(cells) + 20);
  CHECK(fabs(rare_seen - rare) < 6 * sqrt(rare) + 10);
}

static void groups_in_every_mode(void) {
  static const char *const options[] = {"lowest=30", "marginals=1", "beta=0.7", "count=1"};
  static const char *const sampling[] = {"mode=sample", "beta=0.7"};
  philox_stream s = philox_stream_at(29, 0);
  for (int trial = 0; trial < 60; trial++) {
    const uint32_t range = trial % 3 ? 2 : 0;
    lehr_model *m = grouped_model(&s, trial & 1 ? LEHR_SPIN : LEHR_BINARY, GROUPED, range);
    double *const energy = grouped_spectrum(m, GROUPED), *const sorted =
                                                             grouped_spectrum(m, GROUPED);
    int64_t states = 0, ground = 0;
    qsort(sorted, 1u << GROUPED, sizeof *sorted, compare);
    for (uint32_t x = 0; x < 1u << GROUPED; x++) {
      states += sorted[x] < HUGE_VAL;
      ground += sorted[x] <= sorted[0] + 1e-9;
    }
    lehr_sampleset *set = tn_solve(m, options, range > 0 ? 4 : 3, 0);
    CHECK_INT(result_info(set).proven, 1);
    if (range > 0) CHECK_INT(atoll(result_info(set).degeneracy), ground);
    CHECK_INT(lehr_sampleset_lowest_size(set), states < 30 ? states : 30);
    CHECK_INT(result_told(set, "lowest_complete"), 1);
    for (int64_t k = 0; k < lehr_sampleset_lowest_size(set); k++) {
      lehr_lowest_state state = {.struct_size = sizeof state};
      lehr_sampleset_lowest(set, k, &state, NULL);
      CHECK_REAL(state.energy, sorted[k], 1e-9);
    }
    check_grouped_sums(m, set, energy);
    lehr_sampleset_free(set);
    set = tn_solve(m, sampling, 2, 2000);
    CHECK_INT(lehr_sampleset_reads(set), 2000);
    check_grouped_samples(set, energy);
    lehr_sampleset_free(set);
    free(energy);
    free(sorted);
    lehr_model_free(m);
  }
}

/* Groups that overlap, and fronts, of which only codes are known. */
static void groups_refused(void) {
  lehr_builder *b;
  lehr_model *m;
  const int32_t first[] = {0, 1, 2}, second[] = {2, 3, 4};
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 5, &b));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, first, 3, 1, NULL));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, second, 3, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  tn_refuses(m, "log_z=1", 0, "groups that overlap");
  tn_refuses(m, "fronts=1", 0, "without groups");
  tn_refuses(m, "mode=beam", 0, "no groups");
  lehr_model_free(m);
  lehr_builder_free(b);
}

/* Pairs are two bits either way, and are penalties where these are not too large for exact sums. */
static void groups_of_large_energies(void) {
  philox_stream s = philox_stream_at(30, 0);
  for (int trial = 0; trial < 12; trial++) {
    lehr_builder *b;
    lehr_model *m;
    REQUIRE_OK(lehr_builder_create(trial & 1 ? LEHR_SPIN : LEHR_BINARY, GROUPED, &b));
    for (int32_t i = 0; i < GROUPED; i++) {
      for (int32_t j = 0; j < i; j++) {
        const int64_t J = (int64_t)(philox_below(&s, 1u << 31)) - (1 << 30);
        REQUIRE_OK(lehr_builder_add_int(b, i, j, J * (1 << 20), NULL));
      }
      if (i % 2)
        REQUIRE_OK(
            lehr_builder_add_group(b, LEHR_GROUP_AT_MOST_ONE, (int32_t[]){i - 1, i}, 2, 1, NULL));
    }
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    double *const energy = grouped_spectrum(m, GROUPED);
    qsort(energy, 1u << GROUPED, sizeof *energy, compare);
    lehr_sampleset *const set = tn_solve(m, NULL, 0, 0);
    CHECK_INT(result_info(set).proven, 1);
    CHECK(lehr_sampleset_feasible(set, 0));
    CHECK(lehr_sampleset_energy(set, 0) == energy[0]);
    lehr_sampleset_free(set);
    free(energy);
    lehr_model_free(m);
    lehr_builder_free(b);
  }
}

/* A start that keeps the groups, and a bound. */
static void stopped_with_groups(void) {
  philox_stream s = philox_stream_at(31, 0);
  int open = 0;
  for (int trial = 0; trial < 40; trial++) {
    lehr_model *const m =
        grouped_model(&s, trial & 1 ? LEHR_SPIN : LEHR_BINARY, GROUPED, trial % 3 ? 100 : 0);
    double *const energy = grouped_spectrum(m, GROUPED);
    qsort(energy, 1u << GROUPED, sizeof *energy, compare);
    lehr_params p = tn_params(NULL, 0);
    p.work = 1;
    lehr_sampleset *const set = tn_solve_with(m, &p);
    const lehr_result_info info = result_info(set);
    CHECK_INT(info.has_bound, 1);
    CHECK(info.bound <= energy[0] + 1e-9);
    CHECK(lehr_sampleset_feasible(set, 0));
    open += info.bound < lehr_sampleset_energy(set, 0);
    lehr_sampleset_free(set);
    free(energy);
    lehr_model_free(m);
  }
  CHECK(open > 30);
}

static const check_test tests[] = {{"stopped with groups", stopped_with_groups},
                                   {"groups of large energies", groups_of_large_energies},
                                   {"groups in every mode", groups_in_every_mode},
                                   {"groups refused", groups_refused}};
CHECK_MAIN("solvers/tn_groups", tests)
