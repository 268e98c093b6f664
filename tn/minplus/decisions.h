/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/decisions.h - which value of the leaving variable was better, for each entry of the
 * result of an operation, and the state that follows from them.
 *
 * One bit per entry, in the order in which the kernels meet them: tile by tile. */
#ifndef LEHR_TN_MINPLUS_DECISIONS_H
#define LEHR_TN_MINPLUS_DECISIONS_H

#include "tn/slots.h"

typedef struct mp_decision {
  uint8_t *bits;
  uint64_t slots; /* of the table after the operation that are in the tile */
} mp_decision;

/* Of operations [first, end). */
typedef struct mp_traced {
  int64_t first, end;
  const mp_decision *decisions; /* [end - first]; unused for operations without */
} mp_traced;

/* From operation end - 1 back to `first`; *slots goes from the state after the one to that before
 * the other. Sets spins[] of the variables that left; those that are there after the last one are
 * set already. O(operations * width). */
void decisions_trace(const tn_program *p, const mp_traced *t, tn_slots *slots, int8_t spins[]);

#endif
