/* SPDX-License-Identifier: Apache-2.0 */
/* tn/program_tail.h - how branches end.
 *
 * Branches often end like this: variables enter the table B, one leaves, and B is joined to a table
 * A that is as large. B with all that entered need not be there: an entry of A takes in the sum
 * over what leaves of an entry of B as it was before and of terms over slots of A. */
#ifndef LEHR_TN_PROGRAM_TAIL_H
#define LEHR_TN_PROGRAM_TAIL_H

#include "tn/program.h"

#include <stdbool.h>

/* Operations first..leave-1 are INTROs, `join` is the next after `leave`. */
typedef struct tn_tail {
  int64_t first, leave, join;
} tn_tail;

/* Whether one begins at operation k. O(INTROs). */
bool program_tail(const tn_program *p, int64_t k, tn_tail *out);

/* Costs count on tails where A is wider than this: where tables do not fit a tile (minplus/pass.h),
 * whatever their type. */
enum { TAIL_WIDTH = 18 };

#endif
