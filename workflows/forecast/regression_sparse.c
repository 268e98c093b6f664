/* SPDX-License-Identifier: Apache-2.0 */
/* With X the rows, D = diag(1/sd) and the intercept outside, the normal equations are bordered:
 *   | n    s'D           | | b0 |   | sum y |
 *   | Ds   DX'XD + a I   | | c  | = | DX'y  |     b = D c
 * CHOLMOD factorises the lower right block with its own `beta` as a; the intercept follows from the
 * Schur complement, exactly unpenalised. Centring would make the matrix dense; this does not. */
#include "base/error.h"
#include "base/memory.h"
#include "workflows/forecast/regression.h"

#include <cholmod.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sparse_ridge {
  int32_t p;
  int64_t rows;
  double y_sum;
  double *column_sum;   /* [p] */
  double *xy;           /* [p] */
  cholmod_sparse *gram; /* X'X, upper triangle stored */
  cholmod_common common;
};

static const double CONSTANT_SHARE = 1e-12;

lehr_status sparse_ridge_create(int32_t p, sparse_ridge **out, lehr_error *err) {
  sparse_ridge *m = calloc(1, sizeof *m);
  if (!m) return error_memory(err, sizeof *m);
  m->p = p;
  if (!cholmod_start(&m->common)) {
    free(m);
    return error_set(err, LEHR_EINTERNAL, "CHOLMOD does not start");
  }
  m->common.print = 0;
  m->common.error_handler = NULL;
  m->column_sum = memory_array((size_t)p, sizeof(double));
  m->xy = memory_array((size_t)p, sizeof(double));
  m->gram = cholmod_spzeros((size_t)p, (size_t)p, 0, CHOLMOD_REAL, &m->common);
  if (!m->column_sum || !m->xy || !m->gram) {
    sparse_ridge_free(m);
    return error_memory(err, (uint64_t)p * 2 * sizeof(double));
  }
  m->gram->stype = 1;
  *out = m;
  return LEHR_OK;
}

void sparse_ridge_free(sparse_ridge *m) {
  if (!m) return;
  cholmod_free_sparse(&m->gram, &m->common);
  cholmod_finish(&m->common);
  free(m->column_sum);
  free(m->xy);
  free(m);
}

int64_t sparse_ridge_rows(const sparse_ridge *m) { return m->rows; }

/* The rows as the columns of a p x n matrix: A in CHOLMOD's A A'. */
static cholmod_sparse *rows_matrix(sparse_ridge *m, const sparse_rows *rows) {
  const size_t n = (size_t)rows->n, entries = (size_t)(rows->ptr[rows->n] - rows->ptr[0]);
  cholmod_sparse *a =
      cholmod_allocate_sparse((size_t)m->p, n, entries, 0, 1, 0, CHOLMOD_REAL, &m->common);
  if (!a) return NULL;
  int *ptr = a->p;
  for (size_t r = 0; r <= n; r++) ptr[r] = (int)(rows->ptr[r] - rows->ptr[0]);
  memcpy(a->i, rows->col + rows->ptr[0], entries * sizeof(int));
  memcpy(a->x, rows->value + rows->ptr[0], entries * sizeof(double));
  return a;
}

static lehr_status cholmod_failed(const sparse_ridge *m, lehr_error *err) {
  if (m->common.status == CHOLMOD_OUT_OF_MEMORY)
    return error_set(err, LEHR_ENOMEM, "out of memory in the sparse regression");
  return error_set(err, LEHR_EINTERNAL, "the sparse regression failed (CHOLMOD status %d)",
                   m->common.status);
}

lehr_status sparse_ridge_add(sparse_ridge *m, const sparse_rows *rows, lehr_error *err) {
  if (rows->n == 0) return LEHR_OK;
  if (rows->ptr[rows->n] - rows->ptr[0] > INT32_MAX / 2)
    return error_set(err, LEHR_ERANGE, "too many entries in the sparse regression");
  double one[2] = {1, 0};
  cholmod_sparse *a = rows_matrix(m, rows);
  cholmod_sparse *full = a ? cholmod_aat(a, NULL, 0, 1, &m->common) : NULL;
  cholmod_sparse *upper = full ? cholmod_copy(full, 1, 1, &m->common) : NULL;
  cholmod_sparse *sum = upper ? cholmod_add(m->gram, upper, one, one, 1, 1, &m->common) : NULL;
  cholmod_free_sparse(&a, &m->common);
  cholmod_free_sparse(&full, &m->common);
  cholmod_free_sparse(&upper, &m->common);
  if (!sum) return cholmod_failed(m, err);
  cholmod_free_sparse(&m->gram, &m->common);
  m->gram = sum;
  for (int64_t r = 0; r < rows->n; r++) {
    m->y_sum += rows->y[r];
    for (int64_t e = rows->ptr[r]; e < rows->ptr[r + 1]; e++) {
      m->column_sum[rows->col[e]] += rows->value[e];
      m->xy[rows->col[e]] += rows->value[e] * rows->y[r];
    }
  }
  m->rows += rows->n;
  return LEHR_OK;
}

/* 1/sd of every column; 1 for columns that do not vary. */
static void column_scales(const sparse_ridge *m, double scale[]) {
  const int *ptr = m->gram->p, *row = m->gram->i;
  const double *x = m->gram->x, n = (double)m->rows;
  for (int32_t j = 0; j < m->p; j++) {
    double square = 0;
    for (int e = ptr[j]; e < ptr[j + 1]; e++)
      if (row[e] == j) square = x[e] / n;
    const double mean = m->column_sum[j] / n, variance = square - mean * mean;
    scale[j] = variance > CONSTANT_SHARE * square ? 1 / sqrt(variance) : 1;
  }
}

/* Solves (DGD + alpha I) [u v] = [Ds Dr]; both right sides in one dense p x 2 matrix. */
static lehr_status solve_block(sparse_ridge *m, const double scale[], double alpha, double u[],
                               double v[], lehr_error *err) {
  const size_t p = (size_t)m->p;
  cholmod_common *c = &m->common;
  lehr_status status = LEHR_OK;
  cholmod_sparse *g = cholmod_copy_sparse(m->gram, c);
  cholmod_dense *d = cholmod_allocate_dense(p, 1, p, CHOLMOD_REAL, c);
  cholmod_dense *rhs = cholmod_allocate_dense(p, 2, p, CHOLMOD_REAL, c), *solved = NULL;
  cholmod_factor *factor = NULL;
  if (!g || !d || !rhs) goto done;
  memcpy(d->x, scale, p * sizeof(double));
  for (size_t i = 0; i < p; i++) {
    ((double *)rhs->x)[i] = m->column_sum[i] * scale[i];
    ((double *)rhs->x)[p + i] = m->xy[i] * scale[i];
  }
  if (!cholmod_scale(d, CHOLMOD_SYM, g, c)) goto done;
  factor = cholmod_analyze(g, c);
  double beta[2] = {alpha, 0};
  if (!factor || !cholmod_factorize_p(g, beta, NULL, 0, factor, c)) goto done;
  if (c->status == CHOLMOD_NOT_POSDEF) {
    status = error_set(err, LEHR_EINTERNAL, "the regression with %d columns is singular", m->p);
    goto done;
  }
  solved = cholmod_solve(CHOLMOD_A, factor, rhs, c);
  if (!solved) goto done;
  memcpy(u, solved->x, p * sizeof(double));
  memcpy(v, (double *)solved->x + p, p * sizeof(double));
done:
  if (!solved && status == LEHR_OK) status = cholmod_failed(m, err);
  cholmod_free_factor(&factor, c);
  cholmod_free_dense(&solved, c);
  cholmod_free_dense(&rhs, c);
  cholmod_free_dense(&d, c);
  cholmod_free_sparse(&g, c);
  return status;
}

lehr_status sparse_ridge_fit(sparse_ridge *m, double alpha, double b[], double *b0,
                             lehr_error *err) {
  if (m->rows == 0) return error_set(err, LEHR_EINPUT, "no complete training row");
  const size_t p = (size_t)m->p;
  double *work = memory_array(3 * p, sizeof *work);
  if (!work) return error_memory(err, 3 * p * sizeof *work);
  double *scale = work, *u = work + p, *v = work + 2 * p;
  column_scales(m, scale);
  const lehr_status status = solve_block(m, scale, alpha, u, v, err);
  if (status == LEHR_OK) {
    double su = 0, sv = 0;
    for (size_t i = 0; i < p; i++) {
      su += m->column_sum[i] * scale[i] * u[i];
      sv += m->column_sum[i] * scale[i] * v[i];
    }
    *b0 = (m->y_sum - sv) / ((double)m->rows - su);
    for (size_t i = 0; i < p; i++) b[i] = scale[i] * (v[i] - *b0 * u[i]);
  }
  free(work);
  return status;
}
