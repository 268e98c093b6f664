/* SPDX-License-Identifier: Apache-2.0 */
/* tn/graph.h - who is coupled with whom; what orders and elimination trees are made from. */
#ifndef LEHR_TN_GRAPH_H
#define LEHR_TN_GRAPH_H

#include "tn/network.h"

typedef struct tn_graph {
  int32_t n;
  const int64_t *row; /* [n+1] */
  const int32_t *col; /* both triangles, ascending in each row, no diagonal */
} tn_graph;

static inline tn_graph network_graph(const tn_network *t) {
  return (tn_graph){.n = t->n, .row = t->row, .col = t->col};
}

#endif
