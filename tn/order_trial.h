/* SPDX-License-Identifier: Apache-2.0 */
/* tn/order_trial.h - orders compared one after the other; what order_find and order_improve share.
 */
#ifndef LEHR_TN_ORDER_TRIAL_H
#define LEHR_TN_ORDER_TRIAL_H

#include "tn/order_find.h"

#include <stdbool.h>

typedef struct order_trial {
  tn_graph g;
  const order_limits *limits;
  tn_counts counts;
  double *scratch;    /* [2 n] */
  int32_t *candidate; /* [n] to be written before trial_consider */
  bool is_hopeless;   /* no order is near the memory that there is: proven */
  bool is_ended;      /* the guard said so */
  order_found best;
} order_trial;

bool trial_make(order_trial *t, tn_graph g, const order_limits *limits);
/* Everything but best.order. */
void trial_free(order_trial *t);

/* Costs the candidate (its steps are added to best.work); true if it is the best one now. `method`
 * is remembered with it, `index` behind it unless negative. */
bool trial_consider(order_trial *t, const char *method, int64_t index);

/* Proves that no order is near the memory that there is, if that is quick (width_bound.h). ENOMEM.
 */
lehr_status trial_bound(order_trial *t, lehr_error *err);

/* Whether the search shall go on: it may take a share of what the contraction takes, or of costing
 * a few orders. A fifth of the work must do where no order is near the memory that there is. */
bool trial_may_go_on(order_trial *t, double share);

/* Whether so many more steps are within that share of the limit, or less than a millisecond, which
 * small graphs have for one order of each kind. */
bool trial_can_afford(order_trial *t, int64_t steps, double share);

/* The search for one graph as it stands: order_find takes it apart first (order_search.c). ENOMEM.
 */
lehr_status order_search(tn_graph g, const order_limits *limits, order_found *out, lehr_error *err);

/* Improves best.order by moving variables, until the search shall not go on (order_improve.c). */
lehr_status order_improve(order_trial *t, double share, lehr_error *err);

#endif
