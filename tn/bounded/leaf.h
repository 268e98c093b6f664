/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/leaf.h - the best state once all divided variables are fixed. */
#ifndef LEHR_TN_BOUNDED_LEAF_H
#define LEHR_TN_BOUNDED_LEAF_H

#include "tn/bounded/dual.h"

/* The minimum of what is not fixed, exactly; d->best becomes better by it if it can. *bound: its
 * energy. Needed where a run could not keep the decisions that its state would follow from.
 * *is_stopped by the guard. ENOMEM. */
lehr_status leaf_solve(tn_dual *d, const int8_t fixed[], int64_t *bound, bool *is_stopped,
                       lehr_error *err);

#endif
