/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/search.h - branch and bound over the variables that are divided.
 *
 * Once all of them are fixed a split network is exact, so fixing them one after the other (bounded
 * slicing) proves the optimum. The nodes with the lowest bounds are expanded next, a few at a time
 * by a crew, so that the bound of all grows as fast as it can; each branches on the variable whose
 * copies disagree most. */
#ifndef LEHR_TN_BOUNDED_SEARCH_H
#define LEHR_TN_BOUNDED_SEARCH_H

#include "tn/bounded/crew.h"

typedef struct search_options {
  dual_steps root, node; /* to improve a bound: at first, and after each fixing */
  uint64_t memory;       /* for open nodes */
} search_options;

typedef struct tn_search {
  tn_dual *d;
  search_options o;
  tn_nodes open;
  tn_crew crew;
  bool is_stopped; /* by the guard */
  int64_t root;    /* the bound before anything was fixed */
  int64_t nodes;   /* that were expanded */
} tn_search;

/* Bounds the root. d->best->energy is finite, and d->best is updated as long as the search lasts.
 * ENOMEM. */
lehr_status search_begin(tn_search *s, tn_dual *d, const search_options *o, lehr_error *err);
/* Goes on until it is done, stopped, or about so many table entries are written. ENOMEM. */
lehr_status search_go_on(tn_search *s, double updates, lehr_error *err);
/* No state is below. */
int64_t search_bound(const tn_search *s);
void search_end(tn_search *s);

#endif
