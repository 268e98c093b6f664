/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/decisions.h"

#include "tn/slots.h"

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

bool decisions_trace(const tn_program *p, int64_t first, const mp_decision d[], int8_t spins[]) {
  tn_slots slots = {0};
  if (!slots_reserve(&slots, p->depth)) return false;
  slots.depth = 1;
  slots.table[0].width = 0;
  for (int64_t k = p->n_ops; k-- > first;) {
    const tn_op *const op = &p->ops[k];
    if (op->kind == TN_ELIM || op->kind == TN_REPLACE) {
      const uint64_t place = place_of(slots_top(&slots), d[k - first].slots, spins);
      spins[op->leaves] = d[k - first].bits[place >> 3] >> (place & 7) & 1 ? 1 : -1;
    }
    slots_backward(&slots, p, op);
  }
  slots_free(&slots);
  return true;
}
