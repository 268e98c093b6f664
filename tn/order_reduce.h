/* SPDX-License-Identifier: Apache-2.0 */
/* tn/order_reduce.h - variables that may leave first whatever comes after them.
 *
 * With at most two neighbours a variable never makes a front larger than any order needs (Arnborg,
 * Proskurowski 1986: series-parallel reductions). They leave one after the other, their two
 * neighbours becoming neighbours; what is left is a smaller graph, or nothing (trees, cycles). */
#ifndef LEHR_TN_ORDER_REDUCE_H
#define LEHR_TN_ORDER_REDUCE_H

#include "tn/graph.h"

typedef struct reduced_graph {
  int32_t n_first;
  int32_t *first; /* [n_first] those that leave first, in their order */
  int32_t n;
  int64_t *row; /* [n+1] what is left, as in tn_graph */
  int32_t *col;
  int32_t *number; /* [n] their numbers in the given graph, ascending */
} reduced_graph;

/* most_neighbours: 1 or 2. ENOMEM. O(n + couplings log). */
lehr_status order_reduce(tn_graph g, int32_t most_neighbours, reduced_graph *out, lehr_error *err);
void reduced_free(reduced_graph *r);

#endif
