/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/walk.h - states of a network while a program is read backwards.
 *
 * Before an operation is read, each state has an index into every table of the stack: the spins of
 * the variables that are there. Reading ELIM or REPLACE decides the variable that left, JOIN splits
 * an index, INTRO and PUSH forget what left after all. */
#ifndef LEHR_TN_SEMIRING_WALK_H
#define LEHR_TN_SEMIRING_WALK_H

#include "tn/program.h"

#include <stdbool.h>

/* The entries for x = -1 and x = +1 in the table before an ELIM or REPLACE, from the index into the
 * one after it. */
static inline uint64_t walk_down(const tn_op *op, uint64_t after) {
  const uint64_t bit = UINT64_C(1) << op->slot;
  if (op->kind == TN_REPLACE || op->slot == op->width - 1) return after & ~bit;
  return (after & ~bit) | ((after >> op->slot) & 1) << (op->width - 1);
}

/* f(s), the field on what leaves; `after` matters for REPLACE, whose entering spin it holds. */
static inline int64_t walk_field(const tn_op *op, const tn_term terms[], uint64_t down,
                                 uint64_t after) {
  int64_t f = op->field;
  if (op->kind == TN_REPLACE)
    f += (after >> op->slot) & 1 ? op->enter_coupling : -op->enter_coupling;
  for (int32_t k = 0; k < op->n_terms; k++)
    f += (down >> terms[k].slot) & 1 ? terms[k].J : -terms[k].J;
  return f;
}

/* Index into the joined table from that of the one below. */
static inline uint64_t walk_join(const tn_op *op, const uint8_t maps[], uint64_t below) {
  uint64_t index = 0;
  for (int32_t k = 0; k < op->width; k++) index |= ((below >> maps[op->map + k]) & 1) << k;
  return index;
}

/* The indices of several states: of state k into the table at a level of the stack,
 * index[k * state + level * table]. */
typedef struct walk_indices {
  uint64_t *index;
  int64_t count, state, table;
  int32_t depth; /* of the stack */
} walk_indices;

static inline uint64_t *walk_top(const walk_indices *w, int64_t k) {
  return w->index + k * w->state + (w->depth - 1) * w->table;
}

/* Reads an operation that lets nobody leave; false for the others. */
static inline bool walk_back(walk_indices *w, const tn_op *op, const uint8_t maps[]) {
  switch (op->kind) {
  case TN_PUSH:
  case TN_FACTOR:
    w->depth--;
    return true;
  case TN_INTRO:
    for (int64_t k = 0; k < w->count; k++) *walk_top(w, k) &= ~(UINT64_C(1) << op->slot);
    return true;
  case TN_JOIN:
    w->depth++;
    for (int64_t k = 0; k < w->count; k++)
      *walk_top(w, k) = walk_join(op, maps, walk_top(w, k)[-w->table]);
    return true;
  default:
    return false;
  }
}

#endif
