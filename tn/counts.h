/* SPDX-License-Identifier: Apache-2.0 */
/* tn/counts.h - the sizes of all fronts of an order without the fronts.
 *
 * Gilbert, Ng, Peyton 1994 ("An efficient algorithm to compute row and column counts for sparse
 * Cholesky factorization"; notation of Davis 2006): the size of a front is a sum over skeleton
 * entries and least common ancestors in the elimination tree. Nearly linear in the couplings
 * whatever the width is, so that thousands of orders can be compared. */
#ifndef LEHR_TN_COUNTS_H
#define LEHR_TN_COUNTS_H

#include "tn/graph.h"

#include <stdbool.h>

/* All arrays are by rank: k is the variable that leaves as number k. */
typedef struct tn_counts {
  int32_t n;
  int32_t *parent; /* rank, or -1 for roots; larger than k */
  int32_t *size;   /* of the front */
  int32_t *fresh;  /* variables of the front that no table of a child has */
  int32_t *rank;   /* [variable] */
  int32_t *work;   /* 6 n */
} tn_counts;

/* For graphs of up to n variables; false when memory is short. */
bool counts_make(tn_counts *c, int32_t n);
void counts_free(tn_counts *c);

/* Fills all arrays for a permutation order[g.n]; g.n is at most what the arrays were made for. */
void counts_find(tn_counts *c, tn_graph g, const int32_t order[]);

#endif
