/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/mps/split.h"

#include <math.h>
#include <string.h>

/* Rotations below this angle change nothing; columns below this part of the largest are zero. */
static const double SAME = 1e-15, NOTHING = 1e-16;

enum { MOST_ROUNDS = 40 };

/* Four partial sums: the order of additions is part of the result. */
static double dot(const double a[], const double b[], int32_t n) {
  double s[4] = {0};
  int32_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (int k = 0; k < 4; k++) s[k] += a[i + k] * b[i + k];
  for (; i < n; i++) s[0] += a[i] * b[i];
  return (s[0] + s[1]) + (s[2] + s[3]);
}

static void transpose(const double M[], int32_t m, int32_t n, double out[]) {
  for (int32_t i = 0; i < m; i++)
    for (int32_t j = 0; j < n; j++) out[j * m + i] = M[i * n + j];
}

/* Makes the lists a[length], b[length] orthogonal; norms are squared. False if they were. */
static bool rotate(double a[], double b[], int32_t length, double *norm_a, double *norm_b) {
  const double product = dot(a, b, length);
  if (fabs(product) <= SAME * sqrt(*norm_a * *norm_b)) return false;
  const double zeta = (*norm_b - *norm_a) / (2 * product);
  const double t = (zeta < 0 ? -1 : 1) / (fabs(zeta) + sqrt(1 + zeta * zeta));
  const double c = 1 / sqrt(1 + t * t), s = c * t;
  for (int32_t i = 0; i < length; i++) {
    const double x = a[i], y = b[i];
    a[i] = c * x - s * y;
    b[i] = s * x + c * y;
  }
  *norm_a -= t * product;
  *norm_b += t * product;
  return true;
}

/* Rotates lists[count][length] until all are orthogonal; norms[count] are squared. */
static void make_orthogonal(double lists[], int32_t count, int32_t length, double norms[]) {
  bool is_done = false;
  for (int round = 0; round < MOST_ROUNDS && !is_done; round++) {
    double largest = 0;
    is_done = true;
    for (int32_t k = 0; k < count; k++) {
      norms[k] = dot(lists + k * length, lists + k * length, length);
      if (norms[k] > largest) largest = norms[k];
    }
    const double nothing = NOTHING * NOTHING * largest;
    for (int32_t a = 0; a < count; a++)
      for (int32_t b = a + 1; b < count; b++)
        if (norms[a] > nothing && norms[b] > nothing &&
            rotate(lists + a * length, lists + b * length, length, &norms[a], &norms[b]))
          is_done = false;
  }
  for (int32_t k = 0; k < count; k++)
    norms[k] = dot(lists + k * length, lists + k * length, length);
}

/* The largest first, by insertion; whole lists are exchanged. */
static void sort_lists(double lists[], int32_t count, int32_t length, double norms[]) {
  for (int32_t k = 0; k < count; k++) {
    int32_t best = k;
    for (int32_t i = k + 1; i < count; i++)
      if (norms[i] > norms[best]) best = i;
    if (best == k) continue;
    for (int32_t i = 0; i < length; i++) {
      const double x = lists[k * length + i];
      lists[k * length + i] = lists[best * length + i];
      lists[best * length + i] = x;
    }
    const double x = norms[k];
    norms[k] = norms[best];
    norms[best] = x;
  }
}

static int32_t choose_rank(const double norms[], int32_t count, const split_limits *limits,
                           double *lost) {
  double kept = 0, all = 0;
  int32_t rank = 0;
  const double least = norms[0] * limits->smallest * limits->smallest;
  while (rank < count && rank < limits->most && norms[rank] > least) kept += norms[rank++];
  for (int32_t k = 0; k < count; k++) all += norms[k];
  if (all > 0 && all > kept) *lost += (all - kept) / all;
  return rank;
}

int32_t split_svd(double M[], int32_t m, int32_t n, const split_limits *limits, bool goes_right,
                  double left[], double right[], double *lost, double work[]) {
  const bool by_columns = m >= n;
  const int32_t count = by_columns ? n : m, length = by_columns ? m : n;
  double *lists = work, *other = work + m * n, *norms = work + 2 * m * n;
  if (by_columns)
    transpose(M, m, n, lists);
  else
    memcpy(lists, M, (size_t)m * (size_t)n * sizeof *M);
  make_orthogonal(lists, count, length, norms);
  sort_lists(lists, count, length, norms);
  const int32_t rank = choose_rank(norms, count, limits, lost);
  for (int32_t k = 0; k < rank; k++) { /* orthonormal now */
    const double scale = 1 / sqrt(norms[k]);
    for (int32_t i = 0; i < length; i++) lists[k * length + i] *= scale;
  }
  /* The other factor: products of the lists with the columns or rows of M, weights included. */
  transpose(M, m, n, other);
  const double *rows = by_columns ? other : M;
  for (int32_t k = 0; k < rank; k++)
    for (int32_t j = 0; j < count; j++) {
      const double x = dot(lists + k * length, rows + j * length, length);
      *(by_columns ? &right[k * n + j] : &left[j * rank + k]) =
          by_columns == goes_right ? x : x / sqrt(norms[k]);
    }
  for (int32_t k = 0; k < rank; k++) {
    const double weight = by_columns == goes_right ? 1 : sqrt(norms[k]);
    for (int32_t i = 0; i < length; i++)
      *(by_columns ? &left[i * rank + k] : &right[k * n + i]) = weight * lists[k * length + i];
  }
  return rank;
}

int32_t split_qr(double M[], int32_t m, int32_t n, double Q[], double R[]) {
  int32_t rank = 0;
  double *columns = Q; /* columns[rank][m] while they are found */
  for (int32_t j = 0; j < n && rank < m; j++) {
    double *column = columns + rank * m;
    for (int32_t i = 0; i < m; i++) column[i] = M[i * n + j];
    const double before = dot(column, column, m);
    for (int pass = 0; pass < 2; pass++)
      for (int32_t k = 0; k < rank; k++) {
        const double part = dot(columns + k * m, column, m);
        for (int32_t i = 0; i < m; i++) column[i] -= part * columns[k * m + i];
      }
    const double after = dot(column, column, m);
    if (!(after > NOTHING * NOTHING * 1e4 * before) || after == 0) continue;
    const double scale = 1 / sqrt(after);
    for (int32_t i = 0; i < m; i++) column[i] *= scale;
    rank++;
  }
  for (int32_t k = 0; k < rank; k++)
    for (int32_t j = 0; j < n; j++) {
      double sum = 0;
      for (int32_t i = 0; i < m; i++) sum += columns[k * m + i] * M[i * n + j];
      R[k * n + j] = sum;
    }
  memcpy(M, columns, (size_t)rank * (size_t)m * sizeof *M);
  for (int32_t k = 0; k < rank; k++)
    for (int32_t i = 0; i < m; i++) Q[i * rank + k] = M[k * m + i];
  return rank;
}
