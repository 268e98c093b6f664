/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/pass.h"

#include "tn/minplus/tail.h"

enum { TILE_BYTES_LOG2 = 18, ROW_BYTES_LOG2 = 9 };

mp_limits mp_limits_of(mp_type type) {
  const int log2_bytes = MP_GRANULE_LOG2 - mp_types[type].lane_bits;
  return (mp_limits){.tile_bits = TILE_BYTES_LOG2 - log2_bytes,
                     .row_bits = ROW_BYTES_LOG2 - log2_bytes,
                     .growth = mp_types[type].top / 4};
}

static uint64_t low_slots(int count) { return ((uint64_t)1 << count) - 1; }

/* Slots that an operation must find in the tile. */
static uint64_t needed(const tn_op *op) {
  uint64_t slots = (uint64_t)1 << op->slot;
  if (op->kind == TN_ELIM) slots |= (uint64_t)1 << (op->width - 1);
  return slots;
}

/* The cost that the operation adds to the lowest entry at most, in the kernels' units: fields and
 * couplings of what leaves, since what enters may agree. */
static int64_t growth_of(const tn_program *p, const tn_op *op) {
  if (op->kind == TN_INTRO) return 0;
  int64_t sum = op->field < 0 ? -op->field : op->field;
  for (int32_t k = 0; k < op->n_terms; k++) {
    const int64_t J = p->terms[op->first_term + k].J;
    sum += J < 0 ? -J : J;
  }
  return sum;
}

static int larger(int a, int b) { return a > b ? a : b; }

/* Most slots of the tile at a time while operations [first, last) run. */
static int most_slots(const tn_program *p, int64_t first, int64_t last, uint64_t slots) {
  int most = slot_rank(slots, p->ops[first].width);
  for (int64_t k = first; k < last; k++)
    most = larger(most, slot_rank(slots, op_width_after(&p->ops[k])));
  return most;
}

/* Adds the lowest slots that are missing while the tile has room: longer rows. */
static uint64_t fill_up(const tn_program *p, int64_t first, int64_t last, uint64_t slots,
                        int room) {
  const int width = p->ops[first].width;
  for (int s = 0; s < width; s++) {
    const uint64_t more = slots | (uint64_t)1 << s;
    if (more == slots) continue;
    if (most_slots(p, first, last, more) > room) break;
    slots = more;
  }
  return slots;
}

mp_pass mp_pass_at(const tn_program *p, int64_t first, const mp_limits *limits,
                   int64_t first_decision) {
  tn_tail tail;
  mp_pass pass = {.first = first, .last = first, .width_in = p->ops[first].width};
  uint64_t slots = low_slots(limits->row_bits);
  int64_t growth = 0;
  int most = slot_rank(slots, pass.width_in);
  while (pass.last < p->n_ops && pass.last - first < MP_PASS_OPS) {
    const tn_op *const op = &p->ops[pass.last];
    if (!op_is_on_top(op)) break;
    if (pass.last > first && tail_at(p, pass.last, limits, first_decision, &tail)) break;
    const uint64_t wanted = slots | needed(op);
    const int more = wanted == slots ? larger(most, slot_rank(slots, op_width_after(op)))
                                     : most_slots(p, first, pass.last + 1, wanted);
    growth += growth_of(p, op);
    if (pass.last > first && (more > limits->tile_bits || growth > limits->growth)) break;
    slots = wanted;
    most = more;
    pass.last++;
  }
  slots = fill_up(p, first, pass.last, slots, larger(limits->tile_bits, most));
  pass.slots = slots;
  pass.width_out = op_width_after(&p->ops[pass.last - 1]);
  pass.tile_in = slot_rank(slots, pass.width_in);
  pass.tile_out = slot_rank(slots, pass.width_out);
  pass.tile_most = most_slots(p, first, pass.last, slots);
  pass.outside = pass.width_in - pass.tile_in;
  while (pass.row_bits < pass.width_in && slots >> pass.row_bits & 1) pass.row_bits++;
  if (pass.outside == 0) pass.row_bits = pass.tile_in;
  return pass;
}
