/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "workflows/forecast/regression.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Weak: the reference BLAS has no threads and no such function. */
extern void openblas_set_num_threads(int n) __attribute__((weak));

void blas_use_one_thread(void) {
  if (openblas_set_num_threads) openblas_set_num_threads(1);
}

enum { BLOCK_ROWS = 256 };
/* A column whose variance is below this share of its mean square counts as constant. */
static const double CONSTANT_SHARE = 1e-12;

lehr_status dense_moments_create(int32_t p, const double shift[], dense_moments **out,
                                 lehr_error *err) {
  const size_t width = (size_t)p + 2;
  dense_moments *m = calloc(1, sizeof *m);
  if (m) {
    m->p = p;
    m->shift = shift ? memory_copy(shift, (size_t)p + 1, sizeof(double))
                     : memory_array((size_t)p + 1, sizeof(double));
    m->gram = memory_array(width * width, sizeof(double));
  }
  if (!m || !m->shift || !m->gram) {
    dense_moments_free(m);
    return error_memory(err, width * width * sizeof(double));
  }
  *out = m;
  return LEHR_OK;
}

void dense_moments_free(dense_moments *m) {
  if (!m) return;
  free(m->shift);
  free(m->gram);
  free(m);
}

/* Marks the rows of a block without NaN; returns their number. */
static int32_t complete_rows(const dense_moments *m, const dense_rows *rows, int64_t first,
                             int32_t n, uint8_t keep[]) {
  double sum[BLOCK_ROWS];
  memcpy(sum, rows->y + first, (size_t)n * sizeof *sum);
  for (int32_t i = 0; i < m->p; i++) {
    const double *column = rows->x[i] + first;
    for (int32_t r = 0; r < n; r++) sum[r] += column[r];
  }
  int32_t kept = 0;
  for (int32_t r = 0; r < n; r++) kept += keep[r] = !isnan(sum[r]);
  return kept;
}

/* Copies the kept rows of one column, shifted and scaled by the square roots of the weights. */
static void copy_column(const double column[], double shift, const double root[],
                        const uint8_t keep[], int32_t n, double to[]) {
  int32_t k = 0;
  for (int32_t r = 0; r < n; r++)
    if (keep[r]) to[k++] = (column[r] - shift) * root[r];
}

lehr_status dense_moments_add(dense_moments *m, const dense_rows *rows, lehr_error *err) {
  const int32_t width = m->p + 2;
  double *block = memory_array((size_t)width * BLOCK_ROWS, sizeof *block);
  if (!block) return error_memory(err, (uint64_t)width * BLOCK_ROWS * sizeof *block);
  static const double one[BLOCK_ROWS];
  for (int64_t done = 0; done < rows->n; done += BLOCK_ROWS) {
    const int32_t n = rows->n - done < BLOCK_ROWS ? (int32_t)(rows->n - done) : BLOCK_ROWS;
    const int64_t first = rows->first + done;
    uint8_t keep[BLOCK_ROWS];
    double root[BLOCK_ROWS];
    const int32_t kept = complete_rows(m, rows, first, n, keep);
    if (kept == 0) continue;
    for (int32_t r = 0; r < n; r++) root[r] = rows->weights ? sqrt(rows->weights[done + r]) : 1;
    for (int32_t i = 0; i < m->p; i++)
      copy_column(rows->x[i] + first, m->shift[i], root, keep, n, block + (size_t)i * BLOCK_ROWS);
    copy_column(rows->y + first, m->shift[m->p], root, keep, n, block + (size_t)m->p * BLOCK_ROWS);
    copy_column(one, -1, root, keep, n, block + (size_t)(m->p + 1) * BLOCK_ROWS);
    cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, width, kept, 1, block, BLOCK_ROWS, 1,
                m->gram, width);
    m->rows += kept;
  }
  free(block);
  return LEHR_OK;
}

void standard_moments_free(standard_moments *s) {
  if (!s) return;
  free(s->mean);
  free(s->sd);
  free(s->corr);
  free(s->cross);
  free(s);
}

static standard_moments *standard_moments_alloc(int32_t p) {
  standard_moments *s = calloc(1, sizeof *s);
  if (!s) return NULL;
  const size_t n = (size_t)p;
  s->p = p;
  s->mean = memory_array(n, sizeof(double));
  s->sd = memory_array(n, sizeof(double));
  s->cross = memory_array(n, sizeof(double));
  s->corr = memory_array(n * n, sizeof(double));
  if (s->mean && s->sd && s->cross && s->corr) return s;
  standard_moments_free(s);
  return NULL;
}

/* Standard deviations from the moments; mean[] holds the shifted means meanwhile. */
static void spread(const dense_moments *m, standard_moments *s) {
  const size_t width = (size_t)m->p + 2;
  const double *sums = m->gram + (width - 1) * width;
  for (int32_t i = 0; i < m->p; i++) {
    s->mean[i] = sums[i] / s->weight;
    const double square = m->gram[(size_t)i * width + (size_t)i] / s->weight;
    const double full = s->mean[i] + m->shift[i];
    const double variance = square - s->mean[i] * s->mean[i];
    s->sd[i] = variance > CONSTANT_SHARE * (square + full * full) ? sqrt(variance) : 0;
  }
}

lehr_status dense_moments_standardise(const dense_moments *m, standard_moments **out,
                                      lehr_error *err) {
  const int32_t p = m->p;
  const size_t width = (size_t)p + 2;
  if (m->rows == 0) return error_set(err, LEHR_EINPUT, "no complete training row");
  standard_moments *s = standard_moments_alloc(p);
  if (!s) return error_memory(err, (uint64_t)p * (uint64_t)p * sizeof(double));
  const double *sums = m->gram + (width - 1) * width, *ys = m->gram + (size_t)p * width;
  s->weight = sums[width - 1];
  spread(m, s);
  const double y_mean = sums[p] / s->weight;
  s->y_variance = fmax(ys[p] / s->weight - y_mean * y_mean, 0);
  for (int32_t j = 0; j < p; j++) {
    const double *column = m->gram + (size_t)j * width;
    const double by_j = s->sd[j] > 0 ? 1 / s->sd[j] : 0;
    s->cross[j] = (ys[j] / s->weight - s->mean[j] * y_mean) * by_j;
    for (int32_t i = 0; i <= j; i++) {
      const double by_i = s->sd[i] > 0 ? 1 / s->sd[i] : 0;
      const double c = (column[i] / s->weight - s->mean[i] * s->mean[j]) * by_i * by_j;
      s->corr[(size_t)i * (size_t)p + (size_t)j] = s->corr[(size_t)j * (size_t)p + (size_t)i] = c;
    }
  }
  for (int32_t i = 0; i < p; i++) s->mean[i] += m->shift[i];
  s->y_mean = y_mean + m->shift[p];
  *out = s;
  return LEHR_OK;
}

lehr_status ridge_dense_fit(const standard_moments *s, const int32_t subset[], int32_t k,
                            double alpha, double b[], double *b0, lehr_error *err) {
  const size_t n = (size_t)k, p = (size_t)s->p;
  double *a = memory_array(n * n, sizeof *a);
  if (!a) return error_memory(err, n * n * sizeof *a);
  for (size_t j = 0; j < n; j++) {
    const size_t cj = subset ? (size_t)subset[j] : j;
    for (size_t i = 0; i <= j; i++)
      a[j * n + i] = s->corr[cj * p + (subset ? (size_t)subset[i] : i)];
    a[j * n + j] += alpha / s->weight;
    b[j] = s->cross[cj];
  }
  const lapack_int info =
      LAPACKE_dposv_work(LAPACK_COL_MAJOR, 'U', k, 1, a, k ? k : 1, b, k ? k : 1);
  free(a);
  if (info != 0)
    return error_set(err, LEHR_EINTERNAL, "the regression with %d columns is singular", (int)k);
  *b0 = s->y_mean;
  for (size_t j = 0; j < n; j++) {
    const size_t c = subset ? (size_t)subset[j] : j;
    b[j] = s->sd[c] > 0 ? b[j] / s->sd[c] : 0;
    *b0 -= b[j] * s->mean[c];
  }
  return LEHR_OK;
}
