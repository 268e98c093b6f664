/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/blocks.h - what the kernels of all semirings share: tables in blocks of 2^LOW_SLOTS
 * entries, and the entries of two tables that belong together. */
#ifndef LEHR_TN_SEMIRING_BLOCKS_H
#define LEHR_TN_SEMIRING_BLOCKS_H

#include "tn/semiring/semiring.h"

enum { LOW_SLOTS = 9 };

static inline bool is_time(semiring_context *c, int64_t group) {
  if ((group & 63) == 0 && guard_should_stop(c->guard))
    atomic_store_explicit(&c->is_stopped, true, memory_order_relaxed);
  return atomic_load_explicit(&c->is_stopped, memory_order_relaxed);
}

/* Threads are worth their start from some 2^15 entries on. */
static inline int threads_for(const semiring_context *c, int32_t width) {
  return width < 15 ? 1 : c->guard->threads;
}

/* Entries of the table below that belong to an entry of the joined one, and the other way round. */
typedef struct join_map {
  int32_t width, joined;          /* slots of the two */
  uint8_t slot[TN_MOST_SLOTS];    /* [joined] where theirs are, then those of the others */
  uint32_t below[1 << LOW_SLOTS]; /* part of the joined index by the low slots */
} join_map;

static inline void join_map_make(join_map *m, const tn_program *p, const tn_op *op, int32_t width) {
  bool is_taken[TN_MOST_SLOTS] = {false};
  int32_t n = op->width;
  m->width = width;
  m->joined = op->width;
  for (int32_t k = 0; k < op->width; k++) {
    m->slot[k] = p->maps[op->map + k];
    is_taken[m->slot[k]] = true;
  }
  for (int32_t slot = 0; slot < width; slot++)
    if (!is_taken[slot]) m->slot[n++] = (uint8_t)slot;
}

/* Index into the joined table. */
static inline size_t join_gather(const join_map *m, size_t index) {
  size_t joined = 0;
  for (int32_t k = 0; k < m->joined; k++) joined |= ((index >> m->slot[k]) & 1) << k;
  return joined;
}

/* The other way round: `bits` put into slots from..to of m->slot. */
static inline size_t join_scatter(const join_map *m, size_t bits, int32_t from, int32_t to) {
  size_t index = 0;
  for (int32_t k = from; k < to; k++) index |= ((bits >> (k - from)) & 1) << m->slot[k];
  return index;
}

#endif
