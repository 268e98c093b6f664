/* SPDX-License-Identifier: Apache-2.0 */
/* tn/width_bound.h - a width that no order gets below, before any order is searched.
 *
 * If an order has fronts of at most w variables, some variable has at most w neighbours, in the
 * graph as in all its minors: whichever variables vanish or become one with a neighbour. So the
 * bound is the largest least degree that is met while variables of least degree leave
 * (degeneracy), then again where each has become one with a neighbour, and so on until no two are
 * left: minor-min-width (Gogate, Dechter 2004), many pairs at a time. In random graphs that is a
 * good part of the width, in lattices a small one. */
#ifndef LEHR_TN_WIDTH_BOUND_H
#define LEHR_TN_WIDTH_BOUND_H

#include "tn/graph.h"
#include "tn/guard.h"

typedef struct width_question {
  int32_t enough;        /* no more than that is looked for */
  int64_t work;          /* most steps */
  const tn_guard *guard; /* NULL: nobody ends it. Ended, it has the best bound so far */
} width_question;

/* The largest front of any order has *bound variables or more. Adds to *work. ENOMEM.
 * O(couplings log n), twice the memory of the graph. */
lehr_status width_bound(tn_graph g, const width_question *q, int32_t *bound, int64_t *work,
                        lehr_error *err);

#endif
