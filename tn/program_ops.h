/* SPDX-License-Identifier: Apache-2.0 */
/* tn/program_ops.h - writing a program operation by operation; keeps track of who is in which slot.
 *
 * Every function returns LEHR_OK, ENOMEM, or EUNAVAILABLE for a table beyond TN_MOST_SLOTS. */
#ifndef LEHR_TN_PROGRAM_OPS_H
#define LEHR_TN_PROGRAM_OPS_H

#include "tn/program.h"
#include "tn/slots.h"

#include <stdbool.h>

typedef struct program_ops {
  tn_program p;
  tn_slots slots; /* after the last operation */
  int64_t op_room, term_room, map_room;
} program_ops;

lehr_status ops_push(program_ops *b);
/* The network's factor number k, which b->p has. */
lehr_status ops_factor(program_ops *b, int32_t k);
/* u enters the table on top; where the last operation was an ELIM, that becomes a REPLACE. */
lehr_status ops_enter(program_ops *b, int32_t u);
/* The table on top into the one below, which has all of its variables. */
lehr_status ops_join(program_ops *b);
/* Room for the terms of the next ops_leave: returns where to write them, NULL if memory is short.
 * Slots are filled in by ops_leave. */
tn_term *ops_terms(program_ops *b, int64_t count);
/* v leaves with n_terms of the terms just written (all in the table); enters = -1 for an ELIM. */
lehr_status ops_leave(program_ops *b, tn_op leave);

void ops_free(program_ops *b);

#endif
