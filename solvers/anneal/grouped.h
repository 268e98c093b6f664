/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/grouped.h - annealing of models with disjoint one-hot, at-most-one and
 * cardinality groups. Every state satisfies the groups: a member of a one-hot or cardinality group
 * changes by exchange with one of the other value, an at-most-one group may also become empty or
 * filled. One replica at a time. */
#ifndef LEHR_SOLVERS_ANNEAL_GROUPED_H
#define LEHR_SOLVERS_ANNEAL_GROUPED_H

#include "lehr/plugin.h"

uint64_t grouped_space_bytes(const lehr_model_view *m);
lehr_status grouped_run(lehr_run *run);

#endif
