/* SPDX-License-Identifier: Apache-2.0 */
/* tn/mps/split.h - a matrix as a product of two, the smaller terms left out.
 *
 * Own code instead of LAPACK: the same bits on every machine. Matrices are by rows. */
#ifndef LEHR_TN_MPS_SPLIT_H
#define LEHR_TN_MPS_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct split_limits {
  int32_t most;    /* rank kept */
  double smallest; /* singular values below this part of the largest are left out */
} split_limits;

/* M[m][n] = left[m][k] right[k][n], k returned, at most min(m, n); 0 for M = 0. The columns of left
 * are orthonormal if the weights go right, else the rows of right are. *lost grows by the part of
 * the squared norm that was left out. Singular values by rotations of pairs of columns (one-sided
 * Jacobi: Hestenes 1958). M is overwritten. work[2 m n + 2 max(m, n)]. O(m n min(m, n)). */
int32_t split_svd(double M[], int32_t m, int32_t n, const split_limits *limits, bool goes_right,
                  double left[], double right[], double *lost, double work[]);

/* M[m][n] = Q[m][k] R[k][n] with orthonormal columns of Q, nothing left out (Gram-Schmidt, twice).
 * M is overwritten. O(m n^2) */
int32_t split_qr(double M[], int32_t m, int32_t n, double Q[], double R[]);

#endif
