/* SPDX-License-Identifier: Apache-2.0 */
/* tn/group_bound.h - a lower bound of models with groups that takes hardly longer than reading
 * them.
 *
 * With x = (1 + s) / 2, half of what a coupling costs goes to either end. What a variable that is 1
 * pays is at least its field and, of each group, the least that members of it cost whom the group
 * lets be 1 together; a group's least sum of these, over the members that it lets be 1, is what it
 * pays at least (one round of message passing from equal shares: Kovalevsky, Koval 1975). */
#ifndef LEHR_TN_GROUP_BOUND_H
#define LEHR_TN_GROUP_BOUND_H

#include "tn/network.h"

/* *bound: no state that keeps m's groups has less of network_energy; `spins` is network_of_terms of
 * m. *is_there is false where coefficients are too large. ENOMEM. O(couplings log degree) */
lehr_status group_bound(const lehr_model_view *m, const tn_network *spins, int64_t *bound,
                        bool *is_there, lehr_error *err);

#endif
