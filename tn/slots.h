/* SPDX-License-Identifier: Apache-2.0 */
/* tn/slots.h - which variable is in which slot while a program runs, forward or backward. */
#ifndef LEHR_TN_SLOTS_H
#define LEHR_TN_SLOTS_H

#include "tn/program.h"

#include <stdbool.h>

typedef struct tn_table_slots {
  int32_t width;
  int32_t variable[TN_MOST_SLOTS];
} tn_table_slots;

typedef struct tn_slots {
  int32_t depth, room;
  tn_table_slots *table; /* [depth] bottom first */
} tn_slots;

/* Before the first operation: no tables. Grows as programs need; false when memory is short. */
bool slots_reserve(tn_slots *s, int32_t depth);
void slots_free(tn_slots *s);

static inline tn_table_slots *slots_top(const tn_slots *s) { return &s->table[s->depth - 1]; }

/* Slot of variable v in the table, -1 if it is not there. O(width). */
int32_t slots_find(const tn_table_slots *t, int32_t v);

/* The state after `op` from the one before it. The program is correct (program_check) and
 * slots_reserve(s, program->depth) was called. O(width). */
void slots_forward(tn_slots *s, const tn_program *p, const tn_op *op);
/* The state before `op` from the one after it. */
void slots_backward(tn_slots *s, const tn_program *p, const tn_op *op);

#endif
