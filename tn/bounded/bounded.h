/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/bounded.h - the lowest energy of networks that are too wide, between two bounds.
 *
 * The network is split until it is narrow (split.h), bounded (dual.h), and searched (search.h).
 * Of several ways to split it, as wide as each other, the one with the best bound after few steps
 * is taken. Narrow tables come first, since they are quick; when the search has taken what some
 * runs with tables sixteen times as large will take, another one begins with these, and so on up to
 * the memory. As long as its bound is no better, both go on by turns. However it ends, there is a
 * state and a lower bound. */
#ifndef LEHR_TN_BOUNDED_BOUNDED_H
#define LEHR_TN_BOUNDED_BOUNDED_H

#include "tn/bounded/search.h"

typedef struct bounded_options {
  int32_t width;  /* log2 of the largest table; 0: as above, or narrower where these do not fit */
  double updates; /* end after so many table entries; HUGE_VAL: when it is proven */
  int64_t order_work; /* steps for orders at each width, 0: the default */
  void (*improved)(void *user, const int8_t spins[]); /* NULL: nobody */
  void *user;
} bounded_options;

typedef struct bounded_result {
  bool is_stopped; /* by the guard; everything else is valid all the same */
  bool is_short;   /* of memory: there was none for tables of a part */
  int64_t bound;   /* no state is below; constant included */
  int64_t energy;  /* of the state */
  int32_t width;   /* of the last tables, at most */
  int32_t divided; /* variables that had several copies in the end, of the part with most */
  int64_t nodes, runs;
  double updates;
} bounded_result;

/* spins[t->n]: a state, replaced by the best one met. Proven if energy == bound. ENOMEM. */
lehr_status bounded_minimize(const tn_network *t, const bounded_options *o, const tn_guard *guard,
                             int8_t spins[], bounded_result *out, lehr_error *err);

#endif
