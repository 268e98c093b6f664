/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/regression.h"

#include "base/philox.h"
#include "check.h"

#include <stdlib.h>

enum { ROWS = 400, P = 6 };

/* Columns x[i][r] and y = 3 + 2 x0 - x1 + noise; x4 is constant. */
typedef struct data {
  double x[P][ROWS], y[ROWS];
  const double *column[P];
} data;

static void make_data(data *d, double noise) {
  philox_stream s = philox_stream_at(philox_key(1, "test_regression"), 0);
  for (int r = 0; r < ROWS; r++) {
    for (int i = 0; i < P; i++) d->x[i][r] = i == 4 ? 7 : 5 + philox_normal(&s);
    d->y[r] = 3 + 2 * d->x[0][r] - d->x[1][r] + noise * philox_normal(&s);
  }
  for (int i = 0; i < P; i++) d->column[i] = d->x[i];
}

static void fit_dense(const data *d, const double weights[], double alpha, double b[], double *b0) {
  dense_moments *m = NULL;
  standard_moments *s = NULL;
  const dense_rows rows = {d->column, d->y, 0, ROWS, weights};
  REQUIRE_OK(dense_moments_create(P, NULL, &m, NULL));
  REQUIRE_OK(dense_moments_add(m, &rows, NULL));
  REQUIRE_OK(dense_moments_standardise(m, &s, NULL));
  REQUIRE_OK(ridge_dense_fit(s, NULL, P, alpha, b, b0, NULL));
  standard_moments_free(s);
  dense_moments_free(m);
}

static void recovers_an_exact_line(void) {
  data d;
  double b[P], b0;
  make_data(&d, 0);
  fit_dense(&d, NULL, 1e-9, b, &b0);
  const double expected[P] = {2, -1, 0, 0, 0, 0};
  for (int i = 0; i < P; i++) CHECK_REAL(b[i], expected[i], 1e-8);
  CHECK_REAL(b0, 3, 1e-7);
}

/* One column: b = cov / (var + alpha/n) in standardised units, the intercept unpenalised. */
static void shrinks_one_column_as_the_formula_says(void) {
  double x[4] = {1, 2, 3, 6}, y[4] = {10, 12, 11, 19}, b, b0;
  const double *column[1] = {x};
  dense_moments *m = NULL;
  standard_moments *s = NULL;
  const dense_rows rows = {column, y, 0, 4, NULL};
  REQUIRE_OK(dense_moments_create(1, NULL, &m, NULL));
  REQUIRE_OK(dense_moments_add(m, &rows, NULL));
  REQUIRE_OK(dense_moments_standardise(m, &s, NULL));
  REQUIRE_OK(ridge_dense_fit(s, NULL, 1, 2, &b, &b0, NULL));
  /* means 3 and 13, var x = 14/4, cov = 25/4 */
  const double sd = sqrt(3.5), expected = 6.25 / sd / (1 + 2.0 / 4) / sd;
  CHECK_REAL(b, expected, 1e-12);
  CHECK_REAL(b0, 13 - expected * 3, 1e-12);
  standard_moments_free(s);
  dense_moments_free(m);
}

static void leaves_out_rows_with_gaps(void) {
  data d;
  double b[P], b0, gap[P], gap0;
  make_data(&d, 0);
  d.x[2][17] = NAN;
  d.y[200] = NAN;
  d.y[17] = 1e9; /* would show */
  fit_dense(&d, NULL, 1e-9, gap, &gap0);
  make_data(&d, 0);
  fit_dense(&d, NULL, 1e-9, b, &b0);
  for (int i = 0; i < P; i++) CHECK_REAL(gap[i], b[i], 1e-7);
}

/* A weight of 2 is the same as the row twice. */
static void weighs_rows(void) {
  data d;
  double weights[ROWS], b[P], b0, twice[P], twice0;
  make_data(&d, 1);
  for (int r = 0; r < ROWS; r++) weights[r] = r < 100 ? 2 : 1;
  fit_dense(&d, weights, 1, b, &b0);
  dense_moments *m = NULL;
  standard_moments *s = NULL;
  const dense_rows all = {d.column, d.y, 0, ROWS, NULL}, again = {d.column, d.y, 0, 100, NULL};
  REQUIRE_OK(dense_moments_create(P, NULL, &m, NULL));
  REQUIRE_OK(dense_moments_add(m, &all, NULL));
  REQUIRE_OK(dense_moments_add(m, &again, NULL));
  REQUIRE_OK(dense_moments_standardise(m, &s, NULL));
  REQUIRE_OK(ridge_dense_fit(s, NULL, P, 1, twice, &twice0, NULL));
  for (int i = 0; i < P; i++) CHECK_REAL(b[i], twice[i], 1e-10);
  CHECK_REAL(b0, twice0, 1e-9);
  standard_moments_free(s);
  dense_moments_free(m);
}

static void fits_a_subset(void) {
  data d;
  double b[2], b0;
  make_data(&d, 0);
  dense_moments *m = NULL;
  standard_moments *s = NULL;
  const dense_rows rows = {d.column, d.y, 0, ROWS, NULL};
  const int32_t subset[2] = {1, 0};
  REQUIRE_OK(dense_moments_create(P, NULL, &m, NULL));
  REQUIRE_OK(dense_moments_add(m, &rows, NULL));
  REQUIRE_OK(dense_moments_standardise(m, &s, NULL));
  REQUIRE_OK(ridge_dense_fit(s, subset, 2, 1e-9, b, &b0, NULL));
  CHECK_REAL(b[0], -1, 1e-8);
  CHECK_REAL(b[1], 2, 1e-8);
  standard_moments_free(s);
  dense_moments_free(m);
}

/* The same rows through CHOLMOD and through LAPACK, in two portions. */
static void sparse_agrees_with_dense(void) {
  data d;
  double b[P], b0, sparse_b[P], sparse_b0;
  make_data(&d, 1);
  fit_dense(&d, NULL, 5, b, &b0);
  int64_t ptr[ROWS + 1];
  int32_t *col = calloc(ROWS * P, sizeof *col);
  double *value = calloc(ROWS * P, sizeof *value);
  for (int r = 0; r < ROWS; r++) {
    ptr[r] = (int64_t)r * P;
    for (int i = 0; i < P; i++) {
      col[r * P + i] = P - 1 - i; /* any order */
      value[r * P + i] = d.x[P - 1 - i][r];
    }
  }
  ptr[ROWS] = ROWS * P;
  sparse_ridge *m = NULL;
  const sparse_rows first = {150, ptr, col, value, d.y};
  const sparse_rows second = {ROWS - 150, ptr + 150, col, value, d.y + 150};
  REQUIRE_OK(sparse_ridge_create(P, &m, NULL));
  CHECK_INT(sparse_ridge_fit(m, 5, sparse_b, &sparse_b0, NULL), LEHR_EINPUT);
  REQUIRE_OK(sparse_ridge_add(m, &first, NULL));
  REQUIRE_OK(sparse_ridge_add(m, &second, NULL));
  CHECK_INT(sparse_ridge_rows(m), ROWS);
  REQUIRE_OK(sparse_ridge_fit(m, 5, sparse_b, &sparse_b0, NULL));
  for (int i = 0; i < P; i++) CHECK_REAL(sparse_b[i], b[i], 1e-9);
  CHECK_REAL(sparse_b0, b0, 1e-8);
  sparse_ridge_free(m);
  free(col);
  free(value);
}

static void says_when_there_is_nothing_to_fit(void) {
  dense_moments *m = NULL;
  standard_moments *s = NULL;
  lehr_error err = {.text = ""};
  REQUIRE_OK(dense_moments_create(P, NULL, &m, NULL));
  CHECK_INT(dense_moments_standardise(m, &s, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "no complete training row");
  dense_moments_free(m);
}

static const check_test TESTS[] = {
    {"recovers an exact line", recovers_an_exact_line},
    {"shrinks one column as the formula says", shrinks_one_column_as_the_formula_says},
    {"leaves out rows with gaps", leaves_out_rows_with_gaps},
    {"weighs rows", weighs_rows},
    {"fits a subset", fits_a_subset},
    {"sparse agrees with dense", sparse_agrees_with_dense},
    {"says when there is nothing to fit", says_when_there_is_nothing_to_fit},
};

CHECK_MAIN("regression", TESTS)
