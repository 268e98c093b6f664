/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/forecast/correlation_selection.h"

#include "base/philox.h"
#include "check.h"
#include "qubo/forecast/subset_fit.h"

enum { P = 12, K = 4, N = 300 };

/* Standardised moments of random correlated columns. */
typedef struct moments {
  double corr[P * P], cross[P], b[P], y_variance;
} moments;

static void make_moments(moments *m, uint64_t seed) {
  static double x[P][N], y[N];
  philox_stream s = philox_stream_at(philox_key(seed, "test_feature_selection"), 0);
  double y_mean = 0;
  for (int r = 0; r < N; r++) {
    const double common = philox_normal(&s);
    y[r] = 0.3 * philox_normal(&s);
    for (int i = 0; i < P; i++) {
      x[i][r] = philox_normal(&s) + (i % 3) * common;
      y[r] += x[i][r] * (i % 4 - 1.2);
    }
    y_mean += y[r] / N;
  }
  for (int i = 0; i < P; i++) {
    double mean = 0, square = 0;
    for (int r = 0; r < N; r++) mean += x[i][r] / N;
    for (int r = 0; r < N; r++) square += (x[i][r] - mean) * (x[i][r] - mean) / N;
    for (int r = 0; r < N; r++) x[i][r] = (x[i][r] - mean) / sqrt(square);
  }
  memset(m, 0, sizeof *m);
  for (int r = 0; r < N; r++) {
    m->y_variance += (y[r] - y_mean) * (y[r] - y_mean) / N;
    for (int i = 0; i < P; i++) {
      m->cross[i] += x[i][r] * (y[r] - y_mean) / N;
      for (int j = 0; j < P; j++) m->corr[i * P + j] += x[i][r] * x[j][r] / N;
    }
  }
  for (int i = 0; i < P; i++) m->b[i] = m->cross[i];
}

static selection_problem problem_of(moments m[], selection_member member[], int32_t count) {
  for (int32_t k = 0; k < count; k++)
    member[k] = (selection_member){m[k].corr, m[k].cross, m[k].y_variance, 0.05, m[k].b};
  return (selection_problem){.name = "hour", .p = P, .k = K, .n_members = count, .member = member};
}

/* Explained variance of a subset by plain Gaussian elimination. */
static double explained_directly(const moments *m, const uint8_t bits[], double ridge) {
  double a[P][P + 1], b[P] = {0}, sum = 0;
  int32_t in[P], k = 0;
  for (int32_t i = 0; i < P; i++)
    if (bits[i]) in[k++] = i;
  for (int32_t i = 0; i < k; i++) {
    for (int32_t j = 0; j < k; j++) a[i][j] = m->corr[in[i] * P + in[j]] + (i == j ? ridge : 0);
    a[i][k] = m->cross[in[i]];
  }
  for (int32_t i = 0; i < k; i++)
    for (int32_t r = i + 1; r < k; r++) {
      const double f = a[r][i] / a[i][i];
      for (int32_t c = i; c <= k; c++) a[r][c] -= f * a[i][c];
    }
  for (int32_t i = k - 1; i >= 0; i--) {
    b[i] = a[i][k];
    for (int32_t c = i + 1; c < k; c++) b[i] -= a[i][c] * b[c];
    b[i] /= a[i][i];
    sum += b[i] * m->cross[in[i]];
  }
  return sum;
}

static void fit_follows_additions_and_removals(void) {
  moments m;
  subset_fit f;
  make_moments(&m, 1);
  REQUIRE_OK(subset_fit_init(&f, P, 6, m.corr, m.cross, 0.05, NULL));
  const int32_t order[] = {3, 7, 1, 9, 11, 0};
  uint8_t bits[P] = {0};
  for (int32_t k = 0; k < 6; k++) {
    subset_fit_add(&f, order[k]);
    bits[order[k]] = 1;
    CHECK_REAL(f.explained, explained_directly(&m, bits, 0.05), 1e-12);
  }
  while (f.k > 0) {
    const int32_t a = f.k / 2;
    bits[f.member[a]] = 0;
    subset_fit_remove(&f, a);
    CHECK_REAL(f.explained, explained_directly(&m, bits, 0.05), 1e-11);
  }
  for (int32_t i = 0; i < P; i++) CHECK_REAL(f.residual[i], m.cross[i], 1e-11);
  subset_fit_release(&f);
}

/* Energy of the contribution model = var y - 2 b'r + b'C b over the chosen columns. */
static void model_energy_is_the_error(void) {
  moments m[2];
  selection_member member[2];
  make_moments(&m[0], 1);
  make_moments(&m[1], 2);
  const selection_problem s = problem_of(m, member, 2);
  lehr_model *model = NULL;
  REQUIRE_OK(selection_contribution_model(&s, &model, NULL));
  const lehr_model_view *view = lehr_model_look(model);
  CHECK_INT(view->n, P);
  CHECK_TEXT(lehr_model_name(model), "hour");
  CHECK_INT(view->n_groups, 1);
  CHECK_INT(view->group_kind[0], LEHR_GROUP_CARDINALITY);
  CHECK_INT(view->group_k[0], K);
  const uint8_t bits[P] = {1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0};
  double expected = 0;
  for (int32_t k = 0; k < 2; k++) {
    expected += m[k].y_variance;
    for (int32_t i = 0; i < P; i++) {
      if (!bits[i]) continue;
      expected -= 2 * m[k].b[i] * m[k].cross[i];
      for (int32_t j = 0; j < P; j++)
        if (bits[j]) expected += m[k].b[i] * m[k].b[j] * m[k].corr[i * P + j];
    }
  }
  CHECK_REAL(lehr_model_energy(model, bits), expected, 1e-12);
  lehr_model_free(model);
}

static void refit_sets_all_coefficients(void) {
  moments m;
  selection_member member;
  make_moments(&m, 3);
  selection_problem s = problem_of(&m, &member, 1);
  uint8_t bits[P] = {0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0};
  double explained;
  REQUIRE_OK(selection_refit(&s, bits, &explained, NULL));
  CHECK_REAL(explained, explained_directly(&m, bits, 0.05), 1e-12);
  /* what a column outside would get is its coefficient when it is added */
  subset_fit f;
  REQUIRE_OK(subset_fit_init(&f, P, K + 1, m.corr, m.cross, 0.05, NULL));
  for (int32_t i = 0; i < P; i++)
    if (bits[i]) subset_fit_add(&f, i);
  subset_fit_add(&f, 6);
  CHECK_REAL(m.b[6], f.coefficient[K], 1e-12);
  subset_fit_release(&f);
}

static double best_of_all(const moments *m, int32_t count) {
  double best = 0;
  for (int32_t mask = 0; mask < 1 << P; mask++) {
    if (__builtin_popcount((unsigned)mask) != K) continue;
    uint8_t bits[P];
    double sum = 0;
    for (int32_t i = 0; i < P; i++) bits[i] = mask >> i & 1;
    for (int32_t k = 0; k < count; k++) sum += explained_directly(&m[k], bits, 0.05);
    if (sum > best) best = sum;
  }
  return best;
}

/* Rounds and polish against all 495 subsets. */
static void rounds_and_polish_come_close_to_the_optimum(void) {
  for (uint64_t seed = 1; seed <= 10; seed++) {
    moments m[2];
    selection_member member[2];
    make_moments(&m[0], 2 * seed);
    make_moments(&m[1], 2 * seed + 1);
    selection_problem s = problem_of(m, member, 2);
    uint8_t bits[P], forward[P];
    double explained = 0, by_forward = 0;
    for (int32_t round = 0; round < 4; round++) {
      REQUIRE_OK(selection_greedy(&s, bits, NULL));
      REQUIRE_OK(selection_refit(&s, bits, &explained, NULL));
    }
    const double before = explained;
    REQUIRE_OK(selection_polish(&s, 50, bits, &explained, NULL));
    REQUIRE_OK(selection_forward(&s, forward, &by_forward, NULL));
    const double best = best_of_all(m, 2);
    int32_t ones = 0;
    for (int32_t i = 0; i < P; i++) ones += bits[i];
    CHECK_INT(ones, K);
    CHECK(explained >= before);
    CHECK(explained <= best + 1e-9);
    CHECK(explained >= 0.98 * best);
    CHECK(by_forward <= best + 1e-9);
  }
}

static void mrmr_weighs_relevance_against_redundancy(void) {
  moments m;
  selection_member member;
  make_moments(&m, 5);
  const selection_problem s = problem_of(&m, &member, 1);
  lehr_model *model = NULL;
  REQUIRE_OK(selection_mrmr_model(&s, 0.5, &model, NULL));
  const uint8_t bits[P] = {1, 1};
  const double sd = sqrt(m.y_variance);
  CHECK_REAL(lehr_model_energy(model, bits),
             -(fabs(m.cross[0]) + fabs(m.cross[1])) / sd + 0.5 / K * fabs(m.corr[1]), 1e-12);
  lehr_model_free(model);
}

static void correlation_takes_the_largest(void) {
  moments m[2];
  selection_member member[2];
  uint8_t bits[P];
  double least_in = INFINITY, most_out = 0;
  int32_t count = 0;
  make_moments(&m[0], 6);
  make_moments(&m[1], 7);
  const selection_problem s = problem_of(m, member, 2);
  REQUIRE_OK(selection_correlation(&s, bits, NULL));
  for (int32_t i = 0; i < P; i++) {
    const double value =
        fabs(m[0].cross[i]) / sqrt(m[0].y_variance) + fabs(m[1].cross[i]) / sqrt(m[1].y_variance);
    count += bits[i];
    if (bits[i]) least_in = fmin(least_in, value);
    if (!bits[i]) most_out = fmax(most_out, value);
  }
  CHECK_INT(count, K);
  CHECK(least_in >= most_out);
}

static const check_test TESTS[] = {
    {"fit follows additions and removals", fit_follows_additions_and_removals},
    {"model energy is the error", model_energy_is_the_error},
    {"refit sets all coefficients", refit_sets_all_coefficients},
    {"rounds and polish come close to the optimum", rounds_and_polish_come_close_to_the_optimum},
    {"correlation takes the largest", correlation_takes_the_largest},
    {"mRMR weighs relevance against redundancy", mrmr_weighs_relevance_against_redundancy},
};

CHECK_MAIN("feature selection", TESTS)
