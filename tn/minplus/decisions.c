/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/decisions.h"

/* The entry's place: bits of the tile's slots first, the number of the tile above. */
static uint64_t place_of(const tn_table_slots *after, uint64_t in_tile, const int8_t spins[]) {
  uint64_t place = 0;
  int bit = 0;
  for (int is_outside = 0; is_outside < 2; is_outside++)
    for (int slot = 0; slot < after->width; slot++) {
      if ((in_tile >> slot & 1) == (uint64_t)is_outside) continue;
      place |= (uint64_t)(spins[after->variable[slot]] > 0) << bit++;
    }
  return place;
}

void decisions_trace(const tn_program *p, const mp_traced *t, tn_slots *slots, int8_t spins[]) {
  for (int64_t k = t->end; k-- > t->first;) {
    const tn_op *const op = &p->ops[k];
    if (op->kind == TN_ELIM || op->kind == TN_REPLACE) {
      const mp_decision *const d = &t->decisions[k - t->first];
      const uint64_t place = place_of(slots_top(slots), d->slots, spins);
      spins[op->leaves] = d->bits[place >> 3] >> (place & 7) & 1 ? 1 : -1;
    }
    slots_backward(slots, p, op);
  }
}
