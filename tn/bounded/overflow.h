/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/overflow.h - slices of any graph: variables that are taken out as fronts overflow. */
#ifndef LEHR_TN_BOUNDED_OVERFLOW_H
#define LEHR_TN_BOUNDED_OVERFLOW_H

#include "tn/bounded/slices.h"

/* Fronts beyond this are not looked at whole. */
enum { WIDEST_CUT = 512 };

/* Walks through order[n]; where a variable and its front have more than `width` variables, those of
 * the front with most neighbours are taken out. ENOMEM. O(n width log) beside the couplings. */
lehr_status slices_by_overflow(const tn_network *t, const int32_t order[], int32_t width,
                               tn_slices *out, lehr_error *err);

#endif
