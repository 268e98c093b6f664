/* SPDX-License-Identifier: Apache-2.0 */
/* The tn engine on real models: bounds hold and proofs are ones whatever the unit of energy is, and
 * where large terms cancel. */
#include "check.h"
#include "random_models.h"
#include "support/tn_solve.h"

static double real_of(const lehr_model_view *v, const double real[], const int64_t whole[],
                      int64_t k) {
  return v->is_exact ? (double)whole[k] * v->scale : real[k];
}

/* A model in other units, without its offset. */
static lehr_model *scaled_copy(const lehr_model *m, double factor) {
  const lehr_model_view *v = lehr_model_look(m);
  lehr_builder *b;
  lehr_model *copy;
  REQUIRE_OK(lehr_builder_create((lehr_vartype)v->vartype, v->n, &b));
  for (int32_t i = 0; i < v->n; i++) {
    REQUIRE_OK(
        lehr_builder_add_linear(b, i, factor * real_of(v, v->linear_f64, v->linear_i64, i), NULL));
    for (int64_t k = v->row[i]; k < v->row[i + 1] && v->col[k] < i; k++)
      REQUIRE_OK(lehr_builder_add(b, i, v->col[k],
                                  factor * real_of(v, v->weight_f64, v->weight_i64, k), NULL));
  }
  for (int32_t g = 0; g < v->n_groups; g++)
    REQUIRE_OK(lehr_builder_add_group(b, (lehr_group_kind)v->group_kind[g],
                                      v->group_idx + v->group_ptr[g],
                                      v->group_ptr[g + 1] - v->group_ptr[g], v->group_k[g], NULL));
  REQUIRE_OK(lehr_builder_finish(b, &copy, NULL));
  lehr_builder_free(b);
  return copy;
}

/* The bound is one, and what is called proven is the optimum but for a billionth. */
static int32_t check_claims(const lehr_model *m, const char *const options[], size_t count) {
  const model_optimum best = model_brute_force(m);
  lehr_sampleset *set = tn_solve(m, options, count, 1);
  const lehr_result_info info = result_info(set);
  if (best.feasible) {
    CHECK(info.has_bound);
    CHECK(info.bound <= best.energy);
    if (info.proven) CHECK(lehr_sampleset_energy(set, 0) - best.energy <= 2e-9 * fabs(best.energy));
  }
  lehr_sampleset_free(set);
  return info.proven;
}

/* Groups of all kinds: penalties are as large as the coefficients ask for, and not larger. */
static void any_unit(void) {
  static const char *const sums[] = {"log_z=1", "marginals=1", "beta=0"};
  philox_stream s = philox_stream_at(31, 0);
  int32_t proven = 0, tried = 0;
  for (int k = 0; k < 600; k++) {
    const model_recipe r = {.n = 2 + k % 9,
                            .vartype = k % 2 ? LEHR_SPIN : LEHR_BINARY,
                            .values = VALUES_REAL,
                            .groups = (model_groups)(k % GROUP_KINDS),
                            .density = 0.6};
    lehr_model *m = model_random(&s, &r), *small = scaled_copy(m, pow(10, k % 41 * 2 - 60));
    const bool is_summed = r.groups != GROUPS_OVERLAP && k % 4 == 0;
    if (!lehr_model_look(small)->is_exact) {
      proven += check_claims(small, sums, is_summed ? 3 : 0);
      tried++;
    }
    lehr_model_free(small);
    lehr_model_free(m);
  }
  CHECK(tried > 500);
  CHECK_INT(proven, tried);
}

/* Fractions beside 2^50: adding penalties to them loses what decides. */
static void fractions_beside_large_terms(void) {
  enum { TRIALS = 3000 };
  philox_stream s = philox_stream_at(33, 0);
  for (int trial = 0; trial < TRIALS; trial++) {
    const model_recipe r = {.n = 2 + trial % 8, .groups = GROUPS_OVERLAP};
    lehr_builder *b;
    lehr_model *m;
    REQUIRE_OK(lehr_builder_create(trial % 2 ? LEHR_SPIN : LEHR_BINARY, r.n, &b));
    for (int32_t i = 0; i < r.n; i++)
      for (int32_t j = 0; j <= i; j++) {
        const double small = ((double)philox_below(&s, 2001) - 1000) / 100;
        const double value = philox_below(&s, 3) ? small : 0x1p50;
        REQUIRE_OK(i == j ? lehr_builder_add_linear(b, i, value, NULL)
                          : lehr_builder_add(b, i, j, value, NULL));
      }
    model_add_groups(b, &s, &r);
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    check_claims(m, NULL, 0);
    lehr_model_free(m);
    lehr_builder_free(b);
  }
}

/* P (sum x - k)^2 is 0 where k of the first variables are 1, and costs of the size of 1 decide
 * among these states. With P beyond what fits beside them in 60 bits there is a bound, but no
 * proof. */
static lehr_model *cancelling(philox_stream *s, double P) {
  enum { N = 9, COUNTED = 6, K = 3 };
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, N, &b));
  REQUIRE_OK(lehr_builder_add_offset(b, P * K * K, NULL));
  for (int32_t i = 0; i < COUNTED; i++) {
    REQUIRE_OK(lehr_builder_add_linear(b, i, P * (1 - 2 * K), NULL));
    for (int32_t j = 0; j < i; j++) REQUIRE_OK(lehr_builder_add(b, i, j, 2 * P, NULL));
    for (int32_t j = COUNTED; j < N; j++)
      REQUIRE_OK(lehr_builder_add(b, i, j, philox_normal(s), NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static void large_terms_cancel(void) {
  enum { LEVELS = 12, TRIES = 20 };
  philox_stream s = philox_stream_at(32, 0);
  int32_t proven[LEVELS] = {0};
  for (int level = 0; level < LEVELS; level++)
    for (int k = 0; k < TRIES; k++) {
      lehr_model *m = cancelling(&s, pow(10, 2 * level));
      proven[level] += check_claims(m, NULL, 0);
      lehr_model_free(m);
    }
  for (int level = 0; level < 3; level++) CHECK_INT(proven[level], TRIES);
  CHECK_INT(proven[LEVELS - 1], 0);
}

static const check_test tests[] = {{"any unit", any_unit},
                                   {"fractions beside large terms", fractions_beside_large_terms},
                                   {"large terms cancel", large_terms_cancel}};
CHECK_MAIN("solvers/tn_real", tests)
