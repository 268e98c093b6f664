/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/retrace.h - a run whose decisions are traced back, stretch by stretch.
 *
 * The run goes once from the first operation to the last, keeps the stack of tables where stretches
 * begin (stretches.h), and has the decisions of the last stretch. These tell the spins that left in
 * it. Then the stack of the stretch before is put back and that one runs again, with decisions, and
 * so on to the first one. So no operation runs more than twice. */
#ifndef LEHR_TN_MINPLUS_RETRACE_H
#define LEHR_TN_MINPLUS_RETRACE_H

#include "tn/minplus/runner.h"
#include "tn/slots.h"

/* The stack at the start of a stretch. */
typedef struct mp_checkpoint {
  int depth;
  int64_t n_pushed;
  mp_stacked *stack; /* [depth]; data is in the room of all, of which it takes mp_kept_bytes */
} mp_checkpoint;

typedef struct mp_retrace {
  mp_checkpoint at[MOST_STRETCHES]; /* [0]: nothing */
  char *room;
  uint64_t used; /* of the room */
  tn_slots slots;
} mp_retrace;

/* All operations. False when memory is short; the guard may end it. */
bool retrace_forward(mp_runner *r, mp_retrace *t);
/* Sets spins[] of the variables that left at first_decision or later. Where the guard ends it, they
 * are not all set. False when memory is short. */
bool retrace_back(mp_runner *r, mp_retrace *t, int8_t spins[]);
void retrace_free(mp_runner *r, mp_retrace *t);

#endif
