/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/tail.h - a branch whose last variable leaves while it is joined.
 *
 * Branches often end like this: variables enter the table B, one leaves, and B is joined to a table
 * A that is as large. B with all that entered need not be there: an entry of A takes in the smaller
 * one of two sums, of entries of B as it was before and of costs that depend on slots of A. */
#ifndef LEHR_TN_MINPLUS_TAIL_H
#define LEHR_TN_MINPLUS_TAIL_H

#include "tn/minplus/pass.h"

#include <stdbool.h>

/* Operations first..leave-1 are INTROs, `join` is the next after `leave`. */
typedef struct mp_tail {
  int64_t first, leave, join;
} mp_tail;

/* Whether one begins at operation k. Only for A larger than a tile and B longer than a row, and
 * where no decisions are kept: before operation first_decision. O(INTROs). */
bool tail_at(const tn_program *p, int64_t k, const mp_limits *limits, int64_t first_decision,
             mp_tail *out);

/* The same as a JOIN: with one more slot of A, the last one, for the variable that leaves, which B
 * brings there by map[] and the ELIM takes away. */
typedef struct mp_tail_join {
  tn_program program; /* of that ELIM */
  tn_op elim;
  tn_term terms[TN_MOST_SLOTS];
  uint8_t map[TN_MOST_SLOTS];
  int64_t cost; /* no entry rises by more */
} mp_tail_join;

/* out->program points into *out. */
void tail_make(const tn_program *p, const mp_tail *tail, mp_tail_join *out);

#endif
