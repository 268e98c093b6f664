/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/join.h - adds a table to a larger one. */
#ifndef LEHR_TN_MINPLUS_JOIN_H
#define LEHR_TN_MINPLUS_JOIN_H

#include "tn/guard.h"
#include "tn/minplus/steps.h"

/* A variable of `from` that leaves on the way (tail.h). */
typedef struct mp_join_tail {
  const tn_program *program; /* its one operation: ELIM of slot to_width, terms in slots of `to` */
  mp_unit unit;
  int64_t less;  /* subtracted from the entries before */
  mp_step *step; /* room for one */
  void *costs;   /* mp_steps_bytes of mp_limits_of(type) */
} mp_join_tail;

typedef struct mp_join {
  mp_type type;
  const mp_kernels *kernels;
  void *to;
  const void *from;
  int to_width, from_width;
  const uint8_t *map;       /* [from_width] slot k of from is slot map[k] of to */
  char *room;               /* join_room_bytes per thread, aligned to a granule */
  const mp_join_tail *tail; /* NULL: nobody leaves; else from_width, to_width > lanes */
} mp_join;

uint64_t join_room_bytes(mp_type type);

/* to[s] += from[s restricted], or the smaller one of these where somebody leaves; *least is the
 * minimum of the sums. False if the guard said stop. O(2^to_width). */
bool join_tables(const mp_join *j, const tn_guard *guard, int64_t *least);

#endif
