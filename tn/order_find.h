/* SPDX-License-Identifier: Apache-2.0 */
/* tn/order_find.h - the best order that a limited search finds.
 *
 * Variables with at most two neighbours leave first (order_reduce.h). Each block of what is left is
 * searched by itself (blocks.h) and ends with the variable that it shares with the rest (reroot.h).
 * All ways of order.h are tried from several starts, each order is costed by the sizes of its
 * fronts (counts.h, cost.h), and the best are improved by moving single variables. Where a bound
 * from below (width_bound.h) tells that none will do, one or two must be enough. The search
 * spends more on contractions that take longer, in steps, not in seconds: the result depends on
 * the arguments only. */
#ifndef LEHR_TN_ORDER_FIND_H
#define LEHR_TN_ORDER_FIND_H

#include "tn/cost.h"
#include "tn/graph.h"
#include "tn/guard.h"

/* What is spent where contractions take minutes: below a second. And how many times what is given
 * the first order of each kind may take, and a proof that none is narrow enough: without a good one
 * there is nothing to begin with. */
enum { ORDER_WORK = 500000000, ORDER_FIRST_SHARE = 4 };

typedef struct order_limits {
  double most_entries; /* of all tables at a time; orders beyond are only taken if none fits */
  int bytes;           /* of an entry: 1, 2, 4, 8 */
  int64_t work;        /* most steps, about a nanosecond each; a million are always given */
  uint64_t seed;
  const int32_t *time_index; /* [n] or NULL */
  bool is_whole;             /* no orders between separators */
  const tn_guard *guard;     /* NULL: nobody ends it. Ended, it has the best order so far */
} order_limits;

typedef struct order_found {
  int32_t *order; /* [n], owned; free() */
  tn_cost cost;
  char method[48]; /* what found it */
  int64_t tried;   /* orders */
  int64_t work;    /* steps */
} order_found;

/* ENOMEM. */
lehr_status order_find(tn_graph g, const order_limits *limits, order_found *out, lehr_error *err);

#endif
