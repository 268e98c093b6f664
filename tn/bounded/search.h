/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/search.h - branch and bound over the variables that are divided.
 *
 * Once all of them are fixed a split network is exact, so fixing them one after the other (bounded
 * slicing) proves the optimum. The node with the lowest bound is expanded next, so that the bound
 * of all grows as fast as it can; it branches on the variable whose copies disagree most. */
#ifndef LEHR_TN_BOUNDED_SEARCH_H
#define LEHR_TN_BOUNDED_SEARCH_H

#include "tn/bounded/dual.h"

typedef struct search_options {
  int32_t root_steps, node_steps; /* runs to improve a bound: at first, and after each fixing */
  double updates;                 /* end after so many table entries */
  uint64_t memory;                /* for open nodes; beyond it the deepest come first */
} search_options;

typedef struct search_result {
  bool is_stopped; /* by the guard */
  int64_t bound;   /* no state is below */
  int64_t root;    /* the bound before anything was fixed */
  int64_t nodes;   /* that were expanded */
} search_result;

/* From d->best->energy, which is finite; updates d->best. ENOMEM. */
lehr_status bounded_search(tn_dual *d, const search_options *o, search_result *out,
                           lehr_error *err);

#endif
