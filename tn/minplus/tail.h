/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/tail.h - a branch whose last variable leaves while it is joined (program_tail.h). */
#ifndef LEHR_TN_MINPLUS_TAIL_H
#define LEHR_TN_MINPLUS_TAIL_H

#include "tn/minplus/pass.h"
#include "tn/program_tail.h"

/* Whether one begins at operation k. Only for A larger than a tile and B longer than a row, and
 * where no decisions are kept: before operation first_decision. O(INTROs). */
bool tail_at(const tn_program *p, int64_t k, const mp_limits *limits, int64_t first_decision,
             tn_tail *out);

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
void tail_make(const tn_program *p, const tn_tail *tail, mp_tail_join *out);

#endif
