/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/subgraph/forest.h - induced forests of a model's graph, and a family of them that covers
 * every site (Hamze, de Freitas 2004).
 *
 * Sites lie in depth-first order: a parent before its children, a tree in one piece. Trees are in
 * chunks, which can be treated one after the other, as trees of one forest do not touch. */
#ifndef LEHR_SOLVERS_SUBGRAPH_FOREST_H
#define LEHR_SOLVERS_SUBGRAPH_FOREST_H

#include "solvers/spin_form.h"

enum {
  FORESTS = 16,      /* of a family, where the graph is sparse */
  FORESTS_LARGE = 8, /* of one with more than so many sites */
  FOREST_LARGE = 1 << 14,
  TREE_SITES = 8192,   /* largest tree */
  CHUNK_WORK = 1 << 14 /* a chunk is full with so many sites and couplings */
};

/* All arrays by position. */
typedef struct forest {
  int32_t count;
  int32_t *site;   /* [count] */
  int32_t *parent; /* [count] position, -1 at roots */
  int64_t *link;   /* [count] entry of the spin form that couples a site to its parent; -1 */
  int32_t chunks;
  int32_t *chunk; /* [chunks+1] chunk c is positions chunk[c] .. chunk[c+1] - 1 */
} forest;

typedef struct forest_family {
  int32_t count;
  forest *forests;
  int32_t largest_chunk; /* positions */
} forest_family;

/* Bytes that forest_family_make takes at most. */
uint64_t forest_family_bytes(const lehr_model_view *m);
/* Random forests, each grown site by site where that closes no cycle (union-find), first of sites
 * that no forest before it has. A few forests are as large as that makes them; if they leave sites
 * out, as in dense graphs, more follow that hold only such. From the wall clock `until` on
 * (HUGE_VAL: never) only what covers all sites is grown. Memory from run; false when refused,
 * or if the run should stop (poll.h). O(interactions) per forest, less in dense graphs. */
bool forest_family_make(forest_family *family, const spin_form *f, double until, lehr_run *run);

#endif
