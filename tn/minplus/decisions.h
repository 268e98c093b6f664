/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/decisions.h - which value of the leaving variable was better, for each entry of the
 * result of an operation, and the state that follows from them.
 *
 * One bit per entry, in the order in which the kernels meet them: tile by tile. */
#ifndef LEHR_TN_MINPLUS_DECISIONS_H
#define LEHR_TN_MINPLUS_DECISIONS_H

#include "tn/program.h"

#include <stdbool.h>

typedef struct mp_decision {
  uint8_t *bits;
  uint64_t slots; /* of the table after the operation that are in the tile */
} mp_decision;

/* From the last operation back to operation `first`, d[0] being its decision (unused for
 * operations without). The stack is empty but for the result. Sets spins[] of the variables that
 * left. False when memory is short. O(operations * width). */
bool decisions_trace(const tn_program *p, int64_t first, const mp_decision d[], int8_t spins[]);

#endif
