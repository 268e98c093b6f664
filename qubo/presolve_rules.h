/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/presolve_rules.h - taking variables out of a graph. */
#ifndef LEHR_QUBO_PRESOLVE_RULES_H
#define LEHR_QUBO_PRESOLVE_RULES_H

#include "qubo/presolve.h"
#include "qubo/presolve_graph.h"

enum { REMOVAL_NEIGHBOURS = 3 };

/* How a removed variable follows from those that were still there:
 * s = -sign(field + sum_k weight[k] s_of[k]), +1 where that is 0. */
typedef struct removal {
  int32_t variable, count;
  int32_t of[REMOVAL_NEIGHBOURS];
  int64_t field, weight[REMOVAL_NEIGHBOURS];
} removal;

typedef struct removals {
  removal *list; /* [n], in the order of removal */
  int32_t count;
} removals;

/* Applies the rules of presolve.h until none does, or until the guard says so. is_fixed[n]:
 * variables that must stay; on return those that were removed are set as well. False when memory is
 * short. */
bool presolve_apply(graph *g, int max_degree, const presolve_guard *guard, uint8_t is_fixed[],
                    removals *out);

#endif
