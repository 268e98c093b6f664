/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/presolve_graph.h - a weighted graph that loses vertices and gains edges.
 *
 * Edge e has two half-edges 2e and 2e+1; half-edge a leads to to[a], its twin a^1 back. The
 * half-edges of a vertex are a doubly linked list. */
#ifndef LEHR_QUBO_PRESOLVE_GRAPH_H
#define LEHR_QUBO_PRESOLVE_GRAPH_H

#include "qubo/presolve.h"

#include <stdbool.h>

typedef struct graph {
  int32_t n;
  int64_t constant;
  int64_t *field;            /* [n] h */
  int64_t *magnitude;        /* [n] sum of |J| over the edges of a vertex */
  int32_t *degree;           /* [n] */
  int32_t *first;            /* [n] half-edge or -1 */
  int64_t *weight;           /* [edges] J */
  int32_t *to, *next, *prev; /* [2 * edges] */
  int32_t free_edge;         /* of a list through next[2e]; -1: none */
  double unit;               /* of energy: real = integer * unit */
  bool is_exact;             /* no coefficient was rounded */
} graph;

/* The spin form of m, or a part of it if the guard says so. Half-edges must fit 31 bits:
 * EUNAVAILABLE otherwise. */
lehr_status graph_create(graph *g, const lehr_model_view *m, const presolve_guard *guard,
                         lehr_error *err);
void graph_free(graph *g);

/* Half-edge from a to b, or -1; looks at the shorter list. O(min degree). */
int32_t graph_find(const graph *g, int32_t a, int32_t b);
/* Adds J to the coupling of a and b, which disappears when it becomes 0. An edge must have been
 * freed for each that is made new. O(min degree). */
void graph_couple(graph *g, int32_t a, int32_t b, int64_t J);
/* Takes v's edges away; its neighbours stay. O(degree). */
void graph_isolate(graph *g, int32_t v);

static inline int64_t graph_abs(int64_t v) { return v < 0 ? -v : v; }

#endif
