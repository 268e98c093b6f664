/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/range.h - how far apart the entries of a table can be, and which types that fits.
 *
 * Two entries of a table whose indices differ in some variables differ by no more than what the
 * couplings already charged to these variables can: whoever left may keep its value. So the range
 * is at most the sum of these couplings over the table's variables (in the kernels' units, |J|
 * each). */
#ifndef LEHR_TN_MINPLUS_RANGE_H
#define LEHR_TN_MINPLUS_RANGE_H

#include "tn/minplus/run.h"

typedef struct mp_range {
  int64_t table; /* bound of the largest difference within a table, before any operation */
  int64_t step;  /* largest sum of |field| and |J| that one operation charges, or of what factors
                  * that are joined one after the other do */
} mp_range;

/* ENOMEM. O(operations * width). */
lehr_status mp_range_of(const tn_program *p, mp_range *out, lehr_error *err);

/* Whether nothing can saturate: entries stay below the top although minima are only subtracted
 * between passes. */
bool mp_range_fits(const mp_range *r, mp_type type, int shift);

/* Whether it is worth a try: ranges are usually a fraction of the bound. */
bool mp_range_may_fit(const mp_range *r, mp_type type, int shift);

/* What rounding in float can change of the value, at most: a few roundings per operation of entries
 * within the range. */
int64_t mp_float_error(const mp_range *r, int64_t n_ops);

#endif
