/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/join.h - adds a table to a larger one. */
#ifndef LEHR_TN_MINPLUS_JOIN_H
#define LEHR_TN_MINPLUS_JOIN_H

#include "tn/guard.h"
#include "tn/minplus/kernels.h"

typedef struct mp_join {
  mp_type type;
  const mp_kernels *kernels;
  void *to;
  const void *from;
  int to_width, from_width;
  const uint8_t *map; /* [from_width] slot k of from is slot map[k] of to */
  char *room;         /* join_room_bytes per thread, aligned to a granule */
} mp_join;

uint64_t join_room_bytes(mp_type type);

/* to[s] += from[s restricted]; *least is the minimum of the sums. False if the guard said stop.
 * O(2^to_width). */
bool join_tables(const mp_join *j, const tn_guard *guard, int64_t *least);

#endif
