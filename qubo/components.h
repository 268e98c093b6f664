/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/components.h - connected components of a model; the energy is a sum over them.
 *
 * Variables are connected by couplings and by sharing a group. */
#ifndef LEHR_QUBO_COMPONENTS_H
#define LEHR_QUBO_COMPONENTS_H

#include "lehr/model.h"

typedef struct components {
  int32_t count;
  int32_t *of;   /* [n] component of each variable; numbered by their smallest variable */
  int32_t *ptr;  /* [count+1] into list */
  int32_t *list; /* [n] variables by component, ascending within each */
  int32_t *rank; /* [n] position of each variable in its component */
  int32_t *group_ptr, *group_list; /* [count+1], [n_groups]: the groups of each component */
} components;

/* Finds them by union-find. LEHR_ENOMEM when memory is short. Release with components_free.
 * O((n + interactions) a(n)). */
lehr_status components_find(const lehr_model_view *m, components *out);
void components_free(components *c);

/* Leaves those of more than `size` variables, and those with groups, in their order; of[] stays as
 * it was. O(n). */
void components_keep_larger(components *c, int32_t size);

/* The part of m over component k as a model of its own (variable v of it is list[ptr[k] + v]),
 * with its groups, without the offset; in m's units, also where the part alone would have larger
 * ones. ENOMEM. O(size of the part). */
lehr_status components_extract(const lehr_model_view *m, const components *c, int32_t k,
                               lehr_model **out, lehr_error *err);

#endif
