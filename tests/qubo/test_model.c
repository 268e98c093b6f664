/* SPDX-License-Identifier: Apache-2.0 */
#include "base/philox.h"
#include "check.h"
#include "lehr/model.h"
#include "qubo/scale.h"

static lehr_model *finish(lehr_builder *b) {
  lehr_model *m = NULL;
  lehr_error err;
  REQUIRE_OK(lehr_builder_finish(b, &m, &err));
  lehr_builder_free(b);
  return m;
}

static void sums_and_folds(void) {
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 3, &b));
  REQUIRE_OK(lehr_builder_add_int(b, 2, 0, 5, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 0, 2, -2, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 1, 1, 7, NULL)); /* x*x = x */
  REQUIRE_OK(lehr_builder_add_int(b, 0, 1, 4, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 1, 0, -4, NULL)); /* vanishes */
  REQUIRE_OK(lehr_builder_add_offset_int(b, 1, NULL));
  lehr_model *m = finish(b);
  const lehr_model_view *v = lehr_model_look(m);
  CHECK_INT(v->n_interactions, 1);
  CHECK_INT(v->row[3], 2);
  CHECK_INT(v->col[0], 2);
  CHECK_INT(v->weight_i64[0], 3);
  CHECK_INT(v->linear_i64[1], 7);
  CHECK_INT(lehr_model_energy_int(m, (uint8_t[]){1, 1, 1}), 11);
  lehr_model_free(m);

  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 1, &b));
  REQUIRE_OK(lehr_builder_add_int(b, 0, 0, 7, NULL)); /* s*s = 1 */
  m = finish(b);
  CHECK_INT(lehr_model_energy_int(m, (uint8_t[]){0}), 7);
  lehr_model_free(m);
}

static void finds_exact_scale(void) {
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 2, &b));
  REQUIRE_OK(lehr_builder_add(b, 0, 1, 0.1, NULL));
  REQUIRE_OK(lehr_builder_add(b, 0, 1, 0.2, NULL));
  REQUIRE_OK(lehr_builder_add_linear(b, 0, -2.75, NULL));
  lehr_model *m = finish(b);
  const lehr_model_view *v = lehr_model_look(m);
  CHECK(v->is_exact);
  CHECK_REAL(v->scale, 0.01, 0);
  CHECK_INT(v->weight_i64[0], 30);
  CHECK(lehr_model_energy(m, (uint8_t[]){1, 1}) == -2.45);
  lehr_model_free(m);

  double scale;
  CHECK(scale_find((double[]){0.125, 3}, 2, &scale) && scale == 0.001); /* powers of ten first */
  CHECK(scale_find((double[]){0x1p-40}, 1, &scale) && scale == 0x1p-40);
  CHECK(!scale_find((double[]){1.0 / 3, 1.0 / 7, 12345.678}, 3, &scale));
}

static void refuses(void) {
  lehr_builder *b;
  lehr_model *m;
  lehr_error err;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 2, &b));
  CHECK_INT(lehr_builder_add(b, 0, 2, 1, &err), LEHR_EINPUT);
  CHECK_INT(lehr_builder_add(b, -1, 0, 1, &err), LEHR_EINPUT);
  CHECK_INT(lehr_builder_add(b, 0, 1, NAN, &err), LEHR_EINPUT);
  CHECK_INT(lehr_builder_add(b, 0, 1, INFINITY, &err), LEHR_EINPUT);
  REQUIRE_OK(lehr_builder_add_int(b, 0, 1, INT64_C(1) << 62, &err));
  CHECK_INT(lehr_builder_finish(b, &m, &err), LEHR_ERANGE);
  CHECK(m == NULL);
  lehr_builder_free(b);
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 2, &b));
  REQUIRE_OK(lehr_builder_add_int(b, 0, 1, INT64_MIN, &err));
  CHECK_INT(lehr_builder_finish(b, &m, &err), LEHR_ERANGE);
  lehr_builder_free(b);
  CHECK_INT(lehr_builder_create(LEHR_BINARY, -1, &b), LEHR_EUSAGE);
}

/* Finite coefficients whose sums are not. */
static void refuses_huge_sums(void) {
  const double one[] = {1.7e308, 0x1p1015, 0x1p1014};
  const lehr_status expected[] = {LEHR_ERANGE, LEHR_ERANGE, LEHR_OK};
  for (int k = 0; k < 3; k++) {
    lehr_builder *b;
    lehr_model *m;
    lehr_error err;
    REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 3, &b));
    REQUIRE_OK(lehr_builder_add(b, 0, 1, one[k] / 2, &err));
    REQUIRE_OK(lehr_builder_add(b, 1, 0, one[k] / 2, &err)); /* merged */
    REQUIRE_OK(lehr_builder_add_linear(b, 2, -one[k] / 2, &err));
    REQUIRE_OK(lehr_builder_add_offset(b, 1.0 / 3, &err));
    CHECK_INT(lehr_builder_finish(b, &m, &err), expected[k]);
    if (m) CHECK(isfinite(lehr_model_energy(m, (uint8_t[]){1, 1, 0})));
    lehr_model_free(m);
    lehr_builder_free(b);
  }
}

static void empty_models(void) {
  for (int32_t n = 0; n < 3; n++) {
    lehr_builder *b;
    REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
    REQUIRE_OK(lehr_builder_add_offset(b, 2.5, NULL));
    lehr_model *m = finish(b);
    CHECK_REAL(lehr_model_energy(m, (uint8_t[]){1, 0}), 2.5, 0);
    lehr_model_free(m);
  }
}

/* A random model and the same entries held densely. */
enum { N = 8 };
typedef struct dense {
  double q[N][N], offset;
} dense;

static lehr_model *random_model(philox_stream *s, lehr_vartype vartype, bool integers, dense *d) {
  lehr_builder *b;
  *d = (dense){0};
  REQUIRE_OK(lehr_builder_create(vartype, N, &b));
  for (int k = 0; k < 40; k++) {
    const int32_t i = (int32_t)philox_below(s, N), j = (int32_t)philox_below(s, N);
    const double value = integers ? (double)philox_below(s, 21) - 10 : philox_normal(s);
    if (i == j) {
      REQUIRE_OK(lehr_builder_add_linear(b, i, value, NULL));
      d->q[i][i] += value;
    } else {
      REQUIRE_OK(lehr_builder_add(b, i, j, value, NULL));
      d->q[i < j ? i : j][i < j ? j : i] += value;
    }
  }
  return finish(b);
}

static double dense_energy(const dense *d, lehr_vartype vartype, const uint8_t bits[]) {
  double e = d->offset, x[N];
  for (int i = 0; i < N; i++) x[i] = vartype == LEHR_SPIN ? 2.0 * bits[i] - 1 : bits[i];
  for (int i = 0; i < N; i++) {
    e += d->q[i][i] * x[i];
    for (int j = i + 1; j < N; j++) e += d->q[i][j] * x[i] * x[j];
  }
  return e;
}

static void energies_and_conversion(void) {
  philox_stream s = philox_stream_at(11, 0);
  for (int trial = 0; trial < 60; trial++) {
    const lehr_vartype vartype = trial % 2 ? LEHR_SPIN : LEHR_BINARY;
    const lehr_vartype other = trial % 2 ? LEHR_BINARY : LEHR_SPIN;
    dense d;
    lehr_model *m = random_model(&s, vartype, trial % 4 < 2, &d), *converted, *back;
    REQUIRE_OK(lehr_model_convert(m, other, &converted, NULL));
    REQUIRE_OK(lehr_model_convert(converted, vartype, &back, NULL));
    for (int state = 0; state < 1 << N; state++) {
      uint8_t bits[N];
      for (int i = 0; i < N; i++) bits[i] = state >> i & 1;
      const double expected = dense_energy(&d, vartype, bits);
      CHECK_REAL(lehr_model_energy(m, bits), expected, 1e-11);
      CHECK_REAL(lehr_model_energy(converted, bits), expected, 1e-11);
      CHECK_REAL(lehr_model_energy(back, bits), expected, 1e-11);
    }
    lehr_model_free(m);
    lehr_model_free(converted);
    lehr_model_free(back);
  }
}

static void groups(void) {
  lehr_builder *b;
  lehr_error err;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 4, &b));
  CHECK_INT(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, (int32_t[]){1, 1}, 2, 0, &err),
            LEHR_EINPUT);
  CHECK_INT(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, (int32_t[]){1, 2}, 2, 3, &err),
            LEHR_EINPUT);
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, (int32_t[]){1, 0}, 2, 0, &err));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, (int32_t[]){2, 3}, 2, 2, &err));
  lehr_model *m = finish(b);
  CHECK_INT(lehr_model_look(m)->groups_disjoint, 1);
  CHECK(lehr_model_feasible(m, (uint8_t[]){1, 0, 1, 1}));
  CHECK(!lehr_model_feasible(m, (uint8_t[]){1, 1, 1, 1}));
  CHECK(!lehr_model_feasible(m, (uint8_t[]){0, 1, 0, 1}));
  lehr_model_free(m);
}

static const check_test tests[] = {{"sums and folds entries", sums_and_folds},
                                   {"finds the exact scale", finds_exact_scale},
                                   {"refuses bad input", refuses},
                                   {"refuses huge sums", refuses_huge_sums},
                                   {"empty models", empty_models},
                                   {"energies and conversion", energies_and_conversion},
                                   {"groups", groups}};
CHECK_MAIN("qubo/model", tests)
