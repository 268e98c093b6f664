/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/forecast/subset_fit.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

lehr_status subset_fit_init(subset_fit *f, int32_t p, int32_t most, const double corr[],
                            const double cross[], double ridge, lehr_error *err) {
  const size_t k = (size_t)most, columns = (size_t)p;
  *f = (subset_fit){.p = p, .most = most, .corr = corr, .cross = cross, .ridge = ridge};
  f->member = memory_array(k, sizeof *f->member);
  f->inverse = memory_array(k * k, sizeof(double));
  f->coefficient = memory_array(k, sizeof(double));
  f->regression = memory_array(k * columns, sizeof(double));
  f->residual = memory_array(columns, sizeof(double));
  f->spread = memory_array(columns, sizeof(double));
  if (!f->member || !f->inverse || !f->coefficient || !f->regression || !f->residual ||
      !f->spread) {
    subset_fit_release(f);
    return error_memory(err, (k * k + k * columns) * sizeof(double));
  }
  subset_fit_clear(f);
  return LEHR_OK;
}

void subset_fit_release(subset_fit *f) {
  free(f->member);
  free(f->inverse);
  free(f->coefficient);
  free(f->regression);
  free(f->residual);
  free(f->spread);
  *f = (subset_fit){0};
}

void subset_fit_clear(subset_fit *f) {
  const size_t p = (size_t)f->p;
  f->k = 0;
  f->explained = 0;
  memcpy(f->residual, f->cross, p * sizeof(double));
  for (size_t j = 0; j < p; j++) f->spread[j] = f->corr[j * p + j] + f->ridge;
}

/* to += factor * from */
static void add_scaled(double to[restrict], const double from[restrict], double factor, int32_t n) {
  for (int32_t i = 0; i < n; i++) to[i] += factor * from[i];
}

void subset_fit_add(subset_fit *f, int32_t j) {
  const int32_t k = f->k, p = f->p, most = f->most;
  const double spread = f->spread[j], b = f->residual[j] / spread;
  double *row = f->regression + (int64_t)k * p; /* regression of all columns on the new one */
  double *u = f->inverse + (int64_t)k * most;   /* the new column on the old ones, for now */
  for (int32_t c = 0; c < k; c++) u[c] = f->regression[(int64_t)c * p + j];
  memcpy(row, f->corr + (int64_t)j * p, (size_t)p * sizeof *row);
  for (int32_t c = 0; c < k; c++) add_scaled(row, f->corr + (int64_t)f->member[c] * p, -u[c], p);
  for (int32_t x = 0; x < p; x++) row[x] /= spread;
  for (int32_t c = 0; c < k; c++) {
    add_scaled(f->regression + (int64_t)c * p, row, -u[c], p);
    add_scaled(f->inverse + (int64_t)c * most, u, u[c] / spread, k);
    f->inverse[(int64_t)c * most + k] = -u[c] / spread;
    f->coefficient[c] -= u[c] * b;
  }
  for (int32_t x = 0; x < p; x++) f->spread[x] -= row[x] * row[x] * spread;
  f->explained += f->residual[j] * b;
  add_scaled(f->residual, row, -b * spread, p);
  for (int32_t c = 0; c < k; c++) u[c] = -u[c] / spread;
  u[k] = 1 / spread;
  f->coefficient[k] = b;
  f->member[k] = j;
  f->k++;
}

/* Exchanges positions a and b. */
static void exchange(subset_fit *f, int32_t a, int32_t b) {
  if (a == b) return;
  const int32_t p = f->p, most = f->most;
  const int32_t member = f->member[a];
  f->member[a] = f->member[b];
  f->member[b] = member;
  const double coefficient = f->coefficient[a];
  f->coefficient[a] = f->coefficient[b];
  f->coefficient[b] = coefficient;
  for (int32_t x = 0; x < p; x++) {
    double *const one = &f->regression[(int64_t)a * p + x];
    double *const two = &f->regression[(int64_t)b * p + x];
    const double value = *one;
    *one = *two;
    *two = value;
  }
  for (int32_t c = 0; c < f->k; c++) { /* rows */
    const double value = f->inverse[(int64_t)a * most + c];
    f->inverse[(int64_t)a * most + c] = f->inverse[(int64_t)b * most + c];
    f->inverse[(int64_t)b * most + c] = value;
  }
  for (int32_t c = 0; c < f->k; c++) { /* columns */
    const double value = f->inverse[(int64_t)c * most + a];
    f->inverse[(int64_t)c * most + a] = f->inverse[(int64_t)c * most + b];
    f->inverse[(int64_t)c * most + b] = value;
  }
}

void subset_fit_remove(subset_fit *f, int32_t a) {
  const int32_t last = f->k - 1, p = f->p, most = f->most;
  exchange(f, a, last);
  const double *row = f->regression + (int64_t)last * p;
  const double *column = f->inverse + (int64_t)last * most; /* symmetric */
  const double pivot = column[last], b = f->coefficient[last];
  for (int32_t c = 0; c < last; c++) {
    const double share = column[c] / pivot;
    add_scaled(f->regression + (int64_t)c * p, row, -share, p);
    add_scaled(f->inverse + (int64_t)c * most, column, -share, last);
    f->coefficient[c] -= share * b;
  }
  for (int32_t x = 0; x < p; x++) f->spread[x] += row[x] * row[x] / pivot;
  add_scaled(f->residual, row, b / pivot, p);
  f->explained -= b * b / pivot;
  f->k--;
}
