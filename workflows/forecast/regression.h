/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/regression.h - ridge regression whose training rows only ever grow.
 *
 *   minimise  sum_r w_r (y_r - b0 - sum_i b_i x_ri)^2 + alpha sum_i (sd_i b_i)^2
 *
 * sd_i is the standard deviation of column i over the rows, so the penalty is that of standardised
 * columns; the intercept b0 is not penalised. Columns that do not vary get b_i = 0. Both kinds
 * keep only second moments: adding a month of rows costs that month, a refit costs one Cholesky
 * factorisation. Dense rows go through BLAS and LAPACK, sparse ones through CHOLMOD.
 *
 * Rounding in BLAS depends on its number of threads: call blas_use_one_thread() first, and run
 * many regressions in parallel instead. */
#ifndef LEHR_WORKFLOWS_FORECAST_REGRESSION_H
#define LEHR_WORKFLOWS_FORECAST_REGRESSION_H

#include "lehr/status.h"

#include <stdint.h>

/* Asks OpenBLAS, where that is the BLAS in this process, for one thread. A setting of the whole
 * process: for the command and tests, which own it. */
void blas_use_one_thread(void);

/* ---- Dense ---- */

/* Moments of rows (x, y). The number of rows added and their weights are inside gram. */
typedef struct dense_moments {
  int32_t p;     /* columns of x */
  double *shift; /* [p+1] subtracted from x and y before summing, against cancellation */
  double *gram;  /* [(p+2)^2] upper triangle by columns of sum w (x,y,1)(x,y,1)' */
  int64_t rows;  /* rows added */
} dense_moments;

/* shift[p+1] (copied) should be near the column means; NULL means zeros. ENOMEM. */
lehr_status dense_moments_create(int32_t p, const double shift[], dense_moments **out,
                                 lehr_error *err);
/* Adds n rows: column i of x is x[i][first..first+n-1], y likewise; weights[n] >= 0 or NULL for
 * ones. Rows with a NaN in x or y are left out. O(n p^2). ENOMEM. */
typedef struct dense_rows {
  const double *const *x; /* [p] columns */
  const double *y;
  int64_t first, n;
  const double *weights; /* [n] or NULL */
} dense_rows;
lehr_status dense_moments_add(dense_moments *m, const dense_rows *rows, lehr_error *err);
void dense_moments_free(dense_moments *m);

/* The moments standardised: correlations of the columns, and of the columns with the centred y. */
typedef struct standard_moments {
  int32_t p;
  double weight; /* sum of the weights */
  double y_mean;
  double y_variance;
  double *mean;  /* [p] */
  double *sd;    /* [p]; 0 where the column does not vary */
  double *corr;  /* [p*p] full symmetric; zero rows for columns that do not vary */
  double *cross; /* [p] mean of standardised x_i times (y - y_mean) */
} standard_moments;
/* EINPUT when no rows were added, ENOMEM. Free with standard_moments_free. O(p^2). */
lehr_status dense_moments_standardise(const dense_moments *m, standard_moments **out,
                                      lehr_error *err);
void standard_moments_free(standard_moments *s);

/* Fits the columns subset[0..k) (NULL: all, k = p): coefficients b[k] in the units of x, intercept
 * *b0. alpha > 0. EINTERNAL if the system is not positive definite. O(k^3). */
lehr_status ridge_dense_fit(const standard_moments *s, const int32_t subset[], int32_t k,
                            double alpha, double b[], double *b0, lehr_error *err);

/* ---- Sparse ---- */

typedef struct sparse_ridge sparse_ridge;

/* Rows of a design matrix with few entries each, in compressed form: row r has entries
 * ptr[r]..ptr[r+1]-1, columns in any order, each at most once. ptr[0] need not be 0, so that any
 * run of rows of a larger matrix is one, too. */
typedef struct sparse_rows {
  int64_t n;
  const int64_t *ptr;  /* [n+1] */
  const int32_t *col;  /* up to ptr[n] */
  const double *value; /* up to ptr[n] */
  const double *y;     /* [n]; no NaN anywhere */
} sparse_rows;

lehr_status sparse_ridge_create(int32_t p, sparse_ridge **out, lehr_error *err);
/* O(sum of squared row lengths). ENOMEM. */
lehr_status sparse_ridge_add(sparse_ridge *m, const sparse_rows *rows, lehr_error *err);
int64_t sparse_ridge_rows(const sparse_ridge *m);
/* Coefficients b[p] and *b0; alpha > 0. EINPUT without rows, EINTERNAL if not positive definite. */
lehr_status sparse_ridge_fit(sparse_ridge *m, double alpha, double b[], double *b0,
                             lehr_error *err);
void sparse_ridge_free(sparse_ridge *m);

#endif
