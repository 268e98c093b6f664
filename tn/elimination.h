/* SPDX-License-Identifier: Apache-2.0 */
/* tn/elimination.h - what an order of elimination means for the tables.
 *
 * Variables leave in a given order. The *front* of v are the variables that share a table with it
 * when it leaves and that are still there: its later neighbours, and the fronts of those that left
 * before and had v in theirs (the columns of a Cholesky factor; George, Liu 1981). The *parent* of
 * v is the first of its front to leave; parents make a forest with the last variables as roots, and
 * the tables of different children are independent until their parent leaves. */
#ifndef LEHR_TN_ELIMINATION_H
#define LEHR_TN_ELIMINATION_H

#include "tn/graph.h"

typedef struct tn_elimination {
  int32_t n;
  int32_t *order;       /* [n] variables, first to leave first */
  int32_t *rank;        /* [n] rank[order[k]] = k */
  int32_t *parent;      /* [n] variable, or -1 for roots */
  int64_t *first;       /* [n+1] front of v is front[first[v]] .. front[first[v+1]] */
  int32_t *front;       /* each in the order in which they leave */
  int32_t *first_child; /* [n+1] into child */
  int32_t *child;       /* [n] by parent, in the order in which programs visit them; roots last */
  int32_t largest;      /* front, in variables */
} tn_elimination;

/* order[n] is a permutation. EUNAVAILABLE if a front is larger than `most`; ENOMEM.
 * O(couplings + sum of the fronts' sizes times log). */
lehr_status elimination_make(tn_graph g, const int32_t order[], int32_t most, tn_elimination *out,
                             lehr_error *err);
void elimination_free(tn_elimination *e);

#endif
