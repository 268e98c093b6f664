/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/correlate.h - means of products of spins over the distribution that two tables make,
 * p[s] = t[s] d[s]: t sums the states of those that left before, d of those that leave later. */
#ifndef LEHR_TN_SEMIRING_CORRELATE_H
#define LEHR_TN_SEMIRING_CORRELATE_H

#include "tn/semiring/semiring.h"

typedef struct correlations {
  double total;               /* sum of all p[s]: what the others are to be divided by */
  double mean;                /* x */
  double slot[TN_MOST_SLOTS]; /* x s_k, for all slots but that of x */
  double enters;              /* x u, for REPLACE with a coupling */
} correlations;

/* x leaves with `op`; t and d are tables before it, `after` (REPLACE with a coupling, else NULL) is
 * d after it. Sums over blocks in a fixed order. `partial` has room for correlate_partials(width)
 * numbers. O(2^width). */
void correlate(const semiring_context *c, const semiring *s, const tn_op *op, const tn_table *t,
               const tn_table *d, const tn_table *after, double partial[], correlations *out);
size_t correlate_partials(int32_t width);

#endif
